"""Writes `docs/checks.md` from the catalogue of checks; run by `make fmt`."""

from pathlib import Path

from oneplan.manifest.catalogue.document import markdown

DOCUMENT = Path(__file__).resolve().parents[1] / "docs/checks.md"

if __name__ == "__main__":
    DOCUMENT.write_text(markdown(), encoding="utf-8")
