"""A small world with everything in it: money in two currencies, re-baselines, reserves, risks, benefits, objectives.

Containers hold rows of their own, one project has nothing at all, and the past was rolled up at two month ends. All is
relative to the day of the test, because pages ask the real clock.
"""

from datetime import timedelta
from typing import Any

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import BenefitShare, BenefitValue, Node
from reporting.health.services import rules_install_defaults
from reporting.rollup.services import recompute
from tests.e2e.house import monday, month, today
from tests.factories import (
    BenefitFactory,
    ContributionFactory,
    ObjectiveFactory,
    RateFactory,
    ReserveDrawFactory,
    ReserveFactory,
    RiskFactory,
    UserFactory,
    grant,
)
from tests.portfolio.finance.measured import Measured
from tests.reporting import world

M = 1_000_000
DAY = timedelta(days=1)


class FullWorld:
    """TOP: PAY (PAY-1, PAY-2, PAY-3 bare), COR (COR-1 in euro, COR-2 on hold), SUB with S-1, and T-1 directly."""

    def __init__(self, *, past: bool = True) -> None:
        rules_install_defaults(actor=SYSTEM)
        self.owner = UserFactory(name="Hanne Brandt")
        self.top = world.portfolio("TOP", name="Change portfolio")
        self.pay = world.programme("PAY", self.top, name="Payments programme")
        self.cor = world.programme("COR", self.top, name="Core systems programme")
        self.sub = world.NodeFactory(code="SUB", kind="sub_portfolio", parent=self.top, name="Regional offices")
        self.projects = {
            code: world.project(code, parent, name=name, owner=self.owner)
            for code, parent, name in (
                ("PAY-1", self.pay, "Instant payments"),
                ("PAY-2", self.pay, "Card scheme migration"),
                ("PAY-3", self.pay, "Fraud screening"),
                ("COR-1", self.cor, "Core data centre exit"),
                ("COR-2", self.cor, "Identity and access renewal"),
                ("S-1", self.sub, "Branch refit"),
                ("T-1", self.top, "Price control submission"),
            )
        }
        RateFactory(valid_from=today() - 700 * DAY, rate="0.8512")
        self.pound, self.euro = world.currency("GBP"), world.currency("EUR")
        self._money()
        self._dates()
        self._risks()
        self._benefits()
        self._strategy()
        self._reports()
        for days in (75, 40) if past else ():
            with clock.at(clock.now() - days * DAY):
                recompute()
        recompute()

    @property
    def containers(self) -> list[Node]:
        return [self.top, self.pay, self.cor, self.sub]

    def person(self, role: str = "executive", node: Node | None = None) -> Any:
        user = UserFactory()
        grant(user, role, node or self.top)
        return user

    def _money(self) -> None:
        p = self.projects
        months = [month(step) for step in range(-6, 6)]
        world.baseline(p["PAY-1"], dict.fromkeys(months[:9], 0.8 * M))
        world.baseline(p["PAY-1"], dict.fromkeys(months[:10], 0.9 * M))
        world.baseline(p["PAY-1"], dict.fromkeys(months, 1 * M))
        Measured(p["PAY-1"], today(), self.pound)
        for name in months[:6]:
            world.cost(p["PAY-1"], "actual", name, 1.4 * M)
        for name in months[6:]:
            world.cost(p["PAY-1"], "forecast", name, 1.15 * M)
        world.baseline(p["PAY-2"], {months[2]: 2 * M, months[9]: "3000000.33"})
        world.cost(p["PAY-2"], "actual", months[2], "1750000.10")
        world.cost(p["PAY-2"], "forecast", months[9], 2 * M)
        world.baseline(p["COR-1"], {months[1]: 4 * M, months[8]: "3333333.33"}, currency="EUR")
        world.baseline(p["COR-1"], {months[1]: 4 * M, months[8]: "3444444.44"}, currency="EUR")
        world.cost(p["COR-1"], "actual", months[1], "4100000.01", "EUR")
        world.cost(p["COR-1"], "forecast", months[8], "3500000.05", "EUR")
        world.baseline(p["COR-2"], {months[7]: 1 * M})
        world.cost(p["COR-2"], "forecast", months[7], 1 * M)
        world.baseline(p["S-1"], {months[7]: 0.5 * M})  # and no forecast
        world.cost(p["T-1"], "forecast", months[7], 0.7 * M)  # and no budget
        for number in (1, 2):  # the programme's own office, approved twice
            world.baseline(self.pay, {months[3]: number * 300_000})
        world.cost(self.pay, "actual", months[3], 280_000)
        world.cost(self.pay, "forecast", months[8], 150_000)
        own = ReserveFactory(node=self.pay, amount=750_000, currency=self.pound)
        ReserveDrawFactory(reserve=own, amount=120_000, drawn_on=today() - 5 * DAY)
        ReserveFactory(node=p["COR-1"], amount=400_000, currency=self.euro)

    def _dates(self) -> None:
        late = {"PAY-1": 63, "PAY-2": 11, "COR-1": 0, "S-1": -7}
        for code, days in late.items():
            begun, finish = today() - 200 * DAY, today() + 150 * DAY
            node = self.projects[code]
            dates = {
                world.milestone(node, "Start", "start", actual_date=begun): begun,
                world.milestone(node, "Gate 3", "gate", actual_date=begun + 60 * DAY): begun + 50 * DAY,
                world.milestone(node, "Gate 4", "gate", forecast_date=finish + (days - 30) * DAY): finish - 30 * DAY,
                world.milestone(node, "Finish", "finish", forecast_date=finish + days * DAY): finish,
            }
            current = node.baselines.get(is_current=True)
            amounts = {
                (row.period.label, row.currency.code): row.amount for row in current.cost_rows.select_related("period")
            }
            currency = next(iter(amounts))[1]
            world.baseline(node, {name: amount for (name, _code), amount in amounts.items()}, dates, currency)

    def _risks(self) -> None:
        money = {"probability_percent": 40, "impact_amount": 1_500_000, "currency": self.pound}
        euro = {"probability_percent": 25, "impact_amount": "800000.02", "currency": self.euro}
        p = self.projects
        RiskFactory(node=p["PAY-1"], title="Reconciliation fails", current_probability=4, current_impact=5, **money)
        RiskFactory(node=p["PAY-1"], title="Window lost", current_probability=5, current_impact=4, **money)
        RiskFactory(node=p["COR-1"], title="Lease runs on", current_probability=2, current_impact=3, **euro)
        RiskFactory(node=p["COR-1"], title="Old halls can be let", kind="opportunity", **euro)
        RiskFactory(node=self.pay, title="Scheme rules change", current_probability=5, current_impact=5, **money)

    def _benefits(self) -> None:
        years = [world.period(month(step)) for step in (-3, 4, 16)]
        for node, currency, scale in (
            (self.projects["PAY-1"], self.pound, 1),
            (self.pay, self.pound, 2),
            (self.projects["COR-1"], self.euro, 3),
        ):
            made = BenefitFactory(node=node, currency=currency)
            current = node.baselines.get(is_current=True)
            draft = node.baselines.create(number=current.number + 1)
            for period in years:
                BenefitValue.objects.create(
                    benefit=made, value_version="target", period=period, baseline=draft, amount=scale * 1_000_000
                )
            self._approve_with_rows_of(current, draft)
            BenefitValue.objects.create(benefit=made, value_version="actual", period=years[0], amount=scale * 700_000)
            for period in years[1:]:
                BenefitValue.objects.create(
                    benefit=made, value_version="forecast", period=period, amount=scale * 900_000
                )
            self.benefit = made
        shares = ((self.projects["COR-1"], "66.67"), (self.projects["COR-2"], "33.33"))
        BenefitShare.objects.bulk_create(
            BenefitShare(benefit=self.benefit, node=node, percent=percent) for node, percent in shares
        )

    def _approve_with_rows_of(self, current: Any, draft: Any) -> None:
        """Make the draft the current baseline, with the money and dates of the one before: benefits came anew."""
        for row in [*current.cost_rows.all(), *current.milestone_dates.all()]:
            row.pk, row.baseline = None, draft
            row._state.adding = True
            row.save()
        type(draft).objects.filter(pk=current.pk).update(is_current=False)
        type(draft).objects.filter(pk=draft.pk).update(state="approved", is_current=True, approved_at=clock.now())

    def _strategy(self) -> None:
        aims = [
            ObjectiveFactory(node=self.top, code=f"O{n}", weight=weight) for n, weight in ((1, 50), (2, 30), (3, 20))
        ]
        for code, aim, strength in (("PAY-1", 0, 80), ("PAY-1", 1, 20), ("COR-1", 0, 100), ("T-1", 2, 40)):
            ContributionFactory(node=self.projects[code], objective=aims[aim], strength=strength)

    def _reports(self) -> None:
        world_now = monday(1)
        for code, colours in (
            ("PAY-1", {"cost": "on", "schedule": "on", "risk": "on"}),  # and the rows say otherwise
            ("PAY-2", {"schedule": "risk"}),
            ("COR-1", {}),
            ("T-1", {}),
        ):
            world.report(self.projects[code], world_now, **colours)
        Node.objects.filter(pk=self.projects["COR-2"].pk).update(lifecycle="on_hold")
