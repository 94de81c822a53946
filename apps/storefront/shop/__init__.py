"""The watch dealer's shop: a catalogue, a page for each watch, and a place to add photos."""

from shop.app import create_app

__all__ = ["create_app"]
