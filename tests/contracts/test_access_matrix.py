"""T-A1: every route × role × verb equals the matrix written by hand; an undeclared route fails.

Each role is asked about a row inside its scope and, by a person who holds the same role elsewhere, about the same
row from outside it. Remove `restrict` from one list or one fetch, and these tests fail.
"""

import hashlib
import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from portfolio.models import (
    AssuranceRating,
    Baseline,
    Currency,
    ExchangeRate,
    ImportRun,
    Membership,
    StatusReport,
    WholeLifeEstimate,
)
from reporting.rollup.services import recompute
from tests.contracts.access_expectations import EXPECTED, PUBLIC, ROLES, SIGNED_IN
from tests.factories import (
    BaselineFactory,
    CostRowFactory,
    CurrencyFactory,
    MilestoneFactory,
    NodeFactory,
    PeriodFactory,
    PortfolioFactory,
    UserFactory,
    grant,
)
from tests.test_architecture import routes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
# Answers that let a person in: a page, a way on, or a refusal of what was typed.
LET_IN = {200, 204, 302, 400, 409, 422}
CANARY = "CANARY-7f3a"


class House:
    """One row of everything on one project, and for each role a person inside and one outside its scope."""

    def __init__(self):
        self.root = PortfolioFactory(code="IN")
        self.project = NodeFactory(code=CANARY, parent=self.root, name=f"{CANARY} project")
        self.elsewhere = PortfolioFactory(code="OUT")
        self.other_project = NodeFactory(code="OUT-1", parent=self.elsewhere)
        self.inside, self.outside = {}, {}
        for letter, role in ROLES.items():
            for people, node in ((self.inside, self.root), (self.outside, self.elsewhere)):
                people[letter] = UserFactory(name=f"{role} of {node.code}")
                grant(people[letter], role, node)
        self.rows()

    def rows(self):
        project = self.project
        self.target = UserFactory(name="Target")
        grant(self.target, "executive", self.elsewhere)
        period = PeriodFactory(label="Apr 2026", start=date(2026, 4, 1), end=date(2026, 4, 30), fiscal_year="2026/27")
        currency = CurrencyFactory()
        euro = Currency.objects.create(code="EUR", name="Euro")
        self.keys = {
            "node": project.code,
            "baseline": BaselineFactory(node=project).pk,
            "user": self.target.pk,
            "membership": Membership.objects.create(user=self.target, role="sponsor", node=project).pk,
            "cost": CostRowFactory(node=project, period=period, amount=1, category=CANARY).pk,
            "estimate": WholeLifeEstimate.objects.create(
                node=project, as_of=NOW.date(), amount=1, currency=currency, source=CANARY
            ).pk,
            "period": period.pk,
            "currency": euro.pk,
            "rate": ExchangeRate.objects.create(currency=euro, valid_from=NOW.date(), rate="0.85").pk,
            "milestone": MilestoneFactory(node=project, name=CANARY, forecast_date=NOW.date()).pk,
            "report": StatusReport.objects.create(
                node=project, week_start=date(2026, 11, 16), state="submitted", created_at=NOW, submitted_at=NOW,
                done=CANARY,
            ).pk,
            "rating": AssuranceRating.objects.create(
                node=project, as_of=NOW.date(), source="internal", scale="five", value="red", comment=CANARY
            ).pk,
        }  # fmt: skip

        recompute()

    def import_run_of(self, user):
        content = b"x"
        return ImportRun.objects.create(
            portfolio_code="IN", preset="gmpp", edition_year=2021, file_name="a.csv", content=content,
            sha256=hashlib.sha256(content).hexdigest(), created_by=user, created_at=NOW,
        ).pk  # fmt: skip

    def url(self, name, user):
        route = ROUTES[name]
        noun = name.split("-")[0]
        kwargs = {}
        if "<str:code>" in route or "<str:parent_key>" in route:
            kwargs["code" if "<str:code>" in route else "parent_key"] = self.project.code
        if "<slug:file_format>" in route:
            kwargs["file_format"] = "csv"
        if ":key>" in route and name != "chart":
            kwargs["key"] = self.import_run_of(user) if noun == "import" else self.keys[noun]
        if name == "chart":
            kwargs["key"] = "trend"
        return reverse(name, kwargs=kwargs)


ROUTES = {entry.name: route for route, entry in routes()}


@pytest.fixture
def house():
    return House()


def client_of(user):
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def test_every_route_stands_in_the_matrix():
    assert set(ROUTES) == set(EXPECTED) | SIGNED_IN | PUBLIC


@pytest.mark.parametrize("letter", ROLES)
def test_role_may_read_exactly_what_the_matrix_says(house, letter):
    user = house.inside[letter]
    client = client_of(user)
    wrong = {}
    for name, (readers, writers) in EXPECTED.items():
        status = client.get(house.url(name, user)).status_code
        if letter in readers:
            right = status in (200, 302)
        elif letter in writers:
            right = status in (400, 405)  # only to be posted to
        else:
            right = status == 404
        if not right:
            wrong[name] = status
    assert wrong == {}


