"""Forms of the schedule."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import format as fmt
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.schedule.models import Milestone


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MilestoneForm(ModelForm):
    """One milestone. Its baseline dates are set in a draft baseline."""

    class Meta:
        model = Milestone
        fields = ["name", "kind", "forecast_date", "actual_date", "is_critical"]
        widgets = {"forecast_date": date_input(), "actual_date": date_input()}
        help_texts = {
            "kind": gettext_lazy("A project has one start and one finish; a gate is where its funding is decided."),
            "forecast_date": gettext_lazy(
                "When it will happen as believed now. The baseline date does not move with it."
            ),
            "actual_date": gettext_lazy("When it happened; empty until then."),
        }


class ForecastForm(PlainTextMixin, forms.Form):
    """A new forecast date for one milestone, edited in its row."""

    forecast_date = forms.DateField(label=gettext_lazy("Forecast"), required=False, widget=date_input())
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def take_version(self, version: int) -> None:
        """Show the form again against the row as it stands now; what was typed stays."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data


class BaselineDatesForm(forms.Form):
    """The date of every milestone of a node in its draft baseline; hidden fields carry the dates as they were shown."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept in the history beside each change."),
    )

    def __init__(
        self,
        milestones: Sequence[Milestone],
        stored: Mapping[int, date],
        data: Any = None,
        *,
        from_forecast: bool = False,
    ) -> None:
        super().__init__(data)
        self.milestones = milestones
        for row in milestones:
            field = forms.DateField(label=row.name, required=False, widget=date_input())
            field.initial = (row.forecast_date if from_forecast else None) or stored.get(row.pk)
            field.help_text = _("Forecast %(day)s") % {"day": fmt.day(row.forecast_date)}
            self.fields[f"date-{row.pk}"] = field
            hidden = forms.DateField(required=False, widget=forms.HiddenInput, initial=stored.get(row.pk))
            self.fields[f"seen-{row.pk}"] = hidden
        self.order_fields([name for name in self.fields if name != "reason"])

    def dates(self, prefix: str) -> dict[int, date | None]:
        """Return the dates typed ("date") or seen ("seen"), by milestone."""
        return {row.pk: self.cleaned_data[f"{prefix}-{row.pk}"] for row in self.milestones}

    def mark_conflicts(self, stale: Mapping[int, date | None]) -> None:
        """Show what others saved beside what was typed; saving again then overwrites knowingly."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for pk, day in stale.items():
            self.data[f"seen-{pk}"] = day.isoformat() if day else ""  # type: ignore[index]
            words = _("Somebody saved %(day)s meanwhile. Save again to write yours over it.")
            self.add_error(f"date-{pk}", words % {"day": fmt.day(day)})
