"""The job that brings the products table in line with the supplier's feed."""
