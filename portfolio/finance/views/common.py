"""What the pages of money share: the node they are about, and what may be done with it."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from portfolio.registry.models import Node


def fetch_node(request: HttpRequest, code: str, action: str) -> Node:
    """Return the node of a code on which the person may do `action`. Raises Http404."""
    return get_object_or_404(Node.objects.restrict(request.user, action), code=code)


def may_edit(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may change the money of `node`."""
    return Node.objects.restrict(request.user, "cost.edit").filter(pk=node.pk).exists()
