"""A project with measured progress, reserves and a second approved baseline, for whoever looks at its pages."""

from datetime import date, timedelta

from django.db.models import F

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import Currency, Milestone, MilestoneBaseline, Node
from portfolio.registry.services import baseline_approve, baseline_open
from tests.factories import (
    PackageMilestoneFactory,
    ReadingFactory,
    ReserveDrawFactory,
    ReserveFactory,
    WorkPackageFactory,
)


class Measured:
    """Five packages that share the budget, one of each way to measure; two kinds of reserve, one drawn.

    Before that the plan is approved anew, with later dates, and the forecasts get a history of nine months.
    """

    def __init__(self, node: Node, today: date, currency: Currency) -> None:
        self.node, self.today = node, today
        begun = today - timedelta(days=200)
        self.approve_anew()
        self.move_forecasts()
        add = self.add
        self.package = add("Build and test", 40, "physical", started_on=begun)
        for days, percent in ((150, 10), (120, 18), (90, 30), (60, 35), (30, 45), (2, 52)):
            self.reading = ReadingFactory(
                package=self.package, as_of=today - timedelta(days=days), percent=percent, note="Counted on site"
            )
        stages = add("Cut-over", 25, "milestones", started_on=begun)
        for number, done in enumerate((90, None)):
            day = today - timedelta(days=done) if done else None
            milestone = Milestone.objects.create(
                node=node, name=f"Rehearsal {number + 1}", actual_date=day, forecast_date=day or today
            )
            self.counted = PackageMilestoneFactory(package=stages, milestone=milestone, weight=50)
        add("Design", 15, "50/50", started_on=begun, finished_on=today - timedelta(days=100))
        add("Inspection", 10, "apportioned", apportioned_to=self.package)
        add("Project office", 10, "effort")
        self.reserve = ReserveFactory(node=node, name="Ground risk", amount=1_500_000, currency=currency)
        self.draw = ReserveDrawFactory(
            reserve=self.reserve, amount=400_000, drawn_on=today - timedelta(days=20), purpose="Wet ground in hall 2"
        )
        ReserveFactory(node=node, name="Price risk", amount=500_000, currency=currency)
        ReserveFactory(node=node, name="Board reserve", kind="management", amount=2_000_000, currency=currency)

    def approve_anew(self) -> None:
        draft = baseline_open(self.node, actor=SYSTEM)
        rows = MilestoneBaseline.objects.filter(baseline=draft)
        rows.update(date=F("date") + timedelta(days=30))
        baseline_approve(draft, actor=SYSTEM, reason="The supplier asked for a month")

    def move_forecasts(self) -> None:
        """Record on each of nine months a forecast of every milestone, a week later each time."""
        events = Milestone.pgh_event_model.objects
        for row in Milestone.objects.filter(node=self.node):
            wanted = row.forecast_date or row.actual_date or self.today
            for ago in range(9, 0, -1):
                Milestone.objects.filter(pk=row.pk).update(forecast_date=wanted - timedelta(weeks=ago))
                last = events.filter(pgh_obj=row).latest("pgh_id")
                events.filter(pk=last.pk).update(pgh_created_at=clock.now() - timedelta(days=30 * ago))
            events.filter(pgh_obj=row, pgh_label="insert").update(pgh_created_at=clock.now() - timedelta(days=300))
            Milestone.objects.filter(pk=row.pk).update(forecast_date=wanted)

    def add(self, name: str, weight: int, technique: str, **values: object) -> object:
        return WorkPackageFactory(node=self.node, name=name, weight=weight, technique=technique, **values)

    @property
    def keys(self) -> dict[str, int]:
        """Return a row of each noun by the noun's name."""
        rows = {"workpackage": self.package, "reading": self.reading, "packagemilestone": self.counted}
        rows |= {"reserve": self.reserve, "reservedraw": self.draw}
        return {noun: row.pk for noun, row in rows.items()}
