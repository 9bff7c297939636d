"""The OpenAPI document is the checked-in one, and the API keeps it under whatever is thrown at it."""

import os
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pmo.wsgi import application
from tests.contracts.nouns import RECIPES, House

DOCUMENT = Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml"
EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "4"))
CSRF = "x" * 32
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def operations():
    """Return the operations of the document by the noun they belong to."""
    document = yaml.safe_load(DOCUMENT.read_text())
    for methods in document["paths"].values():
        for told in methods.values():
            told.pop("security", None)  # else made-up tokens and sessions would be sent
    found = {}
    for operation in (result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()):
        found.setdefault(operation.tags[0], []).append(operation)
    return found


OPERATIONS = operations()


def test_document_is_the_checked_in_one(tmp_path):
    """Made anew by: manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn."""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == DOCUMENT.read_text()


@pytest.fixture
def house():
    house = House("auditor", "administrator")
    for recipe in RECIPES.values():
        recipe.make(house, 1)
    return house


@pytest.fixture
def kept_connection():
    """Let a request through the WSGI door leave the test's transaction open, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("noun", OPERATIONS)
def test_api_keeps_its_document(noun, house):
    """stack.md pitfall 12: schemathesis' own parametrize does not run on this pytest, so its strategies are called."""
    session = house.client.cookies[django_settings.SESSION_COOKIE_NAME].value
    cookies = {django_settings.SESSION_COOKIE_NAME: session, "csrftoken": CSRF}
    told = Counter()
    for operation in OPERATIONS[noun]:
        operation.app = application

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def throw(case):
            response = case.call(headers={"X-CSRFToken": CSRF}, cookies=cookies)
            told[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        throw()
    assert told[200] > 0, "the lists at least let us in"
    assert told[401] == told[403] == 0, "every request was signed in"
