"""The command line is a print of the operations table (product.md, decision 13)."""

import re
from typing import Any

import pytest
import typer
from typer.main import get_command

from hansard.cli.commands import Tree, add_operations
from hansard.cli.grammar import GLOBAL_NAMES
from hansard.cli.main import SPECIALS, build
from hansard.domain.operation import Operation, Param
from hansard.domain.operations import OPERATIONS

SESSION = "sesn_" + "0" * 31 + "a"
BY_HAND = {"up", "doctor", "db upgrade", "db check", "session rename", "session tag", "openapi"}
BY_HAND |= {"db restore", "db rebuild", "db rekey"}
"""Commands that are no row of the table: they look after this machine, or are short for one."""

EXTRAS = {
    "session.list": {"all", "agent", "view"},
    "agent.list": {"all"},
    "agent.versions": {"all"},
    "session.audit": {"all"},
    "session.events": {"full", "raw"},
    "session.stream": {"lines", "full"},
    "session.delete": {"yes"},
    "session.reset": {"yes"},
    "session.compact": {"yes"},
    "session.send": {"message"},
    "login.link": {"open"},
    "session.export_many": {"file", "force"},
    "redact.rule.create": {"file"},
    "db.verify": {"file", "key"},
    "bulk.create": {"wait", "yes"},
    "bulk.list": {"all"},
    "search.query": {"all"},
    "file.list": {"all"},
    "file.upload": {"path", "expires_in_seconds"},
    "file.content": {"file"},
}
"""Parameters that the table does not have: about the screen, the keyboard, or the browser."""

TALKS_LONGER = {"session.stream", "workspace.stream", "import.start", "login.link"}
TALKS_LONGER |= {"session.export_many", "session.verify", "db.report", "db.verify", "db.backup"}
TALKS_LONGER |= {"bulk.create", "file.upload", "file.content", "redact.test"}
"""Commands that are more than one request or act outside; tests of their own cover them."""

AS_WORDS = {
    ("redact.test", "text"), ("search.query", "q"),
    ("import.start", "paths"), ("session.export_many", "session_ids"), ("db.backup", "path")
}  # fmt: skip
AS_WORDS |= {("session.resolve", "key"), ("session.find", "query")}
AS_WORDS |= {("bulk.create", "action"), ("bulk.create", "session_ids")}
"""Parameters of a body or query that are given as words."""

STAND_INS = {("session.send", "events"), ("redact.rule.create", "rule")}
"""Required parameters for which another option can stand."""

WITH_COMMAND = [operation for operation in OPERATIONS if operation.cli]


def tree() -> dict[str, Any]:
    """Every command by its words."""
    found: dict[str, Any] = {}
    for name, command in get_command(build()).commands.items():  # type: ignore[attr-defined]
        for verb, inner in getattr(command, "commands", {"": command}).items():
            found[f"{name} {verb}".strip()] = inner
    return found


def sample(param: Param) -> Any:
    if param.name in ("session_id", "parent_id"):
        return SESSION
    if param.name == "since":
        return "2026-01-31T09:00:00Z"
    if (param.name, param.type) == ("agent_id", "strings"):
        return ["agent_" + "0" * 32, "agent_" + "1" * 32]
    if (param.name, param.where) == ("agent_id", "path"):
        return "agent_" + "0" * 32
    return {
        "string": f"{param.name} ä/:?#",
        "integer": 7,
        "boolean": False,
        "strings": ["one", "two & three"],
        "object": {"a": "b"},
        "objects": [{"type": "x"}],
    }[param.type]


def words_of(operation: Operation) -> list[str]:
    """The command line that gives every parameter of an operation a value."""
    words = (operation.cli or "").split()
    for param in operation.params:
        value, switch = sample(param), f"--{param.name.replace('_', '-')}"
        if param.where == "path" or (operation.name, param.name) in AS_WORDS:
            words += value if isinstance(value, list) else [value]
        elif param.type == "boolean":
            words.append(f"--no-{param.name.replace('_', '-')}")
        elif param.type == "strings":
            words += [word for one in value for word in (switch, one)]
        elif param.type in ("object", "objects"):
            words += [switch, str(value).replace("'", '"')]
        else:
            words += [switch, str(value)]
    return words


