"""Job watch."""

print("Job watch: done")
