"""Forms of risks, issues, assumptions, dependencies, responses, escalations and risk matrices."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.actions.forms import date_input, offer_people
from portfolio.raid import queries
from portfolio.raid.models import (
    Assumption,
    Dependency,
    DependencyState,
    Issue,
    ResponseStrategy,
    Risk,
    RiskKind,
    RiskState,
    Severity,
)
from portfolio.raid.scoring import DEFAULT, Grid
from portfolio.raid.services import STRATEGIES
from portfolio.registry.models import Node

REVIEW_AFTER = timedelta(days=28)
FIRST = ["title", "current_probability", "current_impact", "owner", "review_on", "kind", "description"]
SCORES = ["residual_probability", "residual_impact", "inherent_probability", "inherent_impact"]
MORE = ["proximity", "category", "probability_percent", "impact_amount", "currency", *SCORES, "raised_on"]
ENDING = ["state", "closed_on", "outcome"]


def text_area(rows: int = 3) -> forms.Textarea:
    """Return a text field of a few lines."""
    return forms.Textarea(attrs={"rows": rows})


def date_the_end(cleaned: dict[str, Any], *, day: str, words: str) -> None:
    """Let what is no longer open have ended today unless said otherwise; what is open has no end."""
    if cleaned.get("state") == "open":
        cleaned |= {day: None, words: ""}
    elif cleaned.get("state") and day in cleaned:
        cleaned[day] = cleaned[day] or clock.today()


class FormPart:
    """Some fields of a form, shown like a form of their own; what is to be corrected is told for the whole form."""

    def __init__(self, form: forms.BaseForm, names: Sequence[str]) -> None:
        self.form, self.names = form, [name for name in names if name in form.fields]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.form, name)

    def __iter__(self) -> Iterator[forms.BoundField]:
        return iter(self.form)

    @property
    def visible_fields(self) -> list[forms.BoundField]:
        """Return the fields of this part."""
        return [self.form[name] for name in self.names]

    def holds_something(self, *, but: str) -> bool:
        """Return whether a field of the part is to be corrected, or one of them except `but` has a value."""
        fields = self.visible_fields
        return any(field.errors or (field.name != but and field.value() not in (None, "")) for field in fields)


class RiskForm(ModelForm):
    """One risk, the few fields first that everybody gives; the classes have the words of the matrix that holds."""

    class Meta:
        model = Risk
        fields = [*FIRST, *MORE, *ENDING]
        widgets = {
            **dict.fromkeys(("review_on", "raised_on", "closed_on"), date_input()),
            "description": text_area(),
        }
        help_texts = {
            "review_on": _("The day by which somebody looks at it again."),
            "probability_percent": _("With the impact in money it gives the expected monetary value."),
            "impact_amount": _("In whole units of the currency, without a sign."),
            "residual_probability": _("As it is expected to be once the responses are done."),
            "inherent_probability": _("As it was before anything was done about it."),
            "outcome": _("Needed when the risk is closed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        node = self.node or (self.instance.node if self.instance.node_id else None)
        self._name_classes(queries.grid_of(node) if node else DEFAULT)
        self.fields["raised_on"].required = False
        if self.instance.probability_percent is not None:
            self.initial["probability_percent"] = f"{self.instance.probability_percent.normalize():f}"
        if "state" in self.fields:
            self._offer_states()

    def restrict_choices(self) -> None:
        offer_people(self.fields["owner"], self.instance.owner_id)
        currencies = self.fields["currency"]
        currencies.queryset = currencies.queryset.restrict(self.user, "calendar.view")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give an amount without a currency the reporting currency, and a closed risk a day."""
        cleaned = super().clean()
        if cleaned.get("impact_amount") is None:
            cleaned["currency"] = None
        elif not cleaned.get("currency"):
            offered: Any = self.fields["currency"]
            cleaned["currency"] = offered.queryset.filter(code=settings.REPORTING_CURRENCY).first()
        date_the_end(cleaned, day="closed_on", words="outcome")
        return cleaned

    @property
    def first(self) -> FormPart:
        """Return the fields that everybody gives."""
        return FormPart(self, [name for name in self.fields if name not in (*MORE, "version", "reason")])

    @property
    def more(self) -> FormPart:
        """Return the fields that wait behind “More”."""
        return FormPart(self, [*MORE, "reason"])

    @property
    def more_open(self) -> bool:
        """Return whether the fields behind “More” are to be seen at once."""
        return self.more.holds_something(but="raised_on")

    def _name_classes(self, grid: Grid) -> None:
        for name in ("current_probability", "current_impact", *SCORES):
            words = grid.probability if name.endswith("probability") else grid.impact
            field = self.fields[name]
            none = _("Choose") if field.required else _("Not assessed")
            choices = [("", none), *((n, f"{n} {word}") for n, word in enumerate(words, start=1))]
            self.fields[name] = forms.TypedChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=field.required,
                choices=choices,
                coerce=int,
                empty_value=None,
            )

    def _offer_states(self) -> None:
        kept = {RiskState.OPEN, RiskState.CLOSED, self.instance.state}
        self.fields["state"].choices = [found for found in RiskState.choices if found[0] in kept]  # type: ignore[attr-defined]


