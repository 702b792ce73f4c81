"""What a command prints and how it ends, whatever the server answers."""

import json
from typing import Any

import pytest

SESSION = "sesn_" + "0" * 31 + "a"
ROW = {
    "id": SESSION,
    "type": "session",
    "title": "Fix the login test",
    "display_status": "waiting_approval",
    "tone": "attention",
    "state": "waiting",
    "agent": {"id": "agent_1", "name": "coder"},
    "progress": {"text": "8 messages"},
    "tokens": {
        "input_uncached": 812,
        "cache_read": 90_123,
        "cache_write_5m": 0,
        "cache_write_1h": 4_000,
        "output": 2_210,
    },
    "cost_micros": 42_000,
    "usage_source": "reported",
    "unpriced_models": [],
    "updated_at": "2020-03-01T10:00:00.000Z",
    "message_count": 8,
    "tool_call_count": 11,
    "seq": 412,
    "children": {"count": 2},
    "tags": ["old"],
}

REFUSALS = [
    (400, "invalid_request_error", 2),
    (422, "invalid_request_error", 2),
    (401, "authentication_error", 4),
    (403, "permission_error", 4),
    (404, "not_found_error", 3),
    (409, "conflict_error", 5),
    (408, "invalid_request_error", 6),
    (413, "request_too_large", 1),
    (429, "rate_limit_error", 1),
    (500, "api_error", 1),
    (503, "overloaded_error", 1),
    (504, "api_error", 6),
    (507, "storage_full", 1),
]


@pytest.mark.parametrize(("status", "kind", "code"), REFUSALS)
def test_an_error_of_the_api_ends_with_its_exit_code(
    run: Any, stand: Any, status: int, kind: str, code: int
):
    stand.refuse(status, kind, "no \x1b[31mway")
    result = run("whoami")
    assert result.code == code
    assert result.out == ""
    assert "hansard: no way (req_7)" in result.err
    assert "\x1b" not in result.err


def test_an_error_without_an_envelope_still_ends_with_its_status(run: Any, stand: Any):
    stand.otherwise = (404, b"<h1>not here</h1>")
    result = run("whoami")
    assert (result.code, "the server answered 404" in result.err) == (3, True)


def test_an_answer_that_is_no_json_is_not_taken_for_hansard(run: Any, stand: Any):
    stand.otherwise = (200, b"<h1>welcome</h1>")
    result = run("whoami")
    assert (result.code, "does not answer as Hansard does" in result.err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ["session", "nosuch"],
        ["session", "list", "--nosuch"],
        ["session", "list", "--limit", "many"],
        ["session", "list", "-o", "yaml"],
        ["session", "show"],
        ["key", "create", "--name", "x"],
        ["session", "create", "--agent", "a", "--metadata", "{"],
        ["session", "create", "--agent", "a", "--metadata", "[]"],
        ["session", "create", "--agent", "a", "--metadata", '{"a": NaN}'],
        ["session", "create", "--agent", "a", "--metadata", "@/no/such/file"],
        ["session", "create", "--agent", "a", "--initial-events", "3"],
        ["session", "send", SESSION],
        ["session", "send", SESSION, "-m", "x", "--events", "[]"],
        ["session", "tag", SESSION, "+"],
        ["--server", "ftp://example", "whoami"],
    ],
)
def test_a_mistake_in_the_words_is_a_usage_error(run: Any, stand: Any, words: list[str]):
    stand.otherwise = ROW
    result = run(*words)
    assert result.code == 2
    assert result.out == ""
    assert result.err


def test_the_list_is_a_table_for_people(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW], "next_page": "more"}
    result = run("session", "list")
    assert result.lines == [
        "STATUS          TITLE               AGENT  PROGRESS       IN   OUT    COST     UPDATED"
        "  ID",
        "Needs approval  Fix the login test  coder  8 messages  94.9k  2.2k  $0.042  1 Mar 2020"
        "  sesn_000000000000",
    ]
    assert "--all" in result.err
    assert stand.requests[0].query == [("sort", "active_first")]


def test_quiet_says_nothing_beside_the_data(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW], "next_page": "more"}
    assert run("session", "list", "--quiet").err == ""
    assert run("--quiet", "session", "list").err == ""


def test_json_is_exactly_what_the_api_answered(run: Any, stand: Any):
    answer = {"data": [ROW, {**ROW, "title": "\x1b]0;x\x07\u202e\x9b ż"}], "next_page": None}
    stand.answers["GET", "/v1/sessions"] = answer
    for words in (("session", "list", "-o", "json"), ("-o", "json", "session", "list")):
        result = run(*words)
        assert result.json == answer
        assert list(result.json["data"][0]) == list(ROW)
        assert "ż" in result.out
        assert not set("\x1b\x07\u202e\x9b") & set(result.out)


def test_json_lines_are_the_objects_of_a_list(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW, ROW], "next_page": None}
    assert [json.loads(line) for line in run("session", "list", "-o", "jsonl").lines] == [ROW, ROW]
    stand.answers["GET", "/v1/me"] = {"type": "me"}
    assert run("whoami", "-o", "jsonl").out == '{"type":"me"}\n'


