"""Two people at the same moment, on two connections: the second waits, and then sees what the first wrote."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from pmo.core.errors import StaleWrite
from portfolio.benefits import services
from portfolio.models import BenefitValue
from portfolio.registry.services import baseline_approve, baseline_open
from tests.portfolio.finance.test_cost_locks import meanwhile

D = Decimal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [None, D(10)])
def test_two_grids_at_once_never_overwrite_each_other(house, before):
    """Also where the cell was empty: then there is no row yet that the first could hold."""
    made = house.benefit()
    if before:
        house.set(made, "forecast", Jul_2026="10")
    mine, theirs = house.line(made, "Jul 2026", "30"), house.line(made, "Jul 2026", "20")
    with pytest.raises(StaleWrite) as caught:
        meanwhile(
            lambda: services.benefit_values_set([theirs], actor=house.head, seen={theirs.cell: before}),
            lambda: services.benefit_values_set([mine], actor=house.manager, seen={mine.cell: before}),
        )
    assert caught.value.current == {mine.cell: D(20)}
    assert BenefitValue.objects.get().amount == D(20)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_share_a_benefit_at_once_follow_one_another(house):
    made = house.benefit()
    with pytest.raises(StaleWrite):
        meanwhile(
            lambda: services.benefit_shares_set(made, [services.ShareLine(house.other, D(100))], actor=house.head),
            lambda: services.benefit_shares_set(
                made, [services.ShareLine(house.project, D(100))], actor=house.head, seen={}
            ),
        )
    assert [(share.node, share.percent) for share in made.shares.all()] == [(house.other, D(100))]


@pytest.mark.django_db(transaction=True)
def test_no_target_slips_into_a_baseline_while_it_is_approved(house):
    made = house.benefit()
    draft = baseline_open(house.project, actor=house.head, action="benefit.edit")
    line = house.line(made, "Jul 2026", "40", value_version="target", baseline=draft)
    with pytest.raises(ValidationError, match="An approved baseline is frozen"):
        meanwhile(
            lambda: baseline_approve(draft, actor=house.head, reason="Gate 3"),
            lambda: services.benefit_values_set([line], actor=house.manager),
        )
    assert BenefitValue.objects.count() == 0
