"""The tree's contribution to the roll-up: which nodes there are, which are projects, and of which a report is due."""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from portfolio.registry.models import Lifecycle

LIVE = ", ".join(f"'{state}'" for state in Lifecycle.live())

# The table `scope` that every other contribution joins. `due`: a live project owes a report each cycle.
SCOPE = f"""
    SELECT id AS node_id, parent_id, ancestors, lifecycle,
        kind = 'project' AS is_project,
        kind = 'project' AND lifecycle IN ({LIVE}) AS due
    FROM portfolio_node
"""
