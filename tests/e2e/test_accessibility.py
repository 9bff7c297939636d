"""axe finds nothing on any page, light and dark; nothing scrolls sideways; the console stays silent."""

import pytest

from portfolio.models import Milestone
from tests.contracts.access_expectations import EXPECTED
from tests.e2e.addresses import GROUPS, Addresses, group_of, readable
from tests.e2e.axe import SOURCE, Inspector
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SOURCE.exists(), reason="axe-core is not installed (npm ci)"),
]


@pytest.fixture
def inspector(page, console):
    return Inspector(page, console)


@pytest.fixture
def addresses(house):
    return Addresses(house)


def reader(house, name: str):
    """Return a person who may open the page: the PMO head, or the administrator where only they may."""
    readers = EXPECTED.get(name, ("H",))[0]
    return house.person("pmo_head" if "H" in readers else "administrator")


def test_every_page_belongs_to_one_group():
    assert {group_of(name) for name in readable()} == set(GROUPS)
    assert len(readable()) > 70


def test_inspector_sees_faults(inspector, sign_in, page, visit, transactional_db):
    """The control of all that follows: a fault that is planted is found."""
    visit("/sign-in/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"\"><hr width=\"1500\">')")
    inspector.look("planted")
    assert [line.split(":")[0] for line in inspector.wrong["planted 390 dark"]][:1] == ["image-alt"]
    assert "scrolls sideways" in inspector.wrong["planted 390 dark"][-1]


@pytest.mark.parametrize("group", GROUPS)
def test_pages_with_rows(group, addresses, inspector, sign_in, visit):
    for name in (name for name in readable() if group_of(name) == group):
        sign_in(reader(addresses.house, name))
        answer = visit(addresses.of(name))
        assert answer.status == 200, name
        inspector.look(name)
    inspector.approve()


@pytest.mark.parametrize("tab", ["", "money/", "schedule/", "milestones/", "costs/", "roles/", "history/"])
def test_tabs_of_a_portfolio(tab, house, inspector, sign_in, visit):
    sign_in(house.person("pmo_head"))
    assert visit(f"/nodes/HOUSE/{tab}").status in (200, 404)
    inspector.look(f"portfolio {tab}", status=404)
    inspector.approve()


def test_pages_without_rows(inspector, sign_in, page, visit, transactional_db):
    root = PortfolioFactory(code="EMPTY", name="Nothing here yet")
    project = NodeFactory(code="BARE", name="Bare project", parent=root)
    for role in ("pmo_head", "administrator"):
        grant(sign_in(UserFactory(name=role)), role, root)
        for path in ("", "register/", "status/", "people/", "costs/", "milestones/", "ratings/", "audit/", "import/"):
            answer = visit(f"/{path}")
            inspector.look(f"{role} {path}", status=answer.status)
    grant(sign_in(UserFactory(name="Head")), "pmo_head", root)
    for tab in ("", "money/", "schedule/", "status/", "report/", "costs/", "estimates/", "ratings/", "milestones/"):
        assert visit(f"/nodes/{project.code}/{tab}").status == 200
        inspector.look(f"bare {tab}")
    sign_in(UserFactory(name="No role"))
    visit()
    inspector.look("home without a role")
    inspector.approve()


FORMS = (
    "node-create", "milestone-create", "cost-create", "rating-create", "period-create", "currency-create",
    "rate-create", "membership-create", "user-create", "password-change", "import-upload",
)  # fmt: skip


def test_forms_sent_back_with_errors(addresses, inspector, sign_in, page, visit):
    for name in FORMS:
        sign_in(reader(addresses.house, name))
        visit(addresses.of(name))
        page.evaluate("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })")
        with page.expect_navigation() as answer:
            page.locator("main form .btn-primary[type=submit]").last.click()
        assert answer.value.status == 422, name
        assert page.locator(".gh-err").count() > 0, name
        inspector.look(f"{name} with errors", status=422)
    inspector.approve()


def test_report_sent_back_with_errors(house, inspector, sign_in, page, visit):
    sign_in(house.person("pmo_analyst"))
    visit("/nodes/COR-2/report/")
    with page.expect_navigation() as answer:
        page.locator("[data-primary]").click()  # cost is reported better than computed, and no reason is given
    assert answer.value.status == 422
    inspector.look("report with errors", status=422)
    inspector.approve()


def test_form_in_conflict(addresses, inspector, sign_in, page, visit):
    sign_in(addresses.house.person("pmo_head"))
    visit(addresses.of("milestone-edit"))
    Milestone.objects.filter(pk=addresses.keys["milestone"]).update(name="Moved by another", version=2)
    with page.expect_navigation() as answer:
        page.locator("main form .btn-primary[type=submit]").last.click()
    assert answer.value.status == 409
    inspector.look("conflict", status=409)
    inspector.approve()


def test_doors_and_dead_ends(house, inspector, sign_in, page, visit):
    visit("/sign-in/")
    inspector.look("sign-in")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    inspector.look("sign-in refused")
    sign_in(house.person("pmo_head"))
    for path, status in (("nodes/NO-SUCH/", 404), ("register/?sort=owner__password", 400)):
        assert visit(f"/{path}").status == status
        inspector.look(path, status=status)
    visit("/register/?q=nothing-is-called-so")
    inspector.look("nothing fits")
    inspector.approve()


def test_chart_drawn_for_a_wider_window_never_widens_the_page(house, sign_in, page, visit):
    sign_in(house.person("executive"))
    visit()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".gh-plot[data-ready] .main-svg", state="attached")
    page.evaluate("document.querySelectorAll('.gh-plot .main-svg').forEach((svg) => { svg.style.width = '2000px' })")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
