"""An app in `oneplan.yaml`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from oneplan.manifest.models.azure import checked
from oneplan.manifest.models.base import Named, Section, fault
from oneplan.manifest.models.kinds import Memory, Pattern, Secret
from oneplan.manifest.models.network import Caller
from oneplan.manifest.problems import quoted
from oneplan.manifest.values import Access, AppKind, Package, SlotJobs

LANGUAGES = ("python", "node", "dotnet", "php", "java", "image")

_PART = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
_IMAGE = (
    rf"(?:[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?/)?{_PART}(?:/{_PART})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)


def _runtime_fault(value: str) -> PydanticCustomError | None:
    language, colon, _ = value.partition(":")
    if language == "image":
        right = "write image: and a container's reference, such as image:registry.example.com/shop:1.4"
        return fault("WJ012", f"{quoted(value)} is not a runtime; {right}")
    if colon and re.fullmatch("[a-z]+", language) and language not in LANGUAGES:
        return fault("WJ015", f'"{language}" is not one of {", ".join(LANGUAGES)}')
    return None


_RUNTIME = Pattern(
    expression=rf"(?:{'|'.join(LANGUAGES[:-1])}):[A-Za-z0-9][A-Za-z0-9._-]*|image:{_IMAGE}",
    code="WJ012",
    wrong="is not a runtime",
    right="write language:version, such as python:3.13",
    tell=_runtime_fault,
)
_HEALTH = Pattern(
    expression=r"/[^\s]*",
    code="WJ012",
    wrong="is not a path of the site",
    right="begin it with a slash, such as /healthz",
)
_A_REGISTRY = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/shared/providers"
    "/Microsoft.ContainerRegistry/registries/watches"
)
_REGISTRY = Pattern(
    expression=r"/subscriptions/[0-9A-Fa-f-]{36}/resourceGroups/[^/\s]+/providers/Microsoft\.ContainerRegistry"
    r"/registries/[A-Za-z0-9]{5,50}",
    code="WJ012",
    wrong="is not the resource id of a container registry",
    right="write what `az acr show --name REGISTRY --query id` answers",
)
_LETTERS = r"(?:[A-Za-z0-9]|\$\{(?:name|stack)\})"
_DOMAIN = Pattern(
    expression=rf"(?:{_LETTERS}+(?:-+{_LETTERS}+)*\.)+[A-Za-z]{{2,63}}",
    code="WJ012",
    wrong="is not a host name",
    right="write one such as watches.example.com, without https://, path and *: Azure's certificates are for one name",
)
_ORIGIN = Pattern(
    expression=r"\*|https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?",
    code="WJ012",
    wrong="is not an origin",
    right="write scheme and host, such as https://watches.example.com, without a path",
)


class Slot(Section):
    """A deployment slot."""

    jobs: SlotJobs = Field(default="stopped", description="Whether jobs run in the slot too; they would run twice.")
    env: Named[str] = Field(
        default_factory=dict, description="App settings that differ in the slot.", examples=["{LOG_LEVEL: debug}"]
    )


class AppDefaults(Section):
    """What an app may say and `defaults.app` may say for all."""

    health: Annotated[str, _HEALTH] | None = Field(
        default=None, description="The path that App Service asks every minute.", examples=["/healthz"]
    )
    env: Named[str] = Field(
        default_factory=dict, description="App settings, seen by the site and its jobs.", examples=["{LOG_LEVEL: info}"]
    )
    time_zone: str | None = Field(
        default=None, description="The IANA time zone of the app and its jobs.", examples=["Europe/Zurich"]
    )
    tags: Named[str] = Field(
        default_factory=dict, description="Tags of the app's resources, beside the project's.", examples=["{team: web}"]
    )
    access: Named[Caller] = Field(
        default_factory=dict,
        description="Who may call the site and its SCM site, by a name each; all others are refused.",
        examples=["{office: 198.51.100.0/24}"],
    )
    private: bool = Field(default=False, description="The site is reached through a private endpoint only.")


class App(AppDefaults):
    """A web app, API, or a worker that carries jobs only."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"kind": "web", "runtime": "image:unknown"}

    kind: AppKind = Field(description="What the app is; a worker has no site and carries jobs only.", examples=["web"])
    source: str | None = Field(default=None, description="The folder of the site's code.", examples=["apps/storefront"])
    runtime: Annotated[str, _RUNTIME] = Field(
        description="What runs the app: `language:version`, or `image:` and a container's reference.",
        examples=["python:3.13", "node:22-lts", "dotnet:9.0", "php:8.3", "java:21-java21"],
    )
    command: str | None = Field(
        default=None,
        description="The command line that starts the site; it listens on `$PORT`.",
        examples=["gunicorn --bind=0.0.0.0:$PORT storefront:app"],
    )
    sends: tuple[str, ...] = Field(default=(), description="The queues the app sends to.", examples=["[thumbnails]"])
    uses: Named[Access] = Field(
        default_factory=dict,
        description="The containers, tables and queues the app may read or write.",
        examples=["{photos: write}"],
    )
    secrets: Named[Secret] = Field(
        default_factory=dict,
        description="Secret app settings, `vault:<name>` or `stack:<key>`.",
        examples=["{SESSION_KEY: vault:session-key}"],
    )
    slots: Named[Slot] = Field(
        default_factory=dict, description="Deployment slots of the app.", examples=["{staging: {jobs: stopped}}"]
    )
    domains: tuple[Annotated[str, _DOMAIN], ...] = Field(
        default=(), description="Host names of one's own that the site answers to.", examples=["[watches.example.com]"]
    )
    cors: tuple[Annotated[str, _ORIGIN], ...] = Field(
        default=(),
        description="Origins whose pages may call the site from a browser.",
        examples=["[https://watches.example.com]"],
    )
    memory: Memory | None = Field(
        default=None,
        description="The memory the site needs, as a hint: the sum is compared with the plan's.",
        examples=["512MB", "1GB"],
    )
    package: Package = Field(
        default="zip", description="The site's files are unpacked from a zip, or, on Windows only, mounted from it."
    )
    registry: Annotated[str, _REGISTRY] | None = Field(
        default=None,
        description="The id of the Azure container registry that the image is pulled from, with the app's identity.",
        examples=[_A_REGISTRY],
    )
    azure: Annotated[Named[Any], AfterValidator(checked("app"))] = Field(
        default_factory=dict, description="Raw arguments of azure-native's `web.WebApp`, in snake_case."
    )
