"""The interface of an export format: sessions in, the bytes of a file out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from hansard.journal.copy import Chosen
from hansard.journal.seal import Seal
from hansard.store.base import Store

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
_LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: sessions of one workspace, as far as they went when they were chosen.

    Attributes:
        seal: signs what is exported.
        at: now, in ms UTC; version: of Hansard.
    """

    store: Store
    workspace_id: str
    sessions: Sequence[Chosen]
    seal: Seal
    at: int
    version: str


class Format(Protocol):
    """A form that sessions can be exported in (recipe in CONTRIBUTING)."""

    name: str
    """The word in addresses and options: ``jsonl``."""
    title: str
    """What people read."""
    media_type: str
    suffix: str
    """The ending of the file's name, with its dot."""

    def write(self, chosen: Selection) -> Iterator[bytes]:
        """The file in pieces; memory stays that of a piece.

        Raises:
            NotFound: a session was deleted meanwhile; what was written is no whole file.
        """
        ...


def file_name(key: str | None, at: int, suffix: str) -> str:
    """The name of an export's file (S1-N15): one session's by its key, else by the time.

    A key may hold anything, so a name is made of what is harmless in it: it never names
    another folder, a hidden file, or a device.
    """
    if key is None:
        return f"sessions-export-{at}{suffix}"
    safe = _NOT_IN_A_NAME.sub("-", key).strip("-")[:_LONGEST_NAME].strip("-")
    return f"session-{safe or 'unnamed'}{suffix}"
