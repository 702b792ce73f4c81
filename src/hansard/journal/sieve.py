"""Secrets out of a text that comes in pieces, with bounded memory (S2-34).

A piece is let go at the end of a line where nothing is found across the cut: what is scanned in
parts then reads as if it had been scanned whole.
"""

import codecs
from collections import Counter

from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.journal.prepare import Scan

_WINDOW = 256 * 1024
_REACH = 32 * 1024
"""Characters before and after a cut that are looked at together: no secret is longer."""
_TRIES = 16
_MOST = 4 * _WINDOW


class Sieve:
    """Takes the bytes of a text, gives clean ones. What is no UTF-8 in it comes out as it went in.

    Args:
        scan: the scanner of the workspace.

    Attributes:
        found: what was taken out → how often.
    """

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._held = ""
        self.found: Counter[tuple[str, str]] = Counter()

    def feed(self, piece: bytes) -> bytes:
        """Take bytes, give those that are done.

        Raises:
            InvalidRequest: the text has no place where it could be cut safely.
        """
        self._held += self._decoder.decode(piece)
        done: list[str] = []
        while len(self._held) >= _WINDOW + 2 * _REACH:
            cut = self._cut()
            if cut is None:
                if len(self._held) > _MOST:
                    raise InvalidRequest("the text cannot be searched for secrets in parts")
                break
            done.append(self._clean(self._held[:cut]))
            self._held = self._held[cut:]
        return "".join(done).encode("utf-8", "surrogateescape")

    def end(self) -> bytes:
        """The rest."""
        rest = self._clean(self._held + self._decoder.decode(b"", final=True))
        self._held = ""
        return rest.encode("utf-8", "surrogateescape")

    def redactions(self) -> list[Json]:
        """What was taken out, as it stands on the file."""
        return [
            {"name": name, "rule": rule, "count": count}
            for (name, rule), count in sorted(self.found.items())
        ]

    def _cut(self) -> int | None:
        text, at = self._held, len(self._held) - _REACH
        for _ in range(_TRIES):
            line = text.rfind("\n", _REACH, at)
            cut = line + 1 if line >= 0 else at
            near = text[cut - _REACH : cut + _REACH]
            left, right = near[:_REACH], near[_REACH:]
            if self._scanned(near)[0] == self._scanned(left)[0] + self._scanned(right)[0]:
                return cut
            at = cut - _REACH // 8
            if at <= _REACH:
                break
        return None

    def _clean(self, text: str) -> str:
        clean, redactions = self._scanned(text)
        for one in redactions:
            self.found[str(one.get("name") or ""), str(one["rule"])] += int(one.get("count", 1))
        return clean

    def _scanned(self, text: str) -> tuple[str, list[Json]]:
        clean, redactions = self._scan({"text": text})
        return str(clean["text"]), redactions
