"""The private PostgreSQL: found or started by whoever needs it, also after a kill -9; no two clones share one."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest

from pmo.core import embedded
from pmo.core.embedded.cluster import Cluster
from pmo.core.embedded.files import write_once

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).resolve().parents[3]
START = "import sys, pathlib; from pmo.core import embedded; embedded.database_settings('', pathlib.Path(sys.argv[1]))"


@pytest.fixture
def clone(tmp_path):
    """A clone's `var` folder under a parent nobody else may enter, as a root home is."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    made = []

    def new(name="a"):
        var_dir = folder / name / "var"
        var_dir.mkdir(parents=True)
        made.append(var_dir)
        return var_dir

    yield new
    for var_dir in made:
        if var_dir.exists():
            remove(var_dir)


def remove(var_dir):
    cluster = Cluster.of(var_dir)
    cluster.stop()
    shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(cluster.sockets, ignore_errors=True)


def ask(var_dir, sql):
    """Run one statement as a management command would reach the database, and return its first value."""
    given = embedded.database_settings("", var_dir)
    link = psycopg2.connect(host=given["HOST"], dbname=given["NAME"], user=given["USER"])
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        link.close()


def kill(cluster, *, backends=False):
    """Kill the postmaster, and with `backends` everything it has forked, as a power cut would."""
    postmaster = psutil.Process(cluster.postmaster())
    victims = [postmaster, *(postmaster.children() if backends else [])]
    for victim in victims:
        victim.kill()
    while cluster.postmaster():
        time.sleep(0.01)


@pytest.mark.parametrize("programs", ["", "wheel"])
def test_private_database_is_made_and_folds_accents(clone, monkeypatch, programs):
    monkeypatch.setenv("GATEHOUSE_POSTGRES", programs)
    var_dir = clone()
    assert ask(var_dir, "select current_database() || ' ' || lower('ÉCOLE')") == "gatehouse école"
    assert ask(var_dir, "select current_setting('server_encoding')") == "UTF8"
    assert ask(var_dir, "select current_setting('listen_addresses')") == ""


def test_second_call_finds_the_running_database(clone):
    var_dir = clone()
    cluster = Cluster.of(var_dir)
    assert cluster.ensure_running() is True
    before = cluster.postmaster()
    assert cluster.ensure_running() is False
    assert cluster.postmaster() == before
    assert embedded.started_here(var_dir)


def test_database_survives_kill_of_the_postmaster_alone(clone):
    var_dir = clone()
    ask(var_dir, "create table kept as select 41 + 1 as answer")
    cluster = Cluster.of(var_dir)
    kill(cluster)
    assert ask(var_dir, "select answer from kept") == 42


def test_database_survives_kill_of_everything_and_reuse_of_the_process_number(clone):
    var_dir = clone()
    ask(var_dir, "create table kept as select 41 + 1 as answer")
    cluster = Cluster.of(var_dir)
    kill(cluster, backends=True)
    lock = cluster.data / "postmaster.pid"
    rest = lock.read_text().split("\n")[1:]
    stranger = subprocess.Popen(["sleep", "60"], **cluster._identity)
    try:
        lock.write_text("\n".join([str(stranger.pid), *rest]))
        (cluster.sockets / ".s.PGSQL.5432.lock").write_text(lock.read_text())
        assert ask(var_dir, "select answer from kept") == 42
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_two_clones_do_not_share_a_cluster(clone):
    first, second = clone("a"), clone("b")
    ask(first, "create table only_in_a (id int)")
    assert ask(second, "select to_regclass('only_in_a')") is None
    assert Cluster.of(first).home != Cluster.of(second).home


def test_copied_clone_gets_its_own_cluster_and_moved_clone_keeps_its_data(clone, tmp_path):
    first = clone("a")
    ask(first, "create table kept as select 42 as answer")
    assert embedded.stop(first)
    shutil.copytree(first.parent, tmp_path / "copy")
    copy = tmp_path / "copy" / "var"
    try:
        assert Cluster.of(copy).home != Cluster.of(first).home
        assert ask(copy, "select 1") == 1
        assert not Cluster.of(first).is_running()
    finally:
        remove(copy)
    moved = tmp_path / "moved" / "var"
    moved.parent.mkdir()
    first.rename(moved)
    try:
        assert ask(moved, "select answer from kept") == 42
    finally:
        remove(moved)


