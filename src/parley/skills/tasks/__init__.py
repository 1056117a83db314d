"""Tasks and projects."""
