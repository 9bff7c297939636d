"""Forms of the tree."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.people.models import User
from portfolio.registry import queries
from portfolio.registry.models import Node, NodeKind

FIELDS = [
    "name",
    "description",
    "lifecycle",
    "method",
    "start_date",
    "target_date",
    "owner",
    "sponsor",
    "organisation_unit",
    "category",
    "tags",
]
DATE = {"type": "date"}


class NodeForm(ModelForm):
    """A node's own facts. Code and kind are permanent, the place changes by a move."""

    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Words separated by commas."))

    class Meta:
        model = Node
        fields = FIELDS
        widgets = {
            "start_date": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "target_date": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "start_date": _("As agreed in the mandate. Baseline and forecast dates stand under Schedule."),
            "method": _("How the work is delivered."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tags"] = ", ".join(self.instance.tags)

    def restrict_choices(self) -> None:
        active = User.objects.filter(is_active=True)
        for name in ("owner", "sponsor"):
            chosen = active | User.objects.filter(pk=getattr(self.instance, f"{name}_id", None))
            self.fields[name].queryset = chosen.order_by("name")  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Vacant")  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """Return the tags as a list, without doubles, in the order typed."""
        words = [word.strip() for word in self.cleaned_data["tags"].split(",")]
        tags = list(dict.fromkeys(word for word in words if word))
        if any(len(tag) > 40 for tag in tags):
            raise ValidationError(_("A tag has at most 40 characters."))
        return tags


class NodeCreateForm(NodeForm):
    """A new node: its place, kind and code come first."""

    class Meta(NodeForm.Meta):
        fields = ["kind", "code", "parent", *FIELDS]
        help_texts = NodeForm.Meta.help_texts | {
            "code": _("Unique and permanent, such as CD-014."),
            "parent": _("Empty only for a portfolio."),
        }

    def restrict_choices(self) -> None:
        super().restrict_choices()
        places = Node.objects.restrict(self.user, "node.edit").exclude(kind=NodeKind.PROJECT).order_by("name")
        self.fields["parent"].queryset = places  # type: ignore[attr-defined]
        self.fields["kind"].initial = NodeKind.PROJECT


class MoveForm(PlainTextMixin, forms.Form):
    """Where a node moves to. A place that one may not see reads like one that does not exist."""

    parent = forms.ModelChoiceField(label=_("Move below"), queryset=Node.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Kept in the history beside the move."))

    def __init__(self, *args: Any, user: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = queries.possible_parents(user, node.kind).exclude(ancestors__contains=[node.pk])
        self.fields["parent"].queryset = places.exclude(pk=node.parent_id)  # type: ignore[attr-defined]
