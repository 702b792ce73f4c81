"""What the work left behind: edited files, artifacts, decisions."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body


class FileEdited(Body):
    """A file was changed: before and after, or hunks where the source has no more (S2-31)."""

    type = "file.edited"
    text_fields = ("path",)

    path: str
    tool_use_id: str | None = None
    before: Any = None
    after: Any = None
    hunks: list[Any] | None = None
    """[{old_start, old_lines, new_start, new_lines, lines: [" same", "-old", "+new"]}]."""
    change: str | None = None
    """create, update, delete or move."""
    moved_to: str | None = None

    def headline(self) -> str:
        return f"Edited {self.path}"


class ArtifactCreated(Body):
    """The session made something to keep."""

    type = "artifact.created"
    artifact_id: str | None = None
    name: str | None = None
    media_type: str | None = None
    content: Any = None
    url: str | None = None

    def headline(self) -> str:
        return f"Made {self.name}" if self.name else "Made an artifact"


class DecisionRecorded(Body):
    """A decision came out of the session (S4-4)."""

    type = "decision.recorded"
    text_fields = ("statement",)

    statement: str
    evidence: list[Any] | None = None
    data: Json | None = None

    def headline(self) -> str:
        return self.statement
