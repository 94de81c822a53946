"""Job backfill."""

print("Job backfill: done")
