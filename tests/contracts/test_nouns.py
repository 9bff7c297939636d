"""Nothing of the domain stands outside the contracts: each model has its factory, its verbs and its contract tests."""

import re
from pathlib import Path

import pytest

from pmo.core import events
from tests import factories
from tests.contracts.nouns import NOUNS, RECIPES
from tests.test_architecture import APPS, ROOT, UNSCOPED, domain_models

# The first word of a model's verbs.
VERBS = {
    "AssuranceRating": "rating",
    "Baseline": "baseline",
    "CostRow": "cost",
    "Currency": "currency",
    "Edition": "edition",
    "ExchangeRate": "rate",
    "FiscalPeriod": "period",
    "HealthRuleSet": "rules",
    "Membership": "membership",
    "Milestone": "milestone",
    "Node": "node",
    "StatusReport": "report",
    "User": "user",
    "WholeLifeEstimate": "estimate",
}
NO_VERB = {
    "AuditEntry": "it is the record of the verbs itself",
    "DirtyNode": "the outbox of the roll-up; its rows live for seconds",
    "EditionPresence": "follows from edition.imported, edition.absent and edition.returned of its project",
    "HealthRule": "written with its set, by rules.installed",
    "ImportRun": "a file at the door; what it changes is told by the verbs of the rows",
    "Job": "its row is its own record: who asked, when, and how it ended",
    "MilestoneBaseline": "told by milestone.baselined of its milestone",
    "NodePeriodRollup": "recomputed from other rows",
    "NodeRollup": "recomputed from other rows",
    "NodeRollupHistory": "recomputed from other rows",
}
NO_FACTORY = {
    "AuditEntry": "written by events only",
    "DirtyNode": "written by events only",
    "HealthRule": "the rules in force are installed by their service",
    "HealthRuleSet": "the rules in force are installed by their service",
    "NodePeriodRollup": "written by the roll-up only",
    "NodeRollup": "written by the roll-up, or by hand in tests of what reads it",
    "NodeRollupHistory": "written by the roll-up, or by hand in tests of what reads it",
}
# Nouns without declared pages: tested by hand where the reason says.
NO_PAGES = {
    "Baseline": "opened and approved by services; tests of registry, finance and schedule",
    "DirtyNode": "no person reads it",
    "Edition": "shown as a badge and a filter; tests of exchange",
    "EditionPresence": "shown as a badge and a filter; tests of exchange",
    "HealthRule": "shown as reasons; tests of health",
    "HealthRuleSet": "shown as reasons; tests of health",
    "ImportRun": "its own pages; tests of exchange",
    "Job": "shown as progress; tests of exchange",
    "MilestoneBaseline": "shown with its milestone; tests of schedule",
    "NodePeriodRollup": "shown as figures; tests of dashboards",
    "NodeRollup": "shown as figures; tests of dashboards",
    "NodeRollupHistory": "shown as figures; tests of dashboards",
    "StatusReport": "its own pages; tests of status",
}
MODELS = sorted(model.__name__ for model in domain_models() if not UNSCOPED.search(model.__name__))
MADE = {made._meta.model.__name__ for made in vars(factories).values() if hasattr(made, "_meta") and made._meta.model}
SOURCES = [
    path.read_text(encoding="utf-8")
    for app in APPS
    for path in (Path(ROOT) / app).rglob("*.py")
    if "migrations" not in path.parts
]


def test_every_declared_noun_has_a_recipe_and_no_recipe_is_stale():
    assert set(RECIPES) == set(NOUNS)


def test_every_model_has_a_verb_or_a_reason_not_to():
    assert set(VERBS) & set(NO_VERB) == set()
    assert sorted([*VERBS, *NO_VERB]) == MODELS


def test_every_model_has_a_factory_or_a_reason_not_to():
    assert set(MADE) & set(NO_FACTORY) == set()
    assert sorted([*MADE, *NO_FACTORY]) == MODELS


def test_every_model_has_contract_tests_or_a_reason_not_to():
    shown = {crud.model.__name__ for crud in NOUNS.values()}
    assert shown & set(NO_PAGES) == set()
    assert sorted([*shown, *NO_PAGES]) == MODELS


def test_every_verb_belongs_to_a_model_and_every_model_has_its_verbs():
    words = {verb.split(".")[0] for verb in events.declared_verbs()}
    assert words == set(VERBS.values())


@pytest.mark.parametrize("verb", sorted(events.declared_verbs()))
def test_verb_has_words_and_is_told_by_a_service(verb):
    label = events.verb_label(verb)
    assert label != verb
    assert re.match(r"[A-Z]", label)
    declared_and_told = sum(source.count(f'"{verb}"') for source in SOURCES)
    assert declared_and_told >= 2, f"{verb} is declared, and nobody tells it"
