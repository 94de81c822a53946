"""What can go wrong while files are written."""

from oneplan.errors import OneplanError


class AuthoringError(OneplanError):
    """Raised when a file cannot be written or edited as asked; nothing has been changed then."""
