"""Tampering is detected (P22): a byte, a line, an order, in an export and in the database."""

import random
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select, update

from hansard.export import discover
from hansard.export.base import Selection
from hansard.journal import copy, proof, read
from hansard.journal.arrival import Restored
from hansard.journal.prepare import blob_id
from hansard.journal.proof import Proof
from hansard.journal.restore import restore
from hansard.journal.seal import Seal
from hansard.journal.verify import everything, verify
from hansard.store import blobs
from hansard.store.open import open_store
from hansard.store.tables import events
from hansard.store.tables import sessions as session_rows
from hansard.testing import Bench

SEAL = Seal(b"a seed of the tests, 32 bytes...")
CHANGES = 1_000
EVENTS = 30
IN_THE_HASH = (
    "id", "type", "thread", "segment", "turn", "v", "actor", "created_at", "recorded_at",
    "salt", "hash", "payload",
)  # fmt: skip
"""Columns of an event that its hash runs over; `pos` and `processed_at` are outside."""


@pytest.fixture
async def bench(tmp_path: Path) -> Any:
    """Two sessions with large contents and raw records."""
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    made = Bench(store)
    for _ in range(2):
        session_id = await made.create()
        for number in range(EVENTS - 1):
            await made.append(session_id, made.said(f"word {number}" * (number % 7 + 1)))
        store.submit(keeping(made, session_id)).result()
    yield made
    store.close()


def keeping(bench: Bench, session_id: str) -> Any:
    """The job that adds a large content and raw records to a session."""
    at = read.place(bench.store, bench.workspace_id, session_id)
    body = f"large {session_id}".encode()
    block = read.pack([b'{"raw":1}', b'{"raw":2}'])

    def job(tx: Any) -> None:
        blobs.add(tx, bench.workspace_id, at.sid, {blob_id(body): ("text/plain", body)})
        blobs.add_block(tx, bench.workspace_id, at.sid, 0, 0, 2, block)

    return job


def exported(bench: Bench) -> bytes:
    ids = [row[0] for row in bench.store.read(lambda c: list(c.execute(select(session_rows.c.id))))]
    chosen = [copy.choose(bench.store, bench.workspace_id, one) for one in ids]
    what = Selection(bench.store, bench.workspace_id, chosen, SEAL, bench.clock(), "0.0.0")
    return b"".join(discover.named(None).write(what))


def examined(content: bytes) -> Proof:
    return proof.examine(BytesIO(content))


def changed(rng: random.Random, content: bytes) -> tuple[str, bytes]:
    """The export with one byte flipped, or a line gone, doubled, or swapped with another."""
    kind = rng.choice(["flip", "flip", "flip", "delete", "double", "swap", "cut"])
    if kind == "flip":
        place = rng.randrange(len(content))
        value = content[place] ^ (1 << rng.randrange(8))
        return f"{kind} {place}", content[:place] + bytes([value]) + content[place + 1 :]
    lines = content.splitlines(keepends=True)
    one, two = rng.sample(range(len(lines)), 2)
    if kind == "delete":
        del lines[one]
    elif kind == "double":
        lines.insert(two, lines[one])
    elif kind == "swap":
        lines[one], lines[two] = lines[two], lines[one]
    else:
        return f"{kind} {one}", content[: rng.randrange(len(content))]
    return f"{kind} {one} {two}", b"".join(lines)


def is_detected(content: bytes) -> bool:
    try:
        return examined(content).broken > 0
    except proof.Damaged:  # the header does not read: nothing of the file is taken
        return True


async def test_every_change_of_an_export_is_detected(bench: Bench):
    """1,000 of 1,000, wherever it is made: events, contents, raw records, header, last line."""
    content = exported(bench)
    assert examined(content).broken == 0
    rng = random.Random(22)
    missed = [
        what
        for what, twisted in (changed(rng, content) for _ in range(CHANGES))
        if twisted != content and not is_detected(twisted)
    ]
    assert missed == []


async def test_no_bit_of_the_last_line_can_change(bench: Bench):
    """The line that holds the digest is not under it: all of its bits are tried."""
    content = exported(bench)
    start = content.rstrip(b"\n").rindex(b"\n") + 1
    missed = [
        (place, bit)
        for place in range(start, len(content))
        for bit in range(8)
        if not is_detected(
            content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
        )
    ]
    assert missed == []


async def test_the_check_says_which_session_and_which_seq(bench: Bench):
    lines = exported(bench).splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"seq":21,' in line)
    event = orjson.loads(lines[place])
    twisted = b"".join(
        [*lines[:place], lines[place].replace(b"word", b"ward"), *lines[place + 1 :]]
    )
    first = examined(twisted).problems[0]
    assert (first.line, first.session_id, first.seq) == (place + 1, event["session_id"], 21)


def resealed(lines: list[bytes], seal: Seal) -> bytes:
    """The file with a last line made anew, as somebody with another key could."""
    body = b"".join(lines[:-1])
    digest = sha256(body).hexdigest()
    end = {**orjson.loads(lines[-1]), "sha256": digest, "signature": seal.file(digest)}
    return body + orjson.dumps(end) + b"\n"


