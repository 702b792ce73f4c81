"""A filter read plainly: what the statements of a list are held against."""

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.store.filters import Filter

_COMPARE = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def stands(chosen: Filter, row: Json) -> bool:
    """Whether a row stands where a filter looks: its shelf, its parent, its times."""
    told = {
        "archived": row["archived_at"] is not None,
        "active": row["active"],
        "attention": row["attention"] is not None,
    }
    if any(getattr(chosen, name) not in (None, held) for name, held in told.items()):
        return False
    if chosen.parent_id is not None:
        if row["parent_id"] != chosen.parent_id:
            return False
    elif row["parent_id"] and not chosen.include_children:
        return False
    return all(_COMPARE[op](instant.from_wire(row[name]), at) for name, op, at in chosen.times)