@pytest.mark.parametrize("letter", ROLES)
def test_role_may_write_exactly_what_the_matrix_says(house, letter):
    user = house.inside[letter]
    wrong = {}
    for name, (readers, writers) in EXPECTED.items():
        if name.endswith("-delete"):
            continue  # its own test: it would take the row from under the others
        status = client_of(user).post(house.url(name, user), {}).status_code
        if letter in writers:
            right = status in LET_IN
        elif letter in readers:
            right = status in (400, 405)
        else:
            right = status == 404
        if not right:
            wrong[name] = status
    assert wrong == {}


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if name.endswith("-delete")))
def test_role_may_delete_exactly_what_the_matrix_says(house, letter, name):
    user = house.inside[letter]
    status = client_of(user).post(house.url(name, user), {}).status_code
    assert (status in (302, 422)) is (letter in EXPECTED[name][1]), status


# Rows of the whole organisation: whoever holds the action anywhere may, so being outside the project changes nothing.
ORGANISATION = ("user", "period", "currency", "rate")


def unknown(send, route):
    """Return how the route answers for a row that does not exist."""
    address = re.sub(
        r"<(str|slug):\w+>", "NO-SUCH", re.sub(r"<int:\w+>", "99999999", route.replace("<slug:file_format>", "csv"))
    )
    return send(f"/{address}").status_code


@pytest.mark.parametrize("letter", ROLES)
def test_row_outside_the_scope_reads_like_an_unknown_one(house, letter):
    user = house.outside[letter]
    client = client_of(user)
    wrong = {}
    for name in EXPECTED:
        route = ROUTES[name]
        pointed = "<str:code>" in route or "<str:parent_key>" in route or ":key>" in route
        if not pointed or name.split("-")[0] in (*ORGANISATION, "import") or name in ("chart", "period-generate"):
            continue
        for send in (client.get, client.post):
            status = send(house.url(name, user)).status_code
            # A page that is only read, or only posted to, says so before it looks for a row.
            if status not in (404, 400, 405) or (status != 404 and status != unknown(send, route)):
                wrong[f"{name} {send.__name__}"] = status
    assert wrong == {}


@pytest.mark.parametrize("letter", ROLES)
def test_nothing_of_a_hidden_project_shows_anywhere(house, letter):
    """T-A6: a canary word of the project stands in no list, export, chart, home page or head of an outsider."""
    user = house.outside[letter]
    client = client_of(user)
    for name, (readers, _writers) in EXPECTED.items():
        if letter not in readers or name in ("user-detail", "user-history"):
            continue
        route = ROUTES[name]
        pointed = "<str:code>" in route or "<str:parent_key>" in route or ":key>" in route
        if pointed and name != "chart":
            continue
        response = client.get(house.url(name, user))
        body = b"".join(response) if response.streaming else response.content
        assert CANARY.encode() not in body, name
        assert CANARY not in str(response.headers), name


def test_canary_shows_to_those_inside(house):
    """The control of the test above: the word is really there."""
    client = client_of(house.inside["H"])
    for name in ("node-list", "cost-list", "milestone-list", "rating-list", "estimate-list", "status-list"):
        assert CANARY.encode() in client.get(reverse(name)).content, name


def test_anonymous_is_sent_to_the_door(house):
    client = Client()
    for name in EXPECTED:
        url = house.url(name, house.inside["H"])
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302, name
            assert response.url.startswith("/sign-in/?next="), name


def test_anonymous_fragment_is_sent_by_a_full_page(house):
    """T-A10: no sign-in form ever lands in a table cell."""
    client = Client()
    for name in EXPECTED:
        response = client.get(house.url(name, house.inside["H"]), headers={"HX-Request": "true"})
        assert response.status_code == 204, name
        assert response.content == b"", name
        assert response["HX-Redirect"].startswith("/sign-in/?next="), name


@pytest.mark.parametrize("letter", ROLES)
def test_fragment_has_the_rights_of_its_page(house, letter):
    """T-A10: a forged or missing HX-Request changes nothing about who may."""
    user = house.inside[letter]
    client = client_of(user)
    for name in EXPECTED:
        url = house.url(name, user)
        plain = client.get(url).status_code
        fragment = client.get(url, headers={"HX-Request": "true"}).status_code
        # Where a page leads on, its fragment does so by a header, or shows the part that is polled.
        assert fragment in ({200, 204} if plain == 302 else {plain}), name


def test_person_without_a_role_sees_only_their_own_pages(house):
    user = UserFactory()
    client = client_of(user)
    for name in EXPECTED:
        expected = 200 if name in SIGNED_IN else 404
        assert client.get(house.url(name, user)).status_code == expected, name
    assert CANARY.encode() not in client.get("/").content


