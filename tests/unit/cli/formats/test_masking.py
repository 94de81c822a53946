"""What of a source line must not be shown."""

import pytest

from oneplan.cli.formats.excerpt import masked


def shown(text: str, number: int) -> str:
    return masked(text.splitlines(), number)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("API_TOKEN: hunter2", "API_TOKEN: ••••"),
        ("DB_PASSWORD: 'hunter 2, really'", "DB_PASSWORD: ••••"),
        ("env: {SESSION_KEY: hunter2, LEVEL: debug}", "env: {SESSION_KEY: ••••, LEVEL: debug}"),
        ('secrets: {A: hunter2, B: "vault:b", C: plain}', 'secrets: {A: ••••, B: "vault:b", C: ••••}'),
        ("secrets: {A: vault:a, B: stack:b}", "secrets: {A: vault:a, B: stack:b}"),
        ("  oneplan:db-password: hunter2", "  oneplan:db-password: ••••"),
        ("URL: https://bob:hunter2@shop.example/x", "URL: https://••••@shop.example/x"),
        (
            "CONNECTION: DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc/def==;EndpointSuffix=x",
            "CONNECTION: DefaultEndpointsProtocol=https;AccountName=a;••••;EndpointSuffix=x",
        ),
        ("X: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def", "X: ••••"),
        ("X: dGhpcyBpcyBhIHNlY3JldCB2YWx1ZSAxMjM0NTY3ODkw", "X: ••••"),
        ("X: sk-live-0123456789abcdef", "X: ••••"),
        ("key: AKIAIOSFODNN7EXAMPLE", "key: ••••"),
        ("env: {PRIVATE: hunter2, PRIVATE_KEY: hunter2}", "env: {PRIVATE: ••••, PRIVATE_KEY: ••••}"),
        ("- {name: x, password: hunter2}", "- {name: x, password: ••••}"),
    ],
)
def test_values_that_may_be_secret_are_hidden(line: str, seen: str):
    assert shown(line, 1) == seen


@pytest.mark.parametrize(
    "line",
    [
        "apps: {portal: {private: true}}",
        "network: {private: [storage, vault]}",
        "command: gunicorn --bind=0.0.0.0:$PORT --threads 8 --no-control-socket storefront:app",
        "trigger: {cron: 0 6 * * *}",
        "source: apps/storefront/the-new-one-of-2026/main",
        'env: {API_URL: "${apps.api.url}", SESSION_KEY: "${stack}"}',
        "app: wrker",
        "secrets: {SESSION_KEY: vault:session-key}",
        "summary: bring stock numbers in line with the supplier's feed",
        "notify: [ops]",
        "",
    ],
)
def test_ordinary_lines_are_shown_whole(line: str):
    assert shown(line, 1) == line


def test_all_that_stands_under_secrets_is_hidden():
    text = "apps:\n  shop:\n    secrets:\n      # the old one\n      A: hunter2\n    health: /ok\n"

    assert [shown(text, 5), shown(text, 6)] == ["      A: ••••", "    health: /ok"]


def test_the_lines_of_a_text_under_a_secret_name_are_hidden():
    text = "env:\n  PRIVATE_KEY: |\n    MIIE\n    hunter: 2\n  LEVEL: debug\n"

    assert [shown(text, 3), shown(text, 4), shown(text, 5)] == ["    ••••", "    hunter: ••••", "  LEVEL: debug"]


def test_a_map_that_was_closed_on_its_line_hides_nothing_below():
    text = "secrets: {A: vault:a}\n  LEVEL: debug\n"

    assert shown(text, 2) == "  LEVEL: debug"


def test_a_flow_map_over_several_lines_is_hidden():
    text = "secrets: {\n  A: hunter2,\n  B: vault:b\n}\n"

    assert [shown(text, 2), shown(text, 3)] == ["  A: ••••,", "  B: vault:b"]


def test_items_of_a_list_under_a_secret_name_are_hidden():
    assert shown("tokens:\n  - hunter2\n", 2) == "  ••••"


def test_a_very_long_line_is_looked_at_once():
    """Each pattern is linear: a line of a megabyte takes no noticeable time."""
    line = "a" * 1_000_000

    assert shown(line, 1) == line