def test_processes_starting_at_once_start_one_postmaster(clone):
    var_dir = clone()
    command = [sys.executable, "-c", START, str(var_dir)]
    starting = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.wait(60) for process in starting] == [0, 0, 0, 0]
    log = Cluster.of(var_dir).log.read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_long_clone_path_gets_a_short_socket_folder(clone):
    var_dir = clone("d" * 120)
    cluster = Cluster.of(var_dir)
    assert len(os.fsencode(cluster.sockets)) <= 85
    assert ask(var_dir, "select 1") == 1
    assert cluster.sockets.stat().st_mode & 0o777 == 0o700


def test_stop_waits_for_other_programs_to_leave(clone):
    var_dir = clone()
    given = embedded.database_settings("", var_dir)
    guest = psycopg2.connect(host=given["HOST"], dbname=given["NAME"], user=given["USER"])
    assert embedded.stop_if_idle(var_dir) is False
    guest.close()
    assert embedded.stop_if_idle(var_dir) is True
    assert embedded.stop_if_idle(var_dir) is False
    assert not Cluster.of(var_dir).is_running()


def test_interrupted_creation_is_begun_again(clone):
    var_dir = clone()
    cluster = Cluster.of(var_dir)
    cluster._make_folders()
    (cluster.home / "data.new").mkdir()
    (cluster.home / "data.new" / "PG_VERSION").write_text("half")
    assert ask(var_dir, "select 1") == 1


def test_data_of_a_lost_version_are_named_with_the_fix(clone):
    var_dir = clone()
    cluster = Cluster.of(var_dir)
    cluster.ensure_running()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(SystemExit, match="written by PostgreSQL 13") as refused:
        cluster.ensure_running()
    assert "GATEHOUSE_POSTGRES" in str(refused.value)


def test_start_that_fails_shows_the_end_of_the_log(clone, monkeypatch):
    var_dir = clone()
    cluster = Cluster.of(var_dir)
    cluster.ensure_running()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    monkeypatch.setattr("pmo.core.embedded.cluster.TRY_AGAIN_SECONDS", 0.2)
    with pytest.raises(SystemExit, match="no_such_setting"):
        cluster.ensure_running()


def test_missing_programs_are_named_with_the_fix(clone, monkeypatch, tmp_path):
    monkeypatch.setenv("GATEHOUSE_POSTGRES", str(tmp_path))
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        embedded.database_settings("", clone())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has PostgreSQL run by another account")
def test_root_start_changes_no_permission_outside_its_home(clone, monkeypatch):
    monkeypatch.setenv("GATEHOUSE_POSTGRES", "wheel")
    var_dir = clone()
    parents = [*var_dir.parents, *(ROOT / ".venv").parents, ROOT / ".venv"]
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in parents]
    cluster = Cluster.of(var_dir)
    cluster.ensure_running()
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in parents] == before
    assert cluster.data.stat().st_uid == cluster.owner.pw_uid != 0
    assert cluster.home.stat().st_mode & 0o777 == 0o700
    owner = Path(f"/proc/{cluster.postmaster()}").stat().st_uid
    assert owner == cluster.owner.pw_uid


def test_given_url_is_used_and_starts_nothing(tmp_path):
    given = embedded.database_settings("postgres://ann:pw@db.internal:5433/gate", tmp_path / "var")
    assert (given["HOST"], given["PORT"], given["NAME"], given["USER"]) == ("db.internal", 5433, "gate", "ann")
    assert not (tmp_path / "var").exists()


def test_secret_key_is_made_once_and_kept_private(tmp_path):
    first = embedded.local_secret_key(tmp_path / "var")
    assert len(first) > 80
    assert embedded.local_secret_key(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_write_once_keeps_the_first_text(tmp_path):
    assert write_once(tmp_path / "note", "first") == "first"
    assert write_once(tmp_path / "note", "second") == "first"


def test_status_command_tells_and_stops(clone, capsys):
    from pmo.core.embedded.__main__ import main

    var_dir = clone()
    main("status", var_dir)
    embedded.ensure(var_dir)
    main("status", var_dir)
    main("stop", var_dir)
    main("stop", var_dir)
    main("home", var_dir)
    assert capsys.readouterr().out.splitlines() == [
        "stopped",
        "running",
        "The private PostgreSQL is stopped.",
        "The private PostgreSQL was not running.",
        str(embedded.home(var_dir)),
    ]
    with pytest.raises(SystemExit, match="status"):
        main("dance", var_dir)
