"""How the model comes to be: sentences, noise, network, training, export. Only here is torch wanted."""
