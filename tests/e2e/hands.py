"""A person's hands, counted: every activation by pointer, every key; words typed into a text field are free."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass
class Hands:
    """Act on the page only through these, and `clicks` and `keys` are what a person would have done."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, target: Locator, **options) -> None:
        """Press the pointer on something."""
        target.click(**options)
        self.clicks += 1

    def press(self, *keys: str) -> None:
        """Press keys one after the other; a chord such as Control+A is one."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, words: str) -> None:
        """Write free text into the text field that has the focus, which must have been reached by click or key."""
        kind = self.page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.type || '')")
        assert re.fullmatch(r"TEXTAREA textarea|INPUT (text|search|email|password)", kind), f"no text field: {kind}"
        self.page.keyboard.insert_text(words)
