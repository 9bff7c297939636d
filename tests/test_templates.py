"""What no page may contain: styles and scripts in line, colours outside the tokens, icons not in the sprite."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from pmo.core import ui
from pmo.core.management.commands.build_icons import ICONS, sprite, symbol

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STYLES = sorted((settings.BASE_DIR / "static/css").glob("*.css"))
SCRIPTS = sorted((settings.BASE_DIR / "static/js").glob("*.js"))
APPS = ("pmo", "portfolio", "governance", "reporting")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch)\(")


def name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def found(pattern: str, paths: list[Path]) -> list[str]:
    return [f"{name(path)}: {match}" for path in paths for match in re.findall(pattern, path.read_text())]


def test_templates_carry_no_style_attribute_and_no_style_element():
    assert found(r"(?i)\sstyle\s*=|<style\b", TEMPLATES) == []


def test_templates_carry_no_script_of_their_own():
    assert found(r"(?i)<script(?![^>]*\bsrc=)[^>]*>", TEMPLATES) == []


def test_templates_carry_no_event_handler():
    assert found(r"(?i)\s(?:on(?!ly\b)[a-z]+|hx-on[:\w-]*)\s*=|javascript:", TEMPLATES) == []


def test_python_builds_no_style_and_no_handler():
    sources = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    assert found(r"(?i)<[a-z][^>\n]*\s(?:style|on(?:click|change|load|submit))\s*=", sources) == []


def test_colours_live_in_the_tokens_only():
    paths = [*(path for path in STYLES if path.name != "tokens.css"), *TEMPLATES]
    colours = [f"{name(path)}: {match}" for path in paths for match in COLOUR.findall(without_links(path.read_text()))]
    assert colours == []


def without_links(text: str) -> str:
    """Drop `href="#anchor"` and `#partial` names, which look like colours to a pattern."""
    return re.sub(r"""(?:href|hx-target|hx-select)=["'][^"']*["']|\.html#\w+|&#\w+;""", "", text)


def test_every_style_sheet_stays_small():
    assert [name(path) for path in [*STYLES, *SCRIPTS] if len(path.read_text().splitlines()) >= 400] == []


def test_every_token_used_is_defined():
    defined = set(re.findall(r"(--gh-[\w-]+):", (settings.BASE_DIR / "static/css/tokens.css").read_text()))
    used = {token for path in STYLES for token in re.findall(r"var\((--gh-[\w-]+)\)", path.read_text())}
    assert used - defined == set()


def test_every_icon_named_is_in_the_sprite():
    named = set(re.findall(r"""{%\s*icon ["']([\w-]+)["']""", "".join(path.read_text() for path in TEMPLATES)))
    named |= {item.icon for item in ui._navigation} | {a.icon for page in ui._actions.values() for a in page if a.icon}
    assert named - set(ICONS) == set()


def test_a_symbol_leaves_its_stroke_to_the_style_sheet():
    ground = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
    drawing = f'<svg\n width="24" stroke-width="2">\n{ground}\n<path d="M9 3v4" />\n</svg>'
    assert symbol("x", drawing) == (
        '<symbol id="x" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round"><path d="M9 3v4" /></symbol>'
    )
    assert sprite(["<symbol/>"]).startswith('<svg xmlns="http://www.w3.org/2000/svg">')


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_template_compiles(path):
    loaded = get_template(str(path.relative_to(settings.BASE_DIR / "templates")))
    assert loaded.origin.name == str(path)


def test_the_lock_of_npm_names_no_registry():
    assert '"resolved"' not in (settings.BASE_DIR / "package-lock.json").read_text()
