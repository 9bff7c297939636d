"""The floor: the same facts as the product's pages by plain Django and DRF. No sign-in, no rights, no translation, no
components, no audit. Its addresses are known to the benchmark alone; the product never imports this module.
"""

import csv
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template import Context, Engine
from django.urls import path
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.models import AuditEntry
from pmo.core.api.serializers import form_names, shown_names
from portfolio.models import AssuranceRating, CostRow, Milestone, Node, Risk, StatusReport
from portfolio.registry.views import REGISTER
from reporting.models import NodePeriodRollup, NodeRollup, NodeRollupHistory

PER_PAGE = 50
ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")])
LOOK_BACK = timedelta(days=30)


class Median(models.Aggregate):
    """The middle value."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.FloatField()


def here(get_response):
    """Lead every request of this handler to the addresses below."""

    def answer(request):
        request.urlconf = "tests.bench.floor"
        return get_response(request)

    return answer


def render(name, **context):
    """Return a page of one plain template."""
    return HttpResponse(ENGINE.get_template(f"floor_{name}.html").render(Context(context)))


# --- pages -----------------------------------------------------------------------------------


def register(request):
    """List 50 projects of one stage by forecast, with how many there are in all."""
    rows = Node.objects.filter(kind="project", lifecycle=request.GET["lifecycle"])
    rows = rows.select_related("parent", "owner", "rollup").order_by(F("rollup__forecast").desc(nulls_last=True), "pk")
    shown = list(rows[:PER_PAGE])
    for row in shown:
        row.variance = row.rollup.forecast - row.rollup.budget
    return render("list", rows=shown, count=rows.count())


def detail(request, code):
    """Show one project: its place, colours, report, dates, money, worst risks, benefits and what happened last."""
    node = get_object_or_404(Node.objects.select_related("parent", "owner", "sponsor", "rollup"), code=code)
    dates = Milestone.objects.filter(node=node).annotate(
        planned=models.Max("baseline_dates__date", filter=Q(baseline_dates__baseline__is_current=True))
    )
    money = CostRow.objects.filter(Q(baseline=None) | Q(baseline__is_current=True), node=node)
    score = F("current_probability") * F("current_impact")
    return render(
        "detail",
        node=node,
        above=Node.objects.filter(pk__in=node.ancestors[:-1]),
        report=StatusReport.objects.filter(node=node, state="submitted").order_by("-week_start", "-number").first(),
        dates=dates.order_by("forecast_date"),
        money=money.order_by("category").values("category", "cost_version").annotate(amount=Sum("amount")),
        risks=Risk.objects.filter(node=node, state="open").annotate(score=score).order_by("-score")[:3],
        events=AuditEntry.objects.filter(node=node)[:8],
    )


def dashboard(request):
    """Show the whole: totals, what needs attention, the trend, the spend, what changed, ratings and parts.

    The same facts as the product's home, each block by one plain query.
    """
    now = timezone.now()
    root = NodeRollup.objects.select_related("node").get(node__parent=None)
    projects = NodeRollup.objects.filter(node__kind="project")
    rows = list(
        projects.filter(severity__gt=0)
        .select_related("node__parent", "node__owner")
        .order_by((F("severity") * F("value")).desc(), "pk")[:8]
    )
    ids = [row.node_id for row in rows]
    past = NodeRollupHistory.objects.filter(
        recorded_to__gt=now - timedelta(weeks=12)
    ) | NodeRollupHistory.objects.filter(recorded_to=None)
    held = NodeRollupHistory.objects.filter(node=OuterRef("pk"), recorded_from__lte=now - LOOK_BACK)
    before = Subquery(held.order_by("-recorded_from").values("status")[:1])
    changed = projects.annotate(before=before).exclude(before=F("status")).order_by("-value", "pk")
    changed = list(changed.values_list("node__code", "node__name", "before", "status"))
    reports = StatusReport.objects.filter(node__in=ids, state="submitted").order_by("node_id", "-week_start", "-number")
    rated = AssuranceRating.objects.order_by("node_id", "-as_of", "source").distinct("node_id")
    months = NodeRollupHistory.objects.filter(node=root.node_id, recorded_from__gt=now - timedelta(days=545))
    return render(
        "dashboard",
        root=root,
        rows=rows,
        slips=past.filter(node__in=ids).order_by("node_id", "recorded_from").values_list("node_id", "slip_days"),
        reports=reports.distinct("node_id"),
        spread=projects.aggregate(
            needy=Count("pk", filter=Q(severity__gt=0)),
            late=Count("pk", filter=Q(slip_days__gt=0)),
            median=Median("slip_days"),
        ),
        trend=months.annotate(month=TruncMonth("recorded_from")).order_by("month", "-recorded_from").distinct("month"),
        spend=NodePeriodRollup.objects.filter(node=root.node_id).select_related("period").order_by("period__start"),
        changed=changed[:8],
        moves=Counter(row[2:] for row in changed).items(),
        ratings=list(rated.values_list("value", flat=True)),
        parts=NodeRollup.objects.filter(parent=root.node_id).select_related("node"),
    )


def glance(request):
    """Show the totals alone: one query and one template."""
    return render("glance", root=NodeRollup.objects.select_related("node").get(node__parent=None))


def export(request):
    """Stream all projects as CSV from the ORM's iterator."""
    rows = Node.objects.filter(kind="project").select_related("parent", "owner", "rollup").order_by("name", "pk")

    def lines():
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in rows.iterator(chunk_size=500):
            held = row.rollup
            writer.writerow(
                [row.name, row.parent.name, row.lifecycle, row.owner and row.owner.name, held.status,
                 held.forecast_finish, held.slip_days, held.budget, held.forecast, held.forecast - held.budget]
            )  # fmt: skip
            if buffer.tell() > 32_000:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return StreamingHttpResponse(lines(), content_type="text/csv")


