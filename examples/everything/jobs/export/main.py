"""The export."""

print("The export: done")
