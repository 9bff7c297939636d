"""Every string of the Big List of Naughty Strings (515, MIT): kept unharmed in every place, or refused; never markup.

T-C1, T-C5, T-C6, T-C8 of the security list.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory
from django.urls import reverse

from pmo.core.access import SYSTEM
from pmo.core.crud.lists import bind
from portfolio.models import AssuranceRating, CostRow, Milestone, Node, WholeLifeEstimate
from portfolio.registry.forms import NodeForm
from portfolio.registry.services import nodes_put
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.contracts.pages import page_of
from tests.factories import CurrencyFactory, NodeFactory, PeriodFactory, ReportFactory
from tests.sheets import body, csv_rows, texts, xlsx_rows

pytestmark = pytest.mark.django_db

LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "badinput" / "blns.json"
STRINGS = json.loads(LIST.read_text(encoding="utf-8")) if LIST.exists() else []
listed = pytest.mark.skipif(not STRINGS, reason="the Big List of Naughty Strings is not on this machine")


def fits(text, longest):
    """Say by hand which texts a field takes: not blank, not too long, storable."""
    return 0 < len(text.strip()) <= longest and "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def kept(longest):
    """Return the strings that a field of so many characters keeps, as a form hands them on: trimmed, each once."""
    return list(dict.fromkeys(text.strip() for text in STRINGS if fits(text, longest)))


def words(text):
    return " ".join(text.split())


def assert_inert(page):
    """Nothing of a page runs: scripts and links are our own, and no element carries code."""
    for attrs in page.of("script"):
        own = (attrs.get("src") or "").startswith("/static/")
        assert own or attrs.get("type") == "application/json", attrs
    for tag in ("iframe", "object", "embed", "base", "style", "math", "marquee", "video", "audio", "img"):
        assert page.of(tag) == [], tag
    for tag, attrs in page.elements:
        for name, value in attrs.items():
            assert not name.startswith(("on", "hx-on", "data-hx-")), (tag, name)
            assert name not in ("style", "srcdoc"), (tag, name)
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                assert (value or "").startswith(("/", "?", "#")), (tag, name, value)


@pytest.fixture
def house():
    return House("administrator")


@listed
def test_form_hands_on_every_string_or_refuses_it(house):
    assert len(STRINGS) == 515
    for text in STRINGS:
        form = NodeForm({"name": text, "description": text, "lifecycle": "deliver", "tags": ""}, user=house.person)
        assert form.is_valid() is fits(text, 250), text
        if form.is_valid():
            assert (form.cleaned_data["name"], form.cleaned_data["description"]) == (text.strip(), text.strip())


@listed
def test_refused_strings_are_refused_by_the_page(house):
    refused = [text for text in STRINGS if not fits(text, 250)]
    assert 0 < len(refused) < 30
    for number, text in enumerate(refused):
        typed = {"kind": "project", "code": f"R-{number}", "name": text, "parent": house.root.pk, "lifecycle": "define"}
        assert house.client.post(reverse("node-create"), typed).status_code == 422, text
    assert not Node.objects.filter(code__startswith="R-").exists()


@pytest.fixture
def register(house):
    """Write every string that fits as the name and purpose of a project; return them in the order of their codes."""
    names = kept(250)
    nodes = [
        Node(kind="project", code=f"S-{n:03}", name=text, description=text, category=text[:120], parent=house.root)
        for n, text in enumerate(names)
    ]
    nodes_put(nodes, fields=["name"], actor=SYSTEM, reason="; ".join(names[:20]))
    return names


@listed
def test_register_shows_every_string_as_text(house, register):
    url = reverse("node-list") + "?sort=code&cols=code,name,category&kind=project&page="
    shown, elements = [], Counter()
    for number in range(1, -(-len(register) // 50) + 1):
        page = page_of(house.client.get(f"{url}{number}"))
        assert_inert(page)
        shown += page.table()[1]
        elements += Counter(tag for tag, _attrs in page.elements)
    assert [row[0] for row in shown] == [f"S-{n:03}" for n in range(len(register))]
    for row, text in zip(shown, register, strict=True):
        assert words(text) in words(row[1])
        assert words(row[2]) == words(text[:120])
    Node.objects.filter(kind="project").update(name="x", category="x")
    harmless = Counter()
    for number in range(1, -(-len(register) // 50) + 1):
        harmless += Counter(tag for tag, _attrs in page_of(house.client.get(f"{url}{number}")).elements)
    assert elements == harmless, "no text became an element"


@listed
def test_exports_of_the_register_hold_every_string_unharmed(house, register):
    query = "?sort=code&cols=code,name&kind=project"
    written = csv_rows(body(house.client.get(reverse("node-export", args=["csv"]) + query)))[1:]
    sheet = texts(xlsx_rows(body(house.client.get(reverse("node-export", args=["xlsx"]) + query))))[1:]
    assert sheet == [[f"S-{n:03}", text] for n, text in enumerate(register)]
    assert [row[1].removeprefix("'") for row in written] == [text.removeprefix("'") for text in register]
    for _code, cell in written:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


@listed
def test_audit_log_shows_and_exports_every_string(house, register):
    url = reverse("audit-list") + "?verb=node.created&page="
    for number in (1, 5):
        assert_inert(page_of(house.client.get(f"{url}{number}")))
    query = "?verb=node.created&sort=object_label&cols=object_label,changes,reason"
    sheet = texts(xlsx_rows(body(house.client.get(reverse("audit-export", args=["xlsx"]) + query))))[1:]
    assert [row[0] for row in sheet] == [f"S-{n:03} {text}"[:300] for n, text in enumerate(register)]
    assert all(text in row[1] for row, text in zip(sheet, register, strict=True))
    assert len(csv_rows(body(house.client.get(reverse("audit-export", args=["csv"]) + query)))) == len(register) + 1


@listed
def test_pages_of_a_project_show_every_string_as_text(house):
    """Milestones, cost categories, ratings, estimates and a report, all on one project named by the worst."""
    node, currency, period = house.project, CurrencyFactory(), PeriodFactory()
    Node.objects.filter(pk=node.pk).update(name='"><script>alert(1)</script>', description="\n".join(STRINGS[:200]))
    names, categories, comments = kept(200), kept(60), kept(10_000)
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + n) for n in range(len(comments))]
    Milestone.objects.bulk_create(Milestone(node=node, name=text) for text in names)
    cost = {"cost_version": "forecast", "cost_type": "capex", "currency": currency, "amount": 1}
    CostRow.objects.bulk_create(CostRow(node=node, period=period, category=text, **cost) for text in categories)
    rated = {"source": "internal", "scale": "five", "value": "amber"}
    AssuranceRating.objects.bulk_create(
        AssuranceRating(node=node, as_of=day, comment=text, **rated) for day, text in zip(days, comments, strict=True)
    )
    WholeLifeEstimate.objects.bulk_create(
        WholeLifeEstimate(node=node, as_of=day, currency=currency, source=text[:120], note=text)
        for day, text in zip(days, comments, strict=True)
    )
    report = ReportFactory(
        node=node, state="submitted", submitted_at=node.created_at, done="\n".join(comments[:200]),
        next_steps="\n".join(comments[200:400]), help_needed="\n".join(comments[400:]),
    )  # fmt: skip
    expected = {
        reverse("node-detail", args=["PRJ"]): [],
        reverse("node-history", args=["PRJ"]): [],
        reverse("node-edit", args=["PRJ"]): [],
        reverse("node-schedule", args=["PRJ"]): names,
        reverse("node-money", args=["PRJ"]): categories,
        reverse("node-money-edit", args=["PRJ"]): categories,
        reverse("node-status", args=["PRJ"]): [],
        reverse("report-edit", args=["PRJ"]): names,
        reverse("report-detail", args=[report.pk]): comments,
        reverse("cost-node-list", args=["PRJ"]): sorted(categories)[:50],
        reverse("milestone-node-list", args=["PRJ"]): sorted(names)[:50],
        reverse("home"): [],
    }
    for url, strings in expected.items():
        response = house.client.get(url)
        assert response.status_code == 200, url
        page = page_of(response)
        assert_inert(page)
        fields = [attrs.get("value") or attrs.get("aria-label") or "" for _tag, attrs in page.elements]
        text = words(" ".join([*page.text, *fields]))
        for string in strings:
            assert words(string) in text, (url, string)
    for name, rows in (("milestone", names), ("cost", categories), ("rating", comments), ("estimate", comments)):
        for file_format in ("csv", "xlsx"):
            content = body(house.client.get(reverse(f"{name}-node-export", args=["PRJ", file_format])))
            read = csv_rows(content) if file_format == "csv" else xlsx_rows(content)
            assert len(read) == len(rows) + 1, name


@listed
def test_detail_form_and_history_of_the_worst_strings(house):
    worst = [text for text in kept(200) if any(sign in text for sign in ("<", "{{", "javascript:", "%n", "\\x3C"))][
        ::12
    ]
    assert len(worst) > 10
    for number, text in enumerate(worst):
        typed = {"name": text, "kind": "milestone", "forecast_date": "2027-01-01", "reason": text}
        url = reverse("milestone-create", args=[house.project.code])
        assert house.client.post(url, typed).status_code == 302, text
        row = Milestone.objects.order_by("-pk").first()
        assert row.name == text
        pages = ("detail", "edit", "delete", "history") if number % 4 == 0 else ("detail",)
        for page in pages:
            found = page_of(house.client.get(reverse(f"milestone-{page}", args=[row.pk])))
            assert_inert(found)
            fields = [attrs.get("value") or "" for _tag, attrs in found.elements]
            assert words(text) in words(" ".join([*found.text, *fields])), page


# --- T-C6: addresses -------------------------------------------------------------------------

VALUES = ["1e309", "NaN", "9999-99-99", "-1", "99999999999999999999", "a\x00b", "\udcff", "x" * 10_000, "__class__"]
TEXT_FILTERS = ("CharFilter", "TextSearch")
NUMBERS = ("NumberFilter", "RangeFilter")


def encoded(name, value):
    return f"{quote(name)}={quote(value, errors='surrogateescape')}"


def outcome(crud, person, query):
    """Return the words of the refusal, or None for a list that was read."""
    request = RequestFactory().get(f"/?{query}")
    request.user = person
    try:
        _filterset, table = bind(crud, request, None)
        list(table.page().object_list)
    except BadRequest as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", NOUNS)
def test_unreadable_values_of_every_parameter_are_refused_by_name(house, name):
    crud = NOUNS[name]
    RECIPES[name].make(house, 1)
    filters = crud.filterset(None, crud.model.objects.none(), user=house.person).filters if crud.filterset else {}
    ends = {"DateFromToRangeFilter": ("_after", "_before"), "RangeFilter": ("_min", "_max")}
    parameters = {"sort": "", "cols": "", "page": ""}
    for key, declared in filters.items():
        for end in ends.get(type(declared).__name__, ("",)):
            parameters[f"{key}{end}"] = type(declared).__name__
    for parameter, kind in parameters.items():
        for value in VALUES:
            said = outcome(crud, house.person, encoded(parameter, value))
            fine = (kind in TEXT_FILTERS and value not in VALUES[5:8]) or (kind in NUMBERS and value in VALUES[3:5])
            if fine:
                assert said is None, (parameter, value)
            else:
                base = (
                    parameter.removesuffix("_after").removesuffix("_before").removesuffix("_min").removesuffix("_max")
                )
                assert said is not None, (parameter, value)
                assert base in said or value[:20].replace("\udcff", "\ufffd") in said, (parameter, value, said)


@pytest.mark.parametrize("name", [name for name, crud in NOUNS.items() if crud.filterset])
def test_furthest_days_are_days(house, name):
    crud = NOUNS[name]
    found = crud.filterset(None, crud.model.objects.none(), user=house.person).filters.items()
    days = [key for key, declared in found if type(declared).__name__ == "DateFromToRangeFilter"]
    for key in days:
        for day in ("0001-01-01", "9999-12-31"):
            query = f"{key}_after={day}&{key}_before={day}"
            assert house.client.get(f"{reverse(f'{name}-list')}?{query}").status_code == 200, query


@pytest.mark.parametrize(
    "query",
    [
        "_connector=OR",
        "_negated=1",
        "__class__=x",
        "pk__gt=0",
        "q=%00",
        "q=%ED%A0%80",
        "%00=1",
        "%ED%A0%80=1",
        "page=1e309",
    ],
)
def test_address_that_cannot_be_read_is_a_400_on_every_list(house, query):
    for name in NOUNS:
        for url in (reverse(f"{name}-list"), reverse(f"{name}-export", args=["csv"])):
            if query.startswith("page") and "export" in url:
                continue  # an export has no pages
            response = house.client.get(f"{url}?{query}")
            assert response.status_code == 400, (name, url)


def test_400_says_which_part_could_not_be_read(house):
    page = page_of(house.client.get(reverse("milestone-list") + "?forecast_date_after=9999-99-99"))
    assert "forecast_date" in "".join(page.text)
    page = page_of(house.client.get(reverse("node-list") + "?%3Cscript%3E=1"))
    assert "There is no filter “<script>”." in "".join(page.text)
    assert_inert(page)


@pytest.mark.parametrize("code", ["a%00b", "%00", "%ED%A0%80", "x" * 3000, "..%2f..%2fetc", "%F0%9F%92%A9", "1e309"])
def test_address_of_no_row_is_unknown(house, code):
    NodeFactory(code="OTHER", parent=house.root)
    for url in (f"/nodes/{code}/", f"/register/{code}/edit/", f"/nodes/{code}/costs/", f"/costs/{code}/"):
        assert house.client.get(url).status_code in (400, 404), url
    assert house.client.get(f"/milestones/{'9' * 30}/").status_code == 404


def test_texts_past_a_form_are_refused_too(house):
    """Fields read straight from the request: the reason of a delete, the rows of a bulk edit, a field in place."""
    row = RECIPES["milestone"].make(house, 1)
    client = house.client
    for reason in ("a\x00b", "x" * 100_000):
        response = client.post(reverse("milestone-delete", args=[row.pk]), {"reason": reason})
        assert response.status_code in (302, 400, 422)
    for ids in ("9" * 30, "9" * 5000, "-1", "1e3", "\x00"):
        sent = {"ids": [ids], "field": "lifecycle", "lifecycle": "on_hold", "reason": "x"}
        assert client.post(reverse("node-bulk"), sent).status_code in (400, 422), ids
    sent = {"ids": [house.root.pk], "field": "lifecycle", "lifecycle": "on_hold"}
    assert client.post(reverse("node-bulk"), sent | {"reason": "a\x00b"}).status_code == 400
    for version in ("9" * 5000, "a\x00", "1e3"):
        field = {"field": "name", "value": "New", "version": version}
        assert client.post(reverse("node-field", args=["TOP"]), field).status_code == 400
    for key in ("9" * 30, "9" * 5000, "x", ""):
        grid = {f"amount-{key}": "1", f"version-{key}": "1"}
        assert client.post(reverse("node-money-edit", args=["TOP"]), grid).status_code in (400, 404)
    house.root.refresh_from_db()
    assert (house.root.name, house.root.lifecycle) == ("Top", "deliver")