# --- the API ---------------------------------------------------------------------------------


class Plain:
    """DRF without sign-in."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [JSONRenderer]


class NodeSerializer(serializers.ModelSerializer):
    """The fields that the product's API shows."""

    parent = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Node
        fields = shown_names(REGISTER)


class ByKey(CursorPagination):
    page_size = 100
    ordering = "pk"


class NodeList(Plain, generics.ListAPIView):
    """100 projects."""

    queryset = Node.objects.filter(kind="project").select_related("parent")
    serializer_class = NodeSerializer
    pagination_class = ByKey


def _twin(field):
    """Return a field of the register's table for its twin; a foreign key is a plain number there."""
    if isinstance(field, models.ForeignKey):
        return field.attname, models.BigIntegerField(null=field.null)
    return field.name, field.clone()


class TwinMeta:
    app_label = "bench"
    managed = False
    db_table = "bench_node"


# A twin of the register's table, with its columns, indexes and checks and without its triggers; the benchmark makes it.
FloorNode = type(
    "FloorNode",
    (models.Model,),
    {"__module__": __name__, "Meta": TwinMeta, **dict(map(_twin, Node._meta.concrete_fields))},
)
TWIN = "DROP TABLE IF EXISTS bench_node; CREATE TABLE bench_node (LIKE portfolio_node INCLUDING ALL)"


class NewNode(serializers.ModelSerializer):
    """What comes in: the fields of the product's form, `parent` by its code, looked up for all rows at once."""

    parent = serializers.CharField(max_length=60)

    class Meta:
        model = FloorNode
        fields = [name for name in form_names(REGISTER) if name not in ("owner", "sponsor")]
        extra_kwargs = {"code": {"validators": []}}  # one check for all rows, below


class OldNode(serializers.ModelSerializer):
    """What goes out."""

    class Meta:
        model = FloorNode
        fields = [field.name for field in FloorNode._meta.concrete_fields]


class Bulk(Plain, APIView):
    """Create many: validate, one unique check, bulk_create."""

    @transaction.atomic
    def post(self, request):
        """Create the rows of `items`, all or none."""
        found = NewNode(data=request.data["items"], many=True)
        found.is_valid(raise_exception=True)
        items = found.validated_data
        codes = {item["code"] for item in items}
        if len(codes) != len(items) or FloorNode.objects.filter(code__in=codes).exists():
            raise serializers.ValidationError("A code is taken.")
        parents = dict(Node.objects.filter(code__in={i["parent"] for i in items}).values_list("code", "pk"))
        rows = [FloorNode(parent_id=parents[item.pop("parent")], **item) for item in items]
        FloorNode.objects.bulk_create(rows)
        return Response({"results": OldNode(rows, many=True).data}, status=201)


urlpatterns = [
    path("list", register),
    path("nodes/<str:code>", detail),
    path("", dashboard),
    path("glance", glance),
    path("export.csv", export),
    path("api", NodeList.as_view()),
    path("api/bulk", Bulk.as_view()),
]
