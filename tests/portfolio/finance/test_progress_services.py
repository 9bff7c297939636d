"""Writes of measured progress: what is kept, what is refused, and what is told."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted
from portfolio.finance import services
from portfolio.models import PackageMilestone, ProgressReading, WorkPackage
from tests.factories import MilestoneFactory, PackageMilestoneFactory, ReadingFactory, WorkPackageFactory
from tests.portfolio.finance.test_cost_locks import meanwhile

TODAY = date(2026, 6, 15)
TOMORROW = date(2026, 6, 16)
YESTERDAY = date(2026, 6, 14)


def told():
    rows = AuditEntry.objects.filter(node__isnull=False).order_by("pk")
    return list(rows.values_list("verb", "node__code", "reason"))


def add(house, **values):
    values = {"name": "Cut-over", "technique": "50/50", "weight": Decimal(40)} | values
    return services.workpackage_create(actor=house.manager, **{"node": house.project} | values)


def test_package_is_added_edited_and_deleted_with_its_verbs(house):
    row = add(house, reason="Plan 2")
    row = services.workpackage_update(row, {"started_on": TODAY}, actor=house.manager, reason="Begun")
    assert (row.started_on, row.version) == (TODAY, 2)
    services.PACKAGES.delete(row, actor=house.manager, reason="Merged")
    assert told() == [
        ("workpackage.created", "A", "Plan 2"),
        ("workpackage.edited", "A", "Begun"),
        ("workpackage.deleted", "A", "Merged"),
    ]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"started_on": TOMORROW}, "started_on", "This day has not come yet."),
        ({"started_on": TODAY, "finished_on": TOMORROW}, "finished_on", "This day has not come yet."),
        ({"finished_on": TODAY}, "__all__", "A package finishes after it has started."),
        ({"started_on": TODAY, "finished_on": YESTERDAY}, "__all__", "A package finishes after it has started."),
        ({"weight": Decimal("100.001")}, "weight", "less than or equal to 100"),
        ({"technique": "apportioned"}, "__all__", "Name the other package"),
        ({"technique": "guess"}, "technique", "not a valid choice"),
    ],
)  # fmt: skip
def test_package_that_cannot_be_is_refused_where_it_can_be_mended(house, values, field, words):
    with pytest.raises(ValidationError) as error:
        add(house, **values)
    assert words in " ".join(error.value.message_dict[field])
    assert WorkPackage.objects.count() == 0


def test_package_of_a_programme_is_refused(house):
    with pytest.raises(ValidationError, match="Work packages belong to a project"):
        services.workpackage_create(
            actor=house.finance, node=house.portfolio, name="X", technique="effort", weight=Decimal(1)
        )


def test_package_outside_ones_projects_is_refused(house):
    with pytest.raises(NotPermitted):
        services.workpackage_create(
            actor=house.manager, node=house.other, name="X", technique="effort", weight=Decimal(1)
        )
    foreign = WorkPackageFactory(node=house.other)
    for act in (
        partial(services.workpackage_update, foreign, {"name": "Mine"}, actor=house.manager),
        partial(services.PACKAGES.delete, foreign, actor=house.manager),
        partial(services.reading_create, actor=house.manager, package=foreign, as_of=TODAY, percent=Decimal(1)),
        partial(services.readings_add, [services.ReadingLine(foreign, TODAY, Decimal(1))], actor=house.manager),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert told() == []


def test_package_follows_only_a_package_of_its_own_project(house):
    foreign = WorkPackageFactory(node=house.other)
    with pytest.raises(ValidationError, match="This work package does not exist"):
        add(house, technique="apportioned", apportioned_to=foreign)


def test_ring_of_packages_is_refused_and_named(house):
    base = add(house, name="Build")
    second = add(house, name="Check", technique="apportioned", apportioned_to=base)
    third = add(house, name="Sign-off", technique="apportioned", apportioned_to=second)
    change = {"technique": "apportioned", "apportioned_to": third}
    with pytest.raises(ValidationError, match="in a ring: Build → Sign-off → Check → Build"):
        services.workpackage_update(base, change, actor=house.manager)
    with pytest.raises(ValidationError, match="in a ring: Build → Build"):
        services.workpackage_update(base, change | {"apportioned_to": base}, actor=house.manager)
    base.refresh_from_db()
    assert base.apportioned_to is None


@pytest.mark.django_db(transaction=True)
def test_two_edits_at_once_close_no_ring(house):
    one, two = add(house, name="One"), add(house, name="Two")

    def follow(row, base):
        change = {"technique": "apportioned", "apportioned_to": base}
        services.workpackage_update(row, change, actor=house.manager)

    with pytest.raises(ValidationError, match="in a ring: Two → One → Two"):
        meanwhile(lambda: follow(one, two), lambda: follow(two, one))
    assert list(WorkPackage.objects.order_by("name").values_list("technique", flat=True)) == ["apportioned", "50/50"]


def test_package_that_another_follows_stays(house):
    base = add(house, name="Build")
    add(house, name="Check", technique="apportioned", apportioned_to=base)
    with pytest.raises(ValidationError, match="Other rows need this one"):
        services.PACKAGES.delete(base, actor=house.manager)


def test_reading_is_kept_and_may_fall(house):
    package = add(house, technique="physical")
    for day, percent in ((14, 60), (15, 45)):
        services.reading_create(
            actor=house.manager, package=package, as_of=date(2026, 6, day), percent=Decimal(percent), reason="Walk"
        )
    assert list(ProgressReading.objects.values_list("percent", flat=True)) == [45, 60]
    assert told()[1:] == [("reading.created", "A", "Walk")] * 2


def test_reading_of_a_day_to_come_of_another_technique_or_place_is_refused(house):
    physical, halves = add(house, technique="physical"), add(house, name="Halves")
    for package, day, node, words in (
        (physical, TOMORROW, house.project, "This day has not come yet."),
        (halves, TODAY, house.project, "Halves is not measured by readings"),
        (physical, TODAY, house.other, "This work package does not exist."),
    ):
        with pytest.raises(ValidationError, match=words):
            services.reading_create(
                actor=house.finance, package=package, package__node=node, as_of=day, percent=Decimal(1)
            )
    assert ProgressReading.objects.count() == 0


def test_many_readings_are_added_at_once_or_not_at_all(house):
    one, two = add(house, technique="physical"), add(house, name="Two", technique="physical")

    def line(package, percent, day=TODAY):
        return services.ReadingLine(package, day, Decimal(percent), "Walk")

    services.readings_add([line(one, 40), line(two, 10)], actor=house.manager, reason="June")
    assert told()[2:] == [("reading.created", "A", "June")] * 2
    for lines, words in (
        ([line(one, 50, YESTERDAY), line(two, 20, TOMORROW)], "Line 2: This day has not come yet"),
        ([line(one, 50, YESTERDAY), line(two, 101, YESTERDAY)], "Line 2: percent"),
        ([line(one, 50, YESTERDAY), line(two, 20)], "Line 2: There is a reading of this date"),
        ([line(one, 50, YESTERDAY), line(one, 51, YESTERDAY)], "Line 2: There is a reading of this date"),
    ):
        with pytest.raises(ValidationError, match=words):
            services.readings_add(lines, actor=house.manager)
    found = ProgressReading.objects.order_by("package__name").values_list("package__name", "percent", "note")
    assert list(found) == [("Cut-over", 40, "Walk"), ("Two", 10, "Walk")]


def test_milestone_counts_for_a_package_of_its_own_project(house):
    package = add(house, technique="milestones")
    mine, foreign = MilestoneFactory(node=house.project), MilestoneFactory(node=house.other)
    row = services.packagemilestone_create(
        actor=house.manager, package=package, package__node=house.project, milestone=mine, weight=Decimal(60)
    )
    services.PACKAGE_MILESTONES.update(row, {"weight": Decimal(70)}, actor=house.manager)
    services.PACKAGE_MILESTONES.delete(row, actor=house.manager)
    assert [verb for verb, _node, _reason in told()[1:]] == [
        "packagemilestone.created",
        "packagemilestone.edited",
        "packagemilestone.deleted",
    ]
    with pytest.raises(ValidationError, match="This milestone does not exist"):
        services.packagemilestone_create(actor=house.finance, package=package, milestone=foreign, weight=Decimal(60))
    other = add(house, name="Halves")
    with pytest.raises(ValidationError, match="Halves is not measured by milestones"):
        services.packagemilestone_create(actor=house.finance, package=other, milestone=mine, weight=Decimal(60))
    assert PackageMilestone.objects.count() == 0


def test_evidence_stays_with_its_package(house):
    package, other = add(house, technique="physical"), add(house, name="Other", technique="physical")
    reading = ReadingFactory(package=package)
    with pytest.raises(ValidationError, match="It stays where it is"):
        services.READINGS.update(reading, {"package": other}, actor=house.manager)
    counted = PackageMilestoneFactory(
        package=add(house, name="M", technique="milestones"), milestone=MilestoneFactory(node=house.project)
    )
    with pytest.raises(ValidationError, match="It stays where it is"):
        services.PACKAGE_MILESTONES.update(counted, {"package": other}, actor=house.manager)
