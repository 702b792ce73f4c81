"""What parsers of JSON lines have in common: they decode a line, or say why it is passed over."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Skip
from hansard.ingest.told import Told, decode


class LineParser(ABC):
    """The part of `hansard.ingest.base.Parser` that knows nothing of a format.

    A format says in `_read` what a record comes to; it sets `_told` once the session was met, and
    `_record` to the id of the record.
    """

    def __init__(self) -> None:
        """Begin at the first line."""
        self._told: Told | None = None
        self._record: str | None = None

    @property
    def external_id(self) -> str | None:
        """The session of this file, once it was met."""
        return self._told.external_id if self._told else None

    @property
    def record(self) -> str | None:
        """The id of the record that was fed last."""
        return self._record

    def feed(self, line: bytes) -> Iterable[Emission]:
        """Read the next line."""
        self._record = None
        if not line.strip():
            return []
        try:
            fields = decode(line)
        except ValueError as wrong:
            return [Skip(str(wrong))]
        return list(self._read(line, fields))

    def quiet(self) -> Iterable[Emission]:
        """Nothing is held back: a record is written when it is whole."""
        return []

    @abstractmethod
    def _read(self, line: bytes, fields: Json, /) -> Iterator[Emission]:
        """What a record comes to."""
