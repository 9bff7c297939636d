"""A filled register on one project, relative to a day: what tests of pages look at."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portfolio.models import Node
from tests.factories import (
    ActionFactory,
    AssumptionFactory,
    CurrencyFactory,
    DependencyFactory,
    EscalationFactory,
    IssueFactory,
    RiskFactory,
    RiskResponseFactory,
)

DAY = timedelta(days=1)


class Register:
    """Four risks (two red threats, one amber, one opportunity) with responses, and one row of everything else."""

    def __init__(self, node: Node, above: Node, other: Node, today: date, owner: Any = None) -> None:
        currency = CurrencyFactory()
        money = {"probability_percent": 50, "currency": currency}
        self.risks = [
            RiskFactory(node=node, title="Reconciliation fails at cutover", current_probability=4, current_impact=5,
                residual_probability=2, residual_impact=4, impact_amount=3_800_000, owner=owner,
                review_on=today + 14 * DAY, proximity="near", category="Data", **money),
            RiskFactory(node=node, title="Second window lost to price change", current_probability=5, current_impact=4,
                impact_amount=2_200_000, owner=owner, review_on=today - 3 * DAY, **money),
            RiskFactory(node=node, title="Key data contractor leaves", current_probability=3, current_impact=4),
            RiskFactory(node=node, title="Old licences can be sold", kind="opportunity", current_probability=2,
                current_impact=2, impact_amount=400_000, **money),
        ]  # fmt: skip
        done = {"done_on": today - 10 * DAY, "evidence": "Minutes of the board"}
        actions = [
            ActionFactory(node=node, title="Re-run on a sample of 10%", due=today + 14 * DAY, owner=owner),
            ActionFactory(node=node, title="Agree the second window", due=today - 2 * DAY, owner=owner),
            ActionFactory(node=node, title="Name a deputy", due=today - 9 * DAY, **done),
        ]
        strategies = ("reduce", "avoid", "transfer")
        responses = [
            RiskResponseFactory(risk=risk, action=action, strategy=strategy)
            for risk, action, strategy in zip(self.risks, actions, strategies, strict=False)
        ]
        self.response = responses[0]
        self.issue = IssueFactory(node=node, title="Meter reads are dated wrongly", severity="3_high", owner=owner,
            due=today - DAY, raised_on=today - 20 * DAY)  # fmt: skip
        self.assumption = AssumptionFactory(node=node, title="Prices hold until May", confirm_by=today + 30 * DAY)
        self.dependency = DependencyFactory(node=node, provider=other, title="Signed interface contract",
            needed_by=today + 60 * DAY, promised_for=today + 81 * DAY, state="agreed")  # fmt: skip
        DependencyFactory(node=other, provider=node, title="Cleaned customer data", needed_by=today + 90 * DAY)
        asked = datetime.combine(today - 4 * DAY, time(9), tzinfo=UTC)
        self.escalation = EscalationFactory(node=node, to_node=above, risk=self.risks[1], asked_at=asked,
            asked_by=owner, reason="The second window needs the programme's agreement.")  # fmt: skip
