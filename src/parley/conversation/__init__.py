"""The live conversation: who speaks, who listens, and what becomes of a turn. Many hundred of them in one process."""