async def test_a_file_that_somebody_else_signed_shows_another_key(bench: Bench):
    """Who can sign with another key can write anything, but not with ours."""
    lines = exported(bench).splitlines(keepends=True)
    other = Seal(b"another seed, of somebody else..")
    header = orjson.loads(lines[0])
    for entry in header["sessions"]:
        head = entry["head"]
        head["signature"] = other.head(entry["id"], head["seq"], head["hash"])
    header["public_key"] = other.public_key
    found = examined(resealed([orjson.dumps(header) + b"\n", *lines[1:]], other))
    assert (found.broken, found.header.public_key) == (0, other.public_key)
    kept = {**header, "public_key": SEAL.public_key}
    assert examined(resealed([orjson.dumps(kept) + b"\n", *lines[1:]], other)).broken > 0


async def test_a_payload_cannot_be_passed_off_as_erased_or_redacted(bench: Bench):
    """Only a reset in the log accounts for a payload that is gone (signed by a stolen key)."""
    lines = exported(bench).splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"seq":5,' in line)
    event = orjson.loads(lines[place])
    end = lines[place].index(event["hash"].encode()) + 65
    salt = f'"salt":"{event["salt"]}"'.encode()
    gone = lines[place][:end].replace(salt, b'"salt":null') + b"}\n"
    found = examined(resealed([*lines[:place], gone, *lines[place + 1 :]], SEAL))
    assert [(p.seq, "no reset" in p.text) for p in found.problems] == [(5, True)]
    other = lines[place].replace(b"word", b"ward")
    found = examined(resealed([*lines[:place], other, *lines[place + 1 :]], SEAL))
    assert [(p.seq, p.text) for p in found.problems] == [
        (5, "the content is not what was recorded")
    ]


async def test_nothing_of_a_file_that_changes_while_it_is_read_is_kept(
    bench: Bench, tmp_path: Path
):
    """Between the check and the import somebody swaps the file."""
    content = exported(bench)
    path = tmp_path / "export.jsonl"
    path.write_bytes(content)
    sections = examined(content).sections
    target = Bench(bench.store, bench.clock)
    target.journal = bench.journal
    twisted = content.replace(b"word 3", b"ward 3", 1)
    path.write_bytes(twisted)
    with pytest.raises(proof.Damaged):
        restore(target.journal, target.workspace_id, path, sections[0], bytes, trusted=True)
    found = bench.store.read(
        lambda c: c.execute(
            select(session_rows.c.id).where(session_rows.c.workspace_id == target.workspace_id)
        ).all()
    )
    assert found == []
    path.write_bytes(content)
    done: Restored = restore(
        target.journal, target.workspace_id, path, sections[0], bytes, trusted=True
    )
    assert done.added == EVENTS


async def test_every_change_of_an_event_in_the_database_is_detected(bench: Bench):
    """1,000 of 1,000: a byte of any column under the hash, a row gone, two rows swapped."""
    rng = random.Random(21)
    rows = bench.store.read(lambda c: [dict(r) for r in c.execute(select(events)).mappings()])
    missed: list[str] = []
    for _ in range(CHANGES):
        what, undo = tamper(bench, rng, rng.choice(rows), rows)
        holds = all(not one.problems for one in everything(bench.store, bench.journal.keeper.key))
        if holds:
            missed.append(what)
        bench.store.submit(undo).result()
    assert missed == []
    for session_id in {one.session_id for one in everything(bench.store, None)}:
        assert verify(bench.journal, bench.workspace_id, session_id) == []


def tamper(bench: Bench, rng: random.Random, row: Any, rows: list[Any]) -> tuple[str, Any]:
    """Change the stored log; what was done, and the job that undoes it."""
    kind = rng.choice(["flip", "flip", "flip", "delete", "swap"])
    at = events.c.pos == row["pos"]
    if kind == "delete":
        bench.store.submit(lambda tx: tx.write(events.delete().where(at))).result()
        return f"{kind} {row['seq']}", lambda tx: tx.write(insert(events).values(row))
    if kind == "swap":
        siblings = [r for r in rows if r["sid"] == row["sid"] and r["pos"] != row["pos"]]
        other = rng.choice(siblings)
        bench.store.submit(lambda tx: swap(tx, row, other)).result()
        return f"{kind} {row['seq']} {other['seq']}", lambda tx: swap(tx, row, other, back=True)
    column = rng.choice([name for name in IN_THE_HASH if row[name] is not None])
    value = flipped(rng, row[column])
    bench.store.submit(
        lambda tx: tx.write(update(events).where(at).values({column: value}))
    ).result()
    restored = update(events).where(at).values({column: row[column]})
    return f"{kind} {column} {row['seq']}", lambda tx: tx.write(restored)


def swap(tx: Any, one: Any, two: Any, *, back: bool = False) -> None:
    """Let two events change their places in a session."""
    seqs = (one["seq"], two["seq"]) if back else (two["seq"], one["seq"])
    tx.write(update(events).where(events.c.pos == one["pos"]).values(seq=-1))
    tx.write(update(events).where(events.c.pos == two["pos"]).values(seq=seqs[1]))
    tx.write(update(events).where(events.c.pos == one["pos"]).values(seq=seqs[0]))


def flipped(rng: random.Random, value: Any) -> Any:
    """A value with one bit changed."""
    if isinstance(value, int):
        return value ^ (1 << rng.randrange(20))
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    raw[rng.randrange(len(raw))] ^= 1
    return bytes(raw) if isinstance(value, bytes) else raw.decode()
