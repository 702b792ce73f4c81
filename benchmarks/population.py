"""Sessions by the ten thousand, put straight into the table: no log stands behind them."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from hansard.app import now_ms
from hansard.domain import ids, state
from hansard.domain.mix import Mix
from hansard.domain.projections import row as shown
from hansard.domain.session import Session, no_tokens
from hansard.store.tables import session_connectors, sessions

ATTENTION, ACTIVE = 12, 40
"""So many need a person and are active, however many sessions lie behind them."""
AGENTS = [f"agent_{number:032x}" for number in range(1, 9)]
PEOPLE = [f"usr_{number:032x}" for number in range(1, 6)]
CONNECTORS = ("github", "linear", "slack", "stripe")
RARE = 100
"""One session in so many has the value that a rare filter asks for."""
_DAYS = 400
_BATCH = 5_000


def fill(file: Path, workspace_id: str, many: int) -> None:
    """Insert sessions into a migrated file that nobody has open; the indexes are made after."""
    db = sqlite3.connect(file, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=OFF").fetchall()
        db.execute("PRAGMA synchronous=OFF")
        indexes = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
            " AND tbl_name IN ('sessions', 'session_connectors')"
        ).fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        for start in range(0, many, _BATCH):
            _insert(db, workspace_id, range(start, min(many, start + _BATCH)))
        for _, sql in indexes:
            db.execute(sql)
        db.execute("PRAGMA journal_mode=WAL").fetchall()
    finally:
        db.close()


def _insert(db: sqlite3.Connection, workspace_id: str, numbers: range) -> None:
    names = [column.name for column in sessions.columns]
    places = ",".join("?" * len(names))
    made = list(_columns(workspace_id, numbers))
    db.execute("BEGIN")
    db.executemany(
        f"INSERT INTO sessions ({','.join(names)}) VALUES ({places})",
        [tuple(values[name] for name in names) for values, _ in made],
    )
    held = [column.name for column in session_connectors.columns]
    db.executemany(
        f"INSERT INTO {session_connectors.name} ({','.join(held)})"
        f" VALUES ({','.join('?' * len(held))})",
        [
            tuple({**values, "connector": name}[column] for column in held)
            for values, used in made
            for name in used
        ],
    )
    db.execute("COMMIT")


def _columns(workspace_id: str, numbers: range) -> Iterator[tuple[dict[str, Any], list[str]]]:
    now = now_ms()
    for number in numbers:
        session = _session(workspace_id, number, now)
        body = shown.row(session, now)
        values = {name: getattr(session, name, None) for name in sessions.columns.keys()}
        values |= {
            "sid": number + 1,
            "agent_id": session.agent["id"],
            "owner_id": (session.owner or {}).get("id"),
            "status": body["status"],
            "tone": body["tone"],
            "mix": Mix(
                session.kind,
                session.mode,
                session.origin,
                session.state,
                body["status"],
                session.channel,
            ).pack(),
            "active": body["active"],
            "child": False,
            "shelf": 0,
            "settle_at": shown.settle_at(session, now),
            "attention_since": session.attention_since if body["attention"] else None,
            "head_mac": bytes(32),
            "body": orjson.dumps(body),
            "fold": orjson.dumps(shown.hidden_of(session)),
        }
        yield values, session.connectors


def _session(workspace_id: str, number: int, now: int) -> Session:
    """A session as a fold might have left it; the same number gives the same one."""
    dice = random.Random(number)
    created = now - dice.randrange(_DAYS * 86_400_000)
    moved = min(now - 3_600_000, created + dice.randrange(86_400_000))
    person = dice.choice(PEOPLE)
    session_id = ids.make("sesn", created, dice.getrandbits(74))
    kind: state.Kind = "flow_run" if dice.randrange(RARE) == 0 else "chat"
    asks = dice.randrange(RARE) == 0
    made = Session(
        id=session_id,
        workspace_id=workspace_id,
        key=f"agent:coder:default:local:cli:thread:{dice.getrandbits(96):024x}",
        kind=kind,
        mode="ask" if asks and kind == "chat" else "work",
        origin="slack" if dice.randrange(RARE) == 0 else "import",
        agent={"id": dice.choice(AGENTS), "name": "Claude Code", "version": 1},
        created_at=created,
        channel="slack" if dice.randrange(RARE) == 0 else "cli",
        peer_type="dm",
        recorded=True,
        owner={"id": person, "name": "Ana"},
        root_id=session_id,
        external_ids={"claude_code": f"{dice.getrandbits(128):032x}"},
        title=" ".join(dice.choice(_WORDS) for _ in range(7)),
        where={"cwd": "/home/ana/project", "branch": "main", "version": "2.1.0"},
        state="failed" if dice.randrange(RARE) == 0 else "idle",
        state_reason="external:idle",
        seq=dice.randrange(20, 900),
        pos=number + 1,
        head=f"{dice.getrandbits(256):064x}",
        message_count=dice.randrange(300),
        turn_count=dice.randrange(40),
        tool_call_count=dice.randrange(200),
        tokens={name: dice.randrange(2_000_000) for name in no_tokens()},
        cost_micros=dice.randrange(30_000_000),
        ao_milli=dice.randrange(90_000),
        connectors=sorted(dice.sample(CONNECTORS, 2)) if dice.randrange(RARE) == 0 else [],
        tools=["bash", "edit", "read", "write", "mcp__github__search"],
        models=["claude-sonnet-4-5"],
        last_message_at=moved,
        last_activity_at=moved,
        updated_at=moved,
    )
    _rouse(made, number, now)
    return made


def _rouse(session: Session, number: int, now: int) -> None:
    """The first ones need a person, the next ones are at work."""
    if number < ATTENTION:
        session.state, session.state_reason = "waiting", "approval"
        session.attention_since = now - number * 60_000
    elif number < ATTENTION + ACTIVE:
        session.state, session.state_reason = "running", None
    else:
        return
    session.lease_until = now + state.LEASE_MS
    session.updated_at = session.last_message_at = now - number * 1_000


_WORDS = "add fix the a test list page error cursor migration index stream token price log".split()
