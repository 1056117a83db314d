"""The nurses' line, rehearsed."""
