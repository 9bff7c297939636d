"""Look at a page as axe-core does, and at its width; the script goes in by the browser's own door, past the CSP."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

SOURCE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    const words = (rule) => rule.nodes.map((node) => node.html.slice(0, 160)).join(" | ");
    return found.violations.map((rule) => `${rule.id}: ${words(rule)}`);
}"""
LOOKS = ((1440, 900, "light"), (1440, 900, "dark"), (390, 844, "dark"), (390, 844, "light"))


class Inspector:
    """Collects what is wrong, by page, width and theme."""

    def __init__(self, page: Page, console: list[str]) -> None:
        self.page, self.console = page, console
        self.wrong: dict[str, list[str]] = {}
        self.runs = 0
        page.context.add_init_script(path=SOURCE)

    def look(self, name: str, *, status: int = 200) -> None:
        """Inspect the page that is open, in both themes and widths; `status` is how it was answered."""
        for width, height, theme in LOOKS:
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.set_viewport_size({"width": width, "height": height})
            whole = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": whole})  # so that no sticky bar lies over anything
            found = self.page.evaluate(RUN, TAGS)
            over = self.page.evaluate("document.documentElement.scrollWidth") - width
            if over > 0:
                found.append(f"scrolls sideways by {over} px")
            if found:
                self.wrong[f"{name} {width} {theme}"] = found
            self.runs += 1
        said = [message for message in self.console if status < 400 or f"status of {status}" not in message]
        self.console.clear()
        if said:
            self.wrong[f"{name} console"] = said

    def approve(self) -> None:
        """Fail with every fault in words."""
        assert not self.wrong, "\n".join(f"{where}: {'; '.join(faults)}" for where, faults in self.wrong.items())
