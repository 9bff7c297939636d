"""The schedule tab, milestones and the dates of a draft baseline, as people use them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from portfolio.models import Baseline, Milestone, MilestoneBaseline
from portfolio.registry.services import baseline_approve, baseline_open
from portfolio.schedule import services
from portfolio.schedule.services import BaselineDateLine, MilestoneLine

SCHEDULE = "/nodes/A/schedule/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def planned(house):
    """The mock's project: rehearsal 2 done 36 d late; gate 4 and go-live forecast 63 d late."""
    lines = [
        MilestoneLine(house.project, "Rehearsal 2", "milestone", date(2026, 11, 14), date(2026, 11, 14)),
        MilestoneLine(house.project, "Gate 4", "gate", date(2027, 5, 20)),
        MilestoneLine(house.project, "Go-live", "finish", date(2027, 7, 2), is_critical=True),
    ]
    rows = services.milestones_put(lines, actor=house.manager)
    draft = baseline_open(house.project, actor=house.manager, action="schedule.edit")
    dates = (date(2026, 10, 9), date(2027, 3, 18), date(2027, 4, 30))
    services.baseline_dates_set(
        [BaselineDateLine(row, draft, day) for row, day in zip(rows, dates, strict=True)], actor=house.manager
    )
    baseline_approve(draft, actor=house.head, reason="Gate 3")
    return house


def _text(response):
    return " ".join(response.content.decode().split())


def _one(name):
    return Milestone.objects.get(name=name)


def test_schedule_page_holds_each_milestone_against_the_baseline(planned, as_):
    response = as_(planned.executive).get(SCHEDULE)
    found = [
        (row.name, row.standing.state, row.standing.baseline, row.standing.expected, row.standing.slip)
        for row in response.context["panel"]["rows"]
    ]
    assert found == [
        ("Rehearsal 2", "done", date(2026, 10, 9), date(2026, 11, 14), 36),
        ("Gate 4", "off", date(2027, 3, 18), date(2027, 5, 20), 63),
        ("Go-live", "off", date(2027, 4, 30), date(2027, 7, 2), 63),
    ]
    page = _text(response)
    assert "Two milestones carry the same 63 days" in page
    assert "against baseline 1" in page
    assert page.count("+63 d") == 2


def test_forecast_is_edited_in_its_row_with_a_reason(planned, as_):
    row = _one("Go-live")
    client = as_(planned.manager)
    opened = client.get(f"{SCHEDULE}?edit={row.pk}", **HTMX)
    assert opened.content.decode().lstrip().startswith('<section class="gh-panel" id="milestones"')
    assert 'value="2027-07-02"' in opened.content.decode()
    data = {"forecast_date": "2027-08-02", "version": row.version, "reason": "rehearsal 3"}
    answer = client.post(f"/milestones/{row.pk}/forecast/", data, **HTMX)
    assert "Go-live is 94 d late, and 1 more is late" in _text(answer)
    entry = AuditEntry.objects.get(verb="milestone.reforecast")
    assert (entry.changes, entry.reason) == ({"forecast_date": ["2027-07-02", "2027-08-02"]}, "rehearsal 3")


def test_forecast_edit_without_javascript_returns_to_the_page(planned, as_):
    row = _one("Go-live")
    data = {"forecast_date": "2027-08-02", "version": row.version}
    response = as_(planned.manager).post(f"/milestones/{row.pk}/forecast/", data)
    assert (response.status_code, response["Location"]) == (302, SCHEDULE)


def test_stale_forecast_is_refused_with_both_dates_and_can_be_saved_knowingly(planned, as_):
    row = _one("Go-live")
    services.milestone_update(row, {"forecast_date": date(2027, 9, 1)}, actor=planned.head)
    client = as_(planned.manager)
    data = {"forecast_date": "2027-08-02", "version": row.version, "reason": "typed words"}
    response = client.post(f"/milestones/{row.pk}/forecast/", data, **HTMX)
    page = _text(response)
    assert (response.status_code, _one("Go-live").forecast_date) == (409, date(2027, 9, 1))
    for kept in (
        "1 Sep 2027",
        'value="2027-08-02"',
        'value="typed words"',
        f'name="version" value="{row.version + 1}"',
    ):
        assert kept in page
    assert client.post(f"/milestones/{row.pk}/forecast/", data | {"version": row.version + 1}).status_code == 302
    assert _one("Go-live").forecast_date == date(2027, 8, 2)


