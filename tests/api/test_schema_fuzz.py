"""Hostile input made from the API's own description, as every kind of caller (reliability.md 5).

Each operation gets the examples of its schema, systematic values at and beyond every bound, and
random ones. HANSARD_TEST_LONG=40 sends 1,000 random requests to each instead of 25, and others
at every run.
"""

import copy
import itertools
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbits
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from hansard.api import auth, server
from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.operations import BY_NAME, ENDPOINTS, Operation, covers
from hansard.ingest import demo
from hansard.ingest.book import Owner
from hansard.store import members

Json = dict[str, Any]
LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
EXAMPLES = 25 * LONG
ADMIN = "an admin secret that only tests know"
TEXT = {"type": "user.message", "content": [{"type": "text", "text": "x" * 70_000}]}
KEY = {"name": "ci", "scope": "read"}
TABLE = BY_NAME | ENDPOINTS
ROLES = {"admin": "admin", "member": "write", "viewer": "read", "nobody": "public"}
REFUSALS = [400, 401, 403, 404, 405, 408, 409, 413, 422]
CHECKS: Json = {
    "max_response_time": 10.0,
    "negative_data_rejection": {"expected-statuses": REFUSALS},
}
UNSAID = (
    "expires_at: it is over already",
    "page: ",  # a cursor is one that this server made
    "an address holds no NUL",
    # what a text or a list has to be beyond its length
    "(filter|events|name|key|channel|metadata|tags|title|rule|q|external_ids|where)[.: ]",
    "ids: not together with page",
    "give session_ids or filter",
    "no session fits",
    "nothing to change",
    "arguments",  # which there are depends on the action
    "mode: only a chat",
    "/.*: no such file",
    "topics: ",
    "model: ",  # null, which another field may be
    "the body is not a form",
    "(each part of the|a) form",
    "version: Input should be a valid integer",  # 1.0
)
"""What a refusal of well-formed input may begin with: no schema can say it."""
NAMES = [*TABLE, "livez_livez_get", "readyz_readyz_get", "version_version_get"]
NAMES.remove("rpc.call")


def is_a_fault(failure: Any, response: Any) -> bool:
    """Whether a failed check says something about the product.

    Well-formed input may be refused where a schema cannot say why: `UNSAID`.
    """
    if not isinstance(failure, RejectedPositiveData):
        return True
    message = response.json()["error"]["message"]
    return not any(re.match(reason, message) for reason in UNSAID)


