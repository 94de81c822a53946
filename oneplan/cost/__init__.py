"""What a stack costs a month in Azure, as far as its manifest and a dated price list tell."""

from oneplan.cost.estimate import Estimate, Line, estimate

__all__ = ["Estimate", "Line", "estimate"]
