"""Coming in, going out, and what the keyboard meets on the way."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "a longer way to work 9"
# What lies over the middle of the focused element, once scrolling has come to rest; a radio's ring is on its label.
COVERED = """async () => {
    const focused = document.activeElement;
    const seen = focused.matches("input[type=radio]") ? focused.labels[0] : focused;
    let found = "";
    for (let frame = 0; frame < 40; frame += 1) {
        const box = seen.getBoundingClientRect();
        const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
        const there = bottom > top && document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
        if (there && (seen.contains(there) || there.contains(seen))) return "";
        found = `${seen.outerHTML.slice(0, 90)} lies under ${there ? there.outerHTML.slice(0, 60) : "the edge"}`;
        await new Promise((done) => requestAnimationFrame(done));
    }
    return found;
}"""
AT_BODY = "document.activeElement === document.body"


@pytest.fixture
def person(house):
    return house.person("pmo_analyst")


@pytest.fixture
def person_in(person, sign_in):
    return sign_in(person)


@pytest.fixture
def come_in(page):
    def sign_in_by_hand(person, password=PASSWORD):
        page.get_by_label("E-mail").fill(person.email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()

    return sign_in_by_hand


def test_sign_in_leads_back_to_the_page_that_was_asked_for(person, come_in, page, live_server):
    page.goto(f"{live_server.url}/register/?q=fraud")
    expect(page).to_have_url(f"{live_server.url}/sign-in/?next=/register/%3Fq%3Dfraud")
    come_in(person)
    expect(page).to_have_url(f"{live_server.url}/register/?q=fraud")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize("evil", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_never_leads_to_a_foreign_place(evil, person, come_in, page, live_server):
    """T-B7."""
    page.goto(f"{live_server.url}/sign-in/?next={evil}")
    come_in(person)
    expect(page).to_have_url(f"{live_server.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change portfolio")


def test_wrong_password_says_so_and_keeps_the_address(person, come_in, page, live_server, console):
    page.goto(f"{live_server.url}/sign-in/")
    come_in(person, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("This e-mail and password do not match.")
    expect(page.get_by_label("E-mail")).to_have_value(person.email)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert Session.objects.count() == 0
    console.clear()


def test_sign_out_ends_the_session(person_in, page, visit):
    visit()
    page.get_by_label("your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    visit("/register/")
    page.wait_for_url("**/sign-in/?next=/register/")
    assert Session.objects.count() == 0


def test_password_change_keeps_this_session_and_ends_the_others(person_in, page, visit, client):
    client.force_login(person_in)
    visit()
    page.get_by_label("your account").click()
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Old password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password confirmation").fill(NEW_PASSWORD)
    page.locator("main form .btn-primary").click()
    expect(page.get_by_role("status").filter(has_text="Your password is changed")).to_be_visible()
    assert client.get("/register/").status_code == 302
    person_in.refresh_from_db()
    assert person_in.check_password(NEW_PASSWORD)


def test_theme_is_remembered(person_in, page, visit):
    page.emulate_media(color_scheme="light")
    visit()
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Switch light and dark").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    visit("/register/")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_skip_link_leads_past_the_bar(person_in, page, visit):
    visit()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/nodes/COR-1/report/", "/", "/register/"])
def test_focus_is_never_under_a_bar(path, width, person_in, page, visit):
    page.set_viewport_size({"width": width, "height": 700})
    visit(path)
    for figure in page.locator("[data-figure]").all():
        figure.locator("[data-ready]").wait_for()  # charts move what stands below them
    covered, stops = [], 0
    page.keyboard.press("Tab")
    while not page.evaluate(AT_BODY) and stops < 150:
        stops += 1
        covered += filter(None, [page.evaluate(COVERED)])
        page.keyboard.press("Tab")
    assert covered == []
    assert stops > 20


@pytest.mark.parametrize("form", ["/sign-in/", "/password/ pmo_analyst", "/people/new/ administrator"])
def test_password_forms_name_the_account_before_the_password(form, house, sign_in, page, visit):
    """Password managers need it; the browser would ask for it on the console."""
    path, _space, role = form.partition(" ")
    if role:
        sign_in(house.person(role))
    visit(path)
    kinds = page.locator("main form input:is([autocomplete=username], [type=password])").evaluate_all(
        "(fields) => fields.map((field) => field.autocomplete)"
    )
    assert kinds[0] == "username"
    assert len(kinds) > 1
    assert "username" not in kinds[1:]
