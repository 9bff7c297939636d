"""What tests of money's pages share: an approved budget, and the text of an answer."""

from portfolio.finance import services
from portfolio.registry.services import baseline_approve, baseline_open


def approve(house, amounts, **values):
    """Approve a baseline whose budget is that of the current one with `amounts` by month written over it."""
    draft = baseline_open(house.project, actor=house.finance)
    lines = [
        house.line(label, amount, cost_version="budget", baseline=draft, **values) for label, amount in amounts.items()
    ]
    services.cost_rows_set(lines, actor=house.finance)
    return baseline_approve(draft, actor=house.finance, reason="Gate 3")


def text(response):
    return " ".join(response.content.decode().split())
