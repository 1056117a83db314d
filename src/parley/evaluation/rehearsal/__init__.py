"""Skills that have a table of intents and keep nothing: their domains can be tried before they are built.

They live in the facts of a conversation, which are the stated world and what was said since. They ask, choose and
confirm as INTENTS says, so that the understanding and the dialogue of every intent are tried from the first day.
"""
