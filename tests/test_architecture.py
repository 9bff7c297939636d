"""The rules of the house that import-linter cannot check: rooms, sizes, guards, verbs and late imports."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from pmo.core.access import Scope, Scoped

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portfolio", "governance", "reporting")
PYTHON = [
    path
    for top in ("pmo", *APPS, "scripts", "tests")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
]
# Roles that talk to the framework; every other module of an area is pure or a read and must not import a view.
ROLES = {
    "models", "queries", "facts", "services", "tasks", "receivers", "forms", "tables", "filters", "serializers",
    "imports", "views", "api", "urls", "ui", "search", "policy", "triggers",
}  # fmt: skip
FRAMEWORK = ("django.http", "django.shortcuts", "django.urls", "django.template")
LATE_IMPORT_REASONS = ("slow import", "app ready")


def source_of(path):
    return path.read_text(encoding="utf-8")


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_has_at_most_400_lines(path):
    assert len(source_of(path).splitlines()) <= 400


def test_every_area_is_listed_in_its_app():
    for name in APPS:
        folders = {
            path.parent.name
            for path in (ROOT / name).glob("*/__init__.py")
            if path.parent.name not in ("migrations", "management")
        }
        assert folders == set(apps.get_app_config(name).areas), name


def test_receivers_stand_only_in_audit_and_rollup():
    found = {path.parent.name for name in APPS for path in (ROOT / name).rglob("receivers.py")}
    assert found == {"audit", "rollup"}


def test_only_pages_talk_to_the_web_framework():
    pages = {"views", "urls", "api", "ui"}
    guilty = []
    for name in APPS:
        for path in (ROOT / name).glob("*/**/*.py"):
            relative = path.relative_to(ROOT / name)
            role = relative.parts[1].removesuffix(".py") if len(relative.parts) > 1 else ""
            if role in pages or "management" in relative.parts or "migrations" in relative.parts:
                continue
            for module, _node in imports_of(ast.parse(source_of(path))):
                if module.startswith(FRAMEWORK[:2]):
                    guilty.append(f"{relative}: {module}")
    assert guilty == []


def test_late_imports_of_our_own_code_say_why():
    guilty = []
    for path in PYTHON:
        if path.is_relative_to(ROOT / "tests"):
            continue
        text = source_of(path)
        lines = text.splitlines()
        tree = ast.parse(text)
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for module, node in imports_of(function):
                own = module.split(".")[0] in ("pmo", *APPS)
                if own and not any(reason in lines[node.lineno - 1] for reason in LATE_IMPORT_REASONS):
                    guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert guilty == []


def routes():
    def walk(patterns, prefix=""):
        for entry in patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, prefix + str(entry.pattern))
            else:
                yield prefix + str(entry.pattern), entry

    return list(walk(get_resolver().url_patterns))


@pytest.mark.parametrize(("route", "entry"), routes(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_route_names_its_access_rule(route, entry):
    assert getattr(entry.callback, "access_rule", ""), f"{route} says not who may call it"


def domain_models():
    return [model for name in ("core", *APPS) for model in apps.get_app_config(name).get_models()]


# Models without a scope of their own, each with its reason.
UNSCOPED = re.compile(r"Event$")  # pghistory's rows are read through the row they record


@pytest.mark.parametrize("model", domain_models(), ids=lambda model: model.__name__)
def test_every_model_declares_its_scope(model):
    if UNSCOPED.search(model.__name__):
        assert hasattr(model, "pgh_obj_id") or "pgh_id" in [field.name for field in model._meta.fields]
        return
    assert isinstance(getattr(model, "access", None), Scope)
    assert issubclass(model, Scoped) or hasattr(model._default_manager.all(), "restrict")


# Who reads all rows, and why. Whoever joins the list says why here.
UNRESTRICTED = {
    "pmo/core/access.py": "declares it",
    "portfolio/registry/queries.py": "names of ancestors; codes are unique in the whole tree",
    "portfolio/registry/services.py": "depth of a move",
    "portfolio/finance/queries.py": "calendar, rates and the reporting currency are the organisation's",
    "portfolio/finance/services/costs.py": "copies a baseline whose opening was guarded",
    "portfolio/schedule/services.py": "copies a baseline whose opening was guarded",
    "portfolio/exchange/demo/clearing.py": "takes the demo away",
    "reporting/management/commands/demo.py": "asks whether the house is empty",
}


def test_unrestricted_reads_stand_where_they_are_known():
    """The roll-up, health, the sweeper and the files above read all rows; nobody else does."""
    found = {
        str(path.relative_to(ROOT))
        for path in PYTHON
        if ".unrestricted(" in source_of(path) and not path.is_relative_to(ROOT / "tests")
    }
    rolled = {path for path in found if path.startswith(("reporting/rollup/", "reporting/health/"))}
    assert found - rolled == set(UNRESTRICTED) - {"pmo/core/access.py"}


def test_views_never_fetch_by_bare_id():
    guilty = []
    for name in APPS:
        for path in [*(ROOT / name).rglob("views.py"), *(ROOT / name).rglob("views/*.py")]:
            for number, line in enumerate(source_of(path).splitlines(), start=1):
                if re.search(r"\.objects\.(get|filter)\(pk=", line) and "restrict" not in line:
                    guilty.append(f"{path.relative_to(ROOT)}:{number}")
    assert guilty == []


def test_lock_file_names_no_host():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert "://" not in re.sub(r"#.*", "", (ROOT / "requirements.txt").read_text())
