"""The shared plan in `oneplan.yaml`."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from oneplan.manifest.models.azure import checked
from oneplan.manifest.models.base import Named, Section, fault
from oneplan.manifest.models.kinds import Between, Pattern
from oneplan.manifest.values import OperatingSystem

_SKU = Pattern(
    expression="[Ff]1|[Dd]1|[BbSs][1-3]|[Pp](?:[1-3][Vv]2|[0-3][Vv][34]|[1-5][Mm][Vv][34])"
    "|[Ii](?:[1-6][Vv][24]|[1-5][Mm][Vv][24])",
    code="WJ015",
    wrong="is not a plan size",
    right="write one such as B1, S1, P0v3 or P1v3",
)


class Autoscale(Section):
    """How the number of machines follows the load."""

    min: Annotated[int, Between(1, 100)] = Field(
        description="There are never fewer machines than this.", examples=["1"]
    )
    max: Annotated[int, Between(1, 100)] = Field(description="There are never more machines than this.", examples=["3"])
    cpu: Annotated[int, Between(1, 99)] = Field(
        default=70,
        description="A machine is added when the processors are busier than this percentage.",
        examples=["70"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max < self.min:
            raise fault("WJ014", f"max {self.max} is below min {self.min}; make it {self.min} or more")
        return self


class Plan(Section):
    """The shared App Service plan."""

    os: OperatingSystem = Field(default="linux", description="The operating system of the plan.")
    sku: Annotated[str, _SKU] = Field(
        description="The size of the plan's machines.", examples=["B2", "S1", "P0v3", "P1v3"]
    )
    instances: Annotated[int, Between(1, 100)] = Field(
        default=1, description="How many machines there are.", examples=["2"]
    )
    autoscale: Autoscale | None = Field(
        default=None, description="The number of machines follows the load.", examples=["{min: 1, max: 3}"]
    )
    zone_redundant: bool = Field(default=False, description="The machines are spread over availability zones.")
    azure: Annotated[Named[Any], AfterValidator(checked("plan"))] = Field(
        default_factory=dict, description="Raw arguments of azure-native's `web.AppServicePlan`, in snake_case."
    )
