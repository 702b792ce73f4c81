"""The title of a session: a person's, the model's, an old summary, the first prompt or command."""

from enum import IntEnum

from hansard.domain.events.base import brief
from hansard.ingest.formats.claude_code.recent import Recent

_LONGEST = 200
_LONGEST_OF_PROMPT = 80
_SUMMARIES = 64
_RECORDS = 4096


class Rank(IntEnum):
    """Which kind of title beats which; the first command or prompt counts, else the last one."""

    NONE = 0
    COMMAND = 1
    PROMPT = 2
    SUMMARY = 3
    AI = 4
    CUSTOM = 5


class Title:
    """Follows the titles that a log offers.

    A summary names the last record of the conversation it sums up: it counts only when that
    record is in this file, for files also begin with the summaries of other sessions.
    """

    def __init__(self) -> None:
        self.text: str | None = None
        self._rank = Rank.NONE
        self._summary = -1
        self._number = 0
        self._summaries: Recent[tuple[int, str]] = Recent(_SUMMARIES)
        self._records: Recent[None] = Recent(_RECORDS)

    @property
    def source(self) -> str:
        """`prompt` or `source`, as `session.updated` says it."""
        return "prompt" if self._rank <= Rank.PROMPT else "source"

    @property
    def is_command(self) -> bool:
        """Whether only a slash command gave it: any prompt beats it."""
        return self._rank is Rank.COMMAND

    def offer(self, rank: Rank, words: str) -> bool:
        """Take a title if it beats the one there is; tells whether the title changed."""
        typed = rank <= Rank.PROMPT
        if rank < self._rank or (typed and rank is self._rank):
            return False
        first = words.strip().split("\n", 1)[0]
        new = brief(first, _LONGEST_OF_PROMPT if typed else _LONGEST)
        changed = bool(new) and new != self.text
        if new:
            self._rank = rank
            self.text = new
        return changed

    def summary(self, leaf: str, words: str) -> bool:
        """A summary of the conversation that ends with a record."""
        self._number += 1
        if leaf in self._records:
            return self._offer_summary(self._number, words)
        self._summaries.put(leaf, (self._number, words))
        return False

    def record(self, uuid: str) -> bool:
        """A record of this file: a summary may have waited for it."""
        self._records.put(uuid, None)
        waited = self._summaries.pop(uuid)
        return waited is not None and self._offer_summary(*waited)

    def knows(self, uuid: str) -> bool:
        """Whether a record was there before."""
        return uuid in self._records

    def _offer_summary(self, number: int, words: str) -> bool:
        if number < self._summary:
            return False
        self._summary = number
        return self.offer(Rank.SUMMARY, words)
