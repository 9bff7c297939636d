"""Importing editions: the published ones to the last figure, and what a later file may and may not change."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted
from portfolio.models import (
    AssuranceRating,
    Baseline,
    CostRow,
    Edition,
    EditionPresence,
    Milestone,
    Node,
    Role,
    WholeLifeEstimate,
)
from portfolio.registry import services as registry
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant
from tests.portfolio.exchange.conftest import CELLS, DATA, edition, load, needs_data, published

CODE = CELLS["project_number"]
EXEMPT = "Exempt under Section 43 of the Freedom of Information Act 2000 (Commercial Interests)"


def million(value):
    return Decimal(value) * 1_000_000


def project(code=CODE):
    return Node.objects.get(code=code)


def estimates(code=CODE):
    return list(WholeLifeEstimate.objects.filter(node__code=code).order_by("as_of").values_list("as_of", "amount"))


# --- the published editions; expected figures from the issue and ../shared/data/README.md ---------


@needs_data
@pytest.mark.django_db
def test_published_2021_then_2022_give_the_known_figures():
    first = load(published(2021)).as_json()
    assert (first["rows"], first["created"], first["edition_whole_life_cost"]) == (184, 184, 541951.37)
    assert (first["updated"], first["absent"], first["live_whole_life_cost"]) == (0, 0, 541951.37)
    assert first["ratings"]["Amber"] == 84
    second = load(published(2022)).as_json()
    assert (second["rows"], second["created"], second["updated"], second["absent"]) == (235, 76, 159, 25)
    assert (second["edition_whole_life_cost"], second["live_whole_life_cost"]) == (494181.00, 580829.84)
    assert {name: second["ratings"][name] for name in ("Amber", "Red", "Green")} == {
        "Amber": 170,
        "Red": 27,
        "Green": 24,
    }
    assert second["ratings"]["Exempt"] + second["ratings"]["Not rated"] == 14

    assert Node.objects.filter(kind="project").count() == 260
    portfolio = Node.objects.get(kind="portfolio")
    assert (portfolio.code, portfolio.name) == ("GMPP", "Government Major Projects Portfolio")
    absent = EditionPresence.objects.filter(in_latest=False, last_edition__year=2021)
    assert (absent.count(), EditionPresence.objects.filter(in_latest=True).count()) == (25, 235)
    dated = AssuranceRating.objects.values("node").annotate(n=Count("as_of", distinct=True), rows=Count("pk"))
    assert (dated.filter(n=2).count(), dated.filter(rows__gt=2).count()) == (159, 0)
    sums = dict(WholeLifeEstimate.objects.order_by().values_list("as_of").annotate(Sum("amount")))
    assert sums == {date(2021, 3, 31): million("541951.37"), date(2022, 3, 31): million("494181.00")}
    latest = (
        WholeLifeEstimate.objects.order_by("node_id", "-as_of").distinct("node_id").values_list("amount", flat=True)
    )
    assert sum(amount for amount in latest if amount is not None) == million("580829.84")


@needs_data
@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing():
    load(published(2021))
    load(published(2022))
    history = [model.objects.count() for model in _history()]
    entries = AuditEntry.objects.count()
    again = load(published(2022)).as_json()
    assert (again["created"], again["updated"], again["unchanged"], again["absent"]) == (0, 0, 235, 25)
    assert again["live_whole_life_cost"] == 580829.84
    assert (AuditEntry.objects.count(), [model.objects.count() for model in _history()]) == (entries, history)


def _history():
    nouns = (Node, Baseline, Milestone, CostRow, WholeLifeEstimate, AssuranceRating)
    return [noun.pgh_event_model for noun in nouns]


@needs_data
@pytest.mark.django_db
def test_an_import_needs_few_queries_however_many_rows():
    with CaptureQueriesContext(connection) as queries:
        load(published(2021))
    assert len(queries) < 250  # 184 projects, about 1,500 rows


# --- one project over two editions ---------------------------------------------------------------


def test_first_edition_sets_baseline_dates_and_later_ones_only_forecasts(office):
    load(edition(2021, {}))
    load(edition(2022, {"end_date": "2033-06-30", "total_baseline": "£70.00"}))
    finish = Milestone.objects.get(node__code=CODE, kind="finish")
    assert finish.forecast_date == date(2033, 6, 30)
    dates = finish.baseline_dates.values_list("baseline__number", "baseline__state", "baseline__is_current", "date")
    assert list(dates) == [(1, "approved", False, date(2030, 3, 31)), (2, "approved", True, date(2030, 3, 31))]
    assert list(Baseline.objects.values_list("number", "reason")) == [
        (1, "GMPP 2021 edition"),
        (2, "GMPP 2022 edition"),
    ]


def test_annual_figures_stand_in_their_financial_year_and_the_next_baseline_carries_earlier_ones(office):
    load(edition(2021, {}))
    load(edition(2022, {"total_baseline": "£70.00", "forecast_incl_NGC": "£71.25"}))
    rows = CostRow.objects.order_by("cost_version", "baseline__number", "period__start")
    assert list(rows.values_list("cost_version", "baseline__number", "period__label", "amount")) == [
        ("budget", 1, "FY 2020/21", million("100.50")),
        ("budget", 2, "FY 2020/21", million("100.50")),
        ("budget", 2, "FY 2021/22", million(70)),
        ("forecast", None, "FY 2020/21", million(98)),
        ("forecast", None, "FY 2021/22", million("71.25")),
    ]


@pytest.mark.parametrize("cell", [EXEMPT, "", "Data not provided"])
def test_a_missing_figure_clears_the_current_one_and_history_keeps_it(office, cell):
    load(edition(2021, {}))
    result = load(edition(2022, {"wlc_baseline_incl_NCG": cell, "end_date": EXEMPT})).as_json()
    assert estimates() == [(date(2021, 3, 31), million("2013.02")), (date(2022, 3, 31), None)]
    assert (result["edition_whole_life_cost"], result["live_whole_life_cost"]) == (0.0, 0.0)
    note = WholeLifeEstimate.objects.get(as_of="2022-03-31").note
    assert (cell or "(blank)") in note.split("\n\n")[0]
    finish = Milestone.objects.get(kind="finish")
    assert (finish.forecast_date, finish.baseline_dates.get(baseline__is_current=True).date) == (
        None,
        date(2030, 3, 31),
    )


def test_a_date_that_comes_later_becomes_the_baseline_date(office):
    load(edition(2021, {"end_date": EXEMPT, "total_baseline": EXEMPT}))
    assert not Milestone.objects.filter(kind="finish").exists()
    load(edition(2022, {"total_baseline": EXEMPT}))
    finish = Milestone.objects.get(kind="finish")
    assert [(one.baseline.number, one.date) for one in finish.baseline_dates.all()] == [(2, date(2030, 3, 31))]


def test_a_row_without_dates_and_budget_opens_no_baseline(office):
    load(edition(2021, {"start_date": EXEMPT, "end_date": EXEMPT, "total_baseline": ""}))
    assert (Node.objects.filter(kind="project").count(), Baseline.objects.count()) == (1, 0)


def test_each_edition_gives_one_rating_by_its_own_scale_and_reviewer(office):
    load(edition(2021, {"colour_rating": "Amber/red"}))
    load(edition(2022, {"colour_rating": "", "sro": "Green", "rating_comment": "Better."}))
    rows = AssuranceRating.objects.order_by("as_of").values_list("as_of", "source", "scale", "value", "comment")
    assert list(rows) == [
        (date(2021, 3, 31), "ipa", "five", "amber_red", "Steady."),
        (date(2022, 3, 31), "sro", "three", "green", "Better."),
    ]


def test_a_corrected_file_of_the_same_edition_replaces_its_figures(office):
    load(edition(2022, {"colour_rating": "Red"}))
    corrected = {"colour_rating": "", "sro": "Amber", "total_baseline": EXEMPT, "forecast_incl_NGC": ""}
    result = load(edition(2022, corrected | {"wlc_baseline_incl_NCG": "£7.00"})).as_json()
    assert (result["updated"], result["live_whole_life_cost"]) == (1, 7.0)
    assert list(AssuranceRating.objects.values_list("source", "value")) == [("sro", "amber")]
    current = CostRow.objects.filter(baseline__is_current=True)
    assert (current.count(), CostRow.objects.filter(cost_version="forecast").count()) == (0, 0)
    assert CostRow.objects.filter(baseline__number=1, amount=million("100.50")).count() == 1
    assert Edition.objects.count() == 1


def test_what_people_wrote_about_a_milestone_stays(office):
    load(edition(2021, {}))
    Milestone.objects.filter(kind="start").update(name="Kick-off", actual_date="2015-04-02", is_critical=True)
    load(edition(2022, {"start_date": "2015-05-01"}))
    start = Milestone.objects.get(kind="start")
    assert (start.name, start.actual_date, start.is_critical, start.forecast_date) == (
        "Kick-off",
        date(2015, 4, 2),
        True,
        date(2015, 5, 1),
    )


def test_texts_and_place_of_a_project(office):
    programme = NodeFactory(code="P", kind="programme", parent=office.portfolio)
    load(edition(2021, {}))
    registry.node_move(project(), programme, actor=office.head)
    result = load(edition(2022, {"project_name": "Rail II", "description_aims": "More."})).as_json()
    node = project()
    assert (result["created"], result["updated"], node.parent) == (0, 1, programme)
    assert (node.name, node.description, node.organisation_unit, node.category, node.lifecycle) == (
        "Rail II",
        "More.",
        "DFT",
        "Infrastructure and Construction",
        "deliver",
    )


def test_absent_projects_stay_and_come_back(office):
    load(edition(2021, {}, {"project_number": "B", "wlc_baseline_incl_NCG": "£5.00"}))
    result = load(edition(2022, {}))
    assert (result.absent, result.as_json()["live_whole_life_cost"]) == (1, 2018.02)
    assert [entry.object_label for entry in AuditEntry.objects.filter(verb="edition.absent")] == ["B Rail: 2021"]
    back = load(edition(2022, {}, {"project_number": "B"}))
    assert (back.updated, back.unchanged, back.absent) == (1, 1, 0)
    assert EditionPresence.objects.get(node__code="B").in_latest
    assert AuditEntry.objects.filter(verb="edition.returned").count() == 1


# --- refusals: nothing is written ----------------------------------------------------------------


def refused(result):
    assert Node.objects.filter(kind="project", parent__code="GMPP").count() == 0
    return [(one.row, one.column, one.message) for one in result.errors]


def test_one_bad_row_and_nothing_is_written(office):
    before = AuditEntry.objects.count()
    result = load(edition(2021, {}, {"project_number": "B", "start_date": "soon"}))
    assert refused(result) == [(3, "start_date", "Not a date. Write it as 2027-03-31, or “Data not provided”.")]
    figures = result.as_json()
    assert (figures["rows"], figures["created"], figures["live_whole_life_cost"]) == (2, 0, None)
    assert (AuditEntry.objects.count(), WholeLifeEstimate.objects.count()) == (before, 0)


def test_fields_that_do_not_fit_are_named_by_column(office):
    row = {
        "project_number": "no spaces!",
        "project_name": "x" * 251,
        "department": "y" * 121,
        "report_category": "z" * 121,
    }
    found = refused(load(edition(2021, row, {"project_number": "", "project_name": " "})))
    assert [(at, column) for at, column, _words in found] == [
        (2, "department"),
        (2, "project_name"),
        (2, "project_number"),
        (2, "report_category"),
        (3, "project_name"),
        (3, "project_number"),
    ]
    assert found[3][2] == "Ensure this value has at most 120 characters (it has 121)."


def test_taken_codes_read_alike_whether_seen_or_hidden(office):
    hidden = PortfolioFactory(code="HIDDEN")
    NodeFactory(code="FAR", parent=hidden)
    NodeFactory(code="NEAR", kind="programme", parent=office.portfolio)
    rows = [{"project_number": code} for code in ("FAR", "NEAR", "HIDDEN")]
    found = refused(load(edition(2021, *rows), actor=office.head))
    assert {
        words.replace(code, "X") for (_r, _c, words), code in zip(found, ("FAR", "NEAR", "HIDDEN"), strict=True)
    } == {"Project with this Code already exists. Write another code than X."}


def test_into_a_hidden_portfolio_reads_like_a_taken_code(office):
    PortfolioFactory(code="HIDDEN")
    result = load(edition(2021, {}), into="HIDDEN", actor=office.head)
    assert [one.message for one in result.errors] == [
        "Project with this Code already exists. Write another code than HIDDEN."
    ]


def test_an_older_edition_after_a_newer_one_is_refused(office):
    load(edition(2022, {}))
    result = load(edition(2021, {}))
    assert [one.message for one in result.errors] == [
        "The edition 2022 is imported already, so GMPP 2021 comes too late. Import editions by their years."
    ]
    assert estimates() == [(date(2022, 3, 31), million("2013.02"))]


def test_a_draft_baseline_is_not_approved_in_passing(office):
    load(edition(2021, {}))
    registry.baseline_open(project(), actor=office.head)
    result = load(edition(2022, {}))
    assert [(one.row, one.message) for one in result.errors] == [
        (2, "This project has a draft baseline. Approve it first, then import.")
    ]


def test_a_heading_without_rows_is_refused(office):
    assert refused(load(edition(2021), year=2021)) == [(None, "", "The file names no project.")]


def test_dry_run_tells_the_difference_and_writes_nothing(office):
    load(edition(2021, {}))
    before = AuditEntry.objects.count()
    result = load(
        edition(2022, {"project_name": "Rail II", "end_date": "2031-03-31"}, {"project_number": "B"}), dry_run=True
    )
    assert (result.created, result.updated, AuditEntry.objects.count()) == (1, 1, before)
    assert project().name == "Rail"
    changes = {one["label"]: (one["before"], one["after"]) for one in result.changed[0]["changes"]}
    assert changes["Name"] == ("Rail", "Rail II")
    assert changes["Finish, forecast"] == ("31 Mar 2030", "31 Mar 2031")
    assert changes["Whole-life cost, as of 31 Mar 2022"] == ("£2,013.02m", "£2,013.02m")
    assert changes["Budget FY 2021/22"] == ("Unknown", "£100.50m")


# --- rights --------------------------------------------------------------------------------------


def test_a_pmo_head_imports_and_leads_the_portfolio_that_is_made(office):
    result = load(edition(2021, {}), into="NEW", actor=office.head)
    assert (result.errors, result.new_portfolio, project().parent.code) == ([], True, "NEW")
    roles = list(office.head.memberships.order_by("pk").values_list("node__code", "role"))
    assert roles == [("GMPP", "pmo_head"), ("NEW", "pmo_head")]
    assert set(AuditEntry.objects.filter(verb="node.created").values_list("actor", flat=True)) == {office.head.pk}


def test_an_analyst_is_told_that_baselines_need_a_pmo_head(office):
    result = load(edition(2021, {}), actor=office.analyst)
    assert refused(result) == [
        (None, "", "The file sets baselines, which you may not approve here. Ask a PMO head to import it.")
    ]


def test_an_analyst_imports_what_sets_no_baseline(office):
    row = {"start_date": EXEMPT, "end_date": EXEMPT, "total_baseline": EXEMPT}
    result = load(edition(2021, row), actor=office.analyst)
    assert (result.errors, result.created) == ([], 1)


def test_an_analyst_cannot_open_a_portfolio(office):
    result = load(edition(2021, {}), into="NEW", actor=office.analyst)
    assert next(one.message for one in result.errors).startswith("There is no portfolio NEW that you may import into")
    assert not Node.objects.filter(code="NEW").exists()


def test_an_executive_may_not_import(office):
    with pytest.raises(NotPermitted):
        load(edition(2021, {}), actor=office.executive)


def test_a_role_elsewhere_does_not_reach_this_portfolio(office):
    stranger = UserFactory()
    grant(stranger, Role.PMO_HEAD, PortfolioFactory(code="ELSEWHERE"))
    result = load(edition(2021, {}), actor=stranger)
    assert [one.message for one in result.errors] == [
        "Project with this Code already exists. Write another code than GMPP."
    ]


@needs_data
def test_hostile_texts_are_stored_unharmed(office):
    payloads = (DATA / "badinput/csv-payload.txt").read_text(encoding="utf-8").splitlines()
    texts = [
        *payloads,
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE portfolio_node;--",
        "\u202etest\u202e",
        "ﷺ" * 20,
    ]
    rows = [{"project_number": f"B{n}", "project_name": text, "budget_comment": text} for n, text in enumerate(texts)]
    result = load(edition(2021, *rows, encoding="utf-8"))
    assert result.errors == []
    stored = dict(Node.objects.filter(kind="project").values_list("code", "name"))
    assert stored == {f"B{n}": text for n, text in enumerate(texts)}
    assert all(text in WholeLifeEstimate.objects.get(node__code=f"B{n}").note for n, text in enumerate(texts))