class RiskCreateForm(RiskForm):
    """A new risk: open, raised today, looked at again in four weeks."""

    class Meta(RiskForm.Meta):
        fields = [*FIRST, *MORE]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["autofocus"] = True
        self.initial.setdefault("review_on", clock.today() + REVIEW_AFTER)


class IssueForm(ModelForm):
    """One issue."""

    class Meta:
        model = Issue
        fields = [
            "title", "severity", "owner", "due", "description", "raised_on", "state", "resolved_on", "resolution",
        ]  # fmt: skip
        widgets = {
            **dict.fromkeys(("due", "raised_on", "resolved_on"), date_input()),
            "description": text_area(),
            "resolution": text_area(),
        }
        help_texts = {"resolution": _("Needed when the issue is resolved.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raised_on"].required = False

    def restrict_choices(self) -> None:
        offer_people(self.fields["owner"], self.instance.owner_id)

    def clean(self) -> dict[str, Any]:
        """Give a resolved issue a day."""
        cleaned = super().clean()
        date_the_end(cleaned, day="resolved_on", words="resolution")
        return cleaned


class IssueCreateForm(IssueForm):
    """A new issue, raised today unless said otherwise."""

    class Meta(IssueForm.Meta):
        fields = ["title", "severity", "owner", "due", "description", "raised_on"]


class AssumptionForm(ModelForm):
    """One assumption, and what was found about it."""

    class Meta:
        model = Assumption
        fields = ["title", "effect", "owner", "confirm_by", "state", "finding"]
        widgets = {"confirm_by": date_input(), "effect": text_area()}
        help_texts = {"finding": _("Needed when it was proved wrong.")}

    def restrict_choices(self) -> None:
        offer_people(self.fields["owner"], self.instance.owner_id)


class DependencyForm(ModelForm):
    """What a project needs from another; both sides may edit it."""

    class Meta:
        model = Dependency
        fields = ["title", "provider", "needed_by", "promised_for", "state", "owner", "note"]
        widgets = {**dict.fromkeys(("needed_by", "promised_for"), date_input()), "note": text_area()}
        help_texts = {
            "provider": _("The project or programme that is to deliver it."),
            "promised_for": _("The day for which the other side has promised it."),
        }

    def restrict_choices(self) -> None:
        offer_people(self.fields["owner"], self.instance.owner_id)
        taker = self.instance.node_id or (self.node and self.node.pk)
        nodes = Node.objects.restrict(self.user, "node.view") | Node.objects.filter(pk=self.instance.provider_id)
        self.fields["provider"].queryset = nodes.exclude(pk=taker).order_by("name")  # type: ignore[attr-defined]


class DependencyCreateForm(DependencyForm):
    """A new dependency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("state", DependencyState.PROPOSED)


# --- Questions asked about one row -----------------------------------------------------------


class Asking(PlainTextMixin, forms.Form):
    """A few questions about one risk or issue, answered on a page of their own."""

    def offer(self, name: str) -> None:
        """Let the field choose among the people who may sign in."""
        offer_people(self.fields[name])


class ResponseForm(Asking):
    """A response and its action in one go: how the risk is answered, what is to be done, by whom and by when."""

    strategy = forms.ChoiceField(label=_("Strategy"), choices=())
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    owner: Any = forms.ModelChoiceField(label=_("Owner"), queryset=None, required=False)
    due = forms.DateField(label=_("Due"), widget=date_input())
    details = forms.CharField(label=_("Details"), required=False, max_length=4000, widget=text_area())

    def __init__(self, risk: Risk, data: Any = None) -> None:
        super().__init__(data)
        self.fields["strategy"] = strategy_field(risk)
        self.order_fields(["strategy", "title", "owner", "due", "details"])
        self.offer("owner")


class StrategyForm(Asking):
    """Another strategy for a response that stands."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, risk: Risk, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["strategy"] = strategy_field(risk)


def strategy_field(risk: Risk) -> forms.ChoiceField:
    """Return the choice of the responses that fit a threat, or an opportunity."""
    fitting = STRATEGIES[RiskKind(risk.kind)]
    choices = [("", _("Choose")), *(found for found in ResponseStrategy.choices if found[0] in fitting)]
    return forms.ChoiceField(label=_("Strategy"), choices=choices)


class OccurredForm(Asking):
    """The issue that a risk has become."""

    title = forms.CharField(label=_("Issue"), max_length=200)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.MEDIUM)
    owner: Any = forms.ModelChoiceField(label=_("Owner"), queryset=None, required=False)
    due = forms.DateField(label=_("Resolve by"), required=False, widget=date_input())
    description = forms.CharField(
        label=_("What happened and its effect"), required=False, max_length=4000, widget=text_area()
    )

    def __init__(self, risk: Risk, data: Any = None) -> None:
        super().__init__(data, initial={"title": risk.title, "owner": risk.owner_id})
        self.offer("owner")


