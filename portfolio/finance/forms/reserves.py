"""Forms of reserves and of what is drawn from them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.forms import ModelForm
from portfolio.finance import queries
from portfolio.finance.forms.costs import date_input
from portfolio.finance.models import Currency, Reserve, ReserveDraw


class ReserveForm(ModelForm):
    """Money set aside."""

    class Meta:
        model = Reserve
        fields = ["kind", "name", "amount", "currency"]
        help_texts = {
            "kind": _(
                "Contingency: for identified risks, inside the budget. Management reserve: for others, outside it."
            ),
            "amount": _("In whole units of the currency, not in thousands. What is drawn stays counted here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("currency", queries.default_currency())

    def restrict_choices(self) -> None:
        field: Any = self.fields["currency"]
        field.queryset = Currency.objects.restrict(self.user, "calendar.view")


class DrawForm(ModelForm):
    """Money drawn from a reserve, in the reserve's currency."""

    class Meta:
        model = ReserveDraw
        fields = ["reserve", "amount", "drawn_on", "purpose"]
        widgets = {"drawn_on": date_input()}
        help_texts = {
            "amount": _("In the currency of the reserve, and not more than is left in it."),
            "purpose": _("What happened, or which risk came true."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("drawn_on", clock.today())

    def restrict_choices(self) -> None:
        field: Any = self.fields["reserve"]
        if self.instance.pk:
            field.queryset, field.disabled = Reserve.objects.filter(pk=self.instance.reserve_id), True
            return
        found = Reserve.objects.restrict(self.user, "cost.edit").order_by("node__code", "name")
        field.queryset = found.filter(node=self.node) if self.node else found
        if self.node and len(only := list(field.queryset[:2])) == 1:
            self.initial.setdefault("reserve", only[0].pk)
