"""What was said and done: conversations, turns, calls, kept sound, and the right to see or erase it."""
