"""Where a stack runs, and who asks."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from oneplan.errors import OperateError
from oneplan.operate import connect
from oneplan.operate.cloud import manager_of
from oneplan.operate.credentials import ARM, STORAGE, LocalCredential
from oneplan.operate.http import Http, Response
from oneplan.operate.subscription import subscription_of
from oneplan.operate.testing import FakeAzure


def test_a_local_stack_needs_the_local_azure(manifest):
    with pytest.raises(OperateError) as missing:
        connect(manifest)

    assert str(missing.value) == "local Azure: is not running; run `oneplan up`, or `oneplan local start`"


def test_a_cloud_stack_reaches_azure_in_its_own_subscription(manifest, tmp_path: Path):
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  azure-native:subscriptionId: 1234\n")

    connection = connect(replace(manifest, stack="prod", target="azure"))._connection

    assert (connection.arm_url, connection.scheme, connection.subscription_id) == (ARM, "https", "1234")


def test_the_subscription_comes_from_stack_then_environment_then_azure_cli(tmp_path: Path):
    cli = {"subscriptions": [{"id": "a"}, {"id": "b", "isDefault": True}]}
    (tmp_path / "azureProfile.json").write_text("\ufeff" + json.dumps(cli))
    folder = {"AZURE_CONFIG_DIR": str(tmp_path)}

    from_cli = subscription_of(tmp_path, "prod", folder)
    from_environment = subscription_of(tmp_path, "prod", folder | {"ARM_SUBSCRIPTION_ID": "c"})

    assert (from_cli, from_environment) == ("b", "c")


def test_an_unknown_subscription_is_said(tmp_path: Path):
    with pytest.raises(OperateError) as missing:
        subscription_of(tmp_path, "prod", {"AZURE_CONFIG_DIR": str(tmp_path)})

    assert str(missing.value) == (
        "stack prod: its Azure subscription is not known; run `az login`,"
        " or `pulumi config set azure-native:subscriptionId ID --stack prod`"
    )


def test_storage_tokens_are_minted_once(azure: FakeAzure, tmp_path: Path):
    (tmp_path / "token").write_text("secret")
    credential = LocalCredential(Http(), tmp_path / "token", f"{azure.url}/msi/token")

    tokens = [credential.token(STORAGE), credential.token(STORAGE), credential.token(ARM)]

    assert tokens == [f"for {STORAGE}", f"for {STORAGE}", "secret"]
    assert len(azure.server.seen) == 1


def test_a_missing_token_file_names_the_way_out(azure: FakeAzure, tmp_path: Path):
    credential = LocalCredential(Http(), tmp_path / "token", f"{azure.url}/msi/token")

    with pytest.raises(OperateError) as missing:
        credential.token(ARM)

    assert str(missing.value) == (
        f"{tmp_path}/token: cannot be read (No such file or directory);"
        " run `oneplan local stop` and `oneplan local start`"
    )


def test_a_metadata_host_that_does_not_tell_is_named(tmp_path: Path):
    with pytest.raises(OperateError) as refused:
        manager_of(
            tmp_path, "prod", Told(b'{"resourceManager": "http://plain/"}'), {"ARM_METADATA_HOSTNAME": "stamp.test"}
        )

    assert str(refused.value) == "stamp.test: does not tell where its Azure Resource Manager is (status 200)"


def test_the_stacks_metadata_host_wins_over_the_environments(tmp_path: Path):
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  azure-native:metadataHost: ours.test\n")
    http = Told(b'{"resourceManager": "https://arm.ours.test/"}')

    manager = manager_of(tmp_path, "prod", http, {"ARM_METADATA_HOSTNAME": "other.test"})

    assert manager == "https://arm.ours.test"
    assert http.asked == ["https://ours.test/metadata/endpoints?api-version=2022-09-01"]


class Told(Http):
    """Answers every request the same."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
        self.asked: list[str] = []

    def request(self, method: str, url: str, **_options: object) -> Response:
        self.asked.append(url)
        return Response(url, 200, {}, self.body)
