"""Forms of benefits: the profile, one value, the grid of values, and the shares of those who claim it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import clock
from pmo.core.errors import NotPermitted
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.benefits import queries
from portfolio.benefits.findings import shares_gap
from portfolio.benefits.models import Benefit, BenefitNature, BenefitValue, ValueVersion
from portfolio.people.models import User
from portfolio.registry.models import Node

SPARE_ROWS = 3  # empty lines offered on the form of shares


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BenefitForm(ModelForm):
    """The profile of one benefit. What it brings by period is given apart."""

    class Meta:
        model = Benefit
        fields = [
            "name", "kind", "nature", "description", "attribution", "measure", "currency", "owner",
            "baseline_value", "baseline_date", "target_value", "target_date", "review_on", "closed_on",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "attribution": forms.Textarea(attrs={"rows": 3}),
            "baseline_date": date_input(),
            "target_date": date_input(),
            "review_on": date_input(),
            "closed_on": date_input(),
        }
        help_texts = {
            "kind": gettext_lazy("A dis-benefit is a loss that comes with the change; it is counted against."),
            "nature": gettext_lazy("A measured benefit has its own unit and is never added to money."),
            "currency": gettext_lazy("Of its values by period. Not used for a measured benefit."),
            "owner": gettext_lazy("Who answers for the benefit, also after the project is complete."),
            "target_value": gettext_lazy("What the measure is to read after the change."),
            "review_on": gettext_lazy("When it is next asked whether the benefit comes. Overdue from the day after."),
            "closed_on": gettext_lazy("From then on no review falls due. Its values stay counted."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["closed_on"]
            self.initial.setdefault("currency", queries.default_currency(self.user))

    def restrict_choices(self) -> None:
        self.fields["currency"].queryset = queries.currencies(self.user)  # type: ignore[attr-defined]
        active = User.objects.filter(is_active=True) | User.objects.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = active.order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("nature") == BenefitNature.MEASURED:
            cleaned["currency"] = None
        elif "nature" in cleaned and "currency" in cleaned and cleaned["currency"] is None:
            self.add_error("currency", _("A benefit in money has a currency."))
        return cleaned


class ValueForm(ModelForm):
    """One value of a benefit. Benefit and version are permanent; the baseline is chosen by the service."""

    class Meta:
        model = BenefitValue
        fields = ["benefit", "value_version", "period", "amount"]
        help_texts = {
            "value_version": gettext_lazy("A target goes into the draft baseline and counts once that is approved."),
            "period": gettext_lazy("An actual needs a period that has begun."),
            "amount": gettext_lazy("In whole units, not in thousands, and without a sign also for a dis-benefit."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["benefit"].disabled = self.fields["value_version"].disabled = True
            return
        self.initial.setdefault("value_version", ValueVersion.FORECAST)
        today = clock.today()
        self.initial.setdefault("period", queries.periods(self.user).filter(start__lte=today, end__gte=today).last())

    def restrict_choices(self) -> None:
        benefits = Benefit.objects.restrict(self.user, "benefit.edit").order_by("name")
        self.fields["benefit"].queryset = benefits.filter(node=self.node) if self.node else benefits  # type: ignore[attr-defined]
        self.fields["period"].queryset = queries.periods(self.user)  # type: ignore[attr-defined]


def plain(amount: Decimal | None) -> str:
    """Return an amount as one types it: no groups, no decimals where there are none, empty without one."""
    if amount is None:
        return ""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


@dataclass
class ValueCell:
    """One value of the grid: what is stored, what was typed, and why it was not taken."""

    benefit: Benefit
    period: Any
    typed: str
    seen: str
    error: str = ""
    conflict: bool = False

    @property
    def key(self) -> str:
        """Return what names the cell on the page."""
        return f"{self.benefit.pk}-{self.period.pk}"


class ValueGrid:
    """The values of one version: a line a benefit, a column a period. Only cells that differ from what was shown count.

    An emptied cell takes the value away; an empty one that is filled adds it.
    """

    field = forms.DecimalField(max_digits=20, decimal_places=2, required=False)

    def __init__(
        self,
        benefits: Sequence[Benefit],
        periods: Sequence[Any],
        stored: Sequence[BenefitValue],
        data: Mapping[str, str] | None = None,
    ) -> None:
        amounts = {(row.benefit_id, row.period_id): plain(row.amount) for row in stored}
        self.lines = []
        for benefit in benefits:
            shown = [amounts.get((benefit.pk, period.pk), "") for period in periods]
            cells = [ValueCell(benefit, period, text, text) for period, text in zip(periods, shown, strict=True)]
            self.lines.append((benefit, cells))
        self.cells = {cell.key: cell for _benefit, cells in self.lines for cell in cells}
        for name in data or ():
            if name.startswith("amount-"):
                self._read(name.removeprefix("amount-"), data or {})

    def _read(self, key: str, data: Mapping[str, str]) -> None:
        if key not in self.cells:
            raise NotPermitted("This does not exist.")
        cell = self.cells[key]
        cell.typed, cell.seen = data[f"amount-{key}"].strip(), data.get(f"seen-{key}", "").strip()

    def changes(self) -> list[tuple[ValueCell, Decimal | None, Decimal | None]]:
        """Return the cells that were changed, each with the amount typed and the one seen.

        Raises ValidationError; then cells carry the reasons.
        """
        found = []
        for cell in self.cells.values():
            if cell.typed == cell.seen:
                continue
            try:
                found.append((cell, self.field.clean(cell.typed), self.field.clean(cell.seen)))
            except ValidationError as error:
                cell.error = " ".join(error.messages)
        if any(cell.error for cell in self.cells.values()):
            raise ValidationError(_("Some values cannot be read; nothing was saved."))
        return found

    def mark_conflicts(self, stale: Mapping[Any, Decimal | None]) -> None:
        """Show what others saved beside what was typed; saving again then overwrites knowingly."""
        for (benefit, _version, period), amount in stale.items():
            cell = self.cells[f"{benefit}-{period}"]
            cell.conflict, cell.seen = True, plain(amount)


class SharesForm(PlainTextMixin, forms.Form):
    """Who claims a benefit: lines of a node's code and its share in %. Shares one may not see stay and are counted."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept in the history beside the change."),
    )

    def __init__(
        self, shares: Sequence[tuple[Node | None, Decimal]], data: Any = None, *, user: Any, known: Sequence[Node]
    ) -> None:
        super().__init__(data)
        self.user, self.known = user, known
        self.hidden = [percent for node, percent in shares if node is None]
        stored = [(node.code, f"{percent.normalize():f}", node.name) for node, percent in shares if node]
        count = max(len(stored) + SPARE_ROWS, self._sent())
        for index in range(count):
            code, percent, name = stored[index] if index < len(stored) else ("", "", "")
            self.fields[f"code-{index}"] = forms.CharField(
                label=_("Project %(number)s") % {"number": index + 1},
                required=False,
                initial=code,
                help_text=name,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "claimers", "autocomplete": "off"}),
            )
            self.fields[f"percent-{index}"] = forms.DecimalField(
                label=_("Share %(number)s, %%") % {"number": index + 1},
                required=False,
                initial=percent,
                max_digits=6,
                decimal_places=3,
                min_value=0,
                max_value=100,
            )
        self.fields["seen"] = forms.CharField(
            required=False,
            widget=forms.HiddenInput,
            initial=" ".join(f"{code}={percent}" for code, percent, _name in stored),
        )
        self.count = count

    def _sent(self) -> int:
        numbers = [name.removeprefix("code-") for name in self.data if name.startswith("code-")]
        return min(max((int(text) + 1 for text in numbers if text.isdecimal() and len(text) < 4), default=0), 200)

    @property
    def hidden_sum(self) -> str:
        """Return what nodes outside the person's view claim, in %."""
        return f"{sum(self.hidden, Decimal(0)).normalize():f}"

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the fields line by line."""
        return [(self[f"code-{index}"], self[f"percent-{index}"]) for index in range(self.count)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = [
            (index, cleaned.get(f"code-{index}", ""), cleaned.get(f"percent-{index}")) for index in range(self.count)
        ]
        codes = {code for _index, code, _percent in typed if code}
        found = {node.code: node for node in Node.objects.restrict(self.user, "benefit.view").filter(code__in=codes)}
        self.shares: list[tuple[Node, Decimal]] = []
        for index, code, percent in typed:
            if code and code not in found:
                self.add_error(f"code-{index}", _("There is no project of this code."))
            elif code and percent is None and f"percent-{index}" not in self.errors:
                self.add_error(f"percent-{index}", _("Say how much of the benefit it claims."))
            elif percent is not None and not code:
                self.add_error(f"code-{index}", _("Say who claims this share."))
            elif code and percent is not None:
                self.shares.append((found[code], percent))
        if not self.errors and (words := shares_gap([*self.hidden, *(percent for _node, percent in self.shares)])):
            self.add_error(None, words)
        return cleaned

    def seen(self) -> dict[str, Decimal]:
        """Return the shares as the page showed them, by code. Raises NotPermitted for what it cannot have shown."""
        pairs = [part.partition("=") for part in self.cleaned_data["seen"].split()]
        try:
            return {code: forms.DecimalField().clean(percent) for code, _equals, percent in pairs}
        except ValidationError:
            raise NotPermitted("This does not exist.") from None

    def mark_conflict(self, stored: Mapping[Node, Decimal]) -> None:
        """Say what others saved; saving again then overwrites knowingly."""
        pairs = sorted((node.code, f"{percent.normalize():f}") for node, percent in stored.items())
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        self.data = data
        data["seen"] = " ".join(f"{code}={percent}" for code, percent in pairs)
        shown = ", ".join(f"{code} {percent}%" for code, percent in pairs) or _("no shares")
        words = _("Somebody saved other shares meanwhile: %(shares)s. Save again to write yours over them.")
        self.add_error(None, words % {"shares": shown})
