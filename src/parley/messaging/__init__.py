"""What Parley writes and whom it rings: text messages, mail and calls, from the outbox to their delivery."""