def test_all_follows_every_page(run: Any, stand: Any):
    pages = [{"data": [ROW], "next_page": "two"}, {"data": [ROW], "next_page": None}]

    def page(handler: Any) -> None:
        content = json.dumps(pages["page=two" in handler.path]).encode()
        handler.send_response(200)
        handler.send_header("content-length", str(len(content)))
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.wfile.write(content)

    stand.answers["GET", "/v1/sessions"] = page
    result = run("session", "list", "--all", "-o", "json")
    assert result.json == {"data": [ROW, ROW], "next_page": None}
    assert [dict(request.query).get("page") for request in stand.requests] == [None, "two"]


def test_since_takes_an_age(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [], "next_page": None}
    assert run("session", "list", "--since", "2h").out == "No sessions.\n"
    assert dict(stand.requests[0].query)["since"].endswith("Z")
    run("session", "list", "--since", "2026-01-01T00:00:00Z")
    assert dict(stand.requests[1].query)["since"] == "2026-01-01T00:00:00Z"


def test_a_session_is_found_by_its_key_with_colons_and_slashes(run: Any, stand: Any):
    """S1-2."""
    key = "agent:a:default:ana:web:thread:x/../y?z#%2F"
    stand.answers["GET", "/v1/sessions/resolve"] = ROW
    stand.answers["POST", f"/v1/sessions/{SESSION}/archive"] = ROW
    assert run("session", "archive", key).out == f"Needs approval  Fix the login test  {SESSION}\n"
    assert stand.requests[0].query == [("key", key)]


def test_a_session_is_found_by_the_beginning_of_its_id(run: Any, stand: Any):
    other = {**ROW, "id": "sesn_" + "1" * 32}
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW, other], "next_page": None}
    stand.answers["GET", f"/v1/sessions/{SESSION}"] = ROW
    for text in (SESSION[:12], SESSION.removeprefix("sesn_")[:9]):
        assert run("session", "get", text, "-o", "json").json == ROW
    result = run("session", "get", "sesn_abcd")
    assert (result.code, "no session sesn_abcd…" in result.err) == (3, True)


def test_a_beginning_that_several_sessions_have_is_refused(run: Any, stand: Any):
    twin = {**ROW, "id": SESSION[:-1] + "b"}
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW, twin], "next_page": None}
    result = run("session", "get", SESSION[:12])
    assert (result.code, twin["id"] in result.err) == (2, True)


def test_the_uuid_of_a_session_is_its_id_too(run: Any, stand: Any):
    """S4-8."""
    stand.answers["GET", f"/v1/sessions/{SESSION}"] = ROW
    uuid = "00000000-0000-0000-0000-00000000000a"
    assert run("session", "get", uuid, "-o", "json").json == ROW


def test_delete_names_the_counts_and_asks_somebody(run: Any, stand: Any):
    stand.answers["GET", f"/v1/sessions/{SESSION}"] = ROW
    stand.answers["DELETE", f"/v1/sessions/{SESSION}"] = {"id": SESSION}
    result = run("session", "delete", SESSION)
    assert result.code == 2
    assert "Fix the login test (8 messages, 11 tool calls, 412 events, 2 sub-agents)" in result.err
    assert f"hansard session export {SESSION} -o FILE" in result.err
    assert [request.method for request in stand.requests] == ["GET"]
    done = run("session", "delete", SESSION, "--yes")
    assert done.out == f"Deleted {SESSION}\n"
    assert "leave the search index within seconds" in done.err
    assert [request.method for request in stand.requests] == ["GET", "DELETE"]


@pytest.mark.parametrize("typed", ["sesn_0", "000", "sesn_00000"])
def test_the_beginning_of_several_ids_says_so(run: Any, stand: Any, typed: str):
    rows = [{**ROW, "id": f"sesn_{n:032x}"} for n in (1, 2)]
    stand.answers["GET", "/v1/sessions"] = {"data": rows, "next_page": None}
    result = run("session", "show", typed)
    assert result.code == 2
    assert "several sessions begin with sesn_0" in result.err
    assert rows[1]["id"] in result.err


def test_too_short_a_beginning_names_nothing_though_only_one_id_has_it(run: Any, stand: Any):
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW], "next_page": None}
    result = run("session", "delete", "sesn_0", "--yes")
    assert (result.code, "too short" in result.err) == (2, True)
    assert SESSION in result.err
    assert {request.method for request in stand.requests} == {"GET"}


def test_an_agent_is_changed_and_put_away_by_name(run: Any, stand: Any):
    stand.answers["GET", "/v1/agents/night%20shift"] = {"id": "agent_1"}
    stand.answers["POST", "/v1/agents/agent_1"] = {"id": "agent_1"}
    stand.answers["POST", "/v1/agents/agent_1/archive"] = {"id": "agent_1"}
    assert run("agent", "update", "night shift", "--model", "large").code == 0
    assert stand.requests[-1].body == {"model": "large"}
    assert run("agent", "archive", "night shift").code == 0
    assert run("agent", "archive", "day shift").code == 3


