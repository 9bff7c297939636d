"""Profiles and shares of benefits: what may change, what is fixed, and that shares are 100% together or none."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.benefits import queries, services
from portfolio.models import Benefit, BenefitShare, Currency, Role
from reporting.rollup.models import DirtyNode
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

D = Decimal


def create(house, **values):
    values = {"name": "Fewer letters", "nature": "cashable", "measure": "Pounds", "currency": house.pound} | values
    return services.benefit_create(actor=house.manager, node=house.project, **values)


def refused(write, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        write(*args, **kwargs)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else caught.value.messages


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"nature": "measured"}, "currency"),
        ({"currency": None}, "currency"),
        ({"baseline_date": date(2026, 6, 16)}, "baseline_date"),
        ({"closed_on": date(2026, 6, 16)}, "closed_on"),
        ({"baseline_date": date(2026, 6, 1), "target_date": date(2026, 5, 31)}, "target_date"),
    ],
)
def test_profile_that_cannot_be_is_refused_at_its_field(house, values, field):
    assert list(refused(create, house, **values)) == [field]
    assert Benefit.objects.count() == 0


def test_benefit_is_added_on_ones_own_project_only(house):
    with pytest.raises(NotPermitted):
        services.benefit_create(
            actor=house.manager, node=house.other, name="x", nature="cashable", measure="x", currency=house.pound
        )
    assert create(house).node == house.project


def test_closing_and_opening_again_are_told_as_such(house):
    made = create(house)
    services.benefit_update(made, {"closed_on": date(2026, 6, 1)}, actor=house.manager)
    services.benefit_update(made, {"name": "Fewer bills"}, actor=house.manager)
    services.benefit_update(made, {"closed_on": None}, actor=house.manager)
    verbs = AuditEntry.objects.filter(object_type="portfolio.benefit").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["benefit.created", "benefit.closed", "benefit.edited", "benefit.reopened"]


def test_benefit_stays_with_its_project(house):
    assert list(refused(services.benefit_update, create(house), {"node": house.other}, actor=house.head)) == ["node"]


def test_meaning_of_an_approved_target_is_fixed(house):
    made = create(house)
    euro = Currency.objects.create(code="EUR", name="Euro")
    house.set(made, "target", Jul_2026="40")
    services.benefit_update(made, {"currency": euro}, actor=house.manager)  # a draft is only a draft
    services.benefit_update(made, {"currency": house.pound}, actor=house.manager)
    house.approved(made, Jul_2026="40")
    for values, field in (
        ({"currency": euro}, "currency"),
        ({"kind": "disbenefit"}, "kind"),
        ({"nature": "measured", "currency": None}, "nature"),
    ):
        assert field in refused(services.benefit_update, made, values, actor=house.manager)
    services.benefit_update(made, {"nature": "non_cashable", "name": "Fewer bills"}, actor=house.manager)
    made.refresh_from_db()
    assert (made.kind, made.currency, made.nature) == ("benefit", house.pound, "non_cashable")


def test_measured_benefit_with_values_below_zero_does_not_turn_into_money(house):
    made = create(house, nature="measured", currency=None)
    services.benefit_values_set([house.line(made, "Jul 2026", "-5")], actor=house.manager)
    values = {"nature": "cashable", "currency": house.pound}
    assert list(refused(services.benefit_update, made, values, actor=house.manager)) == ["nature"]


def test_benefit_with_approved_or_realised_values_stays_on_record(house):
    approved, realised, planned = create(house), create(house, name="B"), create(house, name="C")
    house.approved(approved, Jul_2026="40")
    house.set(realised, "actual", May_2026="1")
    house.set(planned, "forecast", Jul_2026="1")
    for made in (approved, realised):
        words = refused(services.benefit_delete, made, actor=house.manager)
        assert words == ["Its values were approved or realised, so it stays on record: close it instead."]
    services.benefit_delete(planned, actor=house.manager)
    assert list(Benefit.objects.order_by("pk")) == [approved, realised]


def test_stale_profile_is_refused(house):
    made = create(house)
    services.benefit_update(made, {"name": "First"}, actor=house.head, expected_version=1)
    with pytest.raises(StaleWrite):
        services.benefit_update(made, {"name": "Second"}, actor=house.manager, expected_version=1)


# --- shares ----------------------------------------------------------------------------------


def put(house, benefit, *, actor=None, **percents):
    nodes = {"A": house.project, "B": house.other, "P": house.portfolio}
    lines = [services.ShareLine(nodes[code], D(percent)) for code, percent in percents.items()]
    services.benefit_shares_set(benefit, lines, actor=actor or house.head, reason="Steering group")


def shares(benefit):
    return {share.node.code: f"{share.percent.normalize():f}" for share in benefit.shares.select_related("node")}


def test_shares_are_replaced_all_at_once_and_told_with_before_and_after(house):
    made = house.benefit()
    put(house, made, A="60", B="40")
    put(house, made, B="99.999", P="0.001")
    assert shares(made) == {"B": "99.999", "P": "0.001"}
    put(house, made)
    assert shares(made) == {}
    entries = AuditEntry.objects.filter(verb="benefit.shared").order_by("pk")
    assert [entry.changes["shares"] for entry in entries] == [
        [None, "A 60%, B 40%"],
        ["A 60%, B 40%", "B 99.999%, P 0.001%"],
        ["B 99.999%, P 0.001%", None],
    ]
    assert {entry.reason for entry in entries} == {"Steering group"}


def test_same_shares_again_write_nothing(house):
    made = house.benefit()
    put(house, made, A="60", B="40")
    before = list(BenefitShare.objects.values_list("pk", flat=True))
    put(house, made, A="60.000", B="40")
    assert list(BenefitShare.objects.values_list("pk", flat=True)) == before
    assert AuditEntry.objects.filter(verb="benefit.shared").count() == 1


@pytest.mark.parametrize(
    ("percents", "words"),
    [
        ({"A": "60", "B": "39.999"}, "The shares add up to 99.999%, not to 100%."),
        ({"A": "60", "B": "50"}, "The shares add up to 110%, not to 100%."),
        ({"A": "100", "B": "0"}, "Line 2: A share is more than 0%."),
        ({"A": "120", "B": "-20"}, "Line 1: percent: Ensure this value is less than or equal to 100."),
        ({"A": "60", "B": "40.0001"}, "Line 2: percent: Ensure that there are no more than 3 decimal places."),
    ],
)
def test_shares_that_are_not_a_hundred_are_refused_and_leave_the_old_ones(house, percents, words):
    made = house.benefit()
    put(house, made, B="100")
    assert refused(put, house, made, **percents) == [words]
    assert shares(made) == {"B": "100"}


def test_one_project_claims_a_benefit_once(house):
    lines = [services.ShareLine(house.project, D(50))] * 2
    words = refused(services.benefit_shares_set, house.benefit(), lines, actor=house.head)
    assert words == ["One project claims a benefit once."]


def test_database_has_the_last_word_on_a_hundred(house):
    made = house.benefit()
    put(house, made, A="60", B="40")

    def committed(write):
        with transaction.atomic():
            write()
            connection.check_constraints()  # what the end of the transaction does

    for write in (
        lambda: BenefitShare.objects.filter(node=house.other).delete(),
        lambda: BenefitShare.objects.filter(node=house.other).update(percent=41),
        lambda: BenefitShare.objects.create(benefit=made, node=house.portfolio, percent=1),
    ):
        with pytest.raises(IntegrityError, match="The shares of a benefit add up to 100%"):
            committed(write)
    assert shares(made) == {"A": "60", "B": "40"}


def test_claim_for_a_node_outside_ones_view_does_not_exist(house):
    with pytest.raises(NotPermitted):
        put(house, house.benefit(), actor=house.manager, A="50", B="50")
    assert BenefitShare.objects.count() == 0


def test_shares_of_a_benefit_outside_ones_scope_are_not_written(house):
    foreign = house.benefit(node=house.other)
    with pytest.raises(NotPermitted):
        put(house, foreign, actor=house.manager, A="100")
    assert BenefitShare.objects.count() == 0


def test_shares_one_may_not_see_stay_and_are_counted(house):
    made = house.benefit()
    put(house, made, A="60", B="40")
    assert refused(put, house, made, actor=house.manager, A="100") == ["The shares add up to 140%, not to 100%."]
    assert refused(put, house, made, actor=house.manager) == ["The shares add up to 40%, not to 100%."]
    put(house, made, actor=house.manager, A="60")
    assert shares(made) == {"A": "60", "B": "40"}
    assert queries.shares_of(house.manager, made) == [(house.project, D(60)), (None, D(40))]


def test_stale_shares_are_refused_and_say_what_stands(house):
    made = house.benefit()
    put(house, made, A="100")
    lines = [services.ShareLine(house.other, D(100))]
    put(house, made, A="60", B="40")
    with pytest.raises(StaleWrite) as caught:
        services.benefit_shares_set(made, lines, actor=house.head, seen={house.project.pk: D(100)})
    assert caught.value.current == {house.project: D(60), house.other: D(40)}
    seen = {node.pk: percent for node, percent in caught.value.current.items()}
    services.benefit_shares_set(made, lines, actor=house.head, seen=seen)
    assert shares(made) == {"B": "100"}


def test_all_who_claim_or_claimed_are_marked_for_the_roll_up(house):
    made = house.benefit()
    put(house, made, B="100")
    DirtyNode.objects.all().delete()
    put(house, made, P="100")
    dirty = set(DirtyNode.objects.values_list("node_id", flat=True))
    assert dirty == {house.project.pk, house.other.pk, house.portfolio.pk}


def test_change_of_a_benefit_touches_where_it_stands_and_who_claims_it(house):
    made, alone = house.benefit(), house.benefit(name="Alone")
    put(house, made, B="70", P="30")
    assert queries.nodes_counting([made.pk]) == {house.project.pk, house.other.pk, house.portfolio.pk}
    assert queries.nodes_counting(Benefit.objects.filter(pk=alone.pk)) == {house.project.pk}
    assert queries.nodes_counting([]) == set()


def test_deleting_a_benefit_takes_its_shares_along(house):
    made = house.benefit()
    put(house, made, A="60", B="40")
    services.benefit_delete(made, actor=house.head)
    assert BenefitShare.objects.count() == 0


def test_person_of_one_project_learns_amounts_of_a_claim_but_no_name(house):
    """A share that B holds of a benefit on A counts on B; its name stays with those who may see A."""
    made = house.benefit(name="Secret saving")
    house.set(made, "forecast", Jul_2026="100")
    put(house, made, A="75", B="25")
    lead = UserFactory()
    grant(lead, Role.PROJECT_MANAGER, house.other)
    held = queries.node_benefits(lead, house.other)
    assert [(row.benefit, row.share, row.line.forecast) for row in held.rows] == [(None, D(25), D(25))]
    held = queries.node_benefits(house.head, house.other)
    assert [(row.benefit, row.share) for row in held.rows] == [(made, D(25))]


def test_node_shows_what_it_holds_and_claims_and_nothing_else(house):
    elsewhere = PortfolioFactory(code="OUT")
    mine, claimed = house.benefit(), house.benefit(name="Claimed", node=house.other)
    house.benefit(name="Foreign", node=NodeFactory(parent=elsewhere))
    put(house, claimed, A="10", B="90")
    held = queries.node_benefits(house.head, house.project)
    assert [row.benefit for row in held.rows] == [claimed, mine]