def test_closed_account_is_sent_to_the_door(house):
    user = house.inside["H"]
    client = client_of(user)
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    for name in EXPECTED:
        assert client.get(house.url(name, user)).status_code == 302, name


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_do_nothing(house, verb):
    user = house.inside["H"]
    client = client_of(user)
    for name, (readers, writers) in EXPECTED.items():
        status = getattr(client, verb)(house.url(name, user)).status_code
        assert status == (405 if "H" in readers + writers else 404), name


def test_parent_of_mine_with_a_child_of_another_is_unknown(house):
    """T-A2: own rights on one tree open no row of another, in whatever way the row is named."""
    user = house.outside["H"]
    client = client_of(user)
    amounts = {"ids": [house.keys["cost"]], f"amount_{house.keys['cost']}": "9", f"version_{house.keys['cost']}": "1"}
    client.post(reverse("node-money-edit", args=["OUT-1"]), amounts)
    client.post(reverse("report-edit", args=["OUT-1"]), {f"milestone_{house.keys['milestone']}": "2030-01-01"})
    client.post(reverse("node-create"), {"kind": "project", "code": "NEW", "name": "x", "parent": house.root.pk})
    from portfolio.models import CostRow, Milestone, Node  # slow import

    assert CostRow.objects.get(pk=house.keys["cost"]).amount == 1
    assert Milestone.objects.get(pk=house.keys["milestone"]).forecast_date == NOW.date()
    assert not Node.objects.filter(code="NEW").exists()


def test_bulk_edit_with_one_foreign_row_changes_nothing(house):
    """T-A3: the position is told, never the name."""
    user = house.inside["H"]
    mine = [NodeFactory(parent=house.root) for _number in range(3)]
    ids = [mine[0].pk, house.other_project.pk, mine[1].pk]
    response = client_of(user).post(reverse("node-bulk"), {"ids": ids, "field": "lifecycle", "lifecycle": "on_hold"})
    assert response.status_code == 422
    assert "Row 2 of 3 cannot be edited; nothing was changed." in response.content.decode()
    assert house.other_project.name not in response.content.decode()
    for node in mine:
        node.refresh_from_db()
        assert node.lifecycle == "deliver"


def test_place_one_may_not_see_reads_like_one_that_does_not_exist(house):
    """T-A4."""
    client = client_of(house.inside["H"])
    url = reverse("node-move", args=[CANARY])
    answers = []
    for parent in (house.elsewhere.pk, 999_999_999):
        body = client.post(url, {"parent": parent, "reason": "x"}).content.decode()
        found = re.search(r"Select a valid choice.[^<]*", body)
        answers.append(found.group().replace(str(parent), "N"))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "query",
    [
        "owner__password=x",
        "cost_rows__amount__gt=1",
        "sort=owner__password",
        "cols=password",
        "_connector=OR",
        "page=x",
    ],
)
def test_unknown_filter_sort_or_column_is_a_400(house, query):
    """T-A5: no field or relation is reached by naming it."""
    assert client_of(house.inside["H"]).get(f"{reverse('node-list')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "forged",
    [
        {"id": "1"},
        {"code": "FORGED"},
        {"kind": "portfolio"},
        {"parent": ""},
        {"ancestors": "1"},
        {"created_at": "2020-01-01"},
    ],
)
def test_read_only_keys_in_a_form_change_nothing(house, forged):
    """T-A8."""
    client = client_of(house.inside["H"])
    before = {
        name: getattr(house.project, name) for name in ("id", "code", "kind", "parent_id", "ancestors", "created_at")
    }
    form = {"name": "Renamed", "lifecycle": "deliver", "version": "1", "tags": "", **forged}
    assert client.post(reverse("node-edit", args=[CANARY]), form).status_code == 302
    house.project.refresh_from_db()
    assert house.project.name == "Renamed"
    assert {name: getattr(house.project, name) for name in before} == before


@pytest.mark.parametrize("field", ["delete", "__class__", "save", "code", "ancestors", "no_such", ""])
def test_edit_in_place_knows_only_its_closed_list(house, field):
    """T-A9."""
    client = client_of(house.inside["H"])
    url = reverse("node-field", args=[CANARY])
    assert client.post(url, {"field": field, "value": "x", "version": "1"}).status_code == 400
    assert Baseline.objects.filter(node=house.project).exists()


def test_edit_in_place_of_a_listed_field_saves_and_a_stale_one_does_not(house):
    client = client_of(house.inside["H"])
    url = reverse("node-field", args=[CANARY])
    assert client.post(url, {"field": "name", "value": "First", "version": "1"}).status_code == 302
    response = client.post(url, {"field": "name", "value": "Second", "version": "1"})
    assert response.status_code == 409
    assert "Second" in response.content.decode()
    house.project.refresh_from_db()
    assert house.project.name == "First"
