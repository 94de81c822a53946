"""Writes `schemas/` from the models. Run by `make fmt`."""

from pathlib import Path

from oneplan.manifest import schema

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    for kind in schema.KINDS:
        for draft in schema.DRAFTS:
            target = ROOT / schema.path(kind, draft)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(schema.text(kind, draft), encoding="utf-8")


if __name__ == "__main__":
    main()
