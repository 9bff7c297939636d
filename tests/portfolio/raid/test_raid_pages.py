"""The pages of risks, issues and escalations, as people use them. Today is 20 November 2026."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Risk
from tests.contracts.pages import page_of
from tests.factories import (
    AssumptionFactory,
    CurrencyFactory,
    DependencyFactory,
    EscalationFactory,
    IssueFactory,
    RiskFactory,
    RiskMatrixFactory,
    RiskResponseFactory,
)
from tests.portfolio.raid.conftest import TODAY
from tests.portfolio.raid.register import Register
from tests.sheets import body, csv_rows

DAY = timedelta(days=1)
RAID = "/nodes/A/raid/"


@pytest.fixture
def register(house):
    return Register(house.project, house.programme, house.other, TODAY, house.manager)


def words(response):
    return " ".join(" ".join(page_of(response).text).split())


def flat(response):
    return " ".join(response.content.decode().split())


# --- The tab ---------------------------------------------------------------------------------


def test_tab_says_what_the_register_holds(house, register, as_):
    text = words(as_(house.executive).get(RAID))
    for said in (
        "Two of 3 open threats are above appetite",
        "EMV of threats £3.0m",  # 50% of 3.8 and of 2.2 million
        "of opportunities −£200k",  # 50% of 400,000
        "The only open issue is overdue",
        "One assumption to confirm",
        "One of 2 dependencies comes too late",
        "One escalation waits above",
        "Score is probability × impact: yellow from 5, amber from 10, red from 15.",
    ):
        assert said in text, said


def test_matrix_is_a_table_whose_cells_lead_to_their_risks(house, register, as_):
    client = as_(house.executive)
    page = page_of(client.get(RAID))
    head, *rows = page.rows[:6]
    assert [cell.strip() for cell in head] == ["", "Minor", "Moderate", "Major", "Severe", "Critical"]
    assert [row[0] for row in rows] == ["Almost certain", "Likely", "Possible", "Unlikely", "Rare"]
    counts = [[cell.strip() for cell in row[1:]] for row in rows]
    assert counts == [
        ["·", "·", "·", "1↑", "·"],
        ["·", "·", "·", "·", "1↑"],
        ["·", "·", "·", "1↑", "·"],
        ["·", "·", "·", "·", "·"],
        ["·", "·", "·", "·", "·"],
    ]
    links = [attrs["href"] for attrs in page.of("a") if "impact=" in (attrs.get("href") or "")]
    assert len(links) == 3
    listed = client.get(links[1]).context["table"]["rows"]
    assert [str(row.obj) for row in listed] == ["Reconciliation fails at cutover"]


def test_cell_of_a_programme_counts_and_lists_everything_below(house, as_):
    for place in (house.programme, house.project, house.project):
        RiskFactory(node=place, current_probability=2, current_impact=4)
    RiskFactory(node=house.other, current_probability=2, current_impact=4)
    RiskFactory(node=house.project, current_probability=2, current_impact=4, kind="opportunity")
    client = as_(house.head)
    page = page_of(client.get("/nodes/G/raid/"))
    [link] = [attrs["href"] for attrs in page.of("a") if "impact=" in (attrs.get("href") or "")]
    assert client.get(link).context["table"]["count"] == 3
    assert client.get("/nodes/P/raid/").context["panel"]["open"] == 4
    assert client.get("/risks/?below=G&kind=threat").context["table"]["count"] == 3
    assert client.get("/risks/?below=NO-SUCH").context["table"]["count"] == 0


def test_matrix_of_the_portfolio_has_its_words_and_bands(house, as_):
    RiskMatrixFactory(
        node=house.portfolio, probability_labels=["Low", "Mid", "High"], impact_labels=["Small", "Large", "Fatal"],
        yellow_from=2, amber_from=4, red_from=6,
    )  # fmt: skip
    RiskFactory(node=house.project, current_probability=2, current_impact=3)
    response = as_(house.executive).get(RAID)
    assert [row[0] for row in page_of(response).rows[1:4]] == ["High", "Mid", "Low"]
    assert "The only open threat is above appetite" in words(response)
    assert [[cell.band.key for cell in row.cells] for row in response.context["panel"]["rows"]] == [
        ["yellow", "red", "red"], ["yellow", "amber", "red"], ["green", "yellow", "yellow"],
    ]  # fmt: skip


def test_tab_without_anything_says_what_to_do(house, as_):
    text = words(as_(house.manager).get(RAID))
    for said in ("No threat is open", "Log the first risk", "No issue is open", "No dependency is open"):
        assert said in text
    assert "Log the first risk" not in words(as_(house.executive).get(RAID))


def test_nothing_of_a_project_outside_the_scope_is_shown(house, register, as_):
    client = as_(house.stranger)
    for url in (RAID, "/nodes/A/risks/", "/nodes/A/issues/", "/nodes/G/raid/", f"/risks/{register.risks[0].pk}/"):
        assert client.get(url).status_code == 404, url
    listed = client.get("/risks/")
    assert listed.context["table"]["count"] == 0
    assert "Reconciliation" not in listed.content.decode()
    # Both sides of a dependency see it, framed by their own project.
    seen = client.get(f"/dependencies/{register.dependency.pk}/")
    assert "Contact centre" in words(seen)
    assert "/nodes/A/" not in seen.content.decode()


@pytest.mark.parametrize("url", [RAID, "/nodes/P/raid/", "/nodes/A/", "/nodes/P/"])
def test_pages_ask_the_same_queries_for_one_row_and_for_three(house, as_, url):
    client = as_(house.head)

    def make(number):
        asked = RiskFactory(node=house.project, title=f"R{number}", current_probability=5, owner=house.lead,
            impact_amount=10, probability_percent=10, currency=CurrencyFactory())  # fmt: skip
        RiskResponseFactory(risk=asked, action__owner=house.lead)
        IssueFactory(node=house.project, owner=house.lead)
        AssumptionFactory(node=house.project, owner=house.lead)
        DependencyFactory(node=house.project, provider=house.other, owner=house.lead)
        EscalationFactory(node=house.project, to_node=house.portfolio, risk=asked, asked_by=house.manager)
        EscalationFactory(
            node=house.project, to_node=house.programme, issue=IssueFactory(node=house.project), asked_by=house.lead
        )

    def count():
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    make(1)
    count()
    one = count()
    make(2)
    make(3)
    assert count() == one


def test_overview_shows_the_three_highest(house, register, as_):
    response = as_(house.executive).get("/nodes/A/")
    text = words(response)
    assert "Two of 3 open threats are above appetite" in text
    assert "Reduce · Hanne · review 4 Dec 2026" in text
    assert "Avoid · Hanne · review overdue since 17 Nov 2026" in text
    assert "No threat is open" not in words(as_(house.executive).get("/nodes/B/"))


# --- Risks -----------------------------------------------------------------------------------


def log(client, **values):
    data = {"title": "Cutover fails", "current_probability": "4", "current_impact": "5", "kind": "threat"} | values
    return client.post("/nodes/A/risks/new/", data)


def test_log_a_risk_with_the_few_fields_that_matter(house, as_):
    client = as_(house.manager)
    form = client.get("/nodes/A/risks/new/").context["form"]
    assert form["review_on"].value() == TODAY + 28 * DAY
    assert [label for _key, label in form.fields["current_probability"].choices] == [
        "Choose", "1 Rare", "2 Unlikely", "3 Possible", "4 Likely", "5 Almost certain",
    ]  # fmt: skip
    assert log(client, owner=house.lead.pk, review_on="2026-12-04").status_code == 302
    row = Risk.objects.get()
    assert (row.node, row.current_probability, row.current_impact, row.owner, row.review_on, row.raised_on) == (
        house.project, 4, 5, house.lead, date(2026, 12, 4), TODAY,
    )  # fmt: skip
    assert (row.currency, row.state) == (None, "open")


def test_amount_without_a_currency_is_in_the_reporting_currency(house, as_):
    CurrencyFactory()
    log(as_(house.manager), impact_amount="1000", probability_percent="12.5")
    row = Risk.objects.get()
    assert (row.currency.code, row.impact_amount, row.probability_percent) == ("GBP", 1000, Decimal("12.5"))
    text = words(as_(house.manager).get(f"/risks/{row.pk}/"))
    assert "£125 = 12.5% × £1,000.00" in text


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"current_probability": "6"}, "current_probability", "Select a valid choice"),
        ({"current_probability": ""}, "current_probability", "This field is required."),
        ({"residual_probability": "2"}, "__all__", "Give both probability and impact"),
        ({"raised_on": "2026-11-21"}, "raised_on", "This day is today or was before."),
        ({"impact_amount": "-5"}, "impact_amount", "greater than or equal to 0"),
        ({"owner": "999999"}, "owner", "Select a valid choice"),
    ],
)
def test_log_says_what_to_correct_and_opens_what_is_hidden(house, as_, values, field, said):
    response = log(as_(house.manager), **values)
    assert response.status_code == 422
    assert said in str(response.context["form"].errors.get(field))
    assert not Risk.objects.exists()
    hidden = next(iter(values)) in response.context["form"].more.names
    assert ('<details class="mt4" open>' in response.content.decode()) is hidden


def test_state_changes_on_the_form_and_occurred_is_no_choice(house, register, as_):
    row, client = register.risks[2], as_(house.manager)
    form = client.get(f"/risks/{row.pk}/edit/").context["form"]
    assert [key for key, _label in form.fields["state"].choices] == ["open", "closed"]
    data = {"title": row.title, "current_probability": "3", "current_impact": "4", "kind": "threat", "version": 1}
    refused = client.post(f"/risks/{row.pk}/edit/", data | {"state": "closed"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["outcome"])
    client.post(f"/risks/{row.pk}/edit/", data | {"state": "closed", "outcome": "She stays"})
    row.refresh_from_db()
    assert (row.state, row.closed_on, row.outcome) == ("closed", TODAY, "She stays")
    assert client.post(f"/risks/{row.pk}/edit/", data | {"state": "open", "version": 2}).status_code == 302
    issue = {"title": "Meter reads", "severity": "3_high", "version": 1, "state": "resolved", "resolution": "Re-dated"}
    assert client.post(f"/issues/{register.issue.pk}/edit/", issue).status_code == 302
    register.issue.refresh_from_db()
    assert (register.issue.state, register.issue.resolved_on) == ("resolved", TODAY)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("band=red", ["Reconciliation fails at cutover", "Second window lost to price change"]),
        ("band=amber&band=green", ["Key data contractor leaves", "Old licences can be sold"]),
        ("kind=opportunity", ["Old licences can be sold"]),
        ("probability=5", ["Second window lost to price change"]),
        ("probability=4&impact=5", ["Reconciliation fails at cutover"]),
        ("review_overdue=true", ["Second window lost to price change"]),
        ("escalated=true", ["Second window lost to price change"]),
        ("proximity=near", ["Reconciliation fails at cutover"]),
        ("category=data", ["Reconciliation fails at cutover"]),
        ("q=contractor", ["Key data contractor leaves"]),
        ("state=closed", []),
        ("state=open&escalated=false&review_overdue=false&kind=threat", [
            "Reconciliation fails at cutover", "Key data contractor leaves",
        ]),
    ],
)  # fmt: skip
def test_list_is_filtered(house, register, as_, query, titles):
    listed = as_(house.executive).get(f"/nodes/A/risks/?{query}")
    assert [str(row.obj) for row in listed.context["table"]["rows"]] == titles


def test_list_is_sorted_by_score_and_by_money_in_one_currency_and_exported(house, as_):
    from portfolio.models import ExchangeRate  # slow import

    ExchangeRate.objects.create(currency=CurrencyFactory(code="EUR", name="Euro"), valid_from=TODAY, rate="0.5")
    for title, amount, code, percent in (("A", 1000, "EUR", 50), ("B", 700, "GBP", 50), ("C", 600, "USD", 50)):
        RiskFactory(node=house.project, title=title, impact_amount=amount, probability_percent=percent,
            currency=CurrencyFactory(code=code, name=code), current_probability=ord(title) - 64)  # fmt: skip
    client = as_(house.executive)
    rows = csv_rows(body(client.get("/risks/export.csv?sort=-emv&cols=title,score,band,emv,currency")))
    assert rows == [
        ["Risk", "Score", "Band", "EMV", "Currency"],
        ["B", "6", "Yellow", "350.00", "GBP"],
        ["A", "3", "Green", "500.00", "EUR"],
        ["C", "9", "Yellow", "300.00", "USD"],
    ]
    assert [str(row.obj) for row in client.get("/risks/").context["table"]["rows"]] == ["C", "B", "A"]


def test_page_of_a_risk_tells_its_scores_and_responses(house, register, as_):
    text = words(as_(house.manager).get(f"/risks/{register.risks[0].pk}/"))
    for said in (
        "Above appetite: score 20", "Likely × Critical", "8 Yellow Unlikely × Severe", "0.56",
        "£1.9m = 50% × £3,800,000.00", "Re-run on a sample of 10%", "One response",
    ):  # fmt: skip
        assert said in text, said


def test_opportunity_has_no_appetite(house, as_):
    row = RiskFactory(node=house.project, kind="opportunity", current_probability=5, current_impact=5)
    text = words(as_(house.executive).get(f"/risks/{row.pk}/"))
    assert "Score 25" in text
    assert "Above appetite" not in text


def test_typed_markup_is_shown_as_text_on_every_page(house, as_):
    typed = '"><script>alert(1)</script>'
    house.project.name = typed
    house.project.save(update_fields=["name"])
    RiskMatrixFactory(node=house.portfolio, probability_labels=[typed, "B", "C", "D", "E"])
    rows = [RiskFactory(node=house.project, title=typed, description=typed, category=typed, current_probability=p,
        current_impact=5) for p in (1, 5)]  # fmt: skip
    response = RiskResponseFactory(risk=rows[0], action__title=typed)
    issue = IssueFactory(node=house.project, title=typed)
    AssumptionFactory(node=house.project, title=typed)
    dependency = DependencyFactory(node=house.project, provider=house.other, title=typed)
    escalation = EscalationFactory(node=house.project, to_node=house.portfolio, risk=rows[0], reason=typed)
    client = as_(house.head)
    for url in (
        RAID, "/nodes/P/raid/", "/nodes/P/", "/nodes/A/", "/risks/", f"/risks/{rows[0].pk}/", f"/issues/{issue.pk}/",
        f"/risks/{rows[0].pk}/edit/", f"/risks/{rows[0].pk}/close/", f"/escalations/{escalation.pk}/",
        f"/dependencies/{dependency.pk}/", f"/responses/{response.pk}/edit/", "/actions/", "/nodes/P/raid/matrix/",
    ):  # fmt: skip
        shown = client.get(url)
        assert shown.status_code == 200, url
        assert "<script>alert" not in shown.content.decode(), url
        assert "alert(1)" in shown.content.decode(), url
