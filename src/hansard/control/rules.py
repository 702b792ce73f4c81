"""The detection rules that a workspace keeps: add, change, switch, remove, list (S2-34)."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, InvalidRequest, NotFound
from hansard.redaction import document
from hansard.redaction.document import BadRule
from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.rules import Rule
from hansard.redaction.scan import Scanner
from hansard.redaction.workspaces import Own
from hansard.store import redaction_rules
from hansard.store.base import Store, Tx
from hansard.store.redaction_rules import Kept

_LOG = logging.getLogger(__name__)
_MOST = 200
SOURCE = "workspace"
"""Where the rules of a workspace say that they are from."""


def installed(files: Sequence[str], off: Sequence[str]) -> RulePack:
    """The rules of every workspace: those that ship with the program, and those of some files.

    Args:
        files: paths of TOML documents in gitleaks' format.
        off: ids of rules that are not applied.

    Raises:
        InvalidRequest: a file cannot be read or holds something that cannot be used; it is
            named, and the rule.
    """
    pack = default_rules()
    found: list[Rule] = []
    wished: set[str] = set()
    for name in files:
        try:
            path = Path(name).expanduser()
            said = document.read([path.read_text("utf-8")], path.name)
        except (OSError, ValueError) as problem:  # a bad rule is a ValueError
            raise InvalidRequest(f"redaction_rules: {name}: {problem}") from problem
        found += said.rules
        wished |= said.off
    made = pack.extended(found, wished | set(off))
    known = {rule.id for rule in made.rules}
    unknown = next((name for name in off if name not in known), None)
    if unknown is not None:
        raise InvalidRequest(f"redaction_rules_off: there is no rule {unknown}")
    return made


def own(store: Store, workspace_id: str) -> Own:
    """What the scanner of a workspace needs to know of its rules.

    A rule that does not read any more is not applied, is told in the log and in the list.
    """

    def read(connection: Any) -> tuple[str, list[Kept]]:
        version = redaction_rules.version(connection, workspace_id)
        return version, redaction_rules.everything(connection, workspace_id)

    version, kept = store.read(read)
    rules: list[Rule] = []
    for found in kept:
        if found.body is None or not found.enabled:
            continue
        try:
            rules.append(document.rule(orjson.loads(found.body), SOURCE))
        except ValueError as problem:
            _LOG.error("a redaction rule of %s does not read: %s", workspace_id, problem)
    return Own(version, tuple(rules), frozenset(k.id for k in kept if k.body is None))


def listed(pack: RulePack, kept: Sequence[Kept]) -> list[Json]:
    """Every rule of a workspace as the API shows it: its own first, then those of all."""
    off = {found.id for found in kept if found.body is None}
    mine = [_own_wire(found) for found in kept if found.body is not None]
    return [*mine, *(_wire(rule, rule.id not in off | pack.off) for rule in pack.rules)]


def create(
    tx: Tx, workspace_id: str, raw: Json, *, enabled: bool, scanner: Scanner, by: str, now: int
) -> Json:
    """Add a rule.

    Raises:
        InvalidRequest: it cannot be used; the message says why, and names it.
        Conflict: the workspace has one of this id.
    """
    made = _checked(raw, scanner)
    if redaction_rules.one(tx.connection, workspace_id, made.id) is not None:
        raise Conflict(f"the workspace has something under the id {made.id}: update it")
    if len(redaction_rules.everything(tx.connection, workspace_id)) >= _MOST:
        raise Conflict(f"at most {_MOST} rules in a workspace: put the others into a file")
    kept = Kept(made.id, orjson.dumps(raw).decode(), enabled, by, now, now)
    redaction_rules.save(tx, workspace_id, kept)
    return _own_wire(kept)


def update(
    tx: Tx,
    workspace_id: str,
    rule_id: str,
    *,
    raw: Json | None,
    enabled: bool | None,
    pack: RulePack,
    scanner: Scanner,
    by: str,
    now: int,
) -> Json:
    """Change a rule of the workspace, or switch one of somebody else's.

    Raises:
        NotFound: there is no rule of this id.
        InvalidRequest: it cannot be used, or is not the workspace's to change.
    """
    found = redaction_rules.one(tx.connection, workspace_id, rule_id)
    if found is None or found.body is None:
        return _switch(tx, workspace_id, rule_id, raw, enabled, pack, by, now)
    if raw is not None and _checked(raw, scanner).id != rule_id:
        raise InvalidRequest(f"rule {rule_id}: its id cannot change: add another rule")
    kept = replace(
        found,
        body=found.body if raw is None else orjson.dumps(raw).decode(),
        enabled=found.enabled if enabled is None else enabled,
        updated_at=max(now, found.updated_at + 1),
    )
    redaction_rules.save(tx, workspace_id, kept)
    return _own_wire(kept)


def delete(tx: Tx, workspace_id: str, rule_id: str) -> Json:
    """Remove a rule of the workspace.

    Raises:
        NotFound: the workspace has none of this id.
    """
    found = redaction_rules.one(tx.connection, workspace_id, rule_id)
    if found is None or found.body is None:
        raise NotFound(f"the workspace has no rule {rule_id[:64]}")
    redaction_rules.drop(tx, workspace_id, rule_id)
    return {"id": rule_id, "type": "redaction_rule_deleted"}


def _switch(
    tx: Tx,
    workspace_id: str,
    rule_id: str,
    raw: Json | None,
    enabled: bool | None,
    pack: RulePack,
    by: str,
    now: int,
) -> Json:
    """Switch a rule of somebody else's on or off, for this workspace."""
    rule = next((rule for rule in pack.rules if rule.id == rule_id), None)
    if rule is None:
        raise NotFound(f"there is no rule {rule_id[:64]}")
    if raw is not None:
        raise InvalidRequest(f"rule {rule_id} comes from {rule.source}: switch it off, add another")
    if enabled is None:
        raise InvalidRequest("enabled: true or false is needed")
    if enabled:
        redaction_rules.drop(tx, workspace_id, rule_id)
    else:
        redaction_rules.save(tx, workspace_id, Kept(rule_id, None, False, by, now, now))
    return _wire(rule, enabled and rule_id not in pack.off)