def test_unreadable_forecast_is_kept_and_named(planned, as_):
    row = _one("Go-live")
    response = as_(planned.manager).post(
        f"/milestones/{row.pk}/forecast/", {"forecast_date": "soon", "version": row.version}, **HTMX
    )
    assert response.status_code == 422
    assert "Enter a valid date." in response.content.decode()
    assert 'value="soon"' in response.content.decode()


def test_nothing_of_a_project_outside_the_scope_is_shown_or_written(planned, as_):
    (foreign,) = services.milestones_put(
        [MilestoneLine(planned.other, "Canary", "gate", date(2027, 1, 1))], actor=planned.head
    )
    client = as_(planned.manager)
    for url in (
        "/nodes/B/schedule/",
        "/nodes/B/milestones/",
        "/nodes/B/milestones/new/",
        "/nodes/B/schedule/baseline/dates/",
        f"/milestones/{foreign.pk}/",
        f"/milestones/{foreign.pk}/edit/",
        f"/milestones/{foreign.pk}/history/",
    ):
        assert client.get(url).status_code == 404, url
    data = {"forecast_date": "2028-01-01", "version": 1, "name": "X", "kind": "gate"}
    for url in ("forecast/", "edit/", "delete/"):
        assert client.post(f"/milestones/{foreign.pk}/{url}", data).status_code == 404
    assert _one("Canary").forecast_date == date(2027, 1, 1)
    assert "Canary" not in client.get("/milestones/").content.decode()
    assert "Canary" not in client.get(f"{SCHEDULE}?edit={foreign.pk}").content.decode()


def test_reader_gets_no_editor(planned, as_):
    client = as_(planned.executive)
    page = client.get(f"{SCHEDULE}?edit={_one('Go-live').pk}").content.decode()
    assert "forecast_date" not in page
    assert client.post(f"/milestones/{_one('Go-live').pk}/forecast/", {"version": 1}).status_code == 404


def test_create_ignores_keys_that_are_not_in_the_form(house, as_):
    data = {
        "name": "Go-live",
        "kind": "finish",
        "forecast_date": "2027-07-02",
        "node": house.other.pk,
        "version": 7,
        "id": 99,
    }
    assert as_(house.manager).post("/nodes/A/milestones/new/", data).status_code == 302
    row = Milestone.objects.get()
    assert (row.node, row.version, row.forecast_date, row.pk == 99) == (house.project, 1, date(2027, 7, 2), False)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"actual_date": "2026-11-21"}, "actual_date", "An actual date lies in the past or is today"),
        ({"name": ""}, "name", "This field is required."),
        ({"name": "Go-live"}, "__all__", "This project has a milestone of this name."),
        ({"kind": "finish"}, "__all__", "A project has one start and one finish."),
    ],
)
def test_create_says_what_to_correct(planned, as_, values, field, words):
    data = {"name": "New", "kind": "milestone"} | values
    response = as_(planned.manager).post("/nodes/A/milestones/new/", data)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors.get(field))
    assert Milestone.objects.count() == 3


def test_stale_edit_is_refused_and_the_typed_text_stays(planned, as_):
    row = _one("Gate 4")
    services.milestone_update(row, {"name": "Gate four"}, actor=planned.head)
    data = {"name": "My gate", "kind": "gate", "version": row.version}
    response = as_(planned.manager).post(f"/milestones/{row.pk}/edit/", data)
    assert (response.status_code, Milestone.objects.get(pk=row.pk).name) == (409, "Gate four")
    assert response.context["form"]["name"].value() == "My gate"


