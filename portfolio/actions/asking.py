"""A question on a page of its own: a small form, one service, and what to do with its refusals."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pmo.core.crud.objects import add_errors
from pmo.core.errors import DomainError, NotPermitted, StaleWrite


def answered(request: Any, form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """Return what `act` made of a valid answer, or None when the form is to be shown, again with what was refused."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        done = act(form.cleaned_data)
    except StaleWrite:
        form.add_error(None, _("Somebody saved this row meanwhile. Look at it again before you go on."))
        return None
    except NotPermitted:
        raise
    except (ValidationError, DomainError) as error:
        add_errors(form, error)  # type: ignore[arg-type]
        return None
    messages.success(request, _("Saved: %(row)s") % {"row": done})
    return done
