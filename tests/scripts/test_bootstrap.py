"""What set-up says when something is missing: in words, with the fix."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "scripts" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The set-up script as a module, its stamps in a folder of this test."""
    spec = importlib.util.spec_from_file_location("bootstrap", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    return module


def test_old_python_is_named_with_the_fix(bootstrap, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.SetupError, match=r"Python 3.11 or newer is needed(.|\n)*make run PYTHON=python3.12"):
        bootstrap.check_machine()


def test_missing_venv_module_is_named_with_the_package(bootstrap, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(bootstrap.SetupError, match=rf"sudo apt install python{version}-venv"):
        bootstrap.check_machine()


def test_folder_of_somebody_else_is_named_with_the_fix(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path / "not" / "there")
    with pytest.raises(bootstrap.SetupError, match=r"cannot be written by you(.|\n)*chown"):
        bootstrap.check_machine()


def test_unreachable_registry_is_named_with_the_fix(bootstrap):
    command = [sys.executable, "-c", "print('connect: Network is unreachable'); raise SystemExit(2)"]
    with pytest.raises(bootstrap.SetupError, match=r"Network is unreachable(.|\n)*HTTPS_PROXY"):
        bootstrap.run(command)


def test_other_failure_shows_the_end_of_its_output(bootstrap):
    with pytest.raises(bootstrap.SetupError, match="the real reason") as failed:
        bootstrap.run([sys.executable, "-c", "print('the real reason'); raise SystemExit(2)"])
    assert "HTTPS_PROXY" not in str(failed.value)


def test_finished_step_is_left_out_until_its_inputs_change(bootstrap, tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    stamp = bootstrap.digest(lock, "text")
    bootstrap.mark_done("step", stamp)
    assert bootstrap.is_done("step", stamp, lock)
    assert not bootstrap.is_done("step", stamp, tmp_path / "lost")
    lock.write_text("two")
    assert not bootstrap.is_done("step", bootstrap.digest(lock, "text"), lock)
