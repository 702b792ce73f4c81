"""Looks for contradictions in what clients of the record did and saw (P2, P3; reliability.md 1.1).

A history is a list of JSON objects in the order of `at`, one clock for all processes:

    {"at", "op", "type": "invoke", "f": "append", "session", "marks", "expected"}
    {"at", "op", "type": "ok", "seqs", "added"}         one seq for each mark
    {"at", "op", "type": "fail", "current"}             refused: it did not happen
    {"at", "op", "type": "info"}                        nobody knows; so is an op without an end
    {"at", "op", "type": "invoke", "f": "read", "session", "after", "final"}
    {"at", "op", "type": "invoke", "f": "tail" or "follow", "session" (of a tail), "after"}
    {"at", "op", "type": "rows", "rows"}                what a reader saw, in pieces
    {"at", "op", "type": "ok", "upto"}                  a reader saw everything up to there

A row is [seq, pos, mark, digest], of a follower of the workspace [session, seq, pos, mark,
digest]. A mark is the name of one event that a client sent: two appends with the same marks are
the same events again. Reads with "final" come after everything else, one of each session.

    python -m tests.faults.history FILE                 checks a kept history once more
"""

import json
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
Row = tuple[int, int, str, str]
FIRST = "session.created"


@dataclass(slots=True)
class Op:
    """One call of a client, or all that one reader saw.

    Attributes:
        began: when it was asked.
        ended: when its answer came; infinity when none did.
        end: ``ok``, ``fail`` or ``info``.
    """

    name: str
    asked: Entry
    began: int
    ended: float = inf
    end: str = "info"
    answer: Entry = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)


def violations(history: Iterable[Entry]) -> list[str]:
    """Everything in a history that the promises forbid; an empty list means nothing is."""
    return list(Story(history).contradictions())


