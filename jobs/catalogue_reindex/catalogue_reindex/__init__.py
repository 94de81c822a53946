"""The job that rebuilds the catalogue's search index."""
