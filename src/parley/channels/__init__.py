"""How people reach the conversation: one module for each way, all of them thin."""
