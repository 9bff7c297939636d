"""The weekly report's form, and the form of an assurance rating."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.status.models import DIMENSIONS, AssuranceRating, Rag, StatusReport
from portfolio.status.services.reports import TEXTS

DATE = {"type": "date"}
REASON_HOLDS = timedelta(days=28)
LABELS = {
    "schedule": _("Schedule"),
    "cost": _("Cost"),
    "scope": _("Scope"),
    "risk": _("Risk"),
    "benefit": _("Benefit"),
    "done": _("What happened"),
    "next_steps": _("What happens next"),
    "help_needed": _("Help needed"),
    "reasons": _("Reasons for differing"),
}


class ReportForm(PlainTextMixin, forms.Form):
    """Five statuses, three texts, reasons where the report is better than computed, and milestone forecasts."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(
        self, *args: Any, report: StatusReport, milestones: Sequence[Mapping[str, Any]], **kwargs: Any
    ) -> None:
        self.report, self.milestones = report, milestones
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = report.version
        for name in DIMENSIONS:
            self._add_dimension(name)
        for name in TEXTS:
            area = forms.Textarea(attrs={"rows": 3})
            self.fields[name] = forms.CharField(
                label=LABELS[name], required=False, max_length=5_000, widget=area, initial=getattr(report, name)
            )
        typed = report.frozen.get("forecasts", {}) if report.state == "draft" else {}
        for row in milestones:
            self._add_milestone(row, typed.get(str(row["id"])))

    def _add_dimension(self, name: str) -> None:
        reason = self.report.reasons.get(name, {})
        self.fields[name] = forms.ChoiceField(
            label=LABELS[name],
            choices=[("", ""), *Rag.choices],
            required=False,
            initial=getattr(self.report, name),
        )
        self.fields[f"reason_{name}"] = forms.CharField(
            label=_("Why it differs"), required=False, max_length=500, initial=reason.get("text", "")
        )
        self.fields[f"until_{name}"] = forms.DateField(
            label=_("Holds until"),
            required=False,
            widget=forms.DateInput(attrs={**DATE, "class": "gh-date"}, format="%Y-%m-%d"),
            initial=reason.get("until") or (clock.today() + REASON_HOLDS).isoformat(),
        )

    def _add_milestone(self, row: Mapping[str, Any], typed: str | None) -> None:
        self.fields[f"milestone_{row['id']}"] = forms.DateField(
            label=row["name"],
            required=False,
            widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            initial=typed or row["forecast"],
        )
        self.fields[f"seen_{row['id']}"] = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a forecast that somebody changed elsewhere since the page was opened; what was typed stays."""
        for row in self.milestones:
            typed, seen = (self.cleaned_data.get(f"{part}_{row['id']}") for part in ("milestone", "seen"))
            now = row["forecast"]
            if f"seen_{row['id']}" in self.data and typed not in (None, seen, now) and seen != now:
                self.add_error(
                    f"milestone_{row['id']}",
                    _("%(milestone)s: the forecast was set to %(day)s meanwhile. Submit again to keep yours.")
                    % {"milestone": row["name"], "day": fmt.day(now)},
                )
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Return what was typed as values of the report."""
        data = self.cleaned_data
        values: dict[str, Any] = {name: data.get(name) or "" for name in (*DIMENSIONS, *TEXTS)}
        values["reasons"] = {
            name: {"text": data[f"reason_{name}"], "until": data[f"until_{name}"].isoformat()}
            for name in DIMENSIONS
            if data.get(f"reason_{name}") and data.get(f"until_{name}")
        }
        values["frozen"] = {"forecasts": {str(pk): day.isoformat() for pk, day in self.forecasts().items()}}
        return values

    def forecasts(self) -> dict[int, date]:
        """Return the typed forecast of each milestone that got another one than the page showed."""
        found = {}
        for row in self.milestones:
            typed, seen = (self.cleaned_data.get(f"{part}_{row['id']}") for part in ("milestone", "seen"))
            if typed and typed not in (seen, row["forecast"]):
                found[row["id"]] = typed
        return found


class RatingForm(ModelForm):
    """A judgement by somebody other than the project."""

    class Meta:
        model = AssuranceRating
        fields = ["as_of", "source", "scale", "value", "comment"]
        widgets = {
            "as_of": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "comment": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"value": _("A forecast of success by an independent reviewer; it never changes the status.")}
