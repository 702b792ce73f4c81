"""The record as a whole: whether it holds, copies of it, what is kept out of it."""

from typing import Literal

from pydantic import Field

from hansard.api.shapes.base import SOMETIMES, Shape
from hansard.ingest.progress import State


class Head(Shape):
    """The last event of a session, signed."""

    seq: int
    hash: str
    signature: str


class Verification(Shape):
    """Whether a session's chain holds, with its head signed when it does."""

    type: Literal["verification"]
    session_id: str
    ok: bool
    events: int
    problems: list[str]
    head: Head | None
    public_key: str


class LastBackup(Shape):
    """When the last backup was written, and where to."""

    at: str
    path: str


class IntegrityReport(Shape):
    """The state of the record as a whole; names of sessions and what is wrong with each."""

    type: Literal["integrity"]
    ok: bool
    schema_: str = Field(alias="schema")
    newest_schema: str
    full: bool
    sessions_checked: int
    deleted_checked: int
    events_checked: int
    chains_broken: int
    chains: dict[str, list[str]]
    rows_that_differ: list[str]
    ledgers_that_differ: list[str]
    logs_that_do_not_fold: dict[str, str]
    stray_contents: int
    bytes: dict[str, int]
    last_backup: LastBackup | None


class Backup(Shape):
    """A backup that was written."""

    type: Literal["backup"]
    path: str
    bytes: int
    sessions: int
    created_at: str


class OwnRule(Shape):
    """A rule as somebody gave it, in the words of a gitleaks document."""

    id: str
    regex: str
    description: str = SOMETIMES


class Rule(Shape):
    """A redaction rule. One's own has `rule`, as it was given, and its times; `problem` says why a
    rule finds nothing although it is on."""

    id: str
    type: Literal["redaction_rule"]
    source: str
    enabled: bool
    description: str
    problem: str = SOMETIMES
    rule: OwnRule = SOMETIMES
    created_at: str = SOMETIMES
    updated_at: str = SOMETIMES


class RulePage(Shape):
    """All redaction rules."""

    data: list[Rule]
    next_page: str | None


class Redaction(Shape):
    """What was taken out where: a JSON pointer, a name that tells nothing, how often."""

    path: str
    name: str
    rule: str
    count: int


class RedactionTest(Shape):
    """What redaction does to a text."""

    type: Literal["redaction_test"]
    text: str
    redactions: list[Redaction]


class Rescan(Shape):
    """A second look at what was recorded before a secret was known."""

    type: Literal["redaction_rescan"]
    name: str
    state: Literal["pending", "running", "done"]
    sessions_done: int
    sessions_total: int
    events: int
    started_at: str
    finished_at: str | None


class RescanPage(Shape):
    """Second looks at what was recorded before a secret was known."""

    data: list[Rescan]
    next_page: str | None


class Passed(Shape):
    """Where something was passed over and why; `records` are those that could not be read."""

    path: str
    reason: str
    records: int


class ImportSource(Shape):
    """A place where sessions come from, and how far its import is."""

    type: Literal["import"]
    format: str
    name: str
    path: str
    state: State
    files_total: int
    files_done: int
    sessions: int
    events: int
    bytes_total: int
    bytes_done: int
    records_skipped: int
    files_passed: int
    skipped: list[Passed]
    error: str | None


class ImportPage(Shape):
    """The places where sessions come from."""

    data: list[ImportSource]
    next_page: str | None
