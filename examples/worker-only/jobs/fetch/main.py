"""Job fetch."""

print("Job fetch: done")
