"""Workspaces, their people, API keys and browser logins; secrets only as hashes."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from hansard.store.base import Tx
from hansard.store.tables import api_keys, counters, logins, members, workspaces


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a workspace."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as it is kept: never its secret."""

    id: str
    name: str
    prefix: str
    scope: str
    workspace_id: str
    created_by: str | None
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None


_KEY = [
    api_keys.c[name]
    for name in (
        "id",
        "name",
        "prefix",
        "scopes",
        "workspace_id",
        "created_by",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
]


def first_workspace(connection: Connection) -> tuple[str, str] | None:
    """(id, name) of the oldest workspace."""
    query = select(workspaces.c.workspace_id, workspaces.c.name).order_by(workspaces.c.created_at)
    row = connection.execute(query.limit(1)).first()
    return None if row is None else (row[0], row[1])


def workspace_ids(connection: Connection) -> list[str]:
    """Every workspace of the database."""
    return list(connection.execute(select(workspaces.c.workspace_id)).scalars())


def add_workspace(tx: Tx, workspace_id: str, name: str, now: int) -> None:
    """A workspace and its cursor counter."""
    tx.write(insert(workspaces).values(workspace_id=workspace_id, name=name, created_at=now))
    tx.write(insert(counters).values(workspace_id=workspace_id, pos=0))


def add_member(tx: Tx, workspace_id: str, member: Member, now: int) -> None:
    """A person of a workspace."""
    tx.write(
        insert(members).values(
            workspace_id=workspace_id,
            id=member.id,
            name=member.name,
            role=member.role,
            created_at=now,
        )
    )


def all_members(connection: Connection, workspace_id: str) -> list[Member]:
    """The people of a workspace, the first one first."""
    query = (
        select(members.c.id, members.c.name, members.c.role)
        .where(members.c.workspace_id == workspace_id)
        .order_by(members.c.created_at)
    )
    return [Member(*row) for row in connection.execute(query)]


def add_key(tx: Tx, key: Key, secret_hash: bytes) -> None:
    """Keep a key by the hash of its secret."""
    tx.write(
        insert(api_keys).values(
            workspace_id=key.workspace_id,
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            hash=secret_hash,
            scopes=key.scope,
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
    )


def key_by_hash(connection: Connection, secret_hash: bytes) -> Key | None:
    """The key whose secret has this hash."""
    row = connection.execute(select(*_KEY).where(api_keys.c.hash == secret_hash)).first()
    return None if row is None else Key(*row)


def keys(connection: Connection, workspace_id: str) -> list[Key]:
    """The keys of a workspace, newest first."""
    query = (
        select(*_KEY)
        .where(api_keys.c.workspace_id == workspace_id)
        .order_by(api_keys.c.created_at.desc(), api_keys.c.id.desc())
    )
    return [Key(*row) for row in connection.execute(query)]


def any_key(connection: Connection, now: int) -> bool:
    """Whether any key works: needed to bind beyond loopback."""
    query = select(api_keys.c.id).where(*_working(now))
    return connection.execute(query.limit(1)).first() is not None


def _working(now: int) -> tuple[ColumnElement[bool], ...]:
    expires = api_keys.c.expires_at
    return api_keys.c.revoked_at.is_(None), expires.is_(None) | (expires > now)


def revoke_key(tx: Tx, workspace_id: str, key_id: str, now: int) -> bool:
    """Revoke a key; False when there is none."""
    statement = (
        update(api_keys)
        .where(api_keys.c.workspace_id == workspace_id, api_keys.c.id == key_id)
        .values(revoked_at=now)
        .returning(api_keys.c.id)
    )
    return tx.write(statement).first() is not None


def kept_keys(connection: Connection) -> set[tuple[Any, ...]]:
    """What each key may do that is not revoked: all that a copy of it must have alike."""
    query = select(*_SAME).where(api_keys.c.revoked_at.is_(None))
    return {tuple(row) for row in connection.execute(query)}


def revoke_others(tx: Tx, kept: set[tuple[Any, ...]], now: int) -> int:
    """Revoke every key that is not among these, and end every login; how many keys that were."""
    others = kept_keys(tx.connection) - kept
    for workspace_id, key_id, *_ in others:
        revoke_key(tx, workspace_id, key_id, now)
    tx.write(delete(logins))
    return len(others)


_SAME = [api_keys.c[n] for n in ("workspace_id", "id", "hash", "scopes", "expires_at")]


def used_key(tx: Tx, workspace_id: str, key_id: str, now: int) -> None:
    """Remember when a key was last used."""
    tx.write(
        update(api_keys)
        .where(api_keys.c.workspace_id == workspace_id, api_keys.c.id == key_id)
        .values(last_used_at=now)
    )


def add_login(tx: Tx, values: dict[str, Any]) -> None:
    """Keep a login link or a browser login by its hash."""
    tx.write(insert(logins).values(values))


class Login(NamedTuple):
    """A browser login or a link to one; made with a key, it ends when the key does."""

    workspace_id: str
    member_id: str
    key_id: str | None


def login(connection: Connection, token_hash: bytes, kind: str, now: int) -> Login | None:
    """A login that works."""
    query = select(logins.c.workspace_id, logins.c.member_id, logins.c.key_id).where(
        logins.c.hash == token_hash,
        logins.c.kind == kind,
        logins.c.expires_at > now,
        logins.c.used_at.is_(None),
        logins.c.key_id.is_(None)
        | exists().where(
            api_keys.c.workspace_id == logins.c.workspace_id,
            api_keys.c.id == logins.c.key_id,
            *_working(now),
        ),
    )
    row = connection.execute(query).first()
    return None if row is None else Login(*row)


def use_login(tx: Tx, token_hash: bytes, now: int) -> bool:
    """Spend a one-time link; False when it was spent before."""
    statement = (
        update(logins)
        .where(logins.c.hash == token_hash, logins.c.used_at.is_(None))
        .values(used_at=now)
        .returning(logins.c.member_id)
    )
    return tx.write(statement).first() is not None


def drop_logins(tx: Tx, now: int) -> None:
    """Forget logins that ran out."""
    tx.write(delete(logins).where(logins.c.expires_at <= now))
