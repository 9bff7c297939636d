"""The database triggers that keep each node's ancestor path true, whoever writes the row."""

import pgtrigger

MAX_DEPTH = 8

# Runs before the row is written: the path is the parent's path and the node itself.
ancestors_of_row = pgtrigger.Trigger(
    name="node_ancestors",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "ancestors"),
    declare=[("above", "bigint[]")],
    func="""
        IF NEW.parent_id IS NULL THEN
            NEW.ancestors = ARRAY[NEW.id];
        ELSE
            SELECT ancestors INTO above FROM portfolio_node WHERE id = NEW.parent_id;
            IF NEW.id = ANY(above) THEN
                RAISE EXCEPTION 'A node cannot lie below itself.' USING ERRCODE = 'check_violation';
            END IF;
            NEW.ancestors = above || NEW.id;
        END IF;
        IF cardinality(NEW.ancestors) > @depth@ THEN
            RAISE EXCEPTION 'The tree is at most @depth@ levels deep.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """.replace("@depth@", str(MAX_DEPTH)),
)

# Runs after a move: children take the new path, which fires the same trigger one level further down.
ancestors_below = pgtrigger.Trigger(
    name="node_ancestors_below",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("parent_id", "ancestors"),
    condition=pgtrigger.Condition("OLD.ancestors IS DISTINCT FROM NEW.ancestors"),
    func="""
        UPDATE portfolio_node SET ancestors = NEW.ancestors || id WHERE parent_id = NEW.id;
        RETURN NULL;
    """,
)
