"""One scanner for each workspace: shared secrets and shipped rules, its own rules and key."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from hansard.redaction.pack import RulePack
from hansard.redaction.registry import Secret, Secrets
from hansard.redaction.rules import Rule
from hansard.redaction.scan import Scanner


@dataclass(frozen=True, slots=True)
class Own:
    """What a workspace keeps of its own.

    Attributes:
        version: another one means that something changed.
        rules: those that are on.
        off: ids of rules, shipped or from a file, that are not applied there.
    """

    version: str
    rules: tuple[Rule, ...] = ()
    off: frozenset[str] = frozenset()


class Scanners:
    """The scanners of all workspaces. Safe to use from several threads.

    Args:
        secrets: known values, in every workspace.
        rules: those of every workspace: shipped, and from the files of this installation.
        key: of the suffixes; each workspace has its own, made of it.
        own: reads what a workspace keeps.
    """

    def __init__(
        self, secrets: Secrets, rules: RulePack, key: bytes, own: Callable[[str], Own]
    ) -> None:
        self.secrets = secrets
        self.rules = rules
        self._key = key
        self._own = own
        self._lock = Lock()
        self._made: dict[str, tuple[str, Scanner]] = {}

    def of(self, workspace_id: str) -> Scanner:
        """The scanner of a workspace, with the rules that it has now."""
        found = self._made.get(workspace_id)
        return found[1] if found is not None else self.renew(workspace_id)

    def renew(self, workspace_id: str) -> Scanner:
        """Read the rules of a workspace again; they count from the next scan on."""
        own = self._own(workspace_id)
        key = hmac.digest(self._key, workspace_id.encode(), "sha256")
        with self._lock:
            scanner = Scanner(self.secrets, self.rules.extended(own.rules, own.off), key)
            self._made[workspace_id] = (own.version, scanner)
        return scanner

    def refresh(self, version: Callable[[str], str]) -> None:
        """Renew the scanners of workspaces whose rules another process changed."""
        for workspace_id, (known, _) in list(self._made.items()):
            if version(workspace_id) != known:
                self.renew(workspace_id)

    def only(self, known: Iterable[Secret]) -> Scanner:
        """A scanner that knows some values and nothing else, to look back with."""
        some = Secrets()
        for secret in known:
            some.register(secret.name, secret.value)
        return Scanner(some, RulePack([]), self._key)
