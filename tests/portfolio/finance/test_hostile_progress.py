"""Every naughty string in the texts of packages, readings and reserves comes back as text, never as markup."""

from datetime import date, timedelta

import pytest

from portfolio.models import ProgressReading, Reserve, ReserveDraw, WorkPackage
from tests.contracts.pages import page_of
from tests.contracts.test_hostile_text import assert_inert, kept, listed, words
from tests.factories import CurrencyFactory
from tests.sheets import body, csv_rows

pytestmark = pytest.mark.django_db


@listed
def test_pages_show_every_string_as_text(house, client):
    node, names, notes = house.project, kept(120), kept(250)
    packages = WorkPackage.objects.bulk_create(
        WorkPackage(node=node, name=text, technique="physical", weight=0) for text in names
    )
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(len(notes))]
    ProgressReading.objects.bulk_create(
        ProgressReading(package=packages[0], as_of=day, percent=5, note=text)
        for day, text in zip(days, notes, strict=True)
    )
    money = {"kind": "contingency", "currency": CurrencyFactory(), "amount": 1000}
    reserves = Reserve.objects.bulk_create(Reserve(node=node, name=text, **money) for text in names)
    ReserveDraw.objects.bulk_create(
        ReserveDraw(reserve=reserves[0], drawn_on=day, amount=1, purpose=text)
        for day, text in zip(days, notes, strict=True)
    )
    client.force_login(house.finance)
    for url, strings in {
        "/nodes/A/earned-value/": names,
        "/nodes/A/progress/": names,
        "/nodes/A/money/": names,
        f"/work-packages/{packages[0].pk}/": notes[-12:],
        f"/reserves/{reserves[0].pk}/": notes,
        "/nodes/A/": [],
    }.items():
        response = client.get(url)
        assert response.status_code == 200, url
        page = page_of(response)
        assert_inert(page)
        shown = words(" ".join(page.text))
        for string in strings:
            assert words(string) in shown, (url, string)
    counts = {"work-packages": names, "progress-readings": notes, "reserves": names, "reserve-draws": notes}
    for path, rows in counts.items():
        written = csv_rows(body(client.get(f"/nodes/A/{path}/export.csv")))
        assert len(written) == len(rows) + 1, path
        assert not any(cell.startswith(("=", "+", "@")) for row in written for cell in row)
