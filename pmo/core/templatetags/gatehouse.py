"""The house's template tags and filters, loaded everywhere: status, figures, pictures, icons and form controls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, MultiWidget, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from structlog.contextvars import get_contextvars

from pmo.core import format as fmt
from pmo.core import svg

register = template.Library()

STATUS_LABELS = {
    "on": gettext_lazy("On track"),
    "risk": gettext_lazy("At risk"),
    "off": gettext_lazy("Off track"),
    "nr": gettext_lazy("Not reported"),
    "hold": gettext_lazy("On hold"),
    "done": gettext_lazy("Complete"),
}
PICKED = ("on", "risk", "off", "hold")
# Delivery confidence given by an assurer: letters and words, so that nobody takes it for a status.
RATINGS = {
    "green": ("G", gettext_lazy("Green")),
    "amber_green": ("A/G", gettext_lazy("Amber/Green")),
    "amber": ("A", gettext_lazy("Amber")),
    "amber_red": ("A/R", gettext_lazy("Amber/Red")),
    "red": ("R", gettext_lazy("Red")),
    "exempt": ("EX", gettext_lazy("Exempt")),
    "not_rated": ("NR", gettext_lazy("Not rated")),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "home" %}`: a decorative 16 px icon of the sprite that `manage.py build_icons` makes."""
    return format_html('<svg class="ico" aria-hidden="true"><use href="{}#{}"/></svg>', static("img/icons.svg"), name)


@register.simple_tag
def request_id() -> str:
    """`{% request_id %}`: the number of this request in the log, for a person to quote."""
    return str(get_contextvars().get("request_id", ""))


@register.simple_tag
def rag(value: str | None, short: bool = False, text: str | int | None = None) -> SafeString:
    """`{% rag value %}`: shape and word of a status (None is not reported).

    `short=True` keeps the word for screen readers only; `text=3` shows something else beside the shape.
    """
    status = value if value in STATUS_LABELS else "nr"
    label = STATUS_LABELS[status]
    if text is not None:
        words = format_html('<span>{}<span class="sr"> {}</span></span>', text, label)
    else:
        words = format_html('<span class="sr">{}</span>' if short else "<span>{}</span>", label)
    return format_html('<span class="rag rag--{}">{}{}</span>', status, svg.shape(status), words)


@register.simple_tag
def rag_shape(value: str | None) -> SafeString:
    """`{% rag_shape "off" %}`: the shape alone, for errors and notes that carry their own words."""
    return svg.shape(value or "nr")


@register.simple_tag
def rag_move(old: str | None, new: str | None) -> SafeString:
    """`{% rag_move old new %}`: a status before and after, an arrow between."""
    return format_html(
        '<span class="gh-move">{}{}<span class="sr"> {} </span>{}</span>', rag(old), svg.arrow(), _("to"), rag(new)
    )


@register.simple_tag
def rag_label(value: str | None) -> str:
    """`{% rag_label value %}`: the word alone."""
    return str(STATUS_LABELS.get(value or "nr", STATUS_LABELS["nr"]))


@register.simple_tag
def rag_picker(
    name: str, value: str | None = None, suggested: str | None = None, legend: str = "", described_by: str = ""
) -> SafeString:
    """`{% rag_picker name value suggested legend %}`: radios of the four statuses an owner may report.

    `suggested` gets a dashed edge and is named for screen readers; `described_by` is the id of a hint or an error.
    """
    options = []
    for status in PICKED:
        hint = format_html('<span class="sr"> {}</span>', _("(computed)")) if status == suggested else ""
        options.append(
            format_html(
                '<input type="radio" name="{name}" id="id_{name}-{status}" value="{status}"{checked}>'
                '<label for="id_{name}-{status}"{cls}>{rag}{hint}</label>',
                name=name,
                status=status,
                checked=SafeString(" checked") if status == value else "",
                cls=SafeString(' class="sug"') if status == suggested else "",
                rag=rag(status),
                hint=hint,
            )
        )
    described = format_html(' aria-describedby="{}"', described_by) if described_by else ""
    return format_html(
        '<fieldset class="gh-pick"{}><legend class="sr">{}</legend>{}</fieldset>',
        described,
        legend or name,
        SafeString("".join(options)),
    )


@register.simple_tag
def rating(value: str | None) -> SafeString:
    """`{% rating value %}`: an assurance rating as letters and a word, without the shapes and colours of a status."""
    code, word = RATINGS.get(value or "not_rated", RATINGS["not_rated"])
    return format_html('<span class="gh-tag gh-rating"><b>{}</b> {}</span>', code, word)


@register.simple_tag
def sparkline(values: Iterable[float | Decimal | None], label: str, scale: float | None = None) -> SafeString:
    """`{% sparkline values label scale %}`: see `pmo.core.svg.sparkline`."""
    return svg.sparkline([None if v is None else float(v) for v in values], label, float(scale) if scale else None)


@register.simple_tag
def bullet(
    value: float | Decimal | None, target: float | Decimal | None, tolerance: float | Decimal, label: str
) -> SafeString:
    """`{% bullet value target tolerance label %}`: see `pmo.core.svg.bullet`."""
    return svg.bullet(
        None if value is None else float(value), None if target is None else float(target), float(tolerance or 0), label
    )


