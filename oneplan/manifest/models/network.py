"""The virtual network in `oneplan.yaml`, and who may call an app."""

from typing import Annotated

from pydantic import Field

from oneplan.manifest.models.base import Section
from oneplan.manifest.models.kinds import Pattern
from oneplan.manifest.values import PrivatePart, ZoneOwner

_RANGE = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}"
_SUBNET = (
    r"/subscriptions/[0-9A-Fa-f-]{36}/resourceGroups/[^/\s]+/providers/Microsoft\.Network"
    r"/virtualNetworks/[^/\s]+/subnets/[^/\s]+"
)
_SIX = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]+(?:/[0-9]{1,3})?"
_FOUR = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?"
_TAG = r"[A-Z][A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*"

Range = Annotated[
    str,
    Pattern(
        expression=_RANGE,
        code="WJ012",
        wrong="is not a range of addresses",
        right="write one such as 10.20.0.0/24",
    ),
]
SubnetText = Annotated[
    str,
    Pattern(
        expression=f"{_RANGE}|{_SUBNET}",
        code="WJ012",
        wrong="is neither a range of addresses nor a subnet's resource id",
        right="write a range such as 10.20.0.0/26, or the id of a subnet that is there",
    ),
]
Caller = Annotated[
    str,
    Pattern(
        expression=f"{_FOUR}|{_SIX}|{_TAG}|{_SUBNET}",
        code="WJ012",
        wrong="is nobody who could be let in",
        right="write a range such as 198.51.100.0/24, a service tag such as AzureFrontDoor.Backend, or a subnet's id",
    ),
]


class Network(Section):
    """A virtual network: made here, or made by others and only used."""

    range: Range | None = Field(
        default=None,
        description="The addresses of the virtual network that is made; left out where the subnets are there already.",
        examples=["10.20.0.0/24"],
    )
    apps: SubnetText = Field(
        description="The subnet by which all apps reach others: its range, or its id where it is there already.",
        examples=["10.20.0.0/26"],
    )
    endpoints: SubnetText | None = Field(
        default=None,
        description="The subnet of the private endpoints: its range, or its id.",
        examples=["10.20.0.64/27"],
    )
    private: tuple[PrivatePart, ...] = Field(
        default=(),
        description="What is reached through private endpoints only; `packages` must be reached by `pulumi up` too.",
        examples=["[storage, vault]"],
    )
    dns: ZoneOwner = Field(
        default="own",
        description="Whether private DNS zones are made and linked here, or looked after elsewhere.",
    )
