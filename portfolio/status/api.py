"""The weekly report through the API: read what was submitted, save this week's draft, submit it."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from pmo.core.api import idempotency, reading
from pmo.core.api.fields import typed
from pmo.core.api.paging import Pages
from pmo.core.api.problems import Problem, told
from pmo.core.api.schema import FIELDS, ONCE, VERSION, problems
from pmo.core.api.views import ROOT, ApiView
from pmo.core.api.writing import refuse
from portfolio.registry.models import Node
from portfolio.status import services
from portfolio.status.filters import ReportFilter
from portfolio.status.forms import ReportForm
from portfolio.status.models import DIMENSIONS, ReportState, StatusReport
from portfolio.status.services.reports import TEXTS, draft_for, latest
from portfolio.status.views import milestone_rows

NAMES = ["id", "node", "week_start", "number", "state", *DIMENSIONS, *TEXTS, "reasons", "submitted_at", "author"]
WRITTEN = (*DIMENSIONS, *TEXTS, *(f"{part}_{name}" for name in DIMENSIONS for part in ("reason", "until")))


class Report(serializers.ModelSerializer[StatusReport]):
    """A weekly report as it was frozen."""

    node: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = StatusReport
        fields = NAMES
        read_only_fields = NAMES


class ReportBody(serializers.Serializer[Any]):
    """What is written: statuses, texts, reasons for differing, and new forecasts of the project's milestones."""

    milestones = serializers.DictField(child=serializers.DateField(), required=False, help_text="Id → new forecast.")

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of the page's form."""
        form = ReportForm(report=StatusReport(), milestones=[])
        return super().get_fields() | {name: typed(form.fields[name]) for name in WRITTEN}


class ReportPage(serializers.Serializer[Any]):
    """A page of reports."""

    next = serializers.URLField(allow_null=True, required=False)
    previous = serializers.URLField(allow_null=True, required=False)
    results = Report(many=True)


class ReportView(ApiView):
    """Base of the report's views."""

    read_action = "status.view"
    write_action = "status.report"


class Reports(ReportView):
    """Submitted reports."""

    http_method_names = ["get", "head"]

    @extend_schema(
        operation_id="report_list",
        tags=["reports"],
        parameters=[FIELDS, OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: ReportPage} | problems("list", "get"),
    )
    def get(self, request: Any) -> Response:
        """Return a page of submitted reports, the oldest first."""
        rows = StatusReport.objects.restrict(request.user, "status.view").filter(state=ReportState.SUBMITTED)
        found = reading.by_filter(ReportFilter, rows, request).select_related("node")
        names, pages = reading.chosen(request, NAMES), Pages()
        page: Any = pages.paginate_queryset(found, request, view=self)
        shown = Report(page, many=True).data
        return pages.get_paginated_response([{name: row[name] for name in names} for row in shown])


class OneReport(ReportView):
    """One submitted report."""

    http_method_names = ["get", "head"]

    @extend_schema(operation_id="report_read", tags=["reports"], responses={200: Report} | problems("detail", "get"))
    def get(self, request: Any, key: int) -> Response:
        """Return the report as it was frozen."""
        rows = StatusReport.objects.restrict(request.user, "status.view").filter(state=ReportState.SUBMITTED)
        return Response(Report(get_object_or_404(rows.select_related("node"), pk=min(key, 2**63 - 1))).data)