class CloseForm(Asking):
    """Why a risk is closed, and since when."""

    outcome = forms.CharField(label=_("Why closed"), max_length=250)
    closed_on = forms.DateField(label=_("Closed on"), widget=date_input(), initial=clock.today)


class ResolveForm(Asking):
    """How an issue was resolved, and when."""

    resolution = forms.CharField(label=_("Resolution"), max_length=4000, widget=text_area())
    resolved_on = forms.DateField(label=_("Resolved on"), widget=date_input(), initial=clock.today)


class EscalateForm(Asking):
    """To which node above a risk or an issue is handed, and what is asked for there."""

    to_node = forms.TypedChoiceField(label=_("Escalate to"), coerce=int)
    reason = forms.CharField(label=_("What is asked for"), max_length=4000, widget=text_area())

    def __init__(self, above: Sequence[Node], data: Any = None) -> None:
        super().__init__(data)
        self.above = {node.pk: node for node in above}
        # The nearest first: most escalations go one level up.
        choices = [(node.pk, f"{node.name} ({node.get_kind_display()})") for node in reversed(above)]
        self.fields["to_node"].choices = choices  # type: ignore[attr-defined]

    def clean_to_node(self) -> Node:
        """Return the node chosen."""
        return self.above[self.cleaned_data["to_node"]]


class AnswerForm(Asking):
    """The answer to an escalation; declining needs words."""

    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=4000,
        widget=text_area(),
        help_text=_("What will be done here. Needed when you decline: what the project is to do instead."),
    )


class WordsForm(Asking):
    """A reason, if there is one to give."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


# --- The matrix ------------------------------------------------------------------------------


class LinesField(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the lines that hold something, trimmed."""
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        """Refuse fewer than three lines, more than six, and long ones."""
        if not 3 <= len(value) <= 6:
            raise ValidationError(_("Three to six classes, one a line."))
        if any(len(line) > 40 for line in value):
            raise ValidationError(_("A word for a class has at most 40 characters."))

    def run_validators(self, value: Any) -> None:
        """Validate each line by the rules of text."""
        for line in value:
            super().run_validators(line)

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows."""
        return value if isinstance(value, str) else "\n".join(map(str, value or []))


class MatrixForm(Asking):
    """The words of a matrix, lowest first, and the scores from which its bands start."""

    probability_labels = LinesField(
        label=_("Probability, lowest first"), help_text=_("One word a line."), widget=text_area(6)
    )
    impact_labels = LinesField(label=_("Impact, lowest first"), help_text=_("One word a line."), widget=text_area(6))
    yellow_from = forms.IntegerField(label=_("Yellow from score"), min_value=2, max_value=36)
    amber_from = forms.IntegerField(label=_("Amber from score"), min_value=3, max_value=36)
    red_from = forms.IntegerField(
        label=_("Red from score"), min_value=4, max_value=36, help_text=_("Red is above appetite.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
