"""`manage.py build_icons`: collect the icons we use into one sprite, `var/build/img/icons.svg`."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

ICONS = """
alert-triangle archive arrow-down arrow-left arrow-right arrow-up arrows-diff arrows-sort bell binary-tree building
calendar calendar-clock calendar-event chart-bar check chevron-down chevron-left chevron-right chevron-up
clipboard-check clipboard-text clock coin copy device-floppy dots download external-link eye file-import file-text
filter flag folder gavel help history home inbox info-circle key layout-columns link list-details lock logout menu-2
message-circle moon paperclip pencil plus presentation printer refresh report search settings shield-check sitemap sun
table target timeline trash upload user user-share users x
""".split()  # noqa: SIM905 - read as words, one line instead of seventy
SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
INVISIBLE = re.compile(r'<path stroke="none"[^>]*/>')


class Command(BaseCommand):
    """Write the sprite; run after `npm ci` and before `collectstatic`."""

    help = "Build the icon sprite from the Tabler icons installed by npm."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read one file per icon and write one symbol each; a missing file names the icon and the command to run."""
        target: Path = settings.VAR_DIR / "build" / "img" / "icons.svg"
        symbols = [symbol(name, self._read(name)) for name in ICONS]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(sprite(symbols), encoding="utf-8")
        self.stdout.write(f"{len(symbols)} icons in {target.relative_to(settings.BASE_DIR)}")

    def _read(self, name: str) -> str:
        path: Path = settings.NODE / "@tabler/icons/icons/outline" / f"{name}.svg"
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise CommandError(f"No icon {name!r}: run `npm ci` first, or correct ICONS in build_icons.py.") from error


def symbol(name: str, drawing: str) -> str:
    """Return `drawing` (an svg file's text) as a symbol; the stroke width is left to the style sheet."""
    match = SHAPE.search(drawing)
    if match is None:
        raise CommandError(f"Icon {name!r} is not an svg drawing.")
    paths = " ".join(INVISIBLE.sub("", match.group(1)).split())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
    )


def sprite(symbols: list[str]) -> str:
    """Return the sprite file that `{% icon %}` refers to."""
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
