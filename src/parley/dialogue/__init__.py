"""What to do next: pure functions from a state and what was understood to a state and an act."""
