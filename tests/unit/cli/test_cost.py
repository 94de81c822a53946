"""`oneplan cost`, as a user meets it."""

import json

import pytest

from oneplan.cli.cost import over_budget
from oneplan.manifest import load

BUDGET = "budget: {{monthly: {monthly}, currency: {currency}, notify: [ops]}}\n"


def with_budget(shell, monthly: int, currency: str = "USD") -> None:
    text = (shell.root / "oneplan.yaml").read_text()
    shell.write({"oneplan.yaml": text + BUDGET.format(monthly=monthly, currency=currency)})


def test_estimate_is_a_table_with_its_sum_and_the_date_of_the_prices(shell):
    result = shell("cost")

    assert result.code == 0
    rows = [line.split() for line in result.out.splitlines()]
    assert [row[0] for row in rows[:6]] == ["WHAT", "plan", "storage", "queues", "logs", "alerts"]
    assert rows[6][0] == "total"
    assert "List prices of 2026-09 for eastus, without tax: an estimate, no offer." in result.out


def test_estimate_as_json_has_the_same_figures(shell):
    found = json.loads(shell("cost", "--json").out)

    assert found["lines"][0] == {"what": "plan", "basis": "B2 on linux x 1", "least": 24.82, "most": 24.82}
    assert found["most"] == sum(line["most"] for line in found["lines"])


def test_estimate_above_the_budget_is_said(shell):
    with_budget(shell, 10)

    assert "note the budget is 10 USD, less than the estimate of 28" in shell("cost").err


def test_estimate_within_the_budget_is_said(shell):
    with_budget(shell, 100)

    assert shell("cost").err.splitlines()[-1] == "✓ within the budget of 100 USD"


def test_budget_in_another_currency_is_not_compared(shell):
    with_budget(shell, 100, "CHF")

    assert "the budget is in CHF and the list in USD: they are not compared" in shell("cost").err


def test_budget_is_not_called_kept_while_a_part_has_no_price(shell):
    text = (shell.root / "oneplan.yaml").read_text()
    shell.write({"oneplan.yaml": text.replace("sku: B2", "sku: P5mv4")})
    with_budget(shell, 100)

    assert shell("cost").err.splitlines()[-1] == (
        "note what has a price is within the budget of 100 USD; the whole is not known"
    )


@pytest.mark.parametrize(("monthly", "said"), [(100, None), (10, "the budget is 10 USD, less than the estimate of 28")])
def test_up_warns_of_an_estimate_above_the_budget_only(shell, monthly, said):
    with_budget(shell, monthly)

    assert over_budget(load(shell.root, "dev")) == said