def as_query(value: Any) -> str:
    return {False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def test_every_operation_has_its_command_or_a_reason():
    commands = tree()
    for operation in OPERATIONS:
        if operation.cli:
            assert operation.cli in commands
        else:
            assert operation.absent["cli"], operation.name
    assert set(commands) == {operation.cli for operation in WITH_COMMAND} | BY_HAND


@pytest.mark.parametrize("operation", WITH_COMMAND, ids=lambda operation: operation.name)
def test_the_parameters_of_a_command_are_those_of_the_table(operation: Operation):
    command = tree()[operation.cli or ""]
    shown = {param.name: param for param in command.params}
    own = {param.name: param for param in operation.params}
    assert set(shown) == set(own) | EXTRAS.get(operation.name, set()) | GLOBAL_NAMES
    for name, param in own.items():
        words = param.where == "path" or (operation.name, name) in AS_WORDS
        assert (shown[name].param_type_name == "argument") == words
        assert shown[name].help.startswith(param.help)
        many = shown[name].multiple or shown[name].nargs == -1
        assert many == (param.type == "strings")
        stands_in = (operation.name, name) in STAND_INS
        assert shown[name].required == (param.required and not stands_in)
        if not words:
            assert f"--{name.replace('_', '-')}" in shown[name].opts


@pytest.mark.parametrize(
    "operation",
    [operation for operation in WITH_COMMAND if operation.name not in TALKS_LONGER],
    ids=lambda operation: operation.name,
)
def test_a_command_sends_the_request_of_its_operation(run: Any, stand: Any, operation: Operation):
    stand.otherwise = {"data": [], "next_page": None, "id": SESSION}
    words = [*words_of(operation), "-o", "json"]
    words += ["--yes"] if "yes" in EXTRAS.get(operation.name, ()) else []
    assert run(*words).code == 0
    asked = stand.requests[-1]
    path = operation.path
    query: list[tuple[str, str]] = []
    body: dict[str, Any] = {}
    for param in operation.params:
        value = sample(param)
        if param.where == "path":
            path = path.replace(f"{{{param.name}}}", value)
        elif param.where == "body":
            body[param.name] = value
        else:
            values = value if isinstance(value, list) else [value]
            query += [(param.name, as_query(one)) for one in values]
    assert len(stand.requests) == 1
    assert (asked.method, asked.path.replace("%20", " ")) == (
        operation.method,
        path.replace("ä", "%C3%A4").replace("/:?#", "%2F%3A%3F%23"),
    )
    assert asked.query == query
    assert asked.body == (body or None)


def test_a_new_row_of_the_table_is_a_new_command_with_no_code(run: Any):
    new = Operation(
        "flow.pause",
        "Pause a flow",
        "POST",
        "/v1/flows/{flow_id}/pause",
        "write",
        (
            Param("flow_id", "string", "Flow id", "path", required=True),
            Param("reason", "string", "Why", "body"),
        ),
        cli="flow pause",
    )
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(lambda: None)
    add_operations(Tree(app), {}, (new,))
    command = get_command(app).commands["flow"].commands["pause"]  # type: ignore[attr-defined]
    assert {p.name for p in command.params} == {"flow_id", "reason"} | GLOBAL_NAMES
    assert command.help == "Pause a flow"


def test_no_parameter_is_named_like_an_option_of_every_command():
    for operation in WITH_COMMAND:
        special = SPECIALS.get(operation.name)
        own = [p.name for p in operation.params]
        extras = [p.name for p in special.extras] if special else []
        assert not GLOBAL_NAMES & {*own, *extras}
        assert len({*own, *extras}) == len(own) + len(extras)


def test_an_age_is_an_instant_and_what_is_neither_is_said_before_anybody_is_asked(
    run: Any, stand: Any
):
    stand.otherwise = {"data": [], "next_page": None}
    for given in ("2h", "3d", "1w", "45m", "2026-01-31", "2026-01-31T09:00:00+01:00"):
        assert run("session", "list", "--since", given).code == 0
        assert re.match(r"\d{4}-\d\d-\d\d", dict(stand.requests[-1].query)["since"])
    asked = len(stand.requests)
    for given in ("yesterday", "2", "h", ""):
        refused = run("session", "list", "--since", given)
        assert refused.code == 2
        assert "45m, 2h, 3d, 1w" in " ".join(refused.err.split())
    assert len(stand.requests) == asked
    assert "45m, 2h, 3d, 1w" in run("session", "list", "--help").out


def test_an_agent_is_named_by_its_name_or_its_id(run: Any, stand: Any):
    first, second = "agent_" + "0" * 32, "agent_" + "1" * 32
    stand.otherwise = {"data": [], "next_page": None}
    stand.answers["GET", "/v1/agents/Claude%20Code"] = {"id": first}
    assert run("session", "list", "--agent", "Claude Code", "--agent-id", second).code == 0
    assert [v for name, v in stand.requests[-1].query if name == "agent_id"] == [first, second]


def test_what_is_archived_already_is_no_failure_and_another_conflict_is(run: Any, stand: Any):
    path = f"/v1/sessions/{SESSION}"
    refusal = {"type": "error", "error": {"type": "conflict_error", "message": "no"}}
    stand.answers["POST", f"{path}/archive"] = (409, refusal)
    for archived_at, code in (("2026-01-31T09:00:00Z", 0), (None, 5)):
        stand.answers["GET", path] = {"id": SESSION, "title": "x", "archived_at": archived_at}
        assert run("session", "archive", SESSION).code == code
