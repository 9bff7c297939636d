"""The crawler: what a portfolio's page says, held against its roll-up row, and every drill followed to its rows."""

from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

from pmo.core import format as fmt
from reporting.models import NodeRollup
from tests.reporting.dashboards.dom import Table, added, exported, money, page_of, whole

# What a drill's address asks for, and the column of its list that adds up to the figure.
STRIP = {
    "Forecast at completion": ("Forecast", "forecast"),
    "Spent to date": ("Spent to date", "actual"),
    "Contingency left": ("Contingency left", "contingency_left"),
    "Benefits, forecast": ("Forecast", "benefit_forecast"),
}
CHARTS = ("trend", "cost", "roadmap", "bridge", "benefits", "alignment")


class Page:
    """One portfolio's page. `wrong` gathers what does not add up, `followed` how many drills were followed."""

    def __init__(self, client, node):
        self.client, self.node = client, node
        self.row = NodeRollup.objects.get(node=node)
        self.root = page_of(client, f"/nodes/{node.code}/")
        self.wrong, self.followed = [], 0

    def equal(self, what, found, wanted):
        if found != wanted:
            self.wrong.append(f"{self.node.code} {what}: {found} is not {wanted}")

    def table(self, key):
        figure = self.root.one(key)
        tables = figure.all("table") if figure else []
        return Table(tables[0]) if tables else None

    def check(self):
        for chart in CHARTS:
            getattr(self, chart)()
        self.matrix()
        self.parts()
        self.confidence()
        self.strip()
        self.drills()
        return self.wrong

    # --- Charts: the table behind each sums to the node's roll-up row -------------------------

    def trend(self):
        last = self.table("trend").rows[-1]
        names = {"Off track": "off", "At risk": "risk", "On track": "on", "On hold": "hold", "Not reported": "nr",
                 "Complete": "done"}  # fmt: skip
        for label, status in names.items():
            self.equal(f"trend {label}", int(last[label]), getattr(self.row, f"n_{status}"))
        self.equal("trend", sum(int(last[label]) for label in names), self.row.projects)
        self.equal("trend", int(last["Projects"]), self.row.projects)

    def cost(self):
        table = self.table("cost")
        if table is None:
            self.equal("no cost chart", (self.row.budget, self.row.forecast, self.row.actual), (0, 0, 0))
            return
        for label, column in (("Plan", "budget"), ("Forecast", "forecast"), ("Actual", "actual")):
            known = [amount for text in table.column(label) if (amount := money(text)) is not None]
            self.equal(f"cost {label}", known[-1] if known else Decimal(0), getattr(self.row, column))

    def roadmap(self):
        table = self.table("roadmap")
        if table is None:
            self.equal("no roadmap", self.row.projects, 0)
            return
        counted = "Projects" in table.labels
        shown = sum(int(text.replace(",", "")) for text in table.column("Projects")) if counted else len(table.rows)
        self.equal("roadmap", shown, self.row.projects)
        self.equal("roadmap in all", whole(table.total[table.labels[0]]), self.row.projects)

    def bridge(self):
        table = self.table("bridge")
        if table is None:
            known = self.row.budgeted and self.row.forecasted and not self.row.rates_missing
            self.equal("no bridge", bool(known), False)
            return
        running, steps = Decimal(0), 0
        for row in table.rows:
            amount, after = money(row["Amount"]), money(row["Running"])
            if row["Step"] in ("Budget now", "Forecast at completion"):
                self.equal(f"bridge {row['Step']}", running, amount)
            else:
                running, steps = running + amount, steps + 1
            self.equal(f"bridge after {row['Step']}", after, running)
        by_name = {row["Step"]: money(row["Amount"]) for row in table.rows}
        self.equal("bridge", by_name["Budget now"], self.row.budget)
        self.equal("bridge", by_name["Forecast at completion"], self.row.forecast)
        self.equal("bridge has few steps", steps <= 11, True)

    def benefits(self):
        table = self.table("benefits")
        if table is None:
            self.equal("no benefits", self.row.benefits_targeted + self.row.benefits_forecasted, 0)
            return
        for label, column in (("Target", "target"), ("Forecast", "forecast"), ("Realised", "actual")):
            known = [amount for text in table.column(label) if (amount := money(text)) is not None]
            self.equal(f"benefits {label}", sum(known, Decimal(0)), getattr(self.row, f"benefit_{column}"))
            self.equal(f"benefits in all {label}", money(table.total[label]) or 0, sum(known, Decimal(0)))

    def alignment(self):
        figure = self.root.one("alignment")
        drill = [link for link in figure.all("a", "gh-drill") if "orphan=yes" in link.attrs["href"]] if figure else []
        self.equal("orphans", whole(drill[0].text) if drill else 0, self.row.orphans)
        table = self.table("alignment")
        if table is not None:
            parts = [Decimal(text.rstrip("%")) for text in table.column("Weighted contribution") if text != "–"]
            self.equal("alignment", sum(parts, Decimal(0)), Decimal(table.total["Weighted contribution"].rstrip("%")))

    def matrix(self):
        section = self.root.one("risk-matrix")
        cells = [whole(cell.text) for table in section.all("table", "gh-matrix") for cell in table.all("td", "")]
        beside = [whole(part.text) for part in section.all("span", "gh-outside")]
        self.equal("matrix", sum(cells) + sum(beside), self.row.risks_open)

    # --- Tables -------------------------------------------------------------------------------

    def parts(self):
        head = self.root.one("h-parts")
        if head is None:
            return
        table = Table(head.within("section").all("table")[0])
        for label, column in (("Projects", "projects"), ("Off track", "n_off"), ("At risk", "n_risk")):
            self.equal(f"parts {label}", sum(whole(text) for text in table.column(label)), getattr(self.row, column))

    def confidence(self):
        head = self.root.one("h-confidence")
        if head is None:
            return
        section = head.within("section")
        table = Table(section.all("table")[0])
        rated = sum(whole(row[label]) for row in table.rows for label in table.labels[1:])
        unrated = [whole(link.text) for link in section.all("a", "gh-drill") if "rating=none" in link.attrs["href"]]
        self.equal("confidence", rated + sum(unrated), self.row.projects)

    def strip(self):
        strip = self.root.all("dl", "gh-strip")[0]
        figures = {figure.all("dt")[0].text: figure for figure in strip.all("div")}
        self.equal("strip", len(figures), 6)
        for label, (column, name) in STRIP.items():
            figure = next(found for text, found in figures.items() if text.startswith(label))
            value = figure.all("dd", "v")[0]
            links = value.all("a", "gh-drill")
            if not links:
                continue  # a word, such as Unknown
            rows = exported(self.client, unescape(links[0].attrs["href"]))
            self.equal(f"strip {label}", added(rows, column), getattr(self.row, name))
            self.equal(f"strip {label}", links[0].text, fmt.money(getattr(self.row, name), "GBP"))

    # --- Drills: whatever is underlined leads to rows, as many or as much as it says -----------

    def drills(self):
        for link in self.root.one("main").all("a", "gh-drill"):
            url, text = unescape(link.attrs["href"]), link.text
            path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
            listed = path.startswith(("/register/", "/figures/")) or path.endswith(("/risks/", "/contributions/"))
            self.followed += 1
            if not listed:
                self.equal(f"drill {text} {url}", self.client.get(url).status_code, 200)
                continue
            rows = exported(self.client, url)
            if text[:1].isdecimal() and "of" not in query and "d late" not in text:
                self.equal(f"drill {text} {url}", len(rows), whole(text))
            elif query.get("of") == ["money"] and text.startswith("£"):
                self.equal(f"drill {text} {url}", fmt.money(added(rows, "Forecast"), "GBP"), text)
