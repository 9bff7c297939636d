"""Forms of actions, and fields that other areas' forms share: a day, and a person who answers for something."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.actions.models import Action
from portfolio.people.models import User


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def offer_people(field: Any, chosen: int | None = None) -> None:
    """Let a field of people choose among those who may sign in, and whoever is `chosen` already."""
    field.queryset = (User.objects.filter(is_active=True) | User.objects.filter(pk=chosen)).order_by("name")
    field.empty_label = _("Nobody yet")


class ActionForm(ModelForm):
    """One action. With a day on which it was done it needs evidence."""

    class Meta:
        model = Action
        fields = ["title", "owner", "due", "details", "done_on", "evidence"]
        widgets = {
            "due": date_input(),
            "done_on": date_input(),
            "details": forms.Textarea(attrs={"rows": 3}),
            "evidence": forms.Textarea(attrs={"rows": 3}),
        }

    def restrict_choices(self) -> None:
        offer_people(self.fields["owner"], self.instance.owner_id)


class ActionCreateForm(ActionForm):
    """A new action: what, who, by when."""

    class Meta(ActionForm.Meta):
        fields = ["title", "owner", "due", "details"]


class CompleteForm(PlainTextMixin, forms.Form):
    """What shows that an action was done, and when it was."""

    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What shows that it was done: a link, a document, a sentence."),
    )
    done_on = forms.DateField(label=_("Done on"), widget=date_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = clock.today