@register.simple_tag
def distribution(counts: Mapping[str, int], label: str = "") -> SafeString:
    """`{% distribution counts %}`: stacked bar; without a label the counts are read out."""
    if not label:
        named = ((status, counts.get(status, 0)) for status in svg.STATUS_ORDER)
        label = ", ".join(f"{number} {str(STATUS_LABELS[status]).lower()}" for status, number in named if number)
    return svg.distribution(counts, label)


@register.filter
def money(amount: fmt.Number | None, currency: str) -> str:
    """`{{ amount|money:"GBP" }}` gives `£21.4m`."""
    return fmt.money(amount, currency)


@register.filter
def money_exact(amount: fmt.Number | None, currency: str) -> str:
    """`{{ amount|money_exact:"GBP" }}` gives `£21,412,345.00`."""
    return fmt.money_exact(amount, currency)


@register.filter
def money_m(amount: fmt.Number | None, currency: str) -> str:
    """`{{ amount|money_m:"GBP" }}` gives `£541,951.37m`."""
    return fmt.money_m(amount, currency)


@register.filter
def signed_money(amount: fmt.Number | None, currency: str) -> str:
    """`{{ change|signed_money:"GBP" }}` gives `+£2.8m`."""
    return fmt.signed_money(amount, currency)


@register.filter
def pct(ratio: fmt.Number | None) -> str:
    """`{{ ratio|pct }}` gives `+15.1%`."""
    return fmt.pct(ratio)


@register.filter
def share(ratio: fmt.Number | None) -> str:
    """`{{ ratio|share }}` gives `95%`."""
    return fmt.share(ratio)


@register.filter
def count(value: fmt.Number | None) -> str:
    """`{{ rows|count }}` gives `10,000`."""
    return fmt.count(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """`{{ date|day }}` gives `2 Jul 2027`."""
    return fmt.day(value)


@register.filter
def instant(value: datetime | None) -> str:
    """`{{ moment|instant }}` gives `19 Nov 2026 16:22`."""
    return fmt.instant(value)


@register.filter
def slip(days: int | None) -> str:
    """`{{ days|slip }}` gives `+63 d`."""
    return fmt.slip(days)


@register.filter
def slip_words(days: int | None) -> str:
    """`{{ days|slip_words }}` gives `63 d late`."""
    return fmt.slip_words(days)


@register.filter
def beside(cells: Sequence[Any], headers: Sequence[Any]) -> list[tuple[Any, Any]]:
    """`{% for header, cell in row|beside:headers %}`: each cell with the head of its column."""
    return list(zip(headers, cells, strict=True))


@register.simple_tag(takes_context=True)
def keep_parameters(context: template.Context, only: str = "", exclude: str = "") -> SafeString:
    """`{% keep_parameters only="sort cols" %}`: hidden inputs that carry parameters of the address."""
    query = context["request"].GET
    names = [name for name in query if (not only or name in only.split()) and name not in exclude.split()]
    pairs = [(name, value) for name in names for value in query.getlist(name)]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def address_without(context: template.Context, name: str) -> str:
    """`{% address_without "stage" %}`: this address without one filter (both ends of a range) and without its page."""
    query = context["request"].GET.copy()
    for gone in (name, "page", *(f"{name}_{end}" for end in ("min", "max", "after", "before"))):
        query.pop(gone, None)
    return f"?{query.urlencode()}"


@register.filter
def noun(thing: Any) -> str:
    """`{{ object|noun }}` or `{{ crud|noun }}`: the word for one row, as the glossary has it."""
    return str(getattr(thing, "model", thing)._meta.verbose_name)


@register.filter
def control(field: BoundField) -> SafeString:
    """`{{ field|control }}`: the field's widget with Tabler's class, tied to its hint and its errors."""
    attrs: dict[str, Any] = {"class": f"{field.field.widget.attrs.get('class', '')} {_control_class(field)}".strip()}
    notes = {"hint": field.help_text, "error": field.errors}
    described = [f"{field.auto_id}_{note}" for note, there in notes.items() if there]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    if is_range(field):
        for part, words in zip(field.field.widget.widgets, (_("from"), _("to")), strict=True):
            part.attrs.setdefault("aria-label", words)
    return field.as_widget(attrs=attrs)


@register.filter
def options(field: BoundField) -> list[BoundWidget]:
    """`{% for option in field|options %}`: radios or boxes, each with `.tag` and `.choice_label`."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id, "class": "form-check-input"}, widget)
    found = widget.subwidgets(field.html_name, field.value(), attrs=attrs)
    return [BoundWidget(widget, option, field.form.renderer) for option in found]


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """`{% if field|is_choice_group %}`: radios or several check boxes, which need a fieldset and a legend."""
    return isinstance(field.field.widget, RadioSelect)  # CheckboxSelectMultiple is one too


@register.filter
def is_range(field: BoundField) -> bool:
    """`{% if field|is_range %}`: two inputs, from and to, under one legend."""
    widget = field.field.widget
    return isinstance(widget, MultiWidget) and len(widget.widgets) == 2


@register.filter
def is_tick(field: BoundField) -> bool:
    """`{% if field|is_tick %}`: one check box, whose label follows it."""
    return isinstance(field.field.widget, CheckboxInput)


def _control_class(field: BoundField) -> str:
    if is_tick(field):
        return "form-check-input"
    name = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    return f"{name} is-invalid" if field.errors else name
