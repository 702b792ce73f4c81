"""The record as a whole: whether it holds, copies of it, what is kept out of it."""

from typing import Literal

from hansard.api.shapes.base import Object, Shape


class Verification(Shape):
    """Whether a session's chain holds, with its head signed when it does."""

    type: Literal["verification"]
    session_id: str
    ok: bool
    events: int
    problems: list[str]
    head: Object | None
    public_key: str


class IntegrityReport(Shape):
    """The state of the record as a whole."""

    type: Literal["integrity"]
    ok: bool
    sessions_checked: int
    deleted_checked: int
    events_checked: int
    chains_broken: int
    bytes: Object


class Backup(Shape):
    """A backup that was written."""

    type: Literal["backup"]
    path: str
    bytes: int
    sessions: int
    created_at: str


class Rule(Shape):
    """A redaction rule, built in or of one's own."""

    id: str
    type: str


class RulePage(Shape):
    """All redaction rules."""

    data: list[Rule]
    next_page: str | None


class RedactionTest(Shape):
    """What redaction does to a text."""

    type: Literal["redaction_test"]


class RescanPage(Shape):
    """Second looks at what was recorded before a secret was known."""

    data: list[Object]
    next_page: str | None
