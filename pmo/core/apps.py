"""The kernel as an installed app, and the base that loads an app's areas."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig

LOADED_ROLES = ("policy", "services", "receivers", "tasks", "ui", "search")


class CoreConfig(AppConfig):
    default = True
    name = "pmo.core"
    label = "core"

    def ready(self) -> None:
        import_module("pmo.core.checks")
        import_module("pmo.core.tasks")


class AreaAppConfig(AppConfig):
    """An app cut into areas; `areas` is its table of contents."""

    default = False
    areas: ClassVar[Sequence[str]] = ()

    def ready(self) -> None:
        for area in self.areas:
            for role in LOADED_ROLES:
                name = f"{self.name}.{area}.{role}"
                if find_spec(name):
                    import_module(name)
