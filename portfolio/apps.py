"""The portfolio app: the register of programmes and projects, their money, dates and weekly status."""

from pmo.core.apps import AreaAppConfig


class PortfolioConfig(AreaAppConfig):
    default = True
    name = "portfolio"
    areas = ("people", "registry", "finance", "schedule", "status", "exchange")
