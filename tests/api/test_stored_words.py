"""Whatever a caller says is scanned before it is kept: no field goes round (S2-34)."""

import itertools
import random
import string
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

Open = Callable[..., AbstractAsyncContextManager[Any]]


def tokens() -> Callable[[str], str]:
    """Fresh tokens of a well-known shape, remembered by where they are put."""
    made: dict[str, str] = {}
    draw = random.Random(7)

    def token(place: str) -> str:
        made[place] = (
            "gh" + "p_" + "".join(draw.choices(string.ascii_letters + string.digits, k=36))
        )
        return made[place]

    token.made = made  # type: ignore[attr-defined]
    return token


def found_in(folder: Path, made: dict[str, str]) -> set[str]:
    """The places whose token lies in some file."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {place for place, text in made.items() if any(text.encode() in c for c in contents)}


async def test_no_field_of_any_request_is_kept_with_a_secret_in_it(desk_of: Open, tmp_path: Path):
    token: Any = tokens()
    answers: list[str] = []
    transcripts = tmp_path / "transcripts" / f"token={token('import path')}"
    transcripts.mkdir(parents=True)
    story = '{"type":"user","sessionId":"a","uuid":"u","timestamp":"2026-01-01T00:00:00Z"}\n'
    (transcripts / "a.jsonl").write_text(story)
    async with desk_of(tmp_path / "data") as desk:

        async def post(path: str, body: Any, name: str = "x", status: int = 200) -> Any:
            headers = {"idempotency-key": token(f"idempotency key {name}")}
            sent = {} if name == "bare" else headers
            answer = await desk.call("POST", path, body, headers=sent)
            assert answer.status_code == status, answer.text
            answers.append(answer.text)
            return answer.json()

        count = itertools.count()
        for model in (token("model"), {"id": token("model id"), "speed": token("model field")}):
            said = {"name": f"coder {token('agent name')}", "model": model}
            agent = await post("/v1/agents", said, f"agent {next(count)}")
        session = await post(
            "/v1/sessions",
            {
                "agent": agent["id"],
                "recorded": True,
                "title": token("title"),
                "key": token("key"),
                "channel": token("channel")[:64],
                "environment_id": token("environment"),
                "external_ids": {"source": token("external id")},
                "metadata": {"k": token("metadata")},
                "tags": [token("tag")],
                "where": {"cwd": token("where")},
            },
            "session",
        )
        path = f"/v1/sessions/{session['id']}"
        changes = {"initiative_id": token("initiative"), "plan_id": token("plan")}
        await post(path, changes, "update")
        said = {"type": "user.message", "content": token("content")}
        actor = {"type": "agent", "id": token("actor id"), "name": token("actor name")}
        await post(f"{path}/events", {"events": [{**said, "actor": actor}]}, "events")
        await post("/v1/api_keys", {"name": token("key name"), "scope": "read"}, "bare")
        await post("/v1/imports", {"paths": [str(transcripts)]}, "import")
        await post("/v1/imports", {"paths": [f"/nowhere/{token('no path')}"]}, "none", 400)
        for listed in ("/v1/imports", "/v1/api_keys", "/v1/agents", "/v1/sessions"):
            answers.append((await desk.call("GET", listed)).text)
    said_back = {place for place, text in token.made.items() if any(text in a for a in answers)}
    assert said_back == set()
    assert found_in(tmp_path / "data", token.made) == set()
    assert len(token.made) > 20
