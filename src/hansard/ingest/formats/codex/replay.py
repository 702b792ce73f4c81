"""Which leading records of a forked thread are its parent's, decided while reading."""

from hansard.ingest.formats.codex.record import Record, born_ms, text

_BURST_MS = 200
_TURN_MARKS = frozenset({"event_msg/task_started", "event_msg/turn_started", "turn_context"})


class Replay:
    """Tells a fork's copied history from its own records.

    Codex writes the history of the parent into the file of a fork before the fork's first
    own turn, with its old times or all stamped in one burst at the fork's creation. Three
    signs, strongest first:

    - the file says at which ordinal its own records start;
    - turn ids are UUIDv7: an inherited turn is older than the fork, an own turn is not;
    - an inherited record is stamped before the fork's creation, or in the burst: at most
      200 ms after the first line or after the inherited record before it.
    """

    def __init__(
        self, born: int, at: int, *, forked: bool, spawned: bool, own_from: int | None = None
    ) -> None:
        """Begin with the first line.

        Args:
            born: when the thread was created, milliseconds UTC.
            at: when its first line was written; that may wait for the first prompt.
            forked: it says that it is a fork; only then does the burst alone count.
            spawned: it is a sub-agent, whose parent's history may be there unannounced.
            own_from: the ordinal of its first own record, if it says so.
        """
        self._born = born
        self._burst = max(born, at)
        self._forked = forked or own_from is not None
        self._own_from = own_from
        self._reading = self._forked or spawned

    def meets_other_thread(self, record: Record) -> None:
        """Another thread's `session_meta`: what follows in its burst is that thread's."""
        self._reading = self._forked = True
        self._burst = max(self._burst, record.at)

    def inherits(self, record: Record) -> bool:
        """Whether a record is the parent's. Once one is not, no later one is."""
        if not self._reading:
            return False
        inherited = self._is_inherited(record)
        if inherited:
            self._forked = True
            self._burst = max(self._burst, record.at)
        elif self._forked:
            self._reading = False
        return inherited

    def _is_inherited(self, record: Record) -> bool:
        if self._own_from is not None and record.ordinal is not None:
            return record.ordinal < self._own_from
        if record.kind in _TURN_MARKS:
            started = born_ms(text(record.payload, "turn_id"))
            if started is not None:
                self._reading = started < self._born
                return self._reading
        if record.at < self._born:
            return True
        return self._forked and record.at <= self._burst + _BURST_MS
