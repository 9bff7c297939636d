"""G6 to G10, G12, G13, G16 and G18: pages and the API, product and floor, through WSGI handlers in this process."""

import re
import tracemalloc

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import get_resolver, resolve, reverse

from pmo.core import access, clock, ui
from portfolio.models import CostRow, Node, User
from portfolio.people.services import token_create
from reporting.rollup import services
from tests.bench import database, floor, rolling, table, wire
from tests.bench.timing import Queries, Series, clocked, cpu_words, in_turn

EXECUTIVE, HEAD = 1, 2  # ids of the world's first people
HOME, LIST = "/", "/register/?kind=project&lifecycle=deliver&sort=-forecast"
API = "/api/v1/register/?kind=project&limit=100"
EXPORT = "/register/export.csv?kind=project"
BULK = 1_000
PROJECT = "P000031"  # stands in every world
FACTS = re.compile(
    r'"?portfolio_(costrow|milestone|milestonebaseline|risk|issue|benefit|benefitvalue|benefitshare|workpackage|reserve'
    r'|wholelifeestimate|action)"?\b'
)
# Measured on the same kind of machine on another day (design/performance.md, section 1), in ms.
PEERS = {
    "G7": (349, "Redmine", 370, "NetBox"),
    "G8": (77, "Redmine", 118, "NetBox"),
    "G9": (350, "Redmine", 289, "NetBox"),
}


def session_of(user):
    """Return the cookie of a signed-in browser, without the sign-in form."""
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.save()
    return {settings.SESSION_COOKIE_NAME: store.session_key}


