"""Forms of money and of the financial calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.errors import NotPermitted
from pmo.core.forms import ModelForm, PlainTextMixin
from portfolio.finance import queries
from portfolio.finance.models import CostRow, CostVersion, Currency, ExchangeRate, FiscalPeriod, WholeLifeEstimate


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Suggesting(forms.TextInput):
    """A text field with suggestions; any other text may be typed."""

    suggestions: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field and its list of suggestions."""
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.suggestions))
        field = super().render(name, value, {**(attrs or {}), "list": f"list_{name}", "autocomplete": "off"}, renderer)
        return format_html('{}<datalist id="list_{}">{}</datalist>', field, name, options)


class CostRowForm(ModelForm):
    """One cost row. Its version is permanent; its baseline is chosen by the service and never by the form."""

    class Meta:
        model = CostRow
        fields = ["cost_version", "period", "category", "cost_type", "currency", "amount"]
        widgets = {"category": Suggesting}
        help_texts = {
            "cost_version": _("A budget row goes into the draft baseline and counts once that is approved."),
            "period": _("An actual needs a period that has begun."),
            "category": _("What the money is for, such as Data migration. Categories in use are offered."),
            "cost_type": _("Capitalised, or charged in the year. The two are never netted."),
            "amount": _("In whole units of the currency, not in thousands. A credit is negative."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.suggestions = queries.categories(self.user)
        if self.instance.pk:
            self.fields["cost_version"].disabled = True
            return
        self.initial.setdefault("cost_version", CostVersion.FORECAST)
        self.initial.setdefault("period", queries.period_of(clock.today()))
        self.initial.setdefault("currency", queries.default_currency())

    def restrict_choices(self) -> None:
        for name, model in (("period", FiscalPeriod), ("currency", Currency)):
            self.fields[name].queryset = model.objects.restrict(self.user, "calendar.view")  # type: ignore[attr-defined]


class EstimateForm(ModelForm):
    """One dated whole-life estimate."""

    class Meta:
        model = WholeLifeEstimate
        fields = ["as_of", "amount", "currency", "source", "note"]
        widgets = {"as_of": date_input(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "as_of": _("The day on which this was estimated. A new figure is a new estimate; this one stays."),
            "amount": _("In whole units of the currency. Leave it empty where no figure was given."),
            "source": _("Where the figure comes from, such as the business case."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("as_of", clock.today())
            self.initial.setdefault("currency", queries.default_currency())

    def restrict_choices(self) -> None:
        found = Currency.objects.restrict(self.user, "calendar.view")
        self.fields["currency"].queryset = found  # type: ignore[attr-defined]


class PeriodForm(ModelForm):
    """One fiscal period."""

    class Meta:
        model = FiscalPeriod
        fields = ["label", "start", "end", "fiscal_year"]
        widgets = {"start": date_input(), "end": date_input()}
        help_texts = {
            "label": _("As shown in tables, such as Apr 2026."),
            "end": _("Included in the period."),
            "fiscal_year": _("The year it belongs to, such as 2026/27."),
        }


class FiscalYearForm(PlainTextMixin, forms.Form):
    """The first day of a fiscal year whose twelve months are added."""

    start = forms.DateField(
        label=_("First day of the fiscal year"),
        widget=date_input(),
        help_text=_("Twelve months are added from this day; months that are there already stay as they are."),
    )


class CurrencyForm(ModelForm):
    """One currency."""

    class Meta:
        model = Currency
        fields = ["code", "name"]
        help_texts = {"code": _("Three capital letters of ISO 4217, such as EUR.")}


class RateForm(ModelForm):
    """One dated exchange rate."""

    class Meta:
        model = ExchangeRate
        fields = ["currency", "valid_from", "rate"]
        widgets = {"valid_from": date_input()}
        help_texts = {"valid_from": _("It holds until the next rate of this currency.")}

    def restrict_choices(self) -> None:
        found = Currency.objects.restrict(self.user, "calendar.view")
        self.fields["currency"].queryset = found  # type: ignore[attr-defined]


def plain(amount: Decimal) -> str:
    """Return an amount as one types it: no groups, and no decimals where there are none."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


@dataclass
class AmountCell:
    """One amount of the grid: the stored row, what was typed, and why it was not taken."""

    row: CostRow
    typed: str
    seen: str
    version: int
    error: str = ""
    conflict: bool = False


class AmountGrid:
    """Many amounts on one page. Only cells that differ from what the page showed are written."""

    field = forms.DecimalField(max_digits=20, decimal_places=2)

    def __init__(self, rows: Sequence[CostRow], data: Mapping[str, str] | None = None) -> None:
        self.cells = {row.pk: AmountCell(row, plain(row.amount), plain(row.amount), row.version) for row in rows}
        for name in data or ():
            if name.startswith("amount-"):
                self._read(name.removeprefix("amount-"), data or {})

    def _read(self, key: str, data: Mapping[str, str]) -> None:
        version = data.get(f"version-{key}", "")
        readable = all(number.isdecimal() and len(number) < 19 for number in (key, version))
        if not readable or int(key) not in self.cells:
            raise NotPermitted("This does not exist.")
        cell = self.cells[int(key)]
        cell.typed, cell.seen, cell.version = data[f"amount-{key}"].strip(), data.get(f"seen-{key}", ""), int(version)

    def changes(self) -> dict[int, tuple[Decimal, int]]:
        """Return the new amount and the version seen, by row. Raises ValidationError; then cells carry the reasons."""
        found = {}
        for pk, cell in self.cells.items():
            if cell.typed == cell.seen:
                continue
            try:
                found[pk] = (self.field.clean(cell.typed), cell.version)
            except ValidationError as error:
                cell.error = " ".join(error.messages)
        if any(cell.error for cell in self.cells.values()):
            raise ValidationError(_("Some amounts cannot be read; nothing was saved."))
        return found

    def mark_conflicts(self, stale: Sequence[CostRow]) -> None:
        """Show what others saved beside what was typed; saving again then overwrites knowingly."""
        for row in stale:
            cell = self.cells[row.pk]
            cell.row, cell.conflict, cell.seen, cell.version = row, True, plain(row.amount), row.version

    def table(self) -> tuple[list[FiscalPeriod], list[tuple[CostRow, list[AmountCell | None]]]]:
        """Return the periods as columns, and the lines: their first row and a cell, or None, for each period."""
        periods = sorted(
            {cell.row.period for cell in self.cells.values()}, key=lambda period: (period.start, period.end)
        )
        lines: dict[tuple[str, str, int], dict[int, AmountCell]] = {}
        for cell in self.cells.values():
            key = (cell.row.category, cell.row.cost_type, cell.row.currency_id)
            lines.setdefault(key, {})[cell.row.period_id] = cell
        return periods, [
            (next(iter(cells.values())).row, [cells.get(period.pk) for period in periods]) for cells in lines.values()
        ]
