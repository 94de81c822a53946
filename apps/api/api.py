"""What gunicorn starts: `api:app`."""

import os

from products import create_app
from products.storage import ProductTable

ADDRESS = os.environ.get("TABLE_PRODUCTS_URL", "")
if not ADDRESS:
    raise SystemExit("TABLE_PRODUCTS_URL: is not set; it is when the manifest gives the app `uses: {products: read}`")

app = create_app(ProductTable(ADDRESS))
