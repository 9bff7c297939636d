"""Questions about one risk, response, issue or escalation, each on a page in its node's frame."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portfolio.actions.asking import answered
from portfolio.registry.models import Node
from portfolio.registry.views import node_frame


def fetch(request: HttpRequest, model: Any, key: int, *related: str) -> Any:
    """Return a row that the person may change. Raises Http404."""
    return get_object_or_404(model.objects.restrict(request.user, "raid.edit").select_related(*related), pk=key)


def ask(
    request: HttpRequest,
    node: Node,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    back: str,
    template: str = "portfolio/actions/ask.html",
    **words: Any,
) -> HttpResponse:
    """Show the question and take its answer: `act` writes it, then the person is led to `back`.

    `words` are the question, its consequence and the label of the button.
    """
    if answered(request, form, act) is not None:
        return redirect(back)
    context = node_frame(request, node, "raid") | {"fields": form, "cancel_url": back, **words}
    return render(request, template, context, status=422 if form.is_bound else 200)


def typed(request: HttpRequest) -> Any:
    """Return what was posted, or None for a first look."""
    return request.POST if request.method == "POST" else None
