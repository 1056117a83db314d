"""Medicines, rehearsed."""
