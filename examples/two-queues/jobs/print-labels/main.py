"""Labels."""

print("Labels: done")
