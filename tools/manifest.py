"""Writes `docs/manifest.md` from the models; run by `make fmt`."""

from pathlib import Path

from oneplan.manifest.schema.document import markdown

DOCUMENT = Path(__file__).resolve().parents[1] / "docs/manifest.md"

if __name__ == "__main__":
    DOCUMENT.write_text(markdown(), encoding="utf-8")