def _dates(rows, draft, **typed):
    stored = dict(MilestoneBaseline.objects.filter(baseline=draft).values_list("milestone_id", "date"))
    data = {"reason": "exception plan"}
    for row in rows:
        day = stored[row.pk].isoformat()
        data |= {f"date-{row.pk}": day, f"seen-{row.pk}": day}
    return data | typed


def test_draft_dates_are_edited_and_the_approved_ones_stay(planned, as_):
    client = as_(planned.manager)
    assert client.get(f"{SCHEDULE}baseline/dates/").status_code == 404
    assert client.post(f"{SCHEDULE}baseline/").status_code == 302
    draft = Baseline.objects.get(state="draft")
    go_live = _one("Go-live")
    filled = client.get(f"{SCHEDULE}baseline/dates/?from=forecast").context["form"]
    assert filled[f"date-{go_live.pk}"].value() == date(2027, 7, 2)
    data = _dates(Milestone.objects.all(), draft, **{f"date-{go_live.pk}": "2027-07-02"})
    assert client.post(f"{SCHEDULE}baseline/dates/", data).status_code == 302
    found = go_live.baseline_dates.order_by("baseline__number").values_list("baseline__number", "date")
    assert list(found) == [(1, date(2027, 4, 30)), (2, date(2027, 7, 2))]
    entry = AuditEntry.objects.filter(verb="milestone.baselined").order_by("-pk").first()
    assert (entry.changes, entry.reason) == ({"baseline_date": ["2027-04-30", "2027-07-02"]}, "exception plan")


def test_draft_date_changed_by_another_is_not_overwritten_unknowingly(planned, as_):
    draft = baseline_open(planned.project, actor=planned.head)
    go_live = _one("Go-live")
    data = _dates(Milestone.objects.all(), draft, **{f"date-{go_live.pk}": "2027-07-02"})
    services.baseline_dates_set([BaselineDateLine(go_live, draft, date(2027, 6, 1))], actor=planned.head)
    client = as_(planned.manager)
    response = client.post(f"{SCHEDULE}baseline/dates/", data)
    assert response.status_code == 409
    assert MilestoneBaseline.objects.get(milestone=go_live, baseline=draft).date == date(2027, 6, 1)
    page = response.content.decode()
    assert "Somebody saved 1 Jun 2027 meanwhile." in page
    assert f'name="seen-{go_live.pk}" value="2027-06-01"' in page
    assert client.post(f"{SCHEDULE}baseline/dates/", data | {f"seen-{go_live.pk}": "2027-06-01"}).status_code == 302
    assert MilestoneBaseline.objects.get(milestone=go_live, baseline=draft).date == date(2027, 7, 2)


@pytest.mark.parametrize("url", ["/milestones/", "/nodes/A/milestones/", SCHEDULE])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(house, as_, url, django_assert_num_queries):
    client = as_(house.head)
    services.milestones_put([MilestoneLine(house.project, "M0", "gate", date(2027, 1, 1))], actor=house.head)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        assert client.get(url).status_code == 200
    services.milestones_put([MilestoneLine(house.project, f"M{n}", "gate") for n in (1, 2)], actor=house.head)
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_list_and_export_show_the_same_rows_sorted_by_slip(planned, as_):
    client = as_(planned.executive)
    page = client.get("/nodes/A/milestones/?sort=-slip,name&achieved=false")
    assert [[str(cell.html) for cell in row.cells][-1] for row in page.context["table"]["rows"]] == ["+63\u00a0d"] * 2
    response = client.get("/nodes/A/milestones/export.csv?sort=-slip,name&cols=name,state,baseline_date,slip")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Milestone,State,Baseline,Slip in days",
        "Gate 4,Off track,2027-03-18,63",
        "Go-live,Off track,2027-04-30,63",
        "Rehearsal 2,Complete,2026-10-09,36",
    ]


def test_overview_shows_the_milestones_panel_only_where_it_says_something(planned, as_):
    client = as_(planned.executive)
    assert "Two milestones carry the same 63 days" in _text(client.get("/nodes/A/"))
    assert "No milestones yet" in _text(client.get("/nodes/B/"))
    assert "No milestones yet" not in _text(client.get("/nodes/P/"))
