"""Values of benefits: many at once, one at a time, scope, frozen targets, stale writes."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from pmo.core.events import domain_event
from portfolio.benefits import services
from portfolio.models import Baseline, BenefitValue, Lifecycle
from portfolio.registry.services import baseline_approve, baseline_open
from reporting.rollup.models import DirtyNode
from tests.factories import BenefitShareFactory

D = Decimal


def stored(**filters):
    rows = BenefitValue.objects.filter(**filters).order_by("period__start")
    return [(row.value_version, str(row.period), row.amount, row.version) for row in rows]


def test_set_inserts_once_and_the_second_time_writes_nothing(house):
    made = house.benefit()
    lines = [house.line(made, "Jul 2026", "100"), house.line(made, "Aug 2026", "250.50")]
    services.benefit_values_set(lines, actor=house.manager, reason="plan")
    services.benefit_values_set(lines, actor=house.manager)
    assert stored() == [("forecast", "Jul 2026", D(100), 1), ("forecast", "Aug 2026", D("250.50"), 1)]
    entries = AuditEntry.objects.filter(verb__startswith="benefitvalue.").order_by("pk")
    assert [(entry.verb, entry.reason) for entry in entries] == [("benefitvalue.created", "plan")] * 2
    assert [entry.changes["amount"] for entry in entries] == [[None, "100.00"], [None, "250.50"]]


def test_set_changes_takes_away_and_adds_in_one_go(house):
    made = house.benefit()
    house.set(made, "forecast", Jul_2026="100", Aug_2026="50")
    lines = [house.line(made, "Jul 2026", "130"), house.line(made, "Aug 2026", None), house.line(made, "Sep 2026", "7")]
    services.benefit_values_set(lines, actor=house.manager, reason="later")
    assert stored() == [("forecast", "Jul 2026", D(130), 2), ("forecast", "Sep 2026", D(7), 1)]
    entries = AuditEntry.objects.filter(reason="later").order_by("verb")
    assert [(entry.verb, entry.changes["amount"], entry.node_id) for entry in entries] == [
        ("benefitvalue.created", [None, "7.00"], house.project.pk),
        ("benefitvalue.deleted", ["50.00", None], house.project.pk),
        ("benefitvalue.edited", ["100.00", "130.00"], house.project.pk),
    ]


def test_set_for_many_benefits_takes_as_many_queries_as_for_one(house, django_assert_num_queries):
    made = [house.benefit(name=name, node=node) for name in "ab" for node in (house.project, house.other)]
    first = [house.line(made[0], "Jul 2026", "5")]
    with CaptureQueriesContext(connection) as one:
        services.benefit_values_set(first, actor=house.head)
    BenefitValue.objects.all().delete()
    lines = [house.line(benefit, label, "5") for benefit in made for label in ("Jul 2026", "Aug 2026")]
    with django_assert_num_queries(len(one)):
        services.benefit_values_set(lines, actor=house.head)


def test_set_refuses_the_whole_request_for_one_foreign_benefit(house):
    mine, foreign = house.benefit(), house.benefit(node=house.other)
    lines = [house.line(mine, "Jul 2026", "1"), house.line(foreign, "Jul 2026", "2")]
    with pytest.raises(NotPermitted):
        services.benefit_values_set(lines, actor=house.manager)
    assert BenefitValue.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "values", "words"),
    [
        ("1", {"value_version": "actual"}, "Line 2: Jul 2026 has not begun: nothing is realised in it yet."),
        ("1", {"value_version": "target"}, "Line 2: A target belongs to a baseline, and only a target does."),
        ("1", {"value_version": "hope"}, "Line 2: There is no such version."),
        ("-1", {}, "Line 2: Amounts of money carry no sign; a dis-benefit is counted against by its kind."),
    ],
)
def test_set_names_the_faulty_line_and_writes_nothing(house, amount, values, words):
    made = house.benefit()
    lines = [house.line(made, "Aug 2026", "1"), house.line(made, "Jul 2026", amount, **values)]
    with pytest.raises(ValidationError) as caught:
        services.benefit_values_set(lines, actor=house.manager)
    assert caught.value.messages == [words]
    assert BenefitValue.objects.count() == 0


def test_the_same_cell_twice_is_refused(house):
    made = house.benefit()
    lines = [house.line(made, "Jul 2026", "1"), house.line(made, "Jul 2026", "2")]
    with pytest.raises(ValidationError, match="Line 2: stands twice in this request"):
        services.benefit_values_set(lines, actor=house.manager)


def test_measured_value_may_lie_below_zero(house):
    made = house.benefit(nature="measured", currency=None)
    services.benefit_values_set([house.line(made, "Jul 2026", "-5")], actor=house.manager)
    assert stored() == [("forecast", "Jul 2026", D(-5), 1)]


def test_realisation_continues_after_the_project_is_complete(house):
    made = house.benefit()
    house.project.lifecycle = Lifecycle.COMPLETE
    house.project.save()
    services.benefit_values_set([house.line(made, "Jun 2026", "7", value_version="actual")], actor=house.manager)
    assert stored() == [("actual", "Jun 2026", D(7), 1)]


def test_set_refuses_the_baseline_of_another_node(house):
    foreign = baseline_open(house.other, actor=house.head)
    line = house.line(house.benefit(), "Jul 2026", "1", value_version="target", baseline=foreign)
    with pytest.raises(ValidationError, match=r"Line 1: This baseline does not exist\."):
        services.benefit_values_set([line], actor=house.manager)


def test_grid_with_a_cell_changed_meanwhile_is_refused_as_a_whole_and_says_what_stands_there(house):
    made = house.benefit()
    house.set(made, "forecast", Jul_2026="100", Aug_2026="50")
    lines = [house.line(made, "Jul 2026", "1"), house.line(made, "Aug 2026", "2"), house.line(made, "Sep 2026", "3")]
    seen = {line.cell: amount for line, amount in zip(lines, (D(100), D(50), None), strict=True)}
    house.set(made, "forecast", Jul_2026="130", Sep_2026="9")
    with pytest.raises(StaleWrite) as caught:
        services.benefit_values_set(lines, actor=house.manager, seen=seen)
    assert caught.value.current == {lines[0].cell: D(130), lines[2].cell: D(9)}
    assert [amount for _version, _period, amount, _number in stored()] == [130, 50, 9]
    services.benefit_values_set(lines, actor=house.manager, seen=seen | caught.value.current)
    assert [amount for _version, _period, amount, _number in stored()] == [1, 2, 3]


def test_same_amount_typed_by_two_is_no_conflict(house):
    made = house.benefit()
    line = house.line(made, "Jul 2026", "100")
    house.set(made, "forecast", Jul_2026="100")
    services.benefit_values_set([line], actor=house.manager, seen={line.cell: None})
    assert stored() == [("forecast", "Jul 2026", D(100), 1)]


def test_change_of_a_shared_benefit_marks_those_who_claim_it(house):
    made = house.benefit()
    with transaction.atomic():
        BenefitShareFactory(benefit=made, node=house.project, percent=60)
        BenefitShareFactory(benefit=made, node=house.other, percent=40)
    DirtyNode.objects.all().delete()
    house.set(made, "forecast", Jul_2026="5")
    assert set(DirtyNode.objects.values_list("node_id", flat=True)) == {house.project.pk, house.other.pk}


def create(house, benefit, **values):
    values = {"value_version": "forecast", "period": house.month("Jul 2026"), "amount": D(10)} | values
    return services.benefit_value_create(actor=house.manager, benefit=benefit, **values)


def test_create_of_a_target_opens_the_draft_once(house):
    made = house.benefit()
    for label in ("Apr 2026", "May 2026"):
        create(house, made, value_version="target", period=house.month(label))
    draft = Baseline.objects.get()
    assert (draft.number, draft.state, draft.benefit_values.count()) == (1, "draft", 2)


def test_create_outside_the_scope_is_refused_and_opens_nothing(house):
    with pytest.raises(NotPermitted):
        create(house, house.benefit(node=house.other), value_version="target")
    assert (BenefitValue.objects.count(), Baseline.objects.count()) == (0, 0)


def test_benefit_of_another_node_does_not_exist_on_a_page(house):
    with pytest.raises(NotPermitted):
        services.benefit_value_create(
            actor=house.head, benefit=house.benefit(node=house.other), benefit__node=house.project,
            value_version="forecast", period=house.month("Jul 2026"), amount=D(1),
        )  # fmt: skip


@pytest.mark.parametrize(("values", "field"), [({"value_version": "actual"}, "period"), ({"amount": D(-1)}, "amount")])
def test_create_names_the_field_at_fault(house, values, field):
    with pytest.raises(ValidationError) as caught:
        create(house, house.benefit(), **values)
    assert list(caught.value.message_dict) == [field]


def test_update_with_an_old_version_is_refused(house):
    row = create(house, house.benefit())
    services.benefit_value_update(row, {"amount": D(120)}, actor=house.head, expected_version=1)
    with pytest.raises(StaleWrite) as caught:
        services.benefit_value_update(row, {"amount": D(90)}, actor=house.manager, expected_version=1)
    assert (caught.value.current.amount, stored()[0][2:]) == (D(120), (D(120), 2))


def test_update_leaves_benefit_and_version_as_they_are(house):
    row = create(house, house.benefit())
    for values in ({"benefit": house.benefit(name="Other")}, {"value_version": "actual"}):
        with pytest.raises(DomainError):
            services.benefit_value_update(row, values, actor=house.head)


def test_update_cannot_move_an_actual_into_the_future(house):
    row = create(house, house.benefit(), value_version="actual", period=house.month("Jun 2026"))
    with pytest.raises(ValidationError) as caught:
        services.benefit_value_update(row, {"period": house.month("Jul 2026")}, actor=house.manager)
    assert list(caught.value.message_dict) == ["period"]


def test_delete_tells_what_was_lost(house):
    row = create(house, house.benefit())
    services.benefit_value_delete(row, actor=house.manager, reason="twice")
    assert BenefitValue.objects.count() == 0
    assert AuditEntry.objects.get(verb="benefitvalue.deleted").changes["amount"] == ["10.00", None]


def test_approved_target_is_frozen_for_every_service(house):
    made = house.benefit()
    baseline = house.approved(made, Jul_2026="40")
    row = BenefitValue.objects.get()
    for write in (
        lambda: services.benefit_values_set(
            [house.line(made, "Jul 2026", "50", value_version="target", baseline=baseline)], actor=house.head
        ),
        lambda: services.benefit_value_update(row, {"amount": D(50)}, actor=house.head),
        lambda: services.benefit_value_delete(row, actor=house.head),
        lambda: create(house, made, value_version="target", baseline=baseline, period=house.month("Aug 2026")),
    ):
        with pytest.raises(ValidationError, match="An approved baseline is frozen"):
            write()
    assert stored() == [("target", "Jul 2026", D(40), 1)]


def test_approved_target_is_frozen_for_the_database_too(house):
    house.approved(house.benefit(), Jul_2026="40")
    for write in (
        lambda: BenefitValue.objects.update(amount=1),
        lambda: BenefitValue.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="An approved baseline is frozen"), transaction.atomic():
            write()


def test_next_draft_starts_as_a_copy_of_the_current_targets(house):
    made = house.benefit()
    first = house.approved(made, Jul_2026="40", Aug_2026="60")
    draft = baseline_open(house.project, actor=house.manager, action="benefit.edit")
    assert [(str(row.period), row.amount) for row in draft.benefit_values.order_by("period__start")] == [
        ("Jul 2026", D(40)),
        ("Aug 2026", D(60)),
    ]
    entry = AuditEntry.objects.filter(verb="baseline.opened").latest("pk")
    assert entry.changes["benefit targets"] == [None, 2]
    house.set(made, "target", Jul_2026="45")
    baseline_approve(draft, actor=house.head, reason="Exception plan")
    assert [row.amount for row in first.benefit_values.order_by("period__start")] == [40, 60]


def test_events_name_benefits_before_they_are_gone(house):
    """The roll-up asks who claimed a value's benefit while the rows are still there."""
    row = create(house, house.benefit())
    heard = []

    def hear(verb, events, **_):
        heard.extend((verb, event.obj.benefit_id, event.node_id) for event in events)

    domain_event.connect(hear)
    try:
        services.benefit_value_delete(row, actor=house.manager)
    finally:
        domain_event.disconnect(hear)
    assert heard == [("benefitvalue.deleted", row.benefit_id, house.project.pk)]
