"""Staff list."""

print("Staff list: done")
