"""Job parse."""

print("Job parse: done")
