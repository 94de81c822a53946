"""The shop as App Service runs it: addresses from the environment, the site's identity for all of them."""

from __future__ import annotations

import os
import sys

from azure.identity import DefaultAzureCredential
from flask import Flask

from shop.app import Services, create_app
from shop.catalogue import api
from shop.storage import BlobPhotos, BlobThumbs, QueueAnnouncer

VARIABLES = ("API_URL", "CONTAINER_PHOTOS_URL", "CONTAINER_THUMBS_URL", "QUEUE_THUMBNAILS_URL")


def complain(text: str) -> None:
    """Write one line to the site's log."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def app_from_environment() -> Flask:
    """The shop; ends the program with one line when a variable is missing."""
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"{', '.join(missing)}: not set; the manifest sets them for the app's env, uses and sends")
    credential = DefaultAzureCredential()
    return create_app(
        Services(
            fetch=api(os.environ["API_URL"]),
            photos=BlobPhotos(os.environ["CONTAINER_PHOTOS_URL"], credential),
            thumbs=BlobThumbs(os.environ["CONTAINER_THUMBS_URL"], credential),
            announcer=QueueAnnouncer(os.environ["QUEUE_THUMBNAILS_URL"], credential),
            complain=complain,
        )
    )
