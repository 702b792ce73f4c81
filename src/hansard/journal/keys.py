"""The installation's keys: secrets of the data folder, and what is derived from them.

They lie beside the database and never in it: a backup holds none of them.
"""

import hashlib
import hmac
from pathlib import Path

from hansard.domain.errors import Conflict
from hansard.journal.seal import Seal
from hansard.store import schema
from hansard.store.base import Store

SECRET = "secret_key"
"""Everything that stays here hangs on it: heads of chains, cursors, suffixes of redactions."""
EXPORT = "export_key"
"""What signs exports; its public half is in every one of them."""


_FACT = "key_check"


def of(text: str) -> bytes:
    """The 32 bytes of a secret's text."""
    return hashlib.sha256(text.encode()).digest()


def derive(secret: bytes, purpose: str) -> bytes:
    """The key for one purpose."""
    return hashlib.sha256(secret + purpose.encode()).digest()


def heads(secret: bytes) -> bytes:
    """The key of the heads of chains."""
    return derive(secret, "heads")


def known_heads(folder: Path) -> bytes | None:
    """The key of the heads of a data folder; None when it has no secret yet."""
    text = _read(folder / SECRET)
    return None if text is None else heads(of(text))


def known_seal(folder: Path) -> Seal | None:
    """What signs the exports of a data folder; None when nothing does yet."""
    text = _read(folder / EXPORT)
    return None if text is None else Seal(of(text))


def tie(store: Store, heads_key: bytes) -> None:
    """Remember in a database which key its heads are under, by a value that does not tell it."""
    schema.set_fact(store, _FACT, _told(heads_key))


def own(store: Store, heads_key: bytes, folder: Path, command: str = "hansard") -> None:
    """See that a database is under our key; a new one is from now on.

    Without this a lost key goes unnoticed, and every head from then on is under another one.

    Raises:
        Conflict: it is under another key.
    """
    told = schema.fact(store, _FACT)
    if told is None:
        tie(store, heads_key)
    elif not hmac.compare_digest(told, _told(heads_key)):
        raise Conflict(
            f"the database is under another key than {folder / SECRET}: put the old {SECRET} back. "
            f"If it is lost, run `{command} db rekey`: it checks every chain, then takes this key"
        )


def _told(heads_key: bytes) -> str:
    return hmac.digest(heads_key, b"the key of this database", "sha256").hex()


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip() or None
    except OSError:
        return None
