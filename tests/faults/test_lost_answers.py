"""Answers get lost after the effect: with a key each request takes effect once (P4)."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import randbits
from typing import Any

import httpx
import pytest
from tests.faults import history, mutants
from tests.faults.history import Entry

from hansard import app
from hansard.api import auth
from hansard.app import House
from hansard.config import Settings
from hansard.domain import ids
from hansard.store import members
from hansard.store.members import Key
from hansard.testing import Bench, victim

REQUESTS = 12
ADMIN = "an admin secret that only tests know"


class LosesAnswers(httpx.AsyncBaseTransport):
    """The way to a server on which every third answer is lost, after the server gave it."""

    def __init__(self, house: House) -> None:
        self._inner = httpx.ASGITransport(app=app.build(house))
        self._chance = random.Random(1)
        self.lossy = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        if self.lossy and self._chance.random() < 0.3:
            raise httpx.ReadError("the answer is lost")
        return answer


class Desk:
    """Two callers with keys of their own, who say the same words under the same names."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.transport = LosesAnswers(house)
        self.http = httpx.AsyncClient(transport=self.transport, base_url="http://127.0.0.1:4777")
        self.callers = [self._key(name) for name in ("one", "other")]
        self.story: list[Entry] = []
        self._numbers = itertools.count(1)

    async def play(self, session_id: str) -> list[Entry]:
        """Both send everything, twice, and again until an answer comes; then the log is read."""
        self.story, self.transport.lossy = [], True
        words = [f"word {number}" for number in range(REQUESTS)]
        await asyncio.gather(*(self._all(*who, session_id, words * 2) for who in self.callers))
        self.transport.lossy = False
        self._look(session_id)
        return self.story

    async def session(self) -> str:
        agent = await self._post("/v1/agents", {"name": f"coder {next(self._numbers)}"})
        made = await self._post("/v1/sessions", {"agent": agent["id"], "recorded": True})
        return made["id"]

    async def _all(self, key_id: str, secret: str, session_id: str, words: list[str]) -> None:
        for word in words:
            asked = {"session": session_id, "marks": [f"{key_id}:{word}"], "expected": None}
            op = self._say("invoke", f="append", **asked)
            answer = await self._until_answered(secret, session_id, word)
            seqs = [event["seq"] for event in answer.json()["data"]]
            again = "idempotent-replayed" in answer.headers
            self._say("ok", op, seqs=seqs, added=0 if again else len(seqs))

    async def _until_answered(self, secret: str, session_id: str, word: str) -> httpx.Response:
        event = {"type": "user.message", "content": [{"type": "text", "text": word}]}
        headers = {
            "authorization": f"Bearer {secret}",
            "idempotency-key": f"{session_id} {word}",
        }
        path = f"/v1/sessions/{session_id}/events"
        while True:
            try:
                answer = await self.http.post(path, json={"events": [event]}, headers=headers)
            except httpx.ReadError:
                continue
            if answer.status_code != 409:  # a copy is in flight
                assert answer.status_code == 200, answer.text
                return answer

    async def _post(self, path: str, body: Any) -> Any:
        headers = {"authorization": f"Bearer {ADMIN}"}
        return (await self.http.post(path, json=body, headers=headers)).raise_for_status().json()

    def _look(self, session_id: str) -> None:
        parts = self.house.parts
        bench = Bench(parts.store, victim.now, workspace_id=parts.workspace_id)
        rows: list[list[Any]] = []
        for event in bench.events(session_id):
            mark = history.FIRST
            if event["type"] == "user.message":
                mark = f"{event['actor']['id']}:{event['content'][0]['text']}"
            rows.append([event["seq"], event["pos"], mark, event["hash"]])
        op = self._say("invoke", f="read", session=session_id, after=0, final=True)
        self._say("rows", op, rows=rows)
        self._say("ok", op)

    def _say(self, kind: str, op: str = "", **more: Any) -> str:
        number = next(self._numbers)
        self.story.append({"at": number, "op": op or f"{number}", "type": kind, **more})
        return op or f"{number}"

    def _key(self, name: str) -> tuple[str, str]:
        """(id, secret) of a new API key."""
        parts, now = self.house.parts, victim.now()
        secret = auth.new_secret("hansard_sk")
        key_id, where = ids.make("key", now, randbits(74)), parts.workspace_id
        key = Key(key_id, name, secret[:16], "write", where, None, now, None, None, None)
        digest = auth.hashed(secret)
        parts.store.submit(lambda tx: members.add_key(tx, key, digest)).result()
        return key_id, secret


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    house = app.open_house(Settings(data_dir=tmp_path / "data", admin_token=ADMIN), victim.now)
    made = Desk(house)
    async with made.http:
        yield made
    house.close()


async def test_a_key_makes_lost_answers_harmless_to_everybody(desk: Desk):
    """P4: 2 callers, 12 requests each, each sent twice and after every lost answer again."""
    story = await desk.play(await desk.session())
    assert history.violations(story) == []
    told = history.Story(story)
    assert len(told.place) == 2 * REQUESTS
    assert sum(op.answer["added"] for op in told.appends) < 2 * REQUESTS, "no answer was lost"


async def test_keys_without_their_principal_are_caught(desk: Desk):
    """reliability.md 1.1: one caller would be answered with what the other did."""
    session_id = await desk.session()
    with pytest.MonkeyPatch.context() as patch:
        mutants.forgets_whose_a_key_is(patch)
        found = history.violations(await desk.play(session_id))
    assert any("was acknowledged and is lost" in problem for problem in found)
