"""The detection rules that a workspace keeps for itself, and the shipped ones it switched off."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from hansard.store.base import Tx
from hansard.store.tables import redaction_rules

_c = redaction_rules.c
_COLUMNS = (_c.id, _c.body, _c.enabled, _c.created_by, _c.created_at, _c.updated_at)


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule as it is kept.

    Attributes:
        body: the rule as JSON; None for one of somebody else's, of which only the switch is kept.
    """

    id: str
    body: str | None
    enabled: bool
    created_by: str | None
    created_at: int
    updated_at: int


def everything(connection: Connection, workspace_id: str) -> list[Kept]:
    """The rules of a workspace by id."""
    query = select(*_COLUMNS).where(_c.workspace_id == workspace_id).order_by(_c.id)
    return [Kept(*row) for row in connection.execute(query)]


def one(connection: Connection, workspace_id: str, rule_id: str) -> Kept | None:
    """A rule, or the switch of one of somebody else's."""
    query = select(*_COLUMNS).where(_c.workspace_id == workspace_id, _c.id == rule_id)
    row = connection.execute(query).first()
    return None if row is None else Kept(*row)


def version(connection: Connection, workspace_id: str) -> str:
    """Changes whenever a rule of a workspace does."""
    query = select(func.count(), func.max(_c.updated_at)).where(_c.workspace_id == workspace_id)
    count, newest = connection.execute(query).one()
    return f"{count}:{newest or 0}"


def save(tx: Tx, workspace_id: str, rule: Kept) -> None:
    """Keep a rule in the place of what was there under its id."""
    drop(tx, workspace_id, rule.id)
    tx.write(
        insert(redaction_rules).values(
            workspace_id=workspace_id,
            id=rule.id,
            body=rule.body,
            enabled=rule.enabled,
            created_by=rule.created_by,
            created_at=rule.created_at,
            updated_at=rule.updated_at,
        )
    )


def drop(tx: Tx, workspace_id: str, rule_id: str) -> bool:
    """Forget a rule; False when there was none."""
    statement = (
        delete(redaction_rules)
        .where(_c.workspace_id == workspace_id, _c.id == rule_id)
        .returning(_c.id)
    )
    return tx.write(statement).first() is not None
