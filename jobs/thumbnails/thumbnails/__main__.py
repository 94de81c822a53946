"""The job's entry: read the queue until App Service says goodbye."""

from __future__ import annotations

import os

from jobhost import Context, JobHost, StartError
from thumbnails.storage import BlobPhotos, BlobThumbs, container
from thumbnails.work import Photo, ThumbnailMaker

host = JobHost()
makers: list[ThumbnailMaker] = []


@host.on_start
def connect() -> None:
    """Reach the containers that job.yaml names under `uses`."""
    try:
        photos, thumbs = os.environ["CONTAINER_PHOTOS_URL"], os.environ["CONTAINER_THUMBS_URL"]
    except KeyError as error:
        raise StartError(
            f"{error.args[0]}: is not set; it is when job.yaml names the container under `uses`"
        ) from error
    makers.append(ThumbnailMaker(BlobPhotos(container(photos)), BlobThumbs(container(thumbs))))


@host.queue("thumbnails", timeout="4m")
def make(photo: Photo, context: Context) -> None:
    """Make three sizes of an uploaded photo."""
    makers[0].handle(photo, context)


if __name__ == "__main__":
    raise SystemExit(host.run())
