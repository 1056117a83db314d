"""Tasks and projects, rehearsed."""
