"""All pages of the checks as one Markdown document, `docs/checks.md`."""

from oneplan.manifest.catalogue.pages import CHECKS, Check

_HEAD = """\
# Checks

What `oneplan validate` looks for. An error stops, a warning is told. Each has a page, also shown by
`oneplan explain CODE`: its cause, an example that has the fault, and the same example mended. A comment on the line, or
on the line above, switches a check off there, and says why: `# oneplan: allow WJ041 because the plan is idle at six`.

Written from `oneplan/manifest/catalogue/texts` by `make fmt`; the examples are executed by the tests.
"""


def markdown() -> str:
    """Returns the whole document: a table of all checks, then a page each."""
    families = list(dict.fromkeys(check.family for check in CHECKS.values()))
    return "\n".join([_HEAD, *map(_table, families), *(_page(check) for check in CHECKS.values())])


def _table(family: str) -> str:
    rows = [
        f"| [{check.code}](#{check.code.lower()}) | {check.severity} | {check.title} |\n"
        for check in CHECKS.values()
        if check.family == family
    ]
    return f"## {family}\n\n| code | | finds |\n| --- | --- | --- |\n{''.join(rows)}"


def _page(check: Check) -> str:
    return (
        f'<a id="{check.code.lower()}"></a>\n\n### {check.code}: {check.title}\n\n*{check.severity}.* {check.cause}\n\n'
        f"```yaml\n{check.example}```\n\n{check.fix}\n\n```yaml\n{check.mended}```\n"
    )
