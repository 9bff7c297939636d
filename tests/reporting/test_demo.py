"""The demo as a whole: loaded once for this module, as `make run` loads it, and taken away at the end."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.exchange.demo import clearing
from portfolio.exchange.demo.logins import DEMO_PASSWORD, DEMO_ROOT, LOGINS
from portfolio.models import Baseline, CostRow, Membership, Milestone, Node, NodeKind, User
from portfolio.people.models import Role
from portfolio.registry.services import node_create
from portfolio.status.models import AssuranceRating, StatusReport
from reporting.health.services import rules_install_defaults
from reporting.rollup.models import NodeRollup, NodeRollupHistory
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db  # what a test writes is undone; the demo below it stays


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load the demo; what the command printed is the value."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.VAR_DIR", tmp_path_factory.mktemp("var"))
        printed = StringIO()
        try:
            call_command("demo", "load", stdout=printed)
            yield printed.getvalue()
        finally:
            clearing.empty_tables()
            rules_install_defaults(actor=SYSTEM)  # the migrations' own row, which other tests find


def projects():
    return NodeRollup.objects.filter(node__kind=NodeKind.PROJECT)


def run(*words, **options):
    printed = StringIO()
    call_command("demo", *words, stdout=printed, **options)
    return printed.getvalue()


def test_load_makes_the_tree(demo):
    assert Counter(Node.objects.values_list("kind", flat=True)) == {
        "portfolio": 1,
        "sub_portfolio": 5,
        "programme": 10,
        "project": 120,
    }
    assert Node.objects.get(code="TP-001").parent.code == "TP-HL"
    assert Node.objects.get(code="TP-024").parent.code == "TP"


def test_load_prints_progress_and_logins(demo):
    assert "Month 7 of 18: " in demo
    assert "Week 12 of the last 12: " in demo
    assert DEMO_PASSWORD in demo
    assert all(person.email in demo for person in LOGINS.values())


def test_load_has_every_status(demo):
    root = NodeRollup.objects.get(node__code=DEMO_ROOT)
    assert root.projects == 120
    assert 5 <= root.n_off <= 20
    assert 15 <= root.n_risk <= 40
    assert 4 <= root.n_nr <= 15
    assert 50 <= root.n_on <= 85
    assert root.n_hold == 3
    assert root.n_done == 4
    assert root.rates_missing == 0


def test_load_has_silent_projects(demo):
    assert projects().filter(missed_cycles__gte=1, status="nr").count() >= 4


def test_load_has_watermelons_with_reasons(demo):
    better = projects().filter(reported="on", computed__in=["risk", "off"])
    assert better.count() >= 3
    for row in better:
        report = StatusReport.objects.filter(node=row.node).order_by("-week_start").first()
        differing = {name for name in ("cost", "schedule") if getattr(row, f"{name}_colour") in ("risk", "off")}
        assert differing <= set(report.reasons)


def test_load_has_slips_and_new_baselines(demo):
    since = clock.now() - timedelta(weeks=12)
    rising = [
        row.node.code
        for row in projects().select_related("node").filter(slip_days__gt=20)
        if (then := NodeRollupHistory.objects.filter(node=row.node, recorded_from__lte=since).last())
        and row.slip_days > then.slip_days + 4
    ]
    assert len(rising) >= 5
    assert 12 <= Baseline.objects.filter(number=2, is_current=True).count() <= 16
    again = Baseline.objects.filter(number=2).first()
    assert CostRow.objects.filter(baseline=again).exists()
    assert again.milestone_dates.exclude(date=F("milestone__baseline_dates__date")).exists()


def test_load_has_a_trend_of_eighteen_months(demo):
    rows = list(NodeRollupHistory.objects.filter(node__code=DEMO_ROOT).order_by("recorded_from", "pk"))
    assert len({row.recorded_from.strftime("%Y-%m") for row in rows}) >= 18
    assert all(before.recorded_to == after.recorded_from for before, after in pairwise(rows))
    assert rows[-1].recorded_to is None
    assert rows[-1].recorded_from <= clock.now()
    assert rows[0].n_off == 0


def test_load_dates_history_like_the_replay(demo):
    events = Milestone.pgh_event_model.objects.order_by("pgh_id")
    span = events.last().pgh_created_at - events.first().pgh_created_at
    assert span > timedelta(days=450)


def test_load_agrees_with_a_full_recomputation(demo):
    printed = StringIO()
    call_command("recompute_rollups", "--check", stdout=printed)
    assert "0 differences" in printed.getvalue()


def test_load_has_reports_ratings_and_currencies(demo):
    recent = StatusReport.objects.filter(week_start__gte=clock.today() - timedelta(weeks=3))
    assert recent.exclude(done="").count() == recent.count() > 200
    assert recent.exclude(help_needed="").exists()
    assert recent.filter(author=F("node__owner")).count() == recent.count()
    assert AssuranceRating.objects.values("node").distinct().count() >= 25
    assert set(CostRow.objects.values_list("currency__code", flat=True).distinct()) == {"GBP", "EUR", "USD"}
    assert not CostRow.objects.filter(cost_version="actual", period__start__gt=clock.today()).exists()


@pytest.mark.parametrize(
    ("role", "count"),
    [
        (Role.PMO_HEAD, 120),
        (Role.PMO_ANALYST, 120),
        (Role.PROJECT_MANAGER, 5),
        (Role.SPONSOR, 24),
        (Role.EXECUTIVE, 120),
        (Role.FINANCE, 120),
        (Role.AUDITOR, 120),
        (Role.ADMINISTRATOR, 120),
    ],
)
def test_login_of_a_role_sees_its_projects(demo, role, count):
    user = User.objects.get(email=LOGINS[role].email)
    assert Client().login(username=user.email, password=DEMO_PASSWORD)
    assert set(Membership.objects.filter(user=user).values_list("role", flat=True)) == {role}
    assert Node.objects.restrict(user, "node.view").filter(kind=NodeKind.PROJECT).count() == count


def test_load_refuses_a_second_time(demo):
    with pytest.raises(CommandError, match="loaded already"):
        run("load")


def test_load_refuses_where_projects_are(demo):
    Node.objects.filter(code=DEMO_ROOT).update(code="REAL")
    with pytest.raises(CommandError, match="holds projects"):
        run("load")


def test_every_verb_refuses_outside_a_local_start(demo, settings):
    settings.LOCAL = False
    for verb in ("load", "clear", "reset"):
        with pytest.raises(CommandError, match="no local start"):
            run(verb)


def test_clear_refuses_where_it_would_lose_more_than_the_demo(demo):
    node_create(actor=SYSTEM, kind=NodeKind.PORTFOLIO, code="REAL", name="Real")
    UserFactory(email="somebody@real.example")
    with pytest.raises(CommandError, match="0 projects and 1 people"):
        run("clear")
    assert projects().count() == 120


def test_clear_leaves_an_administrator_and_an_empty_portfolio(demo, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert "The demo is gone" in run("clear")
    assert list(Node.objects.values_list("code", flat=True)) == ["PORTFOLIO"]
    assert list(User.objects.values_list("email", flat=True)) == [LOGINS[Role.ADMINISTRATOR].email]
    assert Membership.objects.get().role == Role.ADMINISTRATOR
    assert not StatusReport.objects.exists()
    with pytest.raises(CommandError, match="no demo"):
        run("clear")
