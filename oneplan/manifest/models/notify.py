"""Who is told, and what the plan may cost, in `oneplan.yaml`."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from oneplan.manifest.models.base import Section, fault
from oneplan.manifest.models.kinds import Between, Pattern
from oneplan.manifest.problems import quoted
from oneplan.manifest.values import Currency

_MAIL = Pattern(
    expression=r"[^@\s]+@[^@\s]+\.[^@\s.]+",
    code="WJ083",
    wrong="is not a mail address",
    right="write one such as ops@example.com",
)
_HTTPS = Pattern(
    expression=r"https://[^\s/?#]+[^\s]*",
    code="WJ083",
    wrong="is not an https address",
    right="write one such as https://hooks.example.com/oneplan",
)
_MAIL_SCHEMA = {
    "type": ["string", "array"],
    "pattern": f"^(?:{_MAIL.expression})$",
    "patternErrorMessage": "Write one such as ops@example.com",
    "items": {
        "type": "string",
        "pattern": f"^(?:{_MAIL.expression})$",
        "patternErrorMessage": "Write one such as ops@example.com",
    },
}


def _one_or_more(value: Any) -> Any:
    """Checks a single address here, so that a fault is told at the key and not at an item of a list."""
    if isinstance(value, str):
        return (_MAIL.check(value),)
    if not isinstance(value, list | tuple):
        raise fault("WJ012", f"expected a mail address or a list of them, found {quoted(value)}")
    return tuple(value)


class Notify(Section):
    """A group to tell."""

    email: Annotated[tuple[Annotated[str, _MAIL], ...], BeforeValidator(_one_or_more), WithJsonSchema(_MAIL_SCHEMA)] = (
        Field(default=(), description="The mail address of the group, or a list of them.", examples=["ops@example.com"])
    )
    webhook: Annotated[str, _HTTPS] | None = Field(
        default=None,
        description="An https address that gets every alert in Azure's common schema.",
        examples=["https://hooks.example.com/oneplan"],
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if not self.email and self.webhook is None:
            raise fault("WJ083", "has no address; add an email, for example email: ops@example.com, or a webhook")
        return self


class Budget(Section):
    """What everything together may cost."""

    monthly: Annotated[float, Between(1, 10_000_000)] = Field(
        description="The amount a month that is not to be passed.", examples=["150"]
    )
    currency: Currency = Field(default="USD", description="The currency of the amount.")
    notify: tuple[str, ...] = Field(
        default=(), description="The notify groups to tell when the amount is nearly spent.", examples=["[ops]"]
    )
