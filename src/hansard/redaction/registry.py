"""The secrets we know by name: from the environment, vaults, connectors and our own keys."""

import re
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from hansard.redaction.literals import is_literal
from hansard.redaction.names import Promise, promise
from hansard.redaction.variants import SHORTEST

_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z_.:/@-]+")
_LONGEST_NAME = 80
_LONGEST_VALUE = 65_536
_USERINFO = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:([^/\s@]+)@", re.IGNORECASE)
_ORDINARY = frozenset("development localhost password postgres postgresql production".split())


class Secret(NamedTuple):
    """One known value; `name` is what stands in its place."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"Secret(name={self.name!r})"


class Secrets:
    """Known secrets by name. Safe to use from several threads.

    A name may have several values (a rotated key is still a secret); of several names for one
    value the first is kept. Nothing is forgotten while the process lives.

    Attributes:
        generation: rises at each change, so that scanners know when to rebuild.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: dict[str, str] = {}
        self._refused: list[str] = []
        self.generation = 0

    def __repr__(self) -> str:
        return f"Secrets({len(self._names)} values)"

    def register(self, name: str, value: str) -> bool:
        """Make a value known. From the next scan on `[secret:NAME]` stands in its place (S2-35).

        Returns:
            False when the value is too short (under 8 bytes) or too long to look for, or blank.
            The caller has to warn: such a value is not redacted. `refused` keeps its name.
        """
        clean = _NOT_IN_A_NAME.sub("_", name)[:_LONGEST_NAME] or "UNNAMED"
        size = len(value.strip().encode("utf-8", "replace"))
        with self._lock:
            if not SHORTEST <= size <= _LONGEST_VALUE:
                self._refused.append(clean)
                return False
            value = value.strip()
            if value not in self._names:
                self._names[value] = "UNNAMED" if value in clean else clean
                self.generation += 1
        return True

    def register_environment(self, environ: Mapping[str, str]) -> int:
        """Register the variables whose names promise a secret and whose values look like one.

        Of a URL with a password in it (`DATABASE_URL`) the password alone is registered.

        Returns:
            How many variables were registered.
        """
        count = 0
        for name, value in environ.items():
            userinfo = _USERINFO.match(value.strip())
            secret = userinfo[1] if userinfo else value
            if _is_sane(secret, Promise.PASSWORD if userinfo else promise(name)):
                count += self.register(name, secret)
        return count

    @property
    def refused(self) -> tuple[str, ...]:
        """Names whose values are too short or too long to be redacted by value."""
        with self._lock:
            return tuple(self._refused)

    def snapshot(self) -> tuple[int, list[Secret]]:
        """The generation and all secrets of one moment."""
        with self._lock:
            return self.generation, [Secret(name, value) for value, name in self._names.items()]


def _is_sane(value: str, name: Promise) -> bool:
    """Whether an environment value may be blanked everywhere without blanking ordinary words."""
    if "-----BEGIN" in value:
        return name > Promise.NONE
    if value.lower() in _ORDINARY or value.isalpha():
        return False
    return is_literal(value, name, "structured")
