"""Each rule of the policy pack: what it reports, and what it lets pass."""

from types import SimpleNamespace

import pytest
from rules import ALL
from rules.app_service import ALWAYS_ON, ENCRYPTED_ONLY, NO_PASSWORDS
from rules.storage import KEYLESS_SETTINGS, NOTHING_PUBLIC, POISON_QUEUES

GOOD_APP = {"httpsOnly": True, "siteConfig": {"minTlsVersion": "1.2", "ftpsState": "Disabled", "alwaysOn": True}}
APP, QUEUE = "azure-native:web:WebApp", "azure-native:storage:Queue"


def resource(kind, props, urn="urn"):
    return SimpleNamespace(resource_type=kind, props=props, urn=urn)


def reported(policy, subject):
    found = []
    policy.validate(subject, lambda message, urn=None: found.append(message))
    return found


@pytest.mark.parametrize("policy", [ENCRYPTED_ONLY, ALWAYS_ON, KEYLESS_SETTINGS, NOTHING_PUBLIC], ids=lambda p: p.name)
def test_a_rule_lets_what_is_right_and_what_is_none_of_its_business_pass(policy):
    assert reported(policy, resource(APP, GOOD_APP)) == []
    assert reported(policy, resource("azure-native:web:AppServicePlan", {})) == []


def test_an_unencrypted_app_is_reported_point_by_point():
    open_app = {"httpsOnly": False, "siteConfig": {"minTlsVersion": "1.0", "ftpsState": "AllAllowed"}}

    assert reported(ENCRYPTED_ONLY, resource(APP, open_app)) == [
        "httpsOnly: is off; a web app answers over HTTPS only",
        "siteConfig/minTlsVersion: is '1.0'; expected '1.2' or '1.3'",
        "siteConfig/ftpsState: is 'AllAllowed'; expected 'Disabled'",
    ]


def test_an_app_that_idles_is_reported():
    idle = {"siteConfig": {"alwaysOn": False}}

    assert reported(ALWAYS_ON, resource(APP, idle)) == [
        "siteConfig/alwaysOn: is off; without it WebJobs stop when the app idles"
    ]


@pytest.mark.parametrize("value", ["a;AccountKey=x;b", "https://x/q?sv=1&sig=abc"])
def test_a_key_in_a_setting_is_reported_without_its_value(value):
    props = {"siteConfig": {"appSettings": [{"name": "CONNECTION", "value": value}]}}

    assert reported(KEYLESS_SETTINGS, resource(APP, props)) == [
        "siteConfig/appSettings/CONNECTION: holds a storage key or a signed address; use the app's identity"
    ]


def test_storage_without_encryption_is_reported():
    account = {"enableHttpsTrafficOnly": False, "minimumTlsVersion": "TLS1_0"}

    assert reported(NOTHING_PUBLIC, resource("azure-native:storage:StorageAccount", account)) == [
        "enableHttpsTrafficOnly: is off; storage answers over HTTPS only",
        "minimumTlsVersion: is 'TLS1_0'; expected 'TLS1_2' or 'TLS1_3'",
    ]


def test_a_queue_without_its_poison_queue_is_reported():
    alone = SimpleNamespace(resources=[resource(QUEUE, {"queueName": "orders"})])
    pair = SimpleNamespace(
        resources=[resource(QUEUE, {"queueName": "orders"}), resource(QUEUE, {"queueName": "orders-poison"})]
    )

    assert reported(POISON_QUEUES, alone) == [
        "queueName: 'orders' has no poison queue; declare 'orders-poison' beside it"
    ]
    assert reported(POISON_QUEUES, pair) == []


def test_an_app_that_can_be_published_with_a_password_is_reported():
    stack = SimpleNamespace(
        resources=[
            resource(APP, GOOD_APP),
            resource("azure-native:web:WebAppFtpAllowed", {"allow": False}),
            resource("azure-native:web:WebAppScmAllowed", {"allow": True}),
        ]
    )

    assert reported(NO_PASSWORDS, stack) == [
        "WebAppScmAllowed: closes 0 of 1 web apps; publishing with a password stays possible"
    ]


def test_every_rule_has_a_name_of_its_own():
    assert len({policy.name for policy in ALL}) == len(ALL)
