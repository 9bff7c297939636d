"""The demo as a whole: loaded once for this module, as `make run` loads it, and taken away at the end."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max
from django.test import Client

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.exchange.demo import clearing, drawing, packages
from portfolio.exchange.demo.logins import DEMO_PASSWORD, DEMO_ROOT, LOGINS
from portfolio.exchange.demo.plans import Plans
from portfolio.exchange.demo.replay import steps
from portfolio.exchange.demo.story import Course
from portfolio.exchange.demo.words.objectives import LEFT_BEHIND, ORPHANS
from portfolio.models import (
    Action,
    Assumption,
    Baseline,
    Benefit,
    BenefitShare,
    BenefitValue,
    Contribution,
    CostRow,
    Dependency,
    Escalation,
    Issue,
    Membership,
    Milestone,
    Node,
    NodeKind,
    Objective,
    ProgressReading,
    Reserve,
    ReserveDraw,
    Risk,
    RiskMatrix,
    RiskResponse,
    User,
    WorkPackage,
)
from portfolio.people.models import Role
from portfolio.registry.services import node_create
from portfolio.status.models import AssuranceRating, StatusReport
from reporting.health.services import rules_install_defaults
from reporting.rollup.models import NodeRollup, NodeRollupHistory
from tests.factories import UserFactory
from tests.reporting.demo_rows import LEFT, changes_within_a_month, codes, codes_of, filled_tables, indices, projects

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


@pytest.fixture(scope="module")
def stories(demo):
    """What was decided beforehand, drawn again: the same day gives the same stories."""
    return drawing.draw(clock.today(), steps(clock.now())[0].at.date())


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


def test_load_has_third_baselines_with_reasons(demo):
    assert Baseline.objects.filter(node__kind=NodeKind.PROJECT, number=3, is_current=True).count() == 3
    reasons = set(Baseline.objects.filter(number__gte=2).values_list("reason", flat=True))
    assert len(reasons) >= 5
    assert "" not in reasons
    assert projects().filter(rebaselines=2).count() == 3


def test_load_stays_believable(demo):
    root = NodeRollup.objects.get(node__code=DEMO_ROOT)
    assert 0.55 <= root.n_on / (root.n_on + root.n_risk + root.n_off) <= 0.72


# --- registers: the counts are those of tests/portfolio/exchange/test_demo_plans.py, with nine risks above projects ---


def test_load_fills_the_registers(demo):
    assert Counter(Risk.objects.values_list("kind", "state")) == {
        ("threat", "open"): 268 + 9,
        ("threat", "occurred"): 38,
        ("threat", "closed"): 74,
        ("opportunity", "open"): 24,
    }
    assert Counter(Issue.objects.values_list("state", flat=True)) == {"open": 42, "resolved": 17}
    assert Issue.objects.exclude(raised_from=None).count() == 38
    assert Counter(Escalation.objects.values_list("state", flat=True)) == {
        "asked": 6,
        "accepted": 7,
        "declined": 4,
        "withdrawn": 1,
    }
    assert Assumption.objects.count() == 93
    assert Assumption.objects.filter(state="open", confirm_by__lt=clock.today()).count() == 10
    assert RiskMatrix.objects.get().node.code == "TP"


def test_load_rolls_registers_up(demo):
    root = NodeRollup.objects.get(node__code=DEMO_ROOT)
    assert root.risks_open == 301
    assert root.risks_red == 10 + 6 + 1  # troubled ones, those of whom their managers warn, and the Harbour Line
    assert (root.issues_open, root.issues_overdue) == (42, 11)
    assert (root.escalations, root.actions_overdue) == (6, 29)
    assert root.emv_threat > root.emv_opportunity > 0
    assert root.values_without_rate == 0


def test_load_has_expected_values_above_contingency_on_troubled_projects_only(demo, stories):
    above = projects().filter(emv_threat__gt=F("contingency_left"), contingency__gt=0)
    assert codes(above) == codes_of(stories, Course.TROUBLED)


def test_load_has_risks_that_moved_within_a_month(demo):
    moved = changes_within_a_month()
    assert sum(change > 0 for change in moved) >= 15
    assert sum(change < 0 for change in moved) >= 15


def test_load_has_inherent_current_and_residual_classes(demo):
    risks = Risk.objects.filter(state="open", kind="threat")
    assert not risks.filter(inherent_probability=None).exists()
    assert risks.exclude(residual_probability=None).count() > 130
    assert risks.filter(inherent_probability=F("current_probability"), inherent_impact=F("current_impact")).count() < 60


def test_load_tells_one_story_of_trouble(demo, stories):
    """A project that is off track has its issue, a threat above appetite, and an action that is overdue."""
    troubled = codes_of(stories, Course.TROUBLED)
    told = {story.code: story.trouble for story in stories}
    grave = Issue.objects.filter(state="open", severity__in=["3_high", "4_critical"]).exclude(raised_from=None)
    assert troubled <= codes(grave)
    for issue in grave.filter(node__code__in=troubled).select_related("node", "raised_from"):
        before, after = told[issue.node.code].risks
        assert (issue.title, issue.raised_from.title) == (before.issue, before.title)
        risk = Risk.objects.get(node=issue.node, title=after.title)
        assert (risk.state, risk.proximity) == ("open", "imminent")
        assert risk.responses.filter(action__done_on=None, action__due__lt=clock.today()).count() == 1
    assert {row.risk_colour for row in projects().filter(node__code__in=troubled)} == {"off"}


def test_load_has_actions_done_with_evidence_open_and_overdue(demo):
    done = Action.objects.exclude(done_on=None)
    assert done.count() > 200
    assert not done.filter(evidence="").exists()
    assert Action.objects.filter(done_on=None, due__gte=clock.today()).count() > 100
    assert Action.objects.filter(done_on__gt=F("due")).count() > 30  # late, and done
    assert set(RiskResponse.objects.values_list("strategy", flat=True)) == {
        "avoid",
        "reduce",
        "transfer",
        "contingent",
        "exploit",
        "enhance",
    }
    assert Action.objects.filter(node__kind=NodeKind.PROGRAMME, owner__email__startswith="sponsor").exists()


def test_load_has_dependencies_kept_and_broken(demo):
    states = Counter(Dependency.objects.values_list("state", flat=True))
    assert states.total() == 28
    assert states["met"] >= 4
    assert states["agreed"] >= 8
    assert states["broken"] >= 4
    assert Dependency.objects.filter(promised_for__gt=F("needed_by")).exclude(state="met").count() >= 4


# --- benefits, strategy, measured progress and reserves ---


def test_load_has_benefits_of_every_kind(demo):
    assert Counter(Benefit.objects.values_list("kind", flat=True)) == {"benefit": 74 + 31 + 6, "disbenefit": 14}
    assert Benefit.objects.filter(nature="measured").count() == 31
    assert set(Benefit.objects.values_list("nature", flat=True)) == {"cashable", "non_cashable", "measured"}
    assert Benefit.objects.exclude(closed_on=None).count() == 2  # those of the stopped project
    shared = BenefitShare.objects.values("benefit").annotate(of=Count("pk")).order_by("of")
    assert [row["of"] for row in shared] == [2, 3, 3]
    root = NodeRollup.objects.get(node__code=DEMO_ROOT)
    assert root.reviews_overdue == 3 + 3
    assert root.benefit_target > root.benefit_forecast > root.benefit_target * 9 / 10
    assert root.benefit_actual > 3_000_000


def test_load_has_forecasts_that_slip_and_actuals_after_the_start(demo, stories):
    short = projects().filter(benefit_colour__in=["risk", "off"])
    assert codes(short) & codes_of(stories, Course.TROUBLED)
    assert not codes(short) & codes_of(stories, Course.STEADY, Course.EARLY, Course.RECOVERED)
    assert codes(projects().filter(benefit_actual__gt=0)) >= codes_of(stories, Course.COMPLETE)
    assert not BenefitValue.objects.filter(value_version="actual", period__start__gt=clock.today()).exists()
    assert not BenefitValue.objects.filter(value_version="target", baseline__state="draft").exists()


def test_load_has_objectives_and_orphans(demo):
    assert Objective.objects.count() == 10
    assert Objective.objects.get(code="O7").closed_on is not None
    served = Contribution.objects.filter(objective__closed_on=None, strength__gt=0, node__kind=NodeKind.PROJECT)
    assert NodeRollup.objects.get(node__code=DEMO_ROOT).orphans == len(ORPHANS) + len(LEFT_BEHIND) == 8
    assert not codes(served) & {*ORPHANS, *LEFT_BEHIND}


def test_load_measures_progress_by_all_six_techniques(demo, stories):
    assert WorkPackage.objects.values("technique").distinct().count() == 6
    assert projects().filter(ev_projects=1).count() == sum(packages.MEASURED.values()) == 40
    index = indices()
    bad = codes_of(stories, Course.TROUBLED, Course.OPTIMIST) & index.keys()
    assert len(bad) == 10
    assert all(index[code][0] < 1 and index[code][1] < 0.92 for code in bad)
    fine = codes_of(stories, Course.STEADY, Course.EARLY, Course.RECOVERED, Course.COMPLETE) & index.keys()
    assert len(fine) == 22
    assert all(index[code][0] > 0.95 and index[code][1] > 0.95 for code in fine)
    last = ProgressReading.objects.values("package").annotate(on=Max("as_of"))
    assert last.filter(on__gte=clock.today() - timedelta(days=14)).count() >= 30


def test_load_has_watermelons_that_earned_value_gives_away(demo, stories):
    hidden = projects().filter(reported="on", computed="off")
    assert codes(hidden) == codes_of(stories, Course.OPTIMIST)
    assert not hidden.filter(ev_earned__gte=F("ev_actual")).exists()


def test_load_has_reserves_with_draws(demo):
    assert Counter(Reserve.objects.values_list("kind", flat=True)) == {"contingency": 117, "management": 5}
    assert ReserveDraw.objects.count() == 84 + 4
    root = NodeRollup.objects.get(node__code=DEMO_ROOT)
    assert 0 < root.contingency_left < root.contingency
    assert root.management_reserve - root.management_reserve_left == 320_000 + 240_000 + 450_000 + 180_000


def test_plans_drawn_again_are_what_was_loaded(demo, stories):
    kept = Plans.draw(stories, steps(clock.now())[0].at.date(), clock.today()).registers
    expected = {(register.code, risk.hazard.title): risk.now.cell for register in kept for risk in register.risks}
    rows = Risk.objects.values_list("node__code", "title", "current_probability", "current_impact")
    assert {(code, title): (probability, impact) for code, title, probability, impact in rows} == expected


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
    assert filled_tables() == LEFT
    with pytest.raises(CommandError, match="no demo"):
        run("clear")
