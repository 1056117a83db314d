"""Timers, alarms, reminders, time, weather, facts and messages."""
