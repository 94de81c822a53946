"""The job's entry: read the queue until App Service says goodbye."""

from __future__ import annotations

import os
import sys

from jobhost import JobHost, Message
from thumbnails.storage import BlobPhotos, BlobThumbs, container
from thumbnails.work import ThumbnailMaker


def main() -> int:
    """Run the job; answers the exit code."""
    try:
        photos, thumbs = os.environ["CONTAINER_PHOTOS_URL"], os.environ["CONTAINER_THUMBS_URL"]
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}: is not set; it is when job.yaml names the container under `uses`\n")
        return 1
    maker = ThumbnailMaker(BlobPhotos(container(photos)), BlobThumbs(container(thumbs)))
    host = JobHost()

    @host.queue("thumbnails")
    def make(message: Message) -> None:
        print(maker.handle(message), flush=True)

    return host.run()


if __name__ == "__main__":
    raise SystemExit(main())
