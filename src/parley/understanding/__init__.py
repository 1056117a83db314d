"""From what a person said to an intent with typed, normalised slots.

`understander` holds the seam, `result` what crosses it, `embedded` our own trained model, `entities` the grammar of
dates, times and numbers, `training` how the model comes to be.
"""
