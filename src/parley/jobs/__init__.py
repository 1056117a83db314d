"""Work that must happen later, survives a restart, and happens once."""