class Pages:
    """Both sides of one world."""

    def __init__(self, world, rounds):
        self.world, self.rounds = world, rounds
        self.executive, self.head = User.objects.get(pk=EXECUTIVE), User.objects.get(pk=HEAD)
        self.cookies = session_of(self.executive)
        self.reader = wire.product(cookies=self.cookies)
        self.leader = wire.product(cookies=session_of(self.head))
        _token, text = token_create(actor=self.head, name="bench", expires_on=clock.today(), can_write=True)
        self.program = wire.product(token=text)
        self.floor = wire.floor()
        database.execute(floor.TWIN)
        self.node = f"/nodes/P{world.projects // 3:06}"

    def pair(self, product, bare, site=None):
        """Return Series by name: the floor's page and the product's in turn."""
        ask = (site or self.reader).get
        return in_turn(
            {"floor": lambda: self.floor.get(bare), "product": lambda: ask(product)}, rounds=self.rounds, warm=3
        )

    def queries(self, path, site=None):
        """Return the queries of a page that was asked for before."""
        ask = (site or self.reader).get
        ask(path)
        with Queries() as seen:
            ask(path)
        return seen

    # --- lines -------------------------------------------------------------------------------
    def dashboard(self):
        """Yield the lines of G6."""
        found = self.pair(HOME, "/")
        seen, plain = self.queries(HOME), self.queries("/", self.floor)
        note = (
            f"{seen.count} queries {table.told(seen.seconds)}; floor {plain.count}, {table.told(plain.seconds)}; "
            f"{cpu_words(*found.values())}"
        )
        yield table.times("G6", "dashboard p50", found["floor"].p50, found["product"].p50, 2, note=note)
        yield table.times("G6", "… p95", found["floor"].p95, found["product"].p95, 3)
        facts = sorted({name for text in seen.texts for name in FACTS.findall(text)})
        words = ", ".join(facts) or "none"
        yield table.Line("G6", "… fact tables read", product=words, wanted="none", verdict=table.verdict(not facts))
        one = in_turn({"floor": lambda: self.floor.get("/glance")}, rounds=self.rounds, warm=3)["floor"].p50
        note = "told: a page of the totals alone, one query and one template"
        yield table.Line(
            "G6", "… against the smallest page", table.told(one), "–", f"{found['product'].p50 / one:.1f}x", note=note
        )

    def register(self):
        """Yield the line of G7."""
        yield from self._page("G7", "list of 50, filtered and sorted", LIST, "/list?lifecycle=deliver", most=2)

    def detail(self):
        """Yield the line of G8."""
        yield from self._page("G8", "detail of a project", f"{self.node}/", self.node, most=3)

    def api(self):
        """Yield the line of G9. Raises Unequal where the API and its floor give other rows."""
        if self.program.get(API).json["results"] != self.floor.get("/api").json["results"]:
            raise rolling.Unequal("the API and its floor give other rows")
        yield from self._page("G9", "REST, 100 rows, by token", API, "/api", most=2, site=self.program)

    def _page(self, goal, what, path, bare, *, most, site=None):
        found = self.pair(path, bare, site)
        seen, plain = self.queries(path, site), self.queries(bare, self.floor)
        slow, first, slower, second = PEERS[goal]
        note = (
            f"{seen.count} queries {table.told(seen.seconds)}; floor {plain.count}, {table.told(plain.seconds)}; "
            f"{cpu_words(*found.values())}; another day: {first} {slow} ms, {second} {slower} ms"
        )
        yield table.times(goal, what, found["floor"].p50, found["product"].p50, most, note=note)

    def bulk(self):
        """Yield the line of G10: 1,000 new projects in one request, rolled up, against a sane floor."""
        found = {"floor": Series(), "product": Series()}
        for turn in range(3):
            items = [
                {"kind": "project", "code": f"B{turn}-{n}", "name": f"New {n}", "lifecycle": "define",
                 "parent": f"G{n % self.world.programmes:05}"}
                for n in range(BULK)
            ]  # fmt: skip
            found["floor"].seconds.append(clocked(lambda i=items: self.floor.post_json("/api/bulk", {"items": i})))
            found["product"].seconds.append(clocked(lambda i=items: self._post_and_roll(i)))
            if found["product"].seconds[-1] > 20:
                break
        _forget(Node.objects.filter(code__regex="^B[0-9]-"))
        note = f"{len(found['product'].seconds)} run(s); floor: validate, one unique check, bulk_create, no triggers"
        yield table.times(
            "G10", "bulk REST of 1,000 with roll-up", found["floor"].p50, found["product"].p50, 3, note=note
        )

    def _post_and_roll(self, items):
        with database.patient():
            self.program.post_json("/api/v1/register/bulk/", {"items": items})
            services.roll_up()

    def export(self):
        """Yield the line of G12, with the memory that streaming all rows takes."""
        found = in_turn(
            {"floor": lambda: self.floor.get("/export.csv"), "product": lambda: self.reader.get(EXPORT)}, rounds=3
        )
        rows = [site.get(path).body.count(b"\n") for site, path in ((self.reader, EXPORT), (self.floor, "/export.csv"))]
        if rows[0] - 1 != rows[1]:
            raise rolling.Unequal(f"the export has {rows[0] - 1} rows, its floor {rows[1]}")
        note = f"{rows[1]:,} rows; peak {self._peak(EXPORT):.1f} MB beside the answer itself"
        what = "CSV export against the ORM's iterator"
        yield table.times("G12", what, found["floor"].p50, found["product"].p50, 1.5, note=note)

    def _peak(self, path):
        tracemalloc.start()
        size = len(self.reader.get(path).body)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        return peak - 2 * size / 1e6  # the answer stands in memory twice here: in parts and joined

    def write_then_see(self):
        """Yield the lines of G13: a form saved, its ancestors rolled up, the page that shows it."""
        parts = {"write": Series(), "roll-up": Series(), "page": Series()}
        for turn in range(self.rounds + 2):
            row = CostRow.objects.filter(cost_version="forecast").order_by("pk")[turn * 37 % self.world.projects]
            typed = {
                "cost_version": "forecast", "period": row.period_id, "category": row.category,
                "cost_type": row.cost_type, "currency": row.currency_id, "amount": row.amount + 1,
                "version": row.version, "reason": "",
            }  # fmt: skip
            kept = {}
            seconds = {
                "write": clocked(
                    lambda r=row, t=typed, k=kept: k.update(a=self.leader.post(f"/costs/{r.pk}/edit/", t))
                ),
                "roll-up": clocked(services.roll_up),
            }
            if kept["a"].status != 302:
                raise rolling.Unequal("the form was not taken")
            seconds["page"] = clocked(lambda k=kept: k.update(b=self.leader.get(k["a"].headers["Location"])))
            if turn >= 2:
                for name, value in seconds.items():
                    parts[name].seconds.append(value)
        whole = Series([sum(three) for three in zip(*(one.seconds for one in parts.values()), strict=True)])
        note = ", ".join(f"{name} {table.told(series.p50)}" for name, series in parts.items())
        yield table.limit(
            "G13", "save a form, roll up to the root, see it: p50", whole.p50, 0.060, table.told, note=note
        )

    def weights(self):
        """Yield the lines of G16."""
        for what, path, most in (("list page", LIST, 120), ("dashboard, before charts", HOME, 170)):
            html, assets = wire.weight(self.reader.get(path).body)
            note = f"HTML {html / 1000:.1f} kB, style sheets, scripts, icons and font {assets / 1000:.1f} kB"
            yield table.limit(
                "G16", f"{what}, gzip", (html + assets) / 1000, most, lambda kb: f"{kb:.0f} kB", note=note
            )
        page = self.reader.get(HOME).body.decode()
        lazy = not re.search(r"<(script|link)[^>]+(src|href)=\"[^\"]*plotly", page)
        yield table.Line("G16", "chart bundle comes later", wanted="lazy", verdict=table.verdict(lazy))

    def counts(self):
        """Return the number of queries of many pages, by address; the same addresses in every world.

        The home, every list, the overview at each height of the tree and every tab of one project.
        """
        lists = (name for name in get_resolver().reverse_dict if isinstance(name, str) and name.endswith("-list"))
        plain = sorted(reverse(name) for name in lists if not name.endswith("-node-list"))
        heights = [f"/nodes/{code}/" for code in ("ALL", "S001", "G00001", PROJECT)]
        node = Node.objects.get(code=PROJECT)
        tabs = [tab["url"] for tab in ui.tabs("registry.node", node, self.head, node.code, "")]
        held = access.held_actions(self.head)
        paths = dict.fromkeys([HOME, LIST, "/portfolios/", *plain, *heights, *tabs])
        return {path: self.queries(path, self.leader).count for path in paths if self._may(path, held)}

    def _may(self, path, held):
        crud = getattr(resolve(path.partition("?")[0]).func, "crud", None) or getattr(
            resolve(path.partition("?")[0]).func, "api_crud", None
        )
        return crud is None or crud.view_action in held


def _forget(nodes):
    """Take nodes away with all that hangs on them, and roll up where they were."""
    parents = set(nodes.values_list("parent_id", flat=True))
    with database.patient():
        nodes.delete()
        services.mark(parents)
        services.roll_up()
    database.tidy()


GOALS = {
    "G6": Pages.dashboard, "G7": Pages.register, "G8": Pages.detail, "G9": Pages.api, "G10": Pages.bulk,
    "G12": Pages.export, "G13": Pages.write_then_see, "G16": Pages.weights,
}  # fmt: skip


def constant(sizes, counts):
    """Return the line of G18: every page's number of queries is the same in every world."""
    grown = {path: [found[path] for found in counts] for path in counts[0] if len({f[path] for f in counts}) > 1}
    note = "; ".join(f"{path} {' → '.join(map(str, found))}" for path, found in grown.items())
    span = " and ".join(f"{size:,}" for size in sizes)
    counted = counts[0].values()
    return table.Line(
        "G18",
        f"query counts of {len(counted)} pages at {span}",
        product=f"{len(grown)} differ",
        wanted="constant",
        verdict=table.verdict(not grown),
        note=note or f"{min(counted)} to {max(counted)} queries",
    )
