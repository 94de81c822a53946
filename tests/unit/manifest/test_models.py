"""What the manifest's newer fields accept, refuse and become."""

from datetime import timedelta
from types import MappingProxyType

import pytest

from oneplan.errors import ManifestError
from oneplan.manifest import models, reader, shape
from oneplan.manifest.problems import Problems
from oneplan.manifest.values import Autoscale, Budget, Container, Notify, Slot


def told(model, text):
    """What is wrong with a small map of one model."""
    problems = Problems()
    shape.check(model, reader.read(text, "oneplan.yaml", problems), (), problems)
    try:
        problems.raise_any()
    except ManifestError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{}", "1:1: WJ083 has no address; add an email, for example email: ops@example.com, or a webhook"),
        ("email: 3", "1:8: WJ012 email: expected a mail address or a list of them, found 3"),
        ("email: [ops]", '1:9: WJ083 email.0: "ops" is not a mail address; write one such as ops@example.com'),
    ],
)
def test_a_group_without_a_right_address_is_refused(written, expected):
    assert told(models.NotifyModel, written) == [f"oneplan.yaml:{expected}"]


def test_a_webhook_is_called_by_https_only():
    right = "write one such as https://hooks.example.com/oneplan"

    assert told(models.NotifyModel, "webhook: http://hooks.example.com") == [
        f'oneplan.yaml:1:10: WJ083 webhook: "http://hooks.example.com" is not an https address; {right}'
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{monthly: 0}", "1:11: WJ014 monthly: 0 is outside 1 to 10000000"),
        ("{monthly: .nan}", "1:11: WJ014 monthly: nan is outside 1 to 10000000"),
        ("{monthly: 5, currency: JPY}", '1:24: WJ015 currency: "JPY" is not one of USD, EUR, CHF, GBP'),
    ],
)
def test_a_budget_is_an_amount_in_a_known_currency(written, expected):
    (found,) = told(models.BudgetModel, written)

    assert found.startswith(f"oneplan.yaml:{expected}")


def test_the_ends_of_autoscale_are_in_order():
    assert told(models.PlanModel, "{sku: S1, autoscale: {min: 3, max: 2}}") == [
        "oneplan.yaml:1:22: WJ014 autoscale: max 2 is below min 3; make it 3 or more"
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "nginx",
        "nginx:1.27",
        "registry.example.com:5000/shop/api:1.4",
        f"ghcr.io/shop/api@sha256:{'a' * 64}",
    ],
)
def test_a_container_is_named_by_its_reference(reference):
    assert told(models.AppModel, f'{{kind: web, runtime: "image:{reference}"}}') == []


@pytest.mark.parametrize("reference", ["", "Shop/API", "shop api", "https://ghcr.io/shop", "shop:", "shop@sha256:12"])
def test_what_is_no_reference_of_a_container_is_refused(reference):
    right = "write image: and a container's reference, such as image:registry.example.com/shop:1.4"

    assert told(models.AppModel, f'{{kind: web, runtime: "image:{reference}"}}') == [
        f'oneplan.yaml:1:22: WJ012 runtime: "image:{reference}" is not a runtime; {right}'
    ]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("web", "runtime", "image:" + "a" * 200_000 + "!"),
        ("web", "runtime", "image:" + "a." * 100_000 + "!"),
        ("web", "domains", ["a-" * 100_000 + "!"]),
        ("web", "domains", ["a." * 100_000 + "!"]),
        ("web", "cors", ["https://" + "." * 200_000 + "!"]),
    ],
    ids=["letters", "parts", "hyphens", "labels", "origin"],
)
def test_no_text_makes_a_pattern_slow(kind, field, value):
    """A pattern that tried all ways would need years for these."""
    with pytest.raises(ValueError, match="is not a"):
        models.AppModel.model_validate({"kind": kind, "runtime": "node:22", field: _frozen(value)})


def _frozen(value):
    return tuple(value) if isinstance(value, list) else value


def test_what_a_stack_says_of_all_arrives_in_the_values(project):
    project.overrides(
        """\
plan: {sku: S1, autoscale: {min: 1, max: 4}}
budget: {monthly: 150, currency: CHF, notify: [ops]}
notify: {ops: {email: [a@watches.example, b@watches.example], webhook: "https://hooks.example.com/a"}}
queues: {thumbnails: {delay: 30s, alert: {poison: 1, oldest: 15m, notify: [ops]}}}
containers: {photos: {keep: 30d}}
apps:
  storefront: {cors: ["https://watches.example"], memory: 1GB, slots: {staging: {env: {LOG_LEVEL: debug}}}}
jobs:
  stock-sync: {memory: 256MB, secrets: {API_KEY: "vault:api-key"}}"""
    )

    manifest = project.load()

    assert manifest.plan.autoscale == Autoscale(1, 4, 70)
    assert manifest.budget == Budget(150, "CHF", ("ops",))
    emails = ("a@watches.example", "b@watches.example")
    assert manifest.notify["ops"] == Notify("ops", emails, "https://hooks.example.com/a")
    queue = manifest.queues["thumbnails"]
    assert (queue.delay, dict(queue.alert)) == (
        timedelta(seconds=30),
        {"poison": 1, "oldest": timedelta(minutes=15), "notify": ("ops",)},
    )
    assert manifest.containers["photos"] == Container("photos", keep=timedelta(days=30))
    site = manifest.apps["storefront"]
    assert (site.cors, site.memory) == (("https://watches.example",), 1024)
    assert site.slots["staging"] == Slot("stopped", MappingProxyType({"LOG_LEVEL": "debug"}))
    assert manifest.jobs["stock-sync"].memory == 256


def test_a_jobs_secrets_are_settings_of_its_app(project):
    """App Service has no settings of a single job."""
    project.overrides('jobs: {stock-sync: {secrets: {API_KEY: "vault:api-key"}}}')

    manifest = project.load()

    assert manifest.jobs["stock-sync"].secrets == {"API_KEY": "vault:api-key"}
    assert manifest.apps["worker"].secrets == {"API_KEY": "vault:api-key"}
    assert "API_KEY" not in manifest.apps["storefront"].secrets


def test_an_apps_zone_is_its_own_or_its_jobs_or_the_manifests(project):
    project.overrides(
        "apps: {api: {time_zone: Asia/Tokyo}}\n"
        "jobs: {stock-sync: {trigger: {cron: '0 6 * * *', time_zone: Europe/London}, alert: {late: 2d}}}"
    )

    manifest = project.load()

    assert [manifest.zone_of(app) for app in ("api", "worker", "storefront")] == [
        "Asia/Tokyo",
        "Europe/London",
        "Europe/Zurich",
    ]
