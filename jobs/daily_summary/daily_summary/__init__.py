"""The job that summarises the queue's and the tables' day in a report."""
