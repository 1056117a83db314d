"""Parley: a voice assistant that a clinic, a small business or a household runs itself."""
