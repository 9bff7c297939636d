"""Two people send the first report of a week at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from pmo.core import clock
from pmo.core.errors import StaleWrite
from portfolio.models import StatusReport
from portfolio.status import services
from tests.factories import UserFactory, grant
from tests.portfolio.status.conftest import THURSDAY, VALUES

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_first_reports_at_once_one_stands_and_one_is_a_conflict(project, analyst):
    colleague = UserFactory()
    grant(colleague, "pmo_analyst", project)
    both_ready = Barrier(2)

    def send(actor):
        try:
            with clock.at(THURSDAY):
                both_ready.wait(timeout=20)
                services.report_submit(project, VALUES, actor=actor, expected_version=0, after=0)
        except StaleWrite as stale:
            return stale.current.author
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(send, (analyst, colleague)))
    winner = StatusReport.objects.get().author
    assert sorted(told, key=str) == sorted([None, winner], key=str)
