"""Forms of objectives and contributions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core.forms import ModelForm
from portfolio.people.models import User
from portfolio.strategy import queries
from portfolio.strategy.models import Contribution, Objective


class ObjectiveForm(ModelForm):
    """One objective. It is closed on its edit form."""

    class Meta:
        model = Objective
        fields = ["code", "name", "description", "weight", "owner", "closed_on"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "closed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "code": gettext_lazy("Short, such as O1; once in its portfolio."),
            "closed_on": gettext_lazy("From then on contributions to it do not count."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["closed_on"]

    def restrict_choices(self) -> None:
        active = User.objects.filter(is_active=True) | User.objects.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = active.order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]


class ContributionForm(ModelForm):
    """How much a project contributes to an objective above it. The objective is permanent."""

    class Meta:
        model = Contribution
        fields = ["objective", "strength", "rationale"]
        help_texts = {
            "objective": gettext_lazy("Open objectives of what lies above the project."),
            "strength": gettext_lazy("100 is as much as a project can contribute, 0 nothing."),
            "rationale": gettext_lazy("What the project does for it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["objective"].disabled = True

    def restrict_choices(self) -> None:
        found = queries.choices(self.user, self.node)
        if self.instance.pk:
            found = Objective.objects.filter(pk=self.instance.objective_id)
        self.fields["objective"].queryset = found  # type: ignore[attr-defined]
