"""Letters."""

print("Letters: done")