class Stage:
    """A served installation with the sample sessions, and what a request may refer to."""

    def __init__(self, house: Any, url: str, folder: Path) -> None:
        self.house = house
        self.url = url
        self.folder = folder
        self.http = httpx.Client(base_url=url, headers={"authorization": f"Bearer {ADMIN}"})
        self._kept: dict[str, str] = {}
        self._count = itertools.count()

    def post(self, path: str, body: Json | None = None, **options: Any) -> Json:
        """What a POST as the owner answers, which must be 200."""
        answer = self.http.post(path, json=body, **options)
        if answer.status_code != 200 and path in OWN:
            self.tidy(path)
            answer = self.http.post(path, json=body, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tidy(self, path: str) -> None:
        """Drop what hostile requests made: a workspace holds so many, and a rule may fit all."""
        for one in self.http.get(path).json()["data"]:
            if one.get("source") == "workspace" or one.get("own"):
                self.http.delete(f"{path}/{one['id']}")

    def named(self, prefix: str) -> str:
        """A name that nobody has."""
        return f"{prefix}-{next(self._count)}"

    def one(self, parameter: str, *, fresh: bool) -> str:
        """The id of a living thing; a fresh one for who may destroy it."""
        if fresh:
            return MADE[parameter](self)
        if parameter in ("session_id", "blob_id") and not self._is_there():
            self._kept.pop("blob_id", None)
            self._kept["session_id"] = self.session(recorded=True)
        if parameter not in self._kept:
            self._kept[parameter] = MADE[parameter](self)
        return self._kept[parameter]

    def _is_there(self) -> bool:
        """A bulk operation deletes or archives what its filter finds."""
        kept = self._kept.get("session_id")
        if kept is None:
            return False
        found = self.http.get(f"/v1/sessions/{kept}")
        return found.status_code == 200 and found.json()["archived_at"] is None

    def session(self, **fields: Any) -> str:
        """A new session."""
        agent_id = self.one("agent_id", fresh=False)
        return self.post("/v1/sessions", {"agent": agent_id, **fields})["id"]

    def blob(self) -> str:
        """Large content in the session that requests refer to."""
        session_id = self.one("session_id", fresh=False)
        sent = self.post(f"/v1/sessions/{session_id}/events", {"events": [TEXT]})
        return sent["data"][0]["content"][0]["text"]["blob_id"]

    def rule(self) -> Json:
        """A rule that nobody has."""
        return {"id": self.named("own"), "regex": "zq[0-9]{9}"}

    def key(self) -> str:
        """The key of a session."""
        session_id = self.one("session_id", fresh=False)
        return self.http.get(f"/v1/sessions/{session_id}").json()["key"]

    def archived(self) -> str:
        """An archived session."""
        session_id = self.session(recorded=True)
        self.post(f"/v1/sessions/{session_id}/archive")
        return session_id

    def headers(self, role: str) -> dict[str, str]:
        """The credential of a kind of caller: a member's is a login of its own."""
        if role == "nobody":
            return {}
        if role == "admin":
            return {"Authorization": f"Bearer {ADMIN}"}
        parts, where = self.house.parts, self.house.parts.workspace_id
        person = members.Member(ids.make("usr", parts.clock(), randbits(74)), role, role)
        parts.store.submit(lambda tx: members.add_member(tx, where, person, parts.clock())).result()
        token = auth.login_token(
            parts.store, members.Login(where, person.id, None), "cookie", parts.clock()
        )
        return {"Cookie": f"{auth.COOKIE}={token}", "Origin": self.url}

    def running(self) -> str:
        """A session of this server's own in which a turn is in flight."""
        session_id = self.session(recorded=False)
        journal, where = self.house.journal, self.house.parts.workspace_id
        draft = Draft("session.status_running", {}, Actor("system"), journal.clock())
        journal.append_blocking(journal.change(where, session_id, [draft]))
        return session_id


USED_UP = (".archive", ".unarchive", ".revoke", ".cancel")
"""Operations that work once on a thing, beside deletions."""
CROWDED = ("view_id", "rule_id")
"""Things that go when there are too many."""
OWN = ("/v1/views", "/v1/redaction/rules")
MADE: dict[str, Callable[[Stage], str]] = {
    "agent_id": lambda at: at.post("/v1/agents", {"name": at.named("agent")})["id"],
    "agent": lambda at: at.one("agent_id", fresh=False),
    "session_id": lambda at: at.session(recorded=True),
    "blob_id": Stage.blob,
    "key_id": lambda at: at.post("/v1/api_keys", KEY)["id"],
    "rule_id": lambda at: at.post("/v1/redaction/rules", {"rule": at.rule()})["id"],
    "view_id": lambda at: at.post("/v1/views", {"name": at.named("view"), "shared": True})["id"],
    "operation_id": lambda at: at.post("/v1/bulk_operations", bulk_of(at))["id"],
    "file_id": lambda at: at.post("/v1/files", files={"file": ("a.txt", b"words")})["id"],
}
"""Path parameter → makes a thing of the kind."""


def bulk_of(at: Stage) -> Json:
    """A change of many sessions, long enough to be stopped."""
    listed = at.http.get("/v1/sessions?limit=20").json()["data"]
    named = {at.one("session_id", fresh=False), *(row["id"] for row in listed)}
    return {"action": "tag", "session_ids": sorted(named), "arguments": {"tags": [at.named("tag")]}}


def login(at: Stage) -> str:
    """The token of a login link."""
    return at.post("/v1/login_links")["url"].partition("token=")[2]


BODIES: dict[str, Callable[[Stage], Json]] = {
    "session.create": lambda at: {"agent": at.one("agent_id", fresh=False)},
    "dashboard.create": lambda _: {"title": "one"},
    "session.update": lambda _: {"title": "another"},
    "session.send": lambda _: {"events": [{"type": "user.message", "content": "hello"}]},
    "dashboard.messages": lambda _: {"content": "hello"},
    "session.reset": lambda _: {"erase": False},
    "session.compact": lambda _: {"instructions": None},
    "session.export_many": lambda at: {"session_ids": [at.one("session_id", fresh=False)]},
    "bulk.create": bulk_of,
    "view.create": lambda at: {"name": at.named("view")},
    "view.update": lambda _: {"density": "compact"},
    "agent.create": lambda _: {"name": "reviewer"},
    "agent.update": lambda _: {"name": "another"},
    "key.create": lambda _: KEY,
    "redact.rule.create": lambda at: {"rule": at.rule()},
    "redact.rule.update": lambda _: {"enabled": False},
    "redact.test": lambda _: {"text": "nothing to see"},
    "import.start": lambda at: {"paths": [str(at.folder)]},
    "db.backup": lambda at: {"path": str(at.folder / at.named("backup"))},
    "login.enter": lambda at: {"token": login(at)},
}
"""Operation → a body that does what it says."""
QUERIES = {
    "session.resolve": lambda at: {"key": at.key()},
    "search.query": lambda _: {"q": "hello"},
}
"""Operation → a query that finds something."""
MADE_FOR: dict[str, Callable[[Stage], str]] = {
    "session.unarchive": Stage.archived,
    "dashboard.interrupt": Stage.running,
}
"""Operation → a session in the state that it needs."""


@dataclass
class Run:
    """What one operation answered to one kind of caller."""

    stage: Stage
    operation: Operation | None
    statuses: Counter[int] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    turn: int = 0

    def prepare(self, case: Any) -> None:
        """Let a well-formed request mean something that is there, three times out of four."""
        if self.operation is None or case.method != self.operation.method:
            return
        self._confine(case)
        self.turn += 1
        if self.turn % 4 == 0:
            return
        alone = self.turn % 4 == 1
        if not case.meta.is_negative_at(ParameterLocation.PATH) and case.path_parameters:
            case.path_parameters = self._path(case.path_parameters)
        query, body = QUERIES.get(self.operation.name), BODIES.get(self.operation.name)
        if query and not case.meta.is_negative_at(ParameterLocation.QUERY):
            case.query = {**({} if alone else case.query or {}), **query(self.stage)}
        if body and not case.meta.is_negative_at(ParameterLocation.BODY):
            given = case.body if isinstance(case.body, dict) and not alone else {}
            case.body = {**given, **body(self.stage)}

    def hear(self, event: Any) -> None:
        """Keep what the run says was wrong."""
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.found.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            return
        for case_id, exchange in event.recorder.interactions.items():
            asked = event.recorder.cases[case_id].value
            if exchange.response is not None and asked.method == asked.operation.method.upper():
                self.statuses[exchange.response.status_code] += 1
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    case = event.recorder.cases[case_id].value
                    answer = event.recorder.interactions[case_id].response
                    said = answer.text[:400] if answer is not None else ""
                    call = case.as_curl_command()
                    self.found.append(f"{check.failure_info.failure}\n{said}\n{call}")

    def _path(self, given: Json) -> Json:
        assert self.operation is not None
        fresh = self.operation.method == "DELETE" or self.operation.name.endswith(USED_UP)
        made = {
            name: self.stage.one(name, fresh=fresh or name in CROWDED)
            for name in given
            if name != "blob_id"
        }
        if "blob_id" in given:
            made["blob_id"] = self.stage.one("blob_id", fresh=False)
        if self.operation.name in MADE_FOR:
            made["session_id"] = MADE_FOR[self.operation.name](self.stage)
        return made

    def _confine(self, case: Any) -> None:
        """No path of this machine outside of the test's folder is read or written."""
        if not isinstance(case.body, dict):
            return
        for name in ("path", "paths"):
            said = case.body.get(name)
            if isinstance(said, str):
                case.body[name] = f"{self.stage.folder}/{said.strip('/.')}"
            elif isinstance(said, list):
                case.body[name] = [
                    f"{self.stage.folder}/{one.strip('/.')}" if isinstance(one, str) else one
                    for one in said
                ]


@pytest.fixture(scope="module")
def stage(
    open_desk_at: Any, serve_house: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A served installation that only these requests reach."""
    folder = tmp_path_factory.mktemp("fuzzed")
    monkey = pytest.MonkeyPatch()
    monkey.setenv("HOME", str(folder))  # an import without paths looks there
    (folder / "paths").mkdir()
    house, _ = open_desk_at(folder / "data")
    owner = Owner(str(house.parts.owner["id"]), str(house.parts.owner["name"]))
    assert demo.load(house.journal, house.parts.workspace_id, owner)
    running = serve_house(house)
    found = Stage(house, running.url, folder / "paths")
    yield found
    found.http.close()
    running.stop()
    house.close()
    monkey.undo()


@pytest.fixture(scope="module")
def api() -> Json:
    """The description; a status that only its `default` covers counts as undocumented."""
    found = server.description("1")
    for methods in found["paths"].values():
        for entry in methods.values():
            entry["responses"].pop("default", None)
    return found


def sent(api: Json, stage: Stage, name: str, role: str) -> Run:
    """Send one operation what its description allows, and what it does not, as one caller."""
    whole = role == "admin"
    given = {
        "headers": stage.headers(role),
        "checks": CHECKS,
        "generation": {
            "max-examples": EXAMPLES if whole else EXAMPLES // 5,
            "deterministic": LONG == 1,
            "with-security-parameters": False,
            "no-shrink": LONG == 1,
        },
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": whole}},
    }
    config = SchemathesisConfig.from_dict(given)
    schema = schemathesis.openapi.from_dict(api, config=config).include(operation_id=name)
    schema.config.base_url = stage.url
    run = Run(stage, TABLE.get(name))
    schema.hook("filter_failure")(
        lambda _ctx, failure, _case, response: is_a_fault(failure, response)
    )
    stage.house.parts.stopping[0] = run.operation is not None and run.operation.streams
    schemathesis.hook("before_call")(prepare := lambda _context, case, kwargs: run.prepare(case))
    try:
        for event in from_schema(schema).execute():
            run.hear(event)
    finally:
        schemathesis.hooks.unregister(prepare)
        stage.house.parts.stopping[0] = False
        if name.startswith("redact."):
            stage.tidy("/v1/redaction/rules")
    return run


@pytest.mark.parametrize("name", NAMES)
def test_no_input_breaks_an_operation(api: Json, stage: Stage, name: str):
    """As its owner: every answer is documented and of its shape, and good input is taken."""
    run = sent(api, stage, name, "admin")
    assert not run.found, "\n\n".join(run.found)
    assert any(200 <= status < 300 for status in run.statuses), run.statuses


@pytest.mark.parametrize("role", ["member", "viewer", "nobody"])
@pytest.mark.parametrize("name", NAMES)
def test_no_input_opens_an_operation(api: Json, stage: Stage, name: str, role: str):
    """As others: the same, and nobody gets through beyond what the role covers."""
    run = sent(api, stage, name, role)
    assert not run.found, "\n\n".join(run.found)
    good = any(200 <= status < 300 for status in run.statuses)
    needed = run.operation.scope if run.operation else "public"
    assert good == covers(ROLES[role], needed), run.statuses


@pytest.mark.parametrize("planted", ["status", "shape", "media type"])
def test_an_answer_that_is_not_described_is_found(api: Json, stage: Stage, planted: str):
    """What these tests would say of a fault in the description."""
    wrong = copy.deepcopy(api)
    answers = wrong["paths"]["/v1/sessions/{session_id}"]["get"]["responses"]
    content = answers["200"]["content"]
    if planted == "status":
        del answers["401"]
    elif planted == "shape":
        content["application/json"]["schema"] = {"type": "object", "required": ["planted"]}
    else:
        content["text/plain"] = content.pop("application/json")
    assert sent(
        wrong, stage, "session.retrieve", "nobody" if planted == "status" else "viewer"
    ).found
