"""One page that shows and steers what runs, here or in Azure; a client of `oneplan.operate` like the command line."""

from oneplan.dashboard.serve import serve

__all__ = ["serve"]
