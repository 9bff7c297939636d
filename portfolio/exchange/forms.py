"""The form that takes a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.core.errors import DomainError
from pmo.core.forms import PlainTextMixin
from portfolio.exchange import sheets
from portfolio.exchange.services import checks
from portfolio.registry.models import Node

NEW = "new:"  # no code holds a colon


class UploadForm(PlainTextMixin, forms.Form):
    """A file and the portfolio it goes into. The edition is found in the file itself."""

    into = forms.ChoiceField(label=_("Into portfolio"))
    new_code = forms.CharField(
        label=_("Code of a new portfolio"),
        required=False,
        max_length=60,
        help_text=_("Only where “A new portfolio” is chosen. Letters, digits, dot, hyphen and underscore."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A CSV file of up to 10 MB as published. The edition and its columns are recognised."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        nodes = Node.objects.restrict(user, "import.run").filter(kind__in=checks.HOLDERS).order_by("name")
        known = [(node.code, f"{node.name} ({node.code})") for node in nodes]
        self.fields["into"].choices = [*known, (NEW, _("A new portfolio"))]  # type: ignore[attr-defined]

    def clean_file(self) -> bytes:
        """Return the bytes of a file that is a known edition."""
        file = self.cleaned_data["file"]
        if file.size > sheets.LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        self.cleaned_data["file_name"] = file.name
        content = file.read()
        try:
            sheets.read(content)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
        return content

    def clean(self) -> dict[str, Any]:
        """Check the code of a new portfolio as the import will."""
        cleaned = super().clean()
        if cleaned.get("into") == NEW and not self.errors:
            code = cleaned["new_code"].strip()
            _portfolio, problems = checks.portfolio_of(code, self.user)
            for problem in problems:
                self.add_error("new_code", problem.message)
            cleaned["into"] = code
        return cleaned
