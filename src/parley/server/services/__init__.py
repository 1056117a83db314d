"""Parley as separate services: the table of them, what each serves, and how the others reach it."""