class Draft(ReportView):
    """This week's report of a project."""

    http_method_names = ["get", "head", "put", "post"]

    def project(self, request: Any, code: str) -> Node:
        """Return the project of a code on which the person may report. Raises Http404."""
        node = get_object_or_404(Node.objects.restrict(request.user, "status.report"), code=code)
        if not node.is_project:
            raise Http404
        return node

    @extend_schema(operation_id="report_draft", tags=["reports"], responses={200: Report} | problems("detail", "get"))
    def get(self, request: Any, code: str) -> Response:
        """Return this week's draft; one not begun is filled from the last report, version 0."""
        return self.shown(draft_for(self.project(request, code)))

    @extend_schema(
        operation_id="report_save",
        tags=["reports"],
        request=ReportBody,
        parameters=[VERSION],
        responses={200: Report} | problems("detail", "patch"),
    )
    def put(self, request: Any, code: str) -> Response:
        """Save the draft."""
        node = self.project(request, code)
        form, seen = self.bound(request, node)
        return self.shown(services.report_save(node, form.values(), actor=request.user, **seen))

    def shown(self, draft: StatusReport) -> Response:
        """Return the draft; its ETag names the report it follows on, so that a submission in between is a conflict."""
        last = latest(draft.node)
        return Response(Report(draft).data, headers={"ETag": f'"{draft.version}.{last.pk if last else 0}"'})

    @extend_schema(
        operation_id="report_submit",
        tags=["reports"],
        request=ReportBody,
        parameters=[VERSION, ONCE],
        responses={201: OpenApiResponse(Report, "Submitted and frozen")} | problems("detail", "patch"),
    )
    def post(self, request: Any, code: str) -> Response:
        """Save, submit and freeze this week's report."""
        node = self.project(request, code)

        def submit() -> Response:
            form, seen = self.bound(request, node)
            milestones = form.forecasts()
            done = services.report_submit(node, form.values(), actor=request.user, milestones=milestones, **seen)
            return Response(Report(done).data, status=201)

        return idempotency.once(request, submit)

    def bound(self, request: Any, node: Node) -> tuple[ReportForm, dict[str, Any]]:
        """Return the page's form with what was sent over what the draft holds, and the version that was seen."""
        draft, rows = draft_for(node), milestone_rows(node)
        if not isinstance(request.data, dict):
            raise Problem(422, _("Send one JSON object."))
        body = ReportBody(data=request.data)
        unknown = set(request.data) - set(body.fields)
        refuse([{"field": name[:60], "message": _("This field is unknown or cannot be written.")} for name in unknown])
        if not body.is_valid():
            refuse(list(told(body.errors)))
        blank = ReportForm(report=draft, milestones=rows)
        values = {name: blank.get_initial_for_field(field, name) for name, field in blank.fields.items()}
        values |= {f"seen_{row['id']}": row["forecast"] for row in rows}
        values |= {name: value for name, value in body.validated_data.items() if name != "milestones"}
        for pk, day in body.validated_data.get("milestones", {}).items():
            if f"milestone_{pk}" not in blank.fields:
                refuse([{"field": f"milestones.{pk[:20]}", "message": _("This does not exist.")}])
            values[f"milestone_{pk}"] = day
        seen = self.seen(request)
        form = ReportForm(values | {"version": draft.version, "after": seen["after"]}, report=draft, milestones=rows)
        if not form.is_valid():
            refuse([{"field": name, "message": words} for name, found in form.errors.items() for words in found])
        return form, seen

    def seen(self, request: Any) -> dict[str, int]:
        """Return the version and the last report that the caller saw. Raises Problem 428 or 412."""
        given = request.headers.get("If-Match", "").strip().strip('"')
        if not given:
            raise Problem(428, _("Send If-Match with the ETag of the draft you have read."))
        version, _dot, after = given.partition(".")
        if not (version.isdecimal() and after.isdecimal() and len(given) < 30):
            raise Problem(412, _("This ETag is not of this draft."))
        return {"expected_version": int(version), "after": int(after)}


def _ruled(view: Any) -> Any:
    view.access_rule = "api: status.view / status.report"
    return view


urlpatterns = [
    path(f"{ROOT}/reports/", _ruled(Reports.as_view()), name="api-report-list"),
    path(f"{ROOT}/reports/<int:key>/", _ruled(OneReport.as_view()), name="api-report-detail"),
    path(f"{ROOT}/register/<str:code>/report/", _ruled(Draft.as_view()), name="api-report-draft"),
]
