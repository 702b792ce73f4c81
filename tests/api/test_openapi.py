"""The description of the API is whole and true, and can be read from this server alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from pydantic import BaseModel

from hansard import __version__
from hansard.api import answers, docs, server
from hansard.api.shapes import access, listing, row, session
from hansard.api.shapes.base import Refusal
from hansard.control import bulk
from hansard.domain import listing as words
from hansard.domain import state
from hansard.domain.operation import SCOPES
from hansard.domain.operations import BY_NAME, ENDPOINTS, OPERATIONS, Operation
from hansard.ingest import demo
from hansard.ingest.book import Owner

Json = dict[str, Any]
SAID = {"type": "user.message", "content": "hello"}
FILES = Path(docs.__file__).parent
DESCRIBED = {**BY_NAME, **{n: o for n, o in ENDPOINTS.items() if n != "rpc.call"}}
every = pytest.mark.parametrize("operation", DESCRIBED.values(), ids=lambda o: o.name)


@pytest.fixture(scope="module")
def api() -> Json:
    return server.description(__version__)


def entry_of(api: Json, operation: Operation) -> Json:
    return api["paths"][operation.path][operation.method.lower()]


async def test_the_server_gives_the_description_that_the_code_has(desk: Any, api: Json):
    assert await desk.get("/openapi.json", token=None) == api
    assert api["openapi"].startswith("3.1")


@every
def test_every_operation_says_what_it_takes(api: Json, operation: Operation):
    entry = entry_of(api, operation)
    assert entry["operationId"] == operation.name
    assert entry["x-scope"] == operation.scope
    assert not re.search(r"[SX]\d-|\.md", entry["description"]), "a word for us alone"
    told = {p["name"]: p for p in entry.get("parameters", [])}
    for name, parameter in told.items():
        if "[" not in name:
            assert parameter["description"], name
            assert parameter["schema"], name
    if operation.name in BY_NAME:
        asked = {p.name for p in operation.params if p.where != "body"}
        assert asked == {name for name in told if "[" not in name}
    if any(p.where == "body" and p.required for p in operation.params):
        assert entry["requestBody"]["content"]


@every
def test_every_operation_says_what_it_answers(api: Json, operation: Operation):
    responses = entry_of(api, operation)["responses"]
    for media, content in responses["200"]["content"].items():
        shape = content["itemSchema"] if operation.streams else content["schema"]
        assert shape, "an answer without a shape"
        assert (media == "text/event-stream") == operation.streams
    for status in ("400", "401", "403", "404", "409", "default"):
        schema = responses[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Refusal"}
    assert "HTTPValidationError" not in str(responses), "validation is answered with 400"


def test_every_reference_leads_somewhere(api: Json):
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', str(api).replace("'", '"')))
    assert names <= set(api["components"]["schemas"])
    assert not [name for name in names if "__" in name], "two shapes of one name"


def test_only_what_needs_no_credential_says_so(api: Json):
    for operation in OPERATIONS:
        open_ = entry_of(api, operation)["security"] == []
        assert open_ == (operation.scope == "public")


SESSION = "/v1/sessions/{session}"
ANSWERED: dict[str, tuple[str, str, Any]] = {
    "session.list": ("GET", "/v1/sessions", None),
    "session.facets": ("GET", "/v1/sessions/facets", None),
    "session.retrieve": ("GET", SESSION, None),
    "session.status": ("GET", f"{SESSION}/status", None),
    "session.history": ("GET", f"{SESSION}/history", None),
    "session.events": ("GET", f"{SESSION}/events", None),
    "session.verify": ("GET", f"{SESSION}/verify", None),
    "session.audit": ("GET", f"{SESSION}/audit", None),
    "import.list": ("GET", "/v1/imports", None),
    "session.reset": ("POST", f"{SESSION}/reset", {}),
    "session.compact": ("POST", f"{SESSION}/compact", {}),
    "session.send": ("POST", f"{SESSION}/events", {"events": [SAID]}),
    "session.delete": ("DELETE", SESSION, None),
    "search.query": ("GET", "/v1/search?q=hello", None),
    "agent.retrieve": ("GET", "/v1/agents/{agent}", None),
    "agent.list": ("GET", "/v1/agents", None),
    "agent.versions": ("GET", "/v1/agents/{agent}/versions", None),
    "key.list": ("GET", "/v1/api_keys", None),
    "key.create": ("POST", "/v1/api_keys", {"name": "k", "scope": "read"}),
    "view.list": ("GET", "/v1/views", None),
    "bulk.list": ("GET", "/v1/bulk_operations", None),
    "file.list": ("GET", "/v1/files", None),
    "redact.rules": ("GET", "/v1/redaction/rules", None),
    "redact.rescans": ("GET", "/v1/redaction/rescans", None),
    "db.report": ("GET", "/v1/database", None),
    "caller.me": ("GET", "/v1/me", None),
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_an_answer_has_the_shape_that_was_described(desk: Any, name: str):
    method, path, body = ANSWERED[name]
    session = (await desk.session())["id"]
    await desk.send(session, *[SAID] * 4)
    agent = await desk.agent()
    answer = await desk.call(method, path.format(session=session, agent=agent), body)
    assert answer.status_code == 200, answer.text
    described(name, answer.json())


VIEWS = ("context", "metrics", "timeline", "edits", "outline", "events", "verify")


async def test_every_sample_session_is_described_to_its_last_field(small: Any):
    """The page's types are made of the description: what it leaves out the page does not know."""
    parts = small.house.parts
    owner = Owner(str(parts.owner["id"]), str(parts.owner["name"]))
    assert demo.load(small.house.journal, parts.workspace_id, owner)
    everything = "limit=1000&include_archived=true&include_children=true"
    listed = await small.get(f"/v1/sessions?{everything}")
    assert len(listed["data"]) > 30
    assert not set(unknown(described("session.list", listed)))
    assert not set(unknown(described("session.facets", await small.get("/v1/sessions/facets"))))
    hits = await small.get("/v1/search?q=the&group=true")
    assert hits["data"]
    assert not set(unknown(described("search.query", hits)))
    for one in listed["data"]:
        path = f"/v1/sessions/{one['id']}"
        assert not set(unknown(described("session.retrieve", await small.get(path))))
        for name in VIEWS:
            found = described(f"session.{name}", await small.get(f"{path}/{name}?limit=100"))
            # beside the envelope an event has the fields of its type
            assert not {field for field in unknown(found) if not field.startswith("Event.")}