def _checked(raw: Json, scanner: Scanner) -> Rule:
    try:
        made = document.rule(raw, SOURCE)
    except BadRule as problem:
        raise InvalidRequest(str(problem)) from problem
    if made.pattern is None:
        raise InvalidRequest(f"rule {made.id}: a regex is needed")
    if made.pattern.search(b"") is not None:
        raise InvalidRequest(f"rule {made.id}: regex: it matches the empty text, so everywhere")
    if scanner.scan(raw)[1]:
        raise InvalidRequest(f"rule {made.id} holds a secret: write its shape, not its value")
    return made


def _own_wire(kept: Kept) -> Json:
    raw: Json = orjson.loads(kept.body or "{}")
    shown: Json = {
        "id": kept.id,
        "type": "redaction_rule",
        "source": SOURCE,
        "enabled": kept.enabled,
        "description": raw.get("description") or "",
    }
    try:
        document.rule(raw, SOURCE)
    except BadRule as problem:
        shown["problem"] = str(problem)
    times = {"created_at": kept.created_at, "updated_at": kept.updated_at}
    return {**shown, **{n: instant.to_wire(at) for n, at in times.items()}, "rule": raw}


def _wire(rule: Rule, enabled: bool) -> Json:
    shown: Json = {
        "id": rule.id,
        "type": "redaction_rule",
        "source": rule.source,
        "enabled": enabled,
        "description": rule.description,
    }
    if rule.pattern is None:
        shown["problem"] = "it finds files by their path: there is nothing to look for in a text"
    return shown
