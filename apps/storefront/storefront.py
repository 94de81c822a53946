"""What gunicorn starts: `storefront:app`."""

from shop.environment import app_from_environment

app = app_from_environment()