def described(name: str, answer: Json) -> BaseModel:
    """An answer as the shape that its operation promises; exactly, numbers are no texts."""
    return answers.SHAPES[name].model_validate(answer, strict=True)


def unknown(found: Any) -> Iterator[str]:
    """Fields of an answer that the description does not name."""
    parts: Any = ()
    if isinstance(found, BaseModel):
        yield from (f"{type(found).__name__}.{name}" for name in found.model_extra or {})
        parts = [getattr(found, name) for name in type(found).model_fields]
    elif isinstance(found, list):
        parts = cast("list[Any]", found)
    elif isinstance(found, dict):
        parts = cast(Json, found).values()
    for part in parts:
        yield from unknown(part)


async def test_a_frame_of_a_stream_has_the_shape_that_was_described(lone: Any, lone_opened: Any):
    """A row that moved, a row that went, and the word to read again."""
    made = await lone.session()
    reader = await lone_opened("/v1/stream?topics=sessions&after=0")
    moved = session.RowUpsert.model_validate_json((await reader.frame())["data"], strict=True)
    assert moved.row.id == made["id"]
    assert not set(unknown(moved))
    await lone.call("DELETE", f"/v1/sessions/{made['id']}")
    frame = await reader.frame()
    while '"upsert"' in frame["data"]:
        frame = await reader.frame()
    assert session.RowRemove.model_validate_json(frame["data"], strict=True).id == made["id"]
    lost = await lone_opened("/v1/stream?topics=sessions&after=999999999")
    session.Resync.model_validate_json((await lost.frame())["data"], strict=True)


def test_every_word_of_a_closed_list_is_described():
    """The lists are the domain's; the description spells them for the type checkers."""
    reasons: tuple[str | None, ...] = (None, *state.ATTENTION_REASONS)
    shown = {
        state.display_status(one, reason, archived=archived)
        for one in state.STATES
        for reason in reasons
        for archived in (False, True)
    }
    assert set(get_args(row.Display)) == shown
    assert get_args(row.Reason) == state.ATTENTION_REASONS
    assert get_args(access.Scope) == SCOPES
    assert get_args(listing.Action) == tuple(bulk.ACTIONS)
    assert get_args(listing.Density) == words.DENSITIES


async def test_a_refusal_has_the_shape_that_was_described(desk: Any):
    for method, path in (("GET", "/v1/nothing"), ("PUT", "/v1/sessions"), ("GET", "/v1/agents/x")):
        answer = await desk.call(method, path)
        Refusal.model_validate(answer.json(), strict=True)


async def test_the_docs_page_asks_no_other_host(desk: Any):
    """ecosystem.md, API: docs at /docs from bundled assets, no CDN; the policy says so too."""
    page = await desk.call("GET", "/docs", token=None)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"/docs/page.js", "/docs/page.css", "/openapi.json"} <= set(wanted)
    for address in wanted:
        assert address.startswith("/") and not address.startswith("//")
    for name in ("page.js", "page.css"):
        answer = await desk.call("GET", f"/docs/{name}", token=None)
        assert answer.status_code == 200
        assert answer.text == (FILES / name).read_text()
        assert "://" not in answer.text
        assert "innerHTML" not in answer.text, "what an answer holds never becomes markup"
    assert (await desk.call("GET", "/docs/page.html", token=None)).status_code == 404
