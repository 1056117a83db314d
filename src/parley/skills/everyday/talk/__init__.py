"""What is asked and said about each everyday thing: one file for each."""
