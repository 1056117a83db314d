"""Trying conversations: on a virtual clock, in a world that is stated, from files or line by line."""
