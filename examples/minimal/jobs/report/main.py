"""A report."""

print("A report: done")
