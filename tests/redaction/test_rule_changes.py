"""Rules of a workspace by the API: they count at once, are audited, and are the workspace's own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansard import app
from hansard.app import House
from hansard.config import Settings
from hansard.store import audit, members
from hansard.testing import FrozenClock

ADMIN = "an admin secret that only tests know"
TOKEN = "acme" + "-" + "q7w8e9r1t2y3u4i5"
RULE = {"id": "acme-key", "regex": "acme-[0-9a-z]{16}", "description": "Acme"}
URL = "/v1/redaction/rules"
Json = dict[str, Any]


class Desk:
    """An installation and a client of it."""

    def __init__(self, house: House, http: httpx.AsyncClient) -> None:
        self.house, self.http = house, http

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Json]:
        headers = {"authorization": f"Bearer {ADMIN}"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        return answer.status_code, answer.json()

    async def kept(self) -> str:
        """What an event with the token in it comes back as."""
        _, agent = await self("POST", "/v1/agents", {"name": "coder"})
        made = {"agent": agent["id"], "recorded": True}
        _, session = await self("POST", "/v1/sessions", made)
        events = {"events": [{"type": "user.message", "content": f"use {TOKEN}"}]}
        _, sent = await self("POST", f"/v1/sessions/{session['id']}/events", events)
        return str(sent["data"][0]["content"])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    extra = tmp_path / "mine.toml"
    extra.write_text("[[rules]]\nid = 'from-file'\nregex = 'zq[0-9]{9}'")
    given = Settings(
        data_dir=tmp_path / "data",
        admin_token=ADMIN,
        user_name="Ana",
        redaction_rules=(str(extra),),
        redaction_rules_off=("twitch-token",),
    )
    house = app.open_house(given, FrozenClock())
    transport = httpx.ASGITransport(app=app.build(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4777") as http:
        yield Desk(house, http)
    house.close()


async def test_a_rule_counts_from_the_next_event_on_and_no_more_when_it_is_gone(desk: Desk) -> None:
    assert TOKEN in await desk.kept()
    assert (await desk("POST", URL, {"rule": RULE}))[0] == 200
    assert "[secret:acme-key#" in await desk.kept()
    assert (await desk("POST", f"{URL}/acme-key", {"enabled": False}))[0] == 200
    assert TOKEN in await desk.kept()
    assert (await desk("POST", f"{URL}/acme-key", {"enabled": True}))[0] == 200
    assert TOKEN not in await desk.kept()
    assert (await desk("DELETE", f"{URL}/acme-key"))[0] == 200
    assert TOKEN in await desk.kept()


async def test_the_list_says_where_every_rule_is_from_and_whether_it_is_on(desk: Desk) -> None:
    await desk("POST", URL, {"rule": RULE, "enabled": False})
    await desk("POST", f"{URL}/jwt", {"enabled": False})
    _, found = await desk("GET", URL)
    rules = {rule["id"]: rule for rule in found["data"]}
    shown = {name: (rules[name]["source"], rules[name]["enabled"]) for name in rules}
    assert shown["acme-key"] == ("workspace", False)
    assert shown["from-file"] == ("mine.toml", True)
    assert shown["github-pat"] == ("hansard", True)
    assert shown["jwt"] == ("hansard", False)
    assert shown["twitch-token"] == ("hansard", False)
    assert rules["acme-key"]["rule"] == RULE


async def test_a_shipped_rule_is_switched_for_one_workspace_alone(desk: Desk) -> None:
    house = desk.house
    house.store.submit(lambda tx: members.add_workspace(tx, "wrkspc_other", "Other", 1)).result()
    await desk("POST", f"{URL}/github-pat", {"enabled": False})
    pat = "ghp" + "_" + "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"
    ours = house.parts.scanners.of(house.parts.workspace_id)
    assert ours.scan_text(pat)[1] == []
    assert house.parts.scanners.of("wrkspc_other").scan_text(pat)[1] != []
    await desk("POST", f"{URL}/github-pat", {"enabled": True})
    assert house.parts.scanners.of(house.parts.workspace_id).scan_text(pat)[1] != []


async def test_equal_values_of_two_workspaces_cannot_be_told_to_be_equal(desk: Desk) -> None:
    house = desk.house
    house.store.submit(lambda tx: members.add_workspace(tx, "wrkspc_other", "Other", 1)).result()
    pat = "ghp" + "_" + "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"
    ours = house.parts.scanners.of(house.parts.workspace_id).scan_text(pat)[0]
    assert house.parts.scanners.of("wrkspc_other").scan_text(pat)[0] != ours


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"id": "x"}, "rule x: a regex is needed"),
        ({"id": "x", "path": "a"}, "rule x: a regex is needed"),
        ({"id": "x", "regex": "("}, "rule x: regex: RE2 does not take"),
        ({"id": "x", "regex": "a*"}, "rule x: regex: it matches the empty text"),
        ({"id": "x/y", "regex": "a"}, "an id is 1 to 64"),
        ({"regex": "a"}, "an id is 1 to 64"),
        ({"id": "x", "regex": "a", "color": "red"}, "rule x: `color` is not supported"),
        ({"id": "x", "regex": "ghp" + "_q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"}, "holds a secret"),
    ],
)
async def test_a_rule_that_cannot_be_used_is_refused(desk: Desk, rule: Json, said: str) -> None:
    status, answer = await desk("POST", URL, {"rule": rule})
    assert status == 400
    assert said in answer["error"]["message"]


async def test_a_change_that_makes_no_sense_is_refused(desk: Desk) -> None:
    await desk("POST", URL, {"rule": RULE})
    assert (await desk("POST", URL, {"rule": RULE}))[0] == 409
    assert (await desk("POST", f"{URL}/acme-key", {"rule": {**RULE, "id": "other"}}))[0] == 400
    assert (await desk("POST", f"{URL}/jwt", {"rule": RULE}))[0] == 400
    assert (await desk("POST", f"{URL}/jwt", {}))[0] == 400
    assert (await desk("POST", f"{URL}/nothing", {"enabled": True}))[0] == 404
    assert (await desk("DELETE", f"{URL}/jwt"))[0] == 404


async def test_a_change_leaves_an_audit_entry(desk: Desk) -> None:
    await desk("POST", URL, {"rule": RULE})
    await desk("POST", f"{URL}/acme-key", {"enabled": False})
    await desk("DELETE", f"{URL}/acme-key")
    await desk("DELETE", f"{URL}/acme-key")
    where = desk.house.parts.workspace_id
    found = desk.house.store.read(lambda c: audit.newest(c, where, 10))
    assert sorted(entry["action"] for entry in found) == [
        "redact.rule.create",
        "redact.rule.delete",
        "redact.rule.update",
    ]
    assert {entry["target"] for entry in found} == {"acme-key"}


async def test_a_text_can_be_tried_and_leaves_no_trace(desk: Desk) -> None:
    await desk("POST", URL, {"rule": RULE})
    _, found = await desk("POST", "/v1/redaction/test", {"text": f"use {TOKEN} and {ADMIN}"})
    assert found["text"].startswith("use [secret:acme-key#")
    assert found["text"].endswith("and [secret:HANSARD_ADMIN_SECRET]")
    assert {r["rule"] for r in found["redactions"]} == {"acme-key", "known"}
    _, found = await desk("POST", "/v1/redaction/test", {"text": '{"password": "hunter2"}'})
    assert [r["path"] for r in found["redactions"]] == ["/password"]
    folder = desk.house.settings.data_dir
    assert TOKEN.encode() not in b"".join(p.read_bytes() for p in folder.iterdir() if p.is_file())


async def test_another_process_takes_a_changed_rule_in(desk: Desk) -> None:
    house = desk.house
    where = house.parts.workspace_id
    before = house.parts.scanners.of(where)
    from hansard.store import redaction_rules
    from hansard.store.redaction_rules import Kept

    body = '{"id": "acme-key", "regex": "acme-[0-9a-z]{16}"}'
    kept = Kept("acme-key", body, True, None, 5, 5)
    house.store.submit(lambda tx: redaction_rules.save(tx, where, kept)).result()
    house.parts.scanners.refresh(
        lambda name: house.store.read(lambda c: redaction_rules.version(c, name))
    )
    assert before.scan_text(TOKEN)[1] == []
    assert house.parts.scanners.of(where).scan_text(TOKEN)[1] != []


async def test_the_rescans_are_listed_with_their_progress(desk: Desk) -> None:
    await desk.kept()
    desk.house.parts.scanners.secrets.register("ACME", TOKEN)
    desk.house.parts.lookback.look()
    _, found = await desk("GET", "/v1/redaction/rescans")
    mine = next(row for row in found["data"] if row["name"] == "ACME")
    assert (mine["state"], mine["sessions_done"], mine["events"]) == ("done", 1, 1)
    assert TOKEN not in str(found)
