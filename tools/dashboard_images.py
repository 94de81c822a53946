"""Takes the pictures of the dashboard in docs/images, of the example that runs here, in both themes.

`oneplan up` and `oneplan jobs run catalogue-reindex --wait` first; then `venv/bin/python tools/dashboard_images.py`.
Needs the system's Chromium.
"""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PAGES = {
    "overview": "/",
    "timeline": "/timeline?hours=1",
    "job": "/jobs/stock-sync",
    "queue": "/queues/thumbnails-poison",
    "app": "/apps/storefront",
    "search": "/search?q=status+changed",
}
SETTLED_MS = 4_000
"""Until the load has been measured twice and logs are there."""
_HEIGHT = 1020
_COLOURS = 128


def main() -> int:
    """Writes the pictures and returns the exit code."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("chromium: not found; install it", file=sys.stderr)
        return 1
    with _dashboard() as address, sync_playwright() as playwright:
        if not address:
            return 1  # the dashboard has said why
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": _HEIGHT})
            page = context.new_page()
            page.goto(address)
            for name, path in _paths(page).items():
                parts = urlsplit(address)
                page.goto(f"{parts.scheme}://{parts.netloc}{path}")
                page.wait_for_timeout(SETTLED_MS)
                ends = page.locator("main > :last-child").bounding_box() or {"y": _HEIGHT, "height": 0}
                clip = {"x": 0, "y": 0, "width": 1280, "height": min(ends["y"] + ends["height"] + 32, _HEIGHT)}
                _save(page.screenshot(clip=clip), IMAGES / f"dashboard-{name}-{theme}.png")
            context.close()
        browser.close()
    return 0


def _paths(page: Page) -> dict[str, str]:
    """The pages, the newest run of a job that ran by hand among them."""
    found = page.locator("#job-catalogue-reindex").get_by_role("link").first.get_attribute("href")
    page.goto(f"{page.url.rstrip('/')}{found}")
    run = page.locator("#runs a").first.get_attribute("href")
    return PAGES | {"run": str(run)}


@contextmanager
def _dashboard() -> Iterator[str]:
    command = [str(ROOT / "venv" / "bin" / "oneplan"), "dashboard", "--no-open"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            yield served.stdout.readline().strip()
        finally:
            served.terminate()


def _save(picture: bytes, path: Path) -> None:
    """Few colours make a small file; the pages have few."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
