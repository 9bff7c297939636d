"""Forms of the house: version and reason travel with every edit, choices show only what the person may see."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PlainTextMixin:
    """Refuse characters that no database text and no export can hold."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}  # type: ignore[misc]
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and ("\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)):
                self.add_error(name, ValidationError(_("This text holds characters that cannot be stored.")))  # type: ignore[attr-defined]
        return cleaned


class ModelForm(PlainTextMixin, forms.ModelForm):
    """A form that saves nothing itself: the view hands `values()` to the noun's service.

    `user` is the person; `node` the node the row lies in, for nested nouns.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Kept in the history beside the change.")
    )

    def __init__(self, *args: Any, user: Any, node: Any = None, **kwargs: Any) -> None:
        self.user, self.node = user, node
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            self.fields["version"].initial = self.instance.version
            self.fields["version"].required = True
        else:
            del self.fields["version"]
        self.restrict_choices()
        self.order_fields([name for name in self.fields if name != "reason"])

    def restrict_choices(self) -> None:
        """Narrow related choices to what `user` may see; forms with such fields say how."""

    def values(self) -> dict[str, Any]:
        """Return the cleaned values of the model's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}