class Story:
    """A history, told by operations and by the log that was there in the end."""

    def __init__(self, history: Iterable[Entry]) -> None:
        self.ops: dict[str, Op] = {}
        for entry in history:
            self._hear(entry)
        self.appends = self._of("append")
        self.final = {
            op.asked["session"]: [Row(row) for row in op.rows]
            for op in self._of("read")
            if op.asked["final"]
        }
        self.place = {
            row[2]: (session, row[0])
            for session, rows in self.final.items()
            for row in rows
            if row[2] != FIRST
        }

    def _hear(self, entry: Entry) -> None:
        if entry["type"] == "invoke":
            self.ops[entry["op"]] = Op(entry["op"], entry, entry["at"])
            return
        op = self.ops[entry["op"]]
        if entry["type"] == "rows":
            op.rows += entry["rows"]
        elif entry["type"] != "info":
            op.ended, op.end, op.answer = entry["at"], entry["type"], entry

    def _of(self, kind: str) -> list[Op]:
        return [op for op in self.ops.values() if op.asked["f"] == kind]

    def contradictions(self) -> Iterator[str]:
        """What the checks below find, one after another."""
        yield from self._numbers()
        yield from self._marks()
        yield from self._answers()
        yield from self._whole()
        yield from self._expectations()
        yield from self._order()
        yield from self._reads()
        yield from self._follows()

    def _numbers(self) -> Iterator[str]:
        """seq is 1..n, and pos grows with it, in every session."""
        for session, rows in self.final.items():
            seqs = [row[0] for row in rows]
            if seqs != list(range(1, len(rows) + 1)):
                wrong = next((a, b) for a, b in pairwise([0, *seqs, -1]) if b != a + 1)
                yield f"{session}: seq {wrong[1]} follows {wrong[0]}"
            if any(a[1] >= b[1] for a, b in pairwise(rows)):
                yield f"{session}: pos does not grow with seq"
        pos = Counter(row[1] for rows in self.final.values() for row in rows)
        yield from (f"pos {p} was given {n} times" for p, n in pos.items() if n > 1)

    def _marks(self) -> Iterator[str]:
        """Everything is there once, and somebody sent it who was not told that it failed."""
        sent = defaultdict[str, list[Op]](list)
        for op in self.appends:
            for mark in op.asked["marks"]:
                sent[mark].append(op)
        for session, rows in self.final.items():
            for mark, count in Counter(row[2] for row in rows).items():
                if mark != FIRST and mark not in sent:
                    yield f"{session}: nobody sent {mark}"
                elif count > 1 or (mark != FIRST and self.place[mark][0] != session):
                    yield f"{session}: {mark} is there more than once"
        for mark in self.place.keys() & sent.keys():
            if all(op.end == "fail" for op in sent[mark]):
                yield f"{mark} is there, but was refused"

    def _answers(self) -> Iterator[str]:
        """What was acknowledged is there, at the place that the answer named."""
        for op in self.appends:
            if op.end != "ok":
                continue
            session, seqs = op.asked["session"], op.answer["seqs"]
            for mark, seq in zip(op.asked["marks"], seqs, strict=True):
                there = self.place.get(mark)
                if there is None:
                    yield f"{session}: {mark} was acknowledged and is lost"
                elif there != (session, seq):
                    yield f"{session}: {mark} was acknowledged at {seq} and is at {there}"

    def _whole(self) -> Iterator[str]:
        """The events of one append lie side by side, or none is there."""
        for op in self.appends:
            there = [self.place.get(mark) for mark in op.asked["marks"]]
            seqs = [place[1] for place in there if place is not None]
            if seqs and (len(seqs) < len(there) or seqs[-1] - seqs[0] != len(seqs) - 1):
                yield f"{op.name}: only {seqs} of {op.asked['marks']} lie side by side"

    def _expectations(self) -> Iterator[str]:
        """Of those who expected one seq at most one won, and right behind it."""
        winners: Counter[tuple[str, int]] = Counter()
        for op in self.appends:
            session, expected = op.asked["session"], op.asked["expected"]
            if expected is None:
                continue
            if op.end == "ok" and op.answer["added"]:
                winners[session, expected] += 1
                if op.answer["seqs"][0] != expected + 1:
                    yield f"{op.name} expected {expected} and got {op.answer['seqs']}"
            if op.end == "fail" and op.answer["current"] == expected:
                yield f"{op.name} was refused at {expected}, which it expected"
        yield from (f"{w} had {n} winners" for w, n in winners.items() if n > 1)

    def _order(self) -> Iterator[str]:
        """What was acknowledged before something else was sent lies before it."""
        sent: dict[str, int] = {}
        told: dict[str, float] = {}
        for op in self.appends:
            for mark in op.asked["marks"]:
                if op.end != "fail":
                    sent[mark] = min(sent.get(mark, op.began), op.began)
                if op.end == "ok":
                    told[mark] = min(told.get(mark, inf), op.ended)
        for session, rows in self.final.items():
            earliest, who = inf, ""
            for _, _, mark, _ in reversed(rows):
                if sent.get(mark, 0) > earliest:
                    yield f"{session}: {mark} lies before {who}, which was there when it was sent"
                if told.get(mark, inf) < earliest:
                    earliest, who = told[mark], mark

    def _reads(self) -> Iterator[str]:
        """Each read of a session is a run of its log, and holds what was known when it began."""
        known = self._known()
        for op in (*self._of("read"), *self._of("tail")):
            session, after = op.asked["session"], op.asked["after"]
            yield from self._run(op, session, after, [Row(row) for row in op.rows])
            last = op.rows[-1][0] if op.rows else after
            if op.end == "fail":
                yield f"{op.name} of {session} stopped after {last}"
            elif op.end == "ok" and op.asked["f"] == "tail" and last < op.answer["upto"]:
                yield f"{op.name} of {session} ended after {last}, not {op.answer['upto']}"
            elif op.end == "ok" and op.asked["f"] == "read":
                must = _before(known[session], op.began)
                if last < must:
                    yield f"{op.name} of {session} ended after {last}; {must} was there before"

    def _run(self, op: Op, session: str, after: int, rows: list[Row]) -> Iterator[str]:
        there = self.final.get(session, [])
        for number, row in enumerate(rows, after + 1):
            if row[0] != number:
                yield f"{op.name} of {session} saw seq {row[0]} where {number} comes"
                return
            if number > len(there) or there[number - 1] != row:
                yield f"{op.name} of {session} saw another event at {number}: {row}"
                return

    def _known(self) -> dict[str, list[tuple[float, int]]]:
        """For each session when which seq was seen or acknowledged, in order of time."""
        known = defaultdict[str, list[tuple[float, int]]](list)
        for op in self.ops.values():
            if op.end == "ok" and op.asked["f"] == "append":
                known[op.asked["session"]].append((op.ended, max(op.answer["seqs"])))
            elif op.end == "ok" and op.asked["f"] == "read" and op.rows:
                known[op.asked["session"]].append((op.ended, op.rows[-1][0]))
        for seen in known.values():
            seen.sort()
            most = 0
            for number, (at, seq) in enumerate(seen):
                most = max(most, seq)
                seen[number] = (at, most)
        return known

    def _follows(self) -> Iterator[str]:
        """Who follows the workspace by `pos` sees every event once and in that order."""
        log = sorted((row[1], session, row) for session, rows in self.final.items() for row in rows)
        places = [pos for pos, _, _ in log]
        for op in self._of("follow"):
            after = op.asked["after"]
            last = op.rows[-1][2] if op.rows else after
            if op.end == "fail" or (op.end == "ok" and last < op.answer["upto"]):
                yield f"{op.name} stopped after pos {last}"
            must = log[bisect_left(places, after + 1) : bisect_left(places, last + 1)]
            saw = [(session, *row) for session, *row in op.rows]
            wanted = [(session, *row) for _, session, row in must]
            if saw != wanted:
                skipped, extra = set(wanted) - set(saw), set(saw) - set(wanted)
                yield f"{op.name} skipped {sorted(skipped)[:3]}, saw {sorted(extra)[:3]} too much"


def _before(known: list[tuple[float, int]], at: float) -> int:
    place = bisect_left(known, (at, 0))
    return known[place - 1][1] if place else 0


def load(path: Path) -> list[Entry]:
    """A kept history."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def keep(history: Iterable[Entry], path: Path) -> None:
    """Write a history down so that it can be checked again."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in history), encoding="utf-8")


if __name__ == "__main__":
    found = violations(load(Path(sys.argv[1])))
    print("\n".join(found) or "no contradiction")
    sys.exit(bool(found))
