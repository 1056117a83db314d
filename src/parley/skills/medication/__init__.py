"""Medication: doses on schedule, logged and explained."""
