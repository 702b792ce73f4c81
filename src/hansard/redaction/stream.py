"""Redaction of a text that comes in pieces: nothing is shown before it is decided.

What is shown is always the redaction of what came so far, up to a place at which nothing that
follows can change it: the end of a token, outside of private key blocks, of base64 lines and of
what may become a known value. Where the text rests or a token has no end, the cut is forced, and
a tail that could still become a secret is taken out rather than shown (reliability.md, 4.2.6).
"""

import re
from collections.abc import Iterator

import re2

from hansard.redaction import views
from hansard.redaction.outcome import FAILED
from hansard.redaction.scan import Scanner

IDLE_S = 0.25
"""Seconds of silence after which what is held back is shown, or taken out."""
_MOST = 4_096
_MOST_BLOCK = 65_536
_CONTEXT = 1_024
_LONG_LINE = 4_096
_BEHIND = 128
_SHOWN_AT_MOST = 4
_TOKEN = re.compile(r"[^\t\n\f\r ]*[\t\n\f\r ]+")
"""What RE2 takes for white space ends a token, nothing else does."""
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uff65]+")
_LETTER = re.compile(r"[A-Za-z]")
_BREAK = r"(?:\\+[nrt]|[^0-9A-Za-z+/=-])"
_MARGIN = r"(?:[0-9]{1,6}(?:→|\t|[:|] ?)?)?"
_BLOCK = re2.compile(
    rf"\A(?:-{{1,5}}|-----B(?:E(?:G(?:IN?)?)?)?|-----BEGIN[ 0-9A-Z]{{1,60}}-{{0,5}}"
    rf"|-----BEGIN[ 0-9A-Z]{{0,40}}PRIVATE KEY(?: BLOCK)?-----{_BREAK}*"
    rf"(?:(?:Proc-Type|DEK-Info|Version|Comment)[^\r\n\\]*{_BREAK}*)*{_MARGIN}"
    rf"(?:[0-9A-Za-z+/=]{{16,}}{_BREAK}+{_MARGIN})*[0-9A-Za-z+/=]*"
    rf"{_BREAK}*(?:-{{1,5}}(?:END[ 0-9A-Z]{{0,60}}-{{0,4}}|E|EN)?)?"
    rf"|P(?:r|ri|riv|riva|rivat|rivate|rivate-L\w{{0,4}})?"
    rf"|Private-Lines:(?: [0-9]*(?:{_BREAK}+{_MARGIN}[0-9A-Za-z+/=]*)*)?)\z"
)
_BLOCK_BEGINS = re.compile(r"-----BEGIN|Private-Lines:|-+\Z|P\w{0,8}\Z")
_REST_OF_TOKEN = re.compile(r"[^\t\n\f\r \"'`<>]*")
_END_OF_BLOCK = re.compile(
    r"-----END[^-\n]{0,60}-----|\s[^\s=-]{1,15}[ \t]|[^0-9A-Za-z+/=\s\\:,.-]"
)
"""The armour, or a word that is no line of base64, or what no block holds."""
_LONGEST_END = 80
_COULD_FOLLOW = (
    "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n" * 5,
    "3f7a9c1e5b2d8064" * 12,
    "Q7W2ER3TY5UI6OP7LK4JHG5F" * 6,
    "q7W9eR2tY5u8Io0pLk3jHg6fDs1a.eyJq7W9eR2tY5u8Io0pLk3jHg.q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4c",
    "q7W9eR2tY5u8Io0p@host",
)
"""Continuations by which it is tried whether a tail could become a secret."""


