"""The products API: what the dealer sells, with prices and stock, as JSON."""

from products.app import create_app

__all__ = ["create_app"]
