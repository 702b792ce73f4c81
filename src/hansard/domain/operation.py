"""The shape of an operation: one thing a caller can do, the same on every surface."""

from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["public", "read", "write", "admin"]
Where = Literal["path", "query", "body"]
ParamType = Literal["string", "integer", "boolean", "strings", "object", "objects"]

SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
"""What a key may be given; each includes those before it."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an operation, the same on every surface."""

    name: str
    type: ParamType
    help: str
    where: Where = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a caller can do.

    Attributes:
        name: ``noun.verb``.
        scope: the least scope a credential needs; public needs none.
        cli: the words of the command, None where `absent` says why there is none.
        absent: surface → the reason why the operation is not there.
        streams: the answer is a stream of server-sent events.
        audited: a change or sensitive read leaves an audit entry.
        uploads: the body is a form with a file, which is read as it comes.
    """

    name: str
    summary: str
    method: str
    path: str
    scope: Scope
    params: tuple[Param, ...] = ()
    cli: str | None = None
    absent: dict[str, str] = field(default_factory=dict[str, str])
    streams: bool = False
    audited: bool = False
    uploads: bool = False


def covers(granted: Scope, needed: Scope) -> bool:
    """Whether a credential's scope is enough."""
    if needed == "public":
        return True
    return granted in SCOPES and SCOPES.index(granted) >= SCOPES.index(needed)
