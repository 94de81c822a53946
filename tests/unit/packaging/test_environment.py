"""A job's own variables."""

from oneplan.manifest.references import Reference
from oneplan.packaging.environment import exports, settings_read


def test_values_are_quoted_and_known_references_filled_in(project):
    job = project.job(
        env={"A": "it's $HOME", "B": "${name}-${stack}", "C": "", "D": "${queues.work.name}", "E": "$${x}"}
    )

    assert exports(project.manifest(), job) == {
        "A": "'it'\\''s $HOME'",
        "B": "'tempus-dev'",
        "C": "''",
        "D": "'work'",
        "E": "'${x}'",
    }


def test_address_is_read_from_the_setting_that_carries_it(project):
    job = project.job(env={"API": "${apps.stock-api.url}/v1"})

    assert exports(project.manifest(), job) == {
        "API": "\"${APP_STOCK_API_URL:?is not among the settings of this app}\"'/v1'"
    }


def test_settings_that_run_scripts_read_are_listed(project):
    project.job("a", env={"API": "${apps.stock-api.url}/v1", "N": "${name}"})
    project.job("b", env={"Q": "${queues.work.url}", "T": "${tables.stock-moves.name}"})

    assert settings_read(project.manifest(), "shop") == {
        "APP_STOCK_API_URL": Reference(("apps", "stock-api", "url")),
        "QUEUE_WORK_URL": Reference(("queues", "work", "url")),
    }
