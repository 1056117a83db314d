"""What Parley can do: one folder, and one Django application, for each skill."""
