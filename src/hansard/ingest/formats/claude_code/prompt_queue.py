"""Prompts typed while the agent worked: they wait in a queue before the model hears them."""

from dataclasses import dataclass

from hansard.ingest.formats.claude_code.speech import heard

_LONGEST = 128


@dataclass(slots=True)
class _Waiting:
    words: str
    told: bool = False
    """Its own record (`queued_command`) came before the mark that it left the queue."""


class PromptQueue:
    """Follows `queue-operation` records.

    Older versions leave no other trace of a prompt that joins the turn in flight than its
    leaving the queue; newer ones write it once more as an attachment, before or after that.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._heard: list[str] = []

    def enqueue(self, words: str) -> None:
        """Something waits: a prompt, a slash command, or a notice of a background task."""
        self._waiting = [*self._waiting, _Waiting(words)][-_LONGEST:]

    def dequeue(self) -> None:
        """The first becomes an input of its own, which has its own record."""
        self._waiting = self._waiting[1:]

    def clear(self) -> None:
        """The person took everything back."""
        self._waiting = []

    def remove(self) -> str | None:
        """The first that a person typed joins the turn in flight: the prompt, if untold."""
        typed = [one for one in self._waiting if heard(one.words).kind == "prompt"]
        first = next((one for one in typed if one.told), typed[0] if typed else None)
        if first is None:
            return None
        self._waiting.remove(first)
        if first.told or first.words.startswith("/"):
            return None
        self._heard = [*self._heard, first.words][-_LONGEST:]
        return first.words

    def is_told(self, words: str) -> bool:
        """A prompt has its own record: whether `remove` gave it before. Marks it as told."""
        if words in self._heard:
            self._heard.remove(words)
            return True
        for one in self._waiting:
            if one.words == words and not one.told:
                one.told = True
                break
        return False

    def taken(self, words: str) -> None:
        """An input with its own record began: it waits no longer."""
        for one in self._waiting:
            if one.words == words:
                self._waiting.remove(one)
                return
