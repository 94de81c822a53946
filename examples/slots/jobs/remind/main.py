"""Reminders."""

print("Reminders: done")
