"""The pages of risks, issues, assumptions, dependencies and escalations."""

from portfolio.raid.views import escalations, node, nouns, risks

__all__ = ["escalations", "node", "nouns", "risks"]
