"""The published editions, uploaded in the browser: what the executive reads equals the figures of the issue.

The worker's part is done by the test: `jobs.run` on the queued job, then `roll_up`, as the tasks do.
"""

import pytest
from playwright.sync_api import expect

from pmo.core import jobs
from pmo.core.access import SYSTEM
from pmo.core.models import Job
from portfolio.models import Node
from reporting.health.services import rules_install_defaults
from reporting.rollup.services import differences, recompute, roll_up
from tests.factories import CurrencyFactory, PortfolioFactory, UserFactory, grant
from tests.portfolio.exchange.conftest import GMPP, needs_data

pytestmark = [pytest.mark.django_db(transaction=True), needs_data]
WHOLE_LIFE_2021, WHOLE_LIFE_2022, WHOLE_LIFE_LIVE = "£541,951.37m", "£494,181.00m", "£580,829.84m"


@pytest.fixture
def office(transactional_db):
    rules_install_defaults(actor=SYSTEM)
    CurrencyFactory()
    head = UserFactory(name="Head of office")
    grant(head, "pmo_head", PortfolioFactory(code="OWN", name="Own portfolio"))
    recompute()  # factories mark nothing
    return head


@pytest.fixture
def upload(page, live_server):
    """Return a function that takes one edition through upload, review and import."""

    def send(year: int, into: str, rows: int, *, code: str = "") -> None:
        page.goto(f"{live_server.url}/import/")
        page.get_by_label("Into portfolio").select_option(into)
        if code:
            page.get_by_label("Code of a new portfolio").fill(code)
        page.get_by_label("File", exact=True).set_input_files(GMPP / f"uk_{year}.csv")
        page.get_by_role("button", name="Check the file").click()
        expect(page.locator("#progress")).to_be_visible()
        work()
        page.get_by_role("button", name=f"Import {rows} projects").click()  # the page has come by itself
        expect(page.locator("#progress")).to_be_visible()
        work()
        expect(page.get_by_role("heading", name=f"Imported: {rows} projects")).to_be_visible()
        roll_up()

    return send


def work() -> None:
    """Do what waits, as a worker would."""
    for job in Job.objects.filter(state="queued"):
        jobs.run(job.pk)


def figure(page, label: str):
    return page.locator(".gh-strip > div", has=page.locator("dt", has_text=label))


def rows_of(page, link) -> int:
    """Follow a figure and return how many rows its list says it holds; then come back."""
    link.click()
    count = int(page.locator("#rows").get_attribute("data-announce").split()[0].replace(",", ""))
    page.go_back()
    return count


def test_executive_reads_the_published_figures(office, upload, sign_in, page, live_server):
    sign_in(office)
    upload(2021, "new:", 184, code="GMPP")
    executive = UserFactory(name="Executive")
    grant(executive, "executive", Node.objects.get(code="GMPP"))
    sign_in(executive)
    page.goto(live_server.url)
    expect(figure(page, "Projects")).to_contain_text("184")
    expect(figure(page, "Whole-life cost")).to_contain_text(WHOLE_LIFE_2021)
    assert rows_of(page, figure(page, "Projects").locator("dd a").first) == 184

    sign_in(office)
    upload(2022, "GMPP", 235)
    sign_in(executive)
    page.goto(live_server.url)
    expect(figure(page, "Projects")).to_contain_text("260")
    expect(figure(page, "Whole-life cost")).to_contain_text(WHOLE_LIFE_LIVE)
    expect(figure(page, "Whole-life cost")).to_contain_text(f"{WHOLE_LIFE_2022} of it in the 2022 edition")
    assert rows_of(page, figure(page, "Projects").locator("dd a").first) == 260
    assert rows_of(page, page.get_by_role("link", name="25 not in the latest edition")) == 25
    assert rows_of(page, page.get_by_role("link", name="235 in the 2022 edition")) == 235
    assert ratings(page) == {"Green": 24, "Amber": 170, "Red": 27, "Exempt and not rated": 14}
    assert differences() == []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/", "/nodes/GMPP/"):
            page.goto(live_server.url + path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") == width, path


def ratings(page) -> dict[str, int]:
    """Return the latest edition's projects by rating as the home says them, each equal to the list behind it."""
    found = {}
    lines = page.locator("[aria-labelledby=h-confidence] tbody tr")
    for index in range(lines.count()):
        name, cell = lines.nth(index).locator("th").inner_text(), lines.nth(index).locator("td").first
        count = int(cell.inner_text())
        if count:
            assert rows_of(page, cell.get_by_role("link")) == count, name
        word = next((word for word in ("Green", "Amber", "Red") if name.endswith(word)), "Exempt and not rated")
        found[word] = found.get(word, 0) + count
    return found