class Stream:
    """One text on its way to a screen.

    What `feed`, `rest` and `close` give, joined, is what is to be stored: where no cut was
    forced it is exactly what `Scanner.scan_text` makes of the whole.
    """

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._text = ""  # the end of what came, as far back as it is needed
        self._to = 0  # how far of it is decided
        self._done = ""  # what was shown of that
        self._half = ""  # the first half of a character that came in two
        self._in_token = False  # its rest is taken out too
        self._token = ""  # what was taken out of it
        self._in_block: str | None = None  # the end of a block of which the rest is taken out
        self._missing: list[bytes] = []
        self._fed_at = 0.0

    def feed(self, delta: str, now: float) -> str:
        """Take a piece of the text in; gives what can be shown now.

        Args:
            delta: the piece.
            now: seconds of the caller's clock.
        """
        self._fed_at = now
        delta, self._half = _whole(self._half + delta)
        try:
            self._text += self._swallowed(delta)
            shown = self._show(self._limit())
            held = len(self._text) - self._to
            if held > _MOST and not (held <= _MOST_BLOCK and self._block() < len(self._text)):
                shown += self._force(_BEHIND)
            return shown
        except Exception:
            return self._fail()

    def rest(self, now: float) -> str:
        """What is to be shown because nothing came for a while; nothing before `IDLE_S`."""
        if now - self._fed_at < IDLE_S or not self._text:
            return ""
        try:
            return self._force(0)
        except Exception:
            return self._fail()

    def close(self) -> str:
        """The text is over: what was held back."""
        try:
            return self._show(len(self._text))
        except Exception:
            return self._fail()

    def _limit(self) -> int:
        """The last place up to which nothing that follows can change the redaction."""
        if self._boundary(len(self._text)) == self._to:
            return self._to
        data = self._text.encode()
        automaton = self._scanner.automaton()
        open_at = min(automaton.opening(data)[0], views.open_at(data))
        most = min(len(data[:open_at].decode("utf-8", "ignore")), self._block())
        at = self._boundary(most)
        if at == self._to:
            return at
        for span in reversed(self._scanner.spans(data)):
            start, end = (len(data[:b].decode("utf-8", "ignore")) for b in (span.start, span.end))
            if start < at < end:
                at = self._boundary(start)
        return at

    def _boundary(self, most: int) -> int:
        """The last end of a token that is not decided yet, up to a place.

        Of scripts without spaces every character is one, on lines without a letter of ours.
        """
        at = self._to
        while True:
            found = _UNSPACED.match(self._text, at, most) or _TOKEN.match(self._text, at, most)
            if found is None:
                return at
            if found.re is _UNSPACED:
                line = self._text.rfind("\n", 0, at) + 1
                if _LETTER.search(self._text, line, at):
                    found = _TOKEN.match(self._text, at, most)
                    if found is None:
                        return at
            at = found.end()

    def _block(self) -> int:
        """Where a private key block begins that is not closed; the text's length if nowhere."""
        for begin in _BLOCK_BEGINS.finditer(self._text):
            if _BLOCK.search(self._text[begin.start() :]):
                return begin.start()
        return len(self._text)

    def _show(self, limit: int) -> str:
        """Redact up to a place, and give what was not shown yet."""
        if limit <= self._to:
            return ""
        clean, _ = self._scanner.scan_text(self._text[:limit])
        if not clean.startswith(self._done):
            return self._mended(limit)
        shown, self._done, self._to = clean[len(self._done) :], clean, limit
        self._trim(limit)
        return shown

    def _mended(self, limit: int) -> str:
        """What comes after a secret whose first characters a forced cut has shown."""
        data = self._text[:limit].encode()
        shown = len(self._text[: self._to].encode())
        for span in self._scanner.spans(data):
            if span.start < shown < span.end:
                end = len(data[: span.end].decode("utf-8", "ignore"))
                self._text, self._done, self._to = self._text[end:], "", 0
                return f"[secret:{span.name}]" + self._show(limit - end)
        return self._fail(limit)

    def _trim(self, limit: int) -> None:
        """Forget what lies so far back that no rule looks there any more."""
        if limit <= 2 * _CONTEXT:
            return
        for at in self._line_ends(limit - _CONTEXT):
            clean, _ = self._scanner.scan_text(self._text[at:limit])
            if self._done.endswith(clean):
                self._text, self._done, self._to = self._text[at:], clean, limit - at
                return

    def _line_ends(self, before: int) -> Iterator[int]:
        """The last line ends before a place; spaces where lines are long."""
        at = before
        for _ in range(4):
            at = max(self._text.rfind("\n", 0, at), self._text.rfind(" ", 0, at - _LONG_LINE))
            if at < 0:
                break
            yield at + 1

    def _force(self, behind: int) -> str:
        """Show the tail although it is not decided, or take it out if it could be a secret."""
        shown = self._show(self._limit())
        if self._to == len(self._text):
            return shown
        suspicious = self._suspicious()
        if suspicious is None:
            return shown + self._show(len(self._text) - behind)
        at, placeholder = suspicious
        shown += self._show(at) + placeholder
        self._text, self._done, self._to = "", "", 0
        return shown

    def _suspicious(self) -> tuple[int, str] | None:
        """Where a tail begins that could become a secret, and what stands in its place."""
        data = self._text.encode()
        block = self._block()
        if len(self._text) - block > _SHOWN_AT_MOST:
            self._in_block = self._text[-_LONGEST_END:]
            return block, self._scanner.placeholder("private-key", data)
        at, known = self._scanner.automaton().opening(data)
        if len(data) - at > _SHOWN_AT_MOST:
            self._missing = [missing for _, missing in known]
            return len(data[:at].decode("utf-8", "ignore")), f"[secret:{known[0][0]}]"
        self._in_token = True
        start = self._to
        self._token = self._text[start:]
        token = self._token.encode()
        for continuation in _COULD_FOLLOW:
            more = data + continuation.encode()
            for span in self._scanner.spans(more):
                if span.start < len(data) < span.end:
                    begin = len(data[: span.start].decode("utf-8", "ignore"))
                    rule = span.rule if span.rule != "known" else "held-back"
                    return min(begin, len(self._text)), self._scanner.placeholder(rule, token)
            of_itself = {rule.id for rule in self._scanner.begun(continuation.encode())}
            begun = [r.id for r in self._scanner.begun(token + continuation.encode())]
            found = next((rule for rule in begun if rule not in of_itself), None)
            if found is not None:
                return start, self._scanner.placeholder(found, token)
        self._in_token = False
        return None

    def _swallowed(self, delta: str) -> str:
        """What is left of a piece after the rest of what was taken out before."""
        if self._missing:
            return self._without_known(delta)
        if self._in_block is not None:
            return self._after_block(delta)
        if not self._in_token:
            return delta
        found = _REST_OF_TOKEN.match(delta)
        end = found.end() if found else 0
        self._in_token = end == len(delta)
        self._token += delta[:end]
        if self._in_token:
            return ""
        # A known value with spaces in it may have begun in the token.
        _, known = self._scanner.automaton().opening(self._token.encode())
        self._missing = [missing for _, missing in known]
        return self._without_known(delta[end:]) if known else delta[end:]

    def _after_block(self, delta: str) -> str:
        before = self._in_block or ""
        found = _END_OF_BLOCK.search(before + delta, max(0, len(before) - _LONGEST_END))
        if found is None or found.end() <= len(before):
            self._in_block = (before + delta)[-_LONGEST_END:]
            return ""
        self._in_block = None
        armour = found[0].startswith("-")
        return delta[max(0, (found.end() if armour else found.start()) - len(before)) :]

    def _without_known(self, delta: str) -> str:
        data = delta.encode()
        longest = 0
        going_on: list[bytes] = []
        for missing in self._missing:
            size = _same(missing, data)
            longest = max(longest, size)
            if size == len(data) < len(missing):
                going_on.append(missing[size:])
        self._missing = going_on
        return data[longest:].decode("utf-8", "ignore")

    def _fail(self, limit: int | None = None) -> str:
        """What was shown turns out to be wrong, or nothing works: the rest is not shown."""
        self._text = "" if limit is None else self._text[limit:]
        self._done, self._to = "", 0
        self._in_token = limit is None
        return FAILED


def _same(left: bytes, right: bytes) -> int:
    size = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        size += 1
    return size


def _whole(text: str) -> tuple[str, str]:
    """A text without lone halves of characters, and a half at its end that may get its other."""
    half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
    whole = text[: len(text) - len(half)]
    if whole.isascii():
        return whole, half
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), half
