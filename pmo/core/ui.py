"""The register of navigation, tabs and panels: upper areas add themselves to lower pages.

A page asks by name ("registry.node") and works without whoever registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pmo.core import access


@dataclass(frozen=True)
class NavItem:
    """One destination in the top bar. `active` lists the first parts of paths that belong to it."""

    label: Any
    url_name: str
    icon: str
    action: str
    order: int
    active: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tab:
    """One tab on a page; `url_name` is reversed with the page's key."""

    key: str
    label: Any
    url_name: str
    action: str
    order: int
    applies: Callable[[Any], bool] = lambda _subject: True


@dataclass(frozen=True)
class Action:
    """One button in a page's head, at most one a page `primary`; `url_name` is reversed with the page's key, if any."""

    label: Any
    url_name: str
    action: str
    order: int
    icon: str = ""
    primary: bool = False
    applies: Callable[[Any], bool] = lambda _subject: True


@dataclass(frozen=True)
class Panel:
    """One panel on a page: a template and the function that gives its context, or None to leave it out.

    It stands in the main column, in the narrow one (`side`), or above both over the whole width (`wide`).
    """

    key: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    action: str
    order: int
    side: bool = False
    wide: bool = False


_navigation: list[NavItem] = []
_tabs: dict[str, list[Tab]] = {}
_actions: dict[str, list[Action]] = {}
_panels: dict[str, list[Panel]] = {}
_providers: dict[str, dict[str, Callable[..., Any]]] = {}


def add_navigation(item: NavItem) -> None:
    """Add a destination to the top bar."""
    _navigation.append(item)


def add_tab(page: str, tab: Tab) -> None:
    """Add a tab to a page."""
    _tabs.setdefault(page, []).append(tab)


def add_action(page: str, action: Action) -> None:
    """Add a button to a page's head."""
    _actions.setdefault(page, []).append(action)


def add_panel(page: str, panel: Panel) -> None:
    """Add a panel to a page."""
    _panels.setdefault(page, []).append(panel)


def provide(point: str, key: str, function: Callable[..., Any]) -> None:
    """Register a named provider, such as the computed health that the weekly report shows."""
    _providers.setdefault(point, {})[key] = function


def providers(point: str) -> dict[str, Callable[..., Any]]:
    """Return the providers registered at a point, by key; empty when nobody registered."""
    return dict(_providers.get(point, {}))


def tabs(page: str, subject: Any, user: Any, key: str, current: str) -> list[dict[str, Any]]:
    """Return the tabs that `user` may open on `subject`, for links reversed with `key`."""
    held = access.held_actions(user)
    return [
        {"key": tab.key, "label": tab.label, "url": reverse(tab.url_name, args=[key]), "current": tab.key == current}
        for tab in sorted(_tabs.get(page, []), key=lambda tab: tab.order)
        if tab.action in held and tab.applies(subject)
    ]


def actions(page: str, subject: Any, user: Any, key: str = "") -> list[dict[str, Any]]:
    """Return the buttons that `user` may press on `subject`, the primary one last."""
    held = access.held_actions(user)
    return [
        {"label": a.label, "url": reverse(a.url_name, args=[key] if key else []), "icon": a.icon, "primary": a.primary}
        for a in sorted(_actions.get(page, []), key=lambda a: (a.primary, a.order))
        if a.action in held and a.applies(subject)
    ]


def panels(page: str, request: HttpRequest, subject: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the panels of a page with their contexts, split into `wide`, `main` and `side`."""
    held = access.held_actions(request.user)
    found: dict[str, list[dict[str, Any]]] = {"wide": [], "main": [], "side": []}
    for panel in sorted(_panels.get(page, []), key=lambda panel: panel.order):
        context = panel.context(request, subject) if panel.action in held else None
        if context is not None:
            place = "wide" if panel.wide else "side" if panel.side else "main"
            found[place].append({"key": panel.key, "template": panel.template, "context": context})
    return found


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the navigation of the signed-in person and the product's version."""
    context: dict[str, Any] = {"version": settings.VERSION, "navigation": [], "held_actions": frozenset()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    held = access.held_actions(user)
    first = "/" + request.path.strip("/").split("/")[0]
    context["held_actions"] = held
    context["navigation"] = [
        {"label": item.label, "url": reverse(item.url_name), "icon": item.icon, "current": first in item.active}
        for item in sorted(_navigation, key=lambda item: item.order)
        if item.action in held
    ]
    return context
