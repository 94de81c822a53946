"""The job that makes three sizes of every uploaded photo."""
