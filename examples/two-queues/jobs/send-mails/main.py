"""Mails."""

print("Mails: done")
