"""Appointments: booked, moved and cancelled by talking."""
