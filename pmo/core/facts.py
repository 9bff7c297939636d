"""What an area contributes to the roll-up: one SELECT for the nodes asked for, and what its columns are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """One SELECT giving `node_id` and typed columns, one row for a node at most, for the nodes of the table `scope`.

    The statement around it offers `scope` (node_id, is_project, due), the tables of the contributions before it by
    their `name`, and the parameters `today` (business date), `currency` (reporting currency, ISO 4217) and `cycle`
    (days). `sums` add up from the children; of `earliest` and `latest` the first and last date counts; `own` columns
    serve the node itself. Several areas may give the same sum. `recheck_on`, if given, is the next day on which the
    row changes with nobody touching it.
    """

    name: str
    sql: str
    sums: tuple[str, ...] = ()
    earliest: tuple[str, ...] = ()
    latest: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    rechecks: bool = False
