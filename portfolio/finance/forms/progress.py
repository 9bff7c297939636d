"""Forms of measured progress: a package, what was read of it, its milestones, and the progress of all at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.finance.figures import percent
from portfolio.finance.forms.costs import date_input
from portfolio.finance.models import PackageMilestone, ProgressReading, ProgressTechnique, WorkPackage
from portfolio.finance.services import ReadingLine


class PackageForm(ModelForm):
    """One work package."""

    class Meta:
        model = WorkPackage
        fields = ["name", "weight", "technique", "apportioned_to", "started_on", "finished_on"]
        widgets = {"started_on": date_input(), "finished_on": date_input()}
        help_texts = {
            "weight": gettext_lazy("The shares of a project’s packages add up to 100%; until then nothing is earned."),
            "technique": gettext_lazy("Declared before the work begins, so that progress is measured and not felt."),
            "apportioned_to": gettext_lazy("Only for “apportioned”: it earns as much as this package."),
            "finished_on": gettext_lazy("The day on which nothing was left to do."),
        }

    def restrict_choices(self) -> None:
        found = WorkPackage.objects.restrict(self.user, "cost.view").exclude(pk=self.instance.pk)
        place = self.instance.node_id or getattr(self.node, "pk", None)
        field: Any = self.fields["apportioned_to"]
        field.queryset = found.filter(node=place) if place else found


class _OfPackage(ModelForm):
    """A row that hangs on a package: the package is chosen once, among those of its technique."""

    technique: str

    def restrict_choices(self) -> None:
        found = WorkPackage.objects.restrict(self.user, "cost.edit").filter(technique=self.technique)
        field: Any = self.fields["package"]
        if self.instance.pk:
            field.queryset, field.disabled = WorkPackage.objects.filter(pk=self.instance.package_id), True
            return
        field.queryset = found.filter(node=self.node) if self.node else found
        if self.node and len(only := list(field.queryset[:2])) == 1:
            self.initial.setdefault("package", only[0].pk)


class ReadingForm(_OfPackage):
    """How much of a package was done on a day."""

    technique = ProgressTechnique.PHYSICAL

    class Meta:
        model = ProgressReading
        fields = ["package", "as_of", "percent", "note"]
        widgets = {"as_of": date_input()}
        help_texts = {
            "package": gettext_lazy("Packages measured by physical % complete."),
            "percent": gettext_lazy("Of the whole package. It may fall: then say why."),
            "note": gettext_lazy("What was counted or seen, such as 14 of 35 sites."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("as_of", clock.today())


class PackageMilestoneForm(_OfPackage):
    """A milestone that earns a part of a package."""

    technique = ProgressTechnique.MILESTONES

    class Meta:
        model = PackageMilestone
        fields = ["package", "milestone", "weight"]
        help_texts = {
            "package": gettext_lazy("Packages measured by weighted milestones."),
            "milestone": gettext_lazy("Of the same project. It earns its share on the day it is achieved."),
            "weight": gettext_lazy("The shares of a package’s milestones add up to 100%."),
        }

    def restrict_choices(self) -> None:
        super().restrict_choices()
        field: Any = self.fields["milestone"]
        found = field.queryset.model.objects.restrict(self.user, "schedule.view").order_by("forecast_date", "name")
        place = self.instance.package.node_id if self.instance.pk else getattr(self.node, "pk", None)
        field.queryset = found.filter(node=place) if place else found


class ProgressForm(PlainTextMixin, forms.Form):
    """How much of every package measured by physical % is done on one day; an empty field adds no reading."""

    as_of = forms.DateField(label=gettext_lazy("As of"), widget=date_input())
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept in the history beside each reading."),
    )

    def __init__(self, packages: Sequence[WorkPackage], data: Any = None) -> None:
        super().__init__(data, initial={"as_of": clock.today()})
        self.packages = packages
        for row in packages:
            last = max(row.readings.all(), key=lambda reading: reading.as_of, default=None)
            field = forms.DecimalField(
                label=row.name, required=False, min_value=0, max_value=100, max_digits=6, decimal_places=3
            )
            field.help_text = _("No reading yet, in %")
            if last is not None:
                words = {"percent": percent(last.percent), "day": fmt.day(last.as_of)}
                field.help_text = _("Last %(percent)s on %(day)s") % words
            self.fields[f"percent-{row.pk}"] = field
        self.order_fields(["as_of", *(name for name in self.fields if name != "reason")])

    def lines(self) -> list[ReadingLine]:
        """Return a reading for each package that was filled in."""
        found = [(row, self.cleaned_data[f"percent-{row.pk}"]) for row in self.packages]
        return [ReadingLine(row, self.cleaned_data["as_of"], value) for row, value in found if value is not None]