VIEW = {"id": "view_1", "name": "Slow", "sort": "-updated_at"}


def test_a_list_through_a_view_has_its_filters_and_order(run: Any, stand: Any):
    filters = {"attention": True, "channel": ["slack"]}
    stand.answers["GET", "/v1/views"] = {"data": [{**VIEW, "filters": filters}]}
    stand.answers["GET", "/v1/sessions"] = {"data": [ROW], "next_page": None}
    assert run("session", "list", "--view", "Slow").code == 0
    asked = {"attention": "true", "channel": "slack", "sort": "-updated_at"}
    assert dict(stand.requests[-1].query) == asked
    assert run("session", "list", "--view", "view_1", "--channel", "web").code == 0
    assert dict(stand.requests[-1].query) == {**asked, "channel": "web"}
    unknown = run("session", "list", "--view", "Fast")
    assert (unknown.code, "there are: Slow" in unknown.err) == (3, True)


def test_a_view_with_a_filter_that_the_list_has_not_is_refused(run: Any, stand: Any):
    filters = {"created_at[gte]": "2026-01-01T00:00:00Z"}
    stand.answers["GET", "/v1/views"] = {"data": [{**VIEW, "filters": filters}]}
    result = run("session", "list", "--view", "Slow")
    assert (result.code, "created_at[gte]" in result.err) == (2, True)


def test_a_word_that_begins_with_a_dash_is_told_its_way(run: Any, stand: Any):
    stand.answers["GET", "/v1/search"] = {"data": [], "next_page": None}
    result = run("session", "search", "-lint CI")
    assert (result.code, "Put -- before words" in result.err) == (2, True)
    assert run("session", "search", "--", "-lint CI").code == 0
    assert stand.requests[-1].query == [("q", "-lint CI")]


def test_what_a_search_left_out_is_told_in_words_of_the_command(run: Any, stand: Any):
    excluded = [
        {"reason": "archived", "sessions": 1, "message": "add include_archived=true"},
        {"reason": "condition", "sessions": 2, "message": "in sessions that tag:x leaves out"},
    ]
    stand.otherwise = {"data": [], "next_page": None, "excluded": excluded}
    told = run("session", "search", "x").err
    assert "1 session in the archive; --include-archived finds them too" in told
    assert "2 sessions in sessions that tag:x leaves out" in told


def test_rename_and_tag_are_short_for_update(run: Any, stand: Any):
    stand.otherwise = ROW
    assert run("session", "rename", SESSION, "New \x1b[1mname").code == 0
    assert stand.requests[-1].body == {"title": "New \x1b[1mname"}
    assert run("session", "tag", SESSION, "+a", "b", "-old", "-done", "+a").code == 0
    assert stand.requests[-1].body == {"tags": ["a", "b"]}
    assert run("session", "tag", SESSION, "-old", "--output", "json").json == ROW
    assert stand.requests[-1].body == {"tags": []}


def test_an_empty_text_clears_a_list(run: Any, stand: Any):
    stand.otherwise = ROW
    run("session", "update", SESSION, "--tags", "")
    assert stand.requests[-1].body == {"tags": []}


def test_a_message_and_a_file_of_events_are_sent(run: Any, stand: Any, tmp_path: Any):
    stand.otherwise = {"data": [{"type": "user.message", "id": "sevt_1", "processed_at": None}]}
    result = run("session", "send", SESSION, "-m", "hello")
    assert result.out == "user.message  sevt_1  waits for its turn\n"
    content = [{"type": "text", "text": "hello"}]
    assert stand.requests[-1].body == {"events": [{"type": "user.message", "content": content}]}
    (tmp_path / "events.json").write_text('[{"type":"agent.message"}]')
    run("session", "send", SESSION, "--events", f"@{tmp_path}/events.json")
    assert stand.requests[-1].body == {"events": [{"type": "agent.message"}]}


def test_the_secret_of_a_key_stands_alone_on_standard_output(run: Any, stand: Any):
    key = {"id": "key_1", "name": "ci", "scope": "write", "secret": "hansard_sk_x"}
    stand.answers["POST", "/v1/api_keys"] = key
    result = run("key", "create", "--name", "ci", "--scope", "write")
    assert result.out == "hansard_sk_x\n"
    assert "only now" in result.err
    assert run("key", "create", "--name", "ci", "--scope", "write", "-o", "json").json == key


def test_login_prints_the_link(run: Any, stand: Any):
    stand.answers["POST", "/v1/login_links"] = {"url": "http://x/login#t", "expires_in": 900}
    result = run("login")
    assert result.out == "http://x/login#t\n"
    assert "15 minutes" in result.err


def test_an_answer_without_a_view_shows_its_fields(run: Any, stand: Any):
    stand.answers["GET", "/v1/me"] = {"type": "me", "user": {"name": "Ana"}, "scope": "admin"}
    assert run("whoami").lines == ["type   me", 'user   {"name": "Ana"}', "scope  admin"]
