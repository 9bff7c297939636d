"""Milestones and their baseline dates: bulk upsert, single edits, scope, frozen baselines."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.models import Milestone, MilestoneBaseline
from portfolio.registry.services import baseline_approve, baseline_open
from portfolio.schedule import services
from portfolio.schedule.services import BaselineDateLine, MilestoneLine

MAY, JULY = date(2027, 5, 20), date(2027, 7, 2)


def _verbs():
    return list(AuditEntry.objects.filter(verb__startswith="milestone.").order_by("pk").values_list("verb", flat=True))


def test_put_inserts_once_and_the_second_time_writes_nothing(house):
    lines = [
        MilestoneLine(house.project, "Go-live", "milestone", MAY),
        MilestoneLine(house.project, "Finish", "finish"),
    ]
    first = services.milestones_put(lines, actor=house.manager)
    second = services.milestones_put(lines, actor=house.manager)
    assert [row.pk for row in first] == [row.pk for row in second]
    assert _verbs() == ["milestone.created"] * 2


def test_put_finds_start_and_finish_by_kind_and_tells_each_kind_of_change(house):
    lines = [
        MilestoneLine(house.project, name, kind, MAY)
        for name, kind in (("End", "finish"), ("A", "gate"), ("B", "gate"))
    ]
    services.milestones_put(lines, actor=house.manager)
    changed = [
        MilestoneLine(house.project, "Project end", "finish", MAY),
        MilestoneLine(house.project, "A", "gate", JULY),
        MilestoneLine(house.project, "B", "gate", MAY, date(2026, 11, 20)),
    ]
    services.milestones_put(changed, actor=house.manager, reason="week 47")
    assert _verbs()[3:] == ["milestone.achieved", "milestone.reforecast", "milestone.edited"]
    entry = AuditEntry.objects.get(verb="milestone.reforecast")
    assert (entry.changes, entry.reason) == ({"forecast_date": ["2027-05-20", "2027-07-02"]}, "week 47")
    assert sorted(Milestone.objects.values_list("name", "version")) == [("A", 2), ("B", 2), ("Project end", 2)]


def test_put_refuses_all_for_one_foreign_node_or_an_actual_in_the_future(house):
    with pytest.raises(NotPermitted):
        services.milestones_put(
            [MilestoneLine(node, "Go-live", "milestone") for node in (house.project, house.other)], actor=house.manager
        )
    with pytest.raises(ValidationError, match="Line 1: An actual date lies in the past or is today"):
        services.milestones_put(
            [MilestoneLine(house.project, "X", "gate", actual_date=date(2026, 11, 21))], actor=house.manager
        )
    assert Milestone.objects.count() == 0


def _milestone(house, **values):
    values = {"name": "Go-live", "kind": "milestone", "forecast_date": MAY} | values
    return services.milestone_create(actor=house.manager, node=house.project, **values)


def test_update_of_the_forecast_is_told_with_before_and_after(house):
    row = _milestone(house)
    services.milestone_update(
        row, {"forecast_date": JULY}, actor=house.manager, expected_version=1, reason="rehearsal 2"
    )
    entry = AuditEntry.objects.get(verb="milestone.reforecast")
    assert (entry.changes, entry.reason) == ({"forecast_date": ["2027-05-20", "2027-07-02"]}, "rehearsal 2")


def test_update_with_an_old_version_is_refused(house):
    row = _milestone(house)
    services.milestone_update(row, {"forecast_date": JULY}, actor=house.head, expected_version=1)
    with pytest.raises(StaleWrite) as caught:
        services.milestone_update(row, {"forecast_date": MAY}, actor=house.manager, expected_version=1)
    assert caught.value.current.forecast_date == JULY
    assert Milestone.objects.get().version == 2


def test_update_sets_the_actual_date_but_never_in_the_future_or_on_another_project(house):
    row = _milestone(house)
    for values, name in (({"actual_date": date(2026, 11, 21)}, "actual_date"), ({"node": house.other}, "node")):
        with pytest.raises(ValidationError) as caught:
            services.milestone_update(row, values, actor=house.head)
        assert list(caught.value.message_dict) == [name]
    services.milestone_update(row, {"actual_date": date(2026, 11, 20)}, actor=house.manager)
    assert _verbs()[-1] == "milestone.achieved"


def test_outside_the_scope_nothing_is_written(house):
    row = _milestone(house)
    for write in (
        lambda: services.milestone_create(actor=house.manager, node=house.other, name="X", kind="gate"),
        lambda: services.milestone_update(row, {"name": "X"}, actor=house.executive),
        lambda: services.milestone_delete(row, actor=house.executive),
    ):
        with pytest.raises(NotPermitted):
            write()
    assert Milestone.objects.get().name == "Go-live"


def test_delete_tells_what_was_lost(house):
    services.milestone_delete(_milestone(house), actor=house.manager)
    assert AuditEntry.objects.get(verb="milestone.deleted").changes["name"] == ["Go-live", None]


def _baselined(house):
    row = _milestone(house)
    draft = baseline_open(house.project, actor=house.manager, action="schedule.edit")
    services.baseline_dates_set([BaselineDateLine(row, draft, MAY)], actor=house.manager)
    return row, draft


def test_baseline_dates_are_set_changed_and_taken_out_of_a_draft(house):
    row, draft = _baselined(house)
    for day in (JULY, None):
        services.baseline_dates_set([BaselineDateLine(row, draft, day)], actor=house.manager)
    entries = AuditEntry.objects.filter(verb="milestone.baselined", object_id=row.pk).order_by("pk")
    assert [entry.changes["baseline_date"] for entry in entries] == [
        [None, "2027-05-20"],
        ["2027-05-20", "2027-07-02"],
        ["2027-07-02", None],
    ]
    assert MilestoneBaseline.objects.count() == 0


def test_baseline_dates_refuse_foreign_milestones_and_baselines(house):
    row, draft = _baselined(house)
    foreign = services.milestone_create(actor=house.head, node=house.other, name="X", kind="gate")
    with pytest.raises(NotPermitted):
        services.baseline_dates_set([BaselineDateLine(foreign, draft, MAY)], actor=house.manager)
    other = baseline_open(house.other, actor=house.head)
    with pytest.raises(ValidationError, match="Line 1: This baseline does not exist"):
        services.baseline_dates_set([BaselineDateLine(row, other, JULY)], actor=house.head)
    assert list(MilestoneBaseline.objects.values_list("date", flat=True)) == [MAY]


def test_approved_baseline_is_frozen_for_services_and_database(house):
    row, draft = _baselined(house)
    baseline_approve(draft, actor=house.head, reason="Gate 3")
    with pytest.raises(ValidationError, match="An approved baseline is frozen"):
        services.baseline_dates_set([BaselineDateLine(row, draft, JULY)], actor=house.head)
    for write in (
        lambda: MilestoneBaseline.objects.update(date=JULY),
        lambda: MilestoneBaseline.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="An approved baseline is frozen"), transaction.atomic():
            write()
    with pytest.raises(ValidationError, match="Other rows need this one"):
        services.milestone_delete(row, actor=house.manager)
    assert MilestoneBaseline.objects.get().date == MAY


def test_next_draft_starts_as_a_copy_of_the_current_dates(house):
    row, draft = _baselined(house)
    baseline_approve(draft, actor=house.head, reason="Gate 3")
    following = baseline_open(house.project, actor=house.manager)
    assert list(following.milestone_dates.values_list("milestone", "date")) == [(row.pk, MAY)]
