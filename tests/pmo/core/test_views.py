"""Whether the process lives and can serve, and help."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from pmo.celery import app

pytestmark = pytest.mark.django_db


def test_process_lives_without_asking_anything(client, settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/livez")
    assert response.json() == {"status": "ok", "version": settings.VERSION}


def test_ready_with_a_database_and_no_broker_to_reach(client, settings):
    settings.REDIS_URL = ""
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok", "broker": "ok"})


@pytest.fixture
def broker_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    was = app.conf.broker_url
    app.conf.broker_url = settings.REDIS_URL
    yield
    app.conf.broker_url = was


def test_broker_that_is_away_degrades_only(client, broker_away):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "database": "ok",
        "broker": "unreachable: saving works, figures wait",
    }


def test_pending_migration_is_not_ready(client):
    MigrationRecorder(connection).record_unapplied("governance", "0002_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "1 migrations pending"}


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_is_not_ready(client):
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        response = client.get("/readyz")
        assert client.get("/livez").status_code == 200
    finally:
        connection.settings_dict["PORT"] = port
        connection.close()
    assert (response.status_code, response.json()) == (503, {"status": "unavailable", "database": "unreachable"})


def test_help_is_for_everybody_who_is_signed_in(client, place):
    assert client.get(reverse("help")).status_code == 302
    client.force_login(place.stranger)
    assert client.get(reverse("help")).status_code == 200
