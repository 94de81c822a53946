"""A web app: locked down, with an identity, its settings in a stable order."""

from components.web_app import WebApp

ARGS = {
    "resource_group_name": "g",
    "app_name": "tempus-dev-shop",
    "identity_name": "tempus-dev-shop-id",
    "plan_id": "plan",
    "runtime": "PYTHON|3.13",
}
SITE = "azure-native:web:WebApp"


def test_an_app_is_reached_over_https_only_and_without_passwords(declared):
    engine = declared(lambda: WebApp("shop", ARGS).host)

    site = engine.of_type(SITE)["shop-app"]
    assert site["httpsOnly"] is True
    assert site["siteConfig"]["minTlsVersion"] == "1.2"
    assert site["siteConfig"]["ftpsState"] == "Disabled"
    assert site["siteConfig"]["alwaysOn"] is True
    assert engine.of_type("azure-native:web:WebAppFtpAllowed")["shop-ftp-passwords"]["allow"] is False
    assert engine.of_type("azure-native:web:WebAppScmAllowed")["shop-scm-passwords"]["allow"] is False


def test_settings_are_sorted_and_name_the_identity(declared):
    engine = declared(lambda: WebApp("shop", ARGS | {"settings": {"B": "2", "A": "1"}}).host)

    assert engine.of_type(SITE)["shop-app"]["siteConfig"]["appSettings"] == [
        {"name": "A", "value": "1"},
        {"name": "AZURE_CLIENT_ID", "value": "shop-identity-client"},
        {"name": "B", "value": "2"},
    ]


def test_the_scm_host_is_the_repository_name(declared):
    seen = []
    declared(lambda: WebApp("shop", ARGS).scm_host.apply(seen.append))

    assert seen == ["tempus-dev-shop.scm.test"]


def test_two_apps_do_not_collide(declared):
    engine = declared(lambda: [WebApp("shop", ARGS).host, WebApp("api", ARGS | {"app_name": "tempus-dev-api"}).host][1])

    assert set(engine.of_type(SITE)) == {"shop-app", "api-app"}
