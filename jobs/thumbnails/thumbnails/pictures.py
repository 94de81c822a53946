"""From the bytes of a photo to three WebP pictures. Pure: no storage, no queue."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

SIZES = {"small": 160, "medium": 480, "large": 1200}
"""The longest edge of each size, in pixels."""
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 80_000_000
"""Above this a small file may be a bomb that unpacks to gigabytes; cameras stay below."""
WEBP_QUALITY = 82


class BadPhotoError(Exception):
    """Raised when the bytes are not a photo that can be shown; the text says why."""


@dataclass(frozen=True)
class Thumbnail:
    """One size of a photo."""

    size: str
    width: int
    height: int
    content: bytes
    """WebP."""


def thumbnails(photo: bytes) -> tuple[Thumbnail, ...]:
    """The photo in every size: upright, never enlarged, without the camera's metadata.

    Raises:
        BadPhotoError: the bytes cannot be decoded, or hold too many pixels.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = _upright(photo)
            return tuple(_thumbnail(picture, size, edge) for size, edge in SIZES.items())
        except UnidentifiedImageError as error:
            raise BadPhotoError("is not a JPEG, PNG or WebP picture") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise BadPhotoError(f"has more than {MAX_PIXELS} pixels") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow's decoders raise for damage
            raise BadPhotoError(f"is damaged ({error})") from error


def _upright(photo: bytes) -> Image.Image:
    """The picture decoded once, at no more than about twice the largest size where the format can do that."""
    picture = Image.open(io.BytesIO(photo), formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise BadPhotoError(f"has {picture.width} × {picture.height} pixels; expected at most {MAX_PIXELS}")
    largest = max(SIZES.values())
    picture.draft("RGB", (largest, largest))
    upright = ImageOps.exif_transpose(picture)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    return upright.convert("RGBA" if has_alpha else "RGB")


def _thumbnail(picture: Image.Image, size: str, edge: int) -> Thumbnail:
    scaled = picture.copy()
    scaled.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    scaled.info.clear()  # no metadata: a photo may carry the place it was taken at
    content = io.BytesIO()
    scaled.save(content, "WEBP", quality=WEBP_QUALITY, method=4)
    return Thumbnail(size, scaled.width, scaled.height, content.getvalue())
