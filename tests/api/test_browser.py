"""What a browser may do: hosts, origins, cookies, login links, the page and its policy."""

import asyncio
import html
import re
from pathlib import Path
from typing import Any

import pytest

from hansard import app
from hansard.api import auth, static
from hansard.config import Settings
from hansard.domain.errors import InvalidRequest
from hansard.domain.operations import OPERATIONS
from hansard.store import members

ORIGIN = "http://127.0.0.1:4777"
UNSAFE = [o for o in OPERATIONS if o.method != "GET"]
unsafe = pytest.mark.parametrize("operation", UNSAFE, ids=lambda o: o.name)
ABSENT = "0" * 32
# What is refused before any database is asked needs no second one.
on_sqlite = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

HOSTS = [
    ("127.0.0.1:4777", 200),
    ("localhost:4777", 200),
    ("LOCALHOST", 200),
    ("[::1]:4777", 200),
    ("127.0.0.1", 200),
    ("evil.example", 421),
    ("evil.example:4777", 421),
    ("127.0.0.1.evil.example", 421),
    ("localhost.evil.example:4777", 421),
    ("127.0.0.2", 421),
    ("0.0.0.0:4777", 421),
    ("", 421),
    ("[::1", 421),
    ("[::ffff:127.0.0.1]", 421),
    ("127.0.0.1:4777@evil.example", 421),
    ("evil.example@127.0.0.1", 421),
    ("evil.example:x@127.0.0.1:4777", 421),
    ("127.0.0.1/evil.example", 421),
    ("127.0.0.1?evil.example", 421),
    ("127.0.0.1#evil.example", 421),
    ("http://127.0.0.1", 421),
    ("//127.0.0.1", 421),
    ("evil.example 127.0.0.1", 421),
    ("2130706433", 421),
]


def address(path: str) -> str:
    return re.sub(r"{\w+}", "sesn_" + ABSENT, path)


@on_sqlite
@pytest.mark.parametrize(("host", "status"), HOSTS, ids=[host or "empty" for host, _ in HOSTS])
async def test_only_known_hosts_are_answered(desk: Any, host: str, status: int):
    """Against DNS rebinding (reliability.md 2, No-auth start): a foreign Host gets a 421."""
    for path in ("/v1/me", "/", "/livez", "/v1/sessions", "/nothing"):
        answer = await desk.call("GET", path, headers={"host": host})
        if status == 421:
            assert answer.status_code == 421
            assert answer.json()["error"]["message"] == "unknown Host"
        else:
            assert answer.status_code != 421


@on_sqlite
async def test_a_request_names_one_host(desk: Any):
    """A proxy before us may believe the other one."""
    for hosts in (["127.0.0.1", "evil.example"], ["evil.example", "127.0.0.1"]):
        answer = await desk.http.request("GET", "/livez", headers=[("host", h) for h in hosts])
        assert answer.status_code == 421


async def test_hosts_of_the_settings_are_answered(tmp_path: Path, desk_of: Any):
    async with desk_of(
        tmp_path, host="0.0.0.0", public_url="https://hansard.example", allowed_hosts=("box",)
    ) as desk:
        for host, status in (("box:4777", 200), ("Hansard.Example", 200), ("0.0.0.0", 421)):
            answer = await desk.call("GET", "/livez", headers={"host": host})
            assert answer.status_code == status, host


CROSS_SITE = {
    "no origin": {},
    "a foreign origin": {"origin": "https://evil.example"},
    "a null origin": {"origin": "null"},
    "an empty origin": {"origin": ""},
    "another port": {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-site"},
    "another scheme": {"origin": "https://127.0.0.1:4777"},
    "our origin with a path": {"origin": f"{ORIGIN}/"},
    "another name of this machine": {"origin": "http://localhost:4777"},
    "a prefix of ours": {"origin": "http://127.0.0.1:47777"},
    "our host as a user name": {"origin": "http://127.0.0.1:4777@evil.example"},
    "no address at all": {"origin": "http://[::1"},
    "cross-site by its own word": {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    "no origin, cross-site": {"sec-fetch-site": "cross-site"},
    "no origin, same-site": {"sec-fetch-site": "same-site"},
}
OURS = {
    "our origin": {"origin": ORIGIN},
    "our origin, same-origin": {"origin": ORIGIN, "sec-fetch-site": "same-origin"},
    "same-origin without an origin": {"sec-fetch-site": "same-origin"},
}


@on_sqlite
@unsafe
async def test_a_browser_s_request_from_another_site_is_refused(desk: Any, operation: Any):
    """reliability.md 2, CSRF: with a cookie every unsafe method needs our own origin."""
    cookie = {"cookie": desk.cookie()}
    for name, headers in CROSS_SITE.items():
        answer = await desk.call(
            operation.method, address(operation.path), {}, token=None, headers={**headers, **cookie}
        )
        assert answer.status_code == 403, f"{name}: {answer.status_code} {answer.text}"
        assert answer.json()["error"]["type"] == "permission_error"


@on_sqlite
@unsafe
async def test_our_own_page_is_let_pass_and_so_is_a_key_from_anywhere(desk: Any, operation: Any):
    path = address(operation.path)
    for headers in OURS.values():
        cookie = {"cookie": desk.cookie()}
        answer = await desk.call(operation.method, path, {}, token=None, headers=headers | cookie)
        assert answer.status_code not in (403, 421), answer.text
    if operation.scope == "public":
        return
    for headers in CROSS_SITE.values():
        answer = await desk.call(operation.method, path, {}, headers=headers)
        assert answer.status_code != 403, answer.text


@on_sqlite
@unsafe
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/x-www-form-urlencoded", b"title=another"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--\r\n"),
        ("text/plain", b'{"title":"another"}'),
        ("text/plain;application/json", b"{}"),
        ("", b"{}"),
    ],
)
async def test_what_a_form_can_send_is_refused(
    desk: Any, operation: Any, kind: str, content: bytes
):
    headers = {"origin": ORIGIN, "cookie": desk.cookie(), "content-type": kind}
    answer = await desk.call(
        operation.method, address(operation.path), token=None, headers=headers, content=content
    )
    assert answer.status_code == 400
    own = "form" if operation.name == "file.upload" else "application/json"
    assert own in answer.json()["error"]["message"]


async def test_reading_changes_nothing_and_needs_no_origin(desk: Any):
    session = await desk.session()
    cookie = {"cookie": desk.cookie(), "sec-fetch-site": "cross-site"}
    for path in ("/v1/sessions", f"/v1/sessions/{session['id']}", "/v1/me"):
        answer = await desk.call("GET", path, token=None, headers=cookie)
        assert answer.status_code == 200
    again = await desk.get(f"/v1/sessions/{session['id']}")
    assert again["pos"] == session["pos"]


async def test_behind_a_proxy_the_public_address_is_ours(tmp_path: Path, desk_of: Any):
    """The proxy speaks TLS, the server behind it does not know."""
    public = "https://hansard.example"
    async with desk_of(tmp_path, public_url=public) as desk:
        for origin, status in ((public, 401), ("http://other.example", 403)):
            headers = {"host": "hansard.example", "origin": origin, "cookie": "a=b"}
            answer = await desk.call(
                "POST", "/v1/login", {"token": "x"}, token=None, headers=headers
            )
            assert answer.status_code == status, answer.text


async def test_a_login_link_works_once(desk: Any):
    """product.md, decision 12: a one-time link, a cookie that scripts cannot read."""
    made = await desk.post("/v1/login_links")
    assert made["expires_in"] == 900
    token = made["url"].rpartition("token=")[2]
    assert "#" in made["url"].partition("token=")[0], "a token in a query would reach logs"
    enter = {"token": token}
    answer = await desk.call("POST", "/v1/login", enter, token=None, headers={"origin": ORIGIN})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{auth.COOKIE}=")
    flags = {part.strip().partition("=")[0]: part.strip() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite", "path", "max-age"} <= set(flags)
    assert flags["samesite"] == "samesite=lax"
    assert flags["path"] == "path=/"
    assert flags["max-age"] == f"max-age={auth.COOKIE_MS // 1000}"
    assert "secure" not in flags, "over plain HTTP it would never come back"
    held = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
    me = await desk.call("GET", "/v1/me", token=None, headers=held)
    assert me.json()["user"]["name"] == "Ana"
    desk.http.cookies.clear()
    again = await desk.call("POST", "/v1/login", enter, token=None)
    assert again.status_code == 401


async def test_a_login_made_with_a_key_ends_with_the_key(desk: Any):
    """docs/guide/access.md: a revoked key stops at once, and so does all that goes back to it."""
    key_id, secret = desk.key("admin")

    async def link(**caller: Any) -> Any:
        made = await desk.call("POST", "/v1/login_links", {}, **caller)
        return {"token": made.json()["url"].rpartition("token=")[2]}

    async def enter(token: Any) -> Any:
        answer = await desk.call("POST", "/v1/login", token, token=None)
        desk.http.cookies.clear()
        return answer

    async def me(held: Any) -> int:
        return (await desk.call("GET", "/v1/me", token=None, headers=held)).status_code

    first = await enter(await link(token=secret))
    held = {"cookie": first.headers["set-cookie"].partition(";")[0]}
    by_cookie = await link(token=None, headers=held | {"origin": ORIGIN})
    unspent = await link(token=secret)
    other = {"cookie": desk.cookie()}
    assert await me(held) == await me(other) == 200
    await desk.post(f"/v1/api_keys/{key_id}/revoke")
    assert await me(held) == 401
    assert await me(other) == 200, "a login of the owner's own stays"
    for token in (unspent, by_cookie):
        assert (await enter(token)).status_code == 401


async def test_of_many_who_enter_with_one_link_one_gets_in(desk: Any):
    token = (await desk.post("/v1/login_links"))["url"].rpartition("token=")[2]
    calls = [desk.call("POST", "/v1/login", {"token": token}, token=None) for _ in range(8)]
    answers = await asyncio.gather(*calls)
    desk.http.cookies.clear()
    assert sorted(a.status_code for a in answers) == [200] + [401] * 7


async def test_a_login_link_lasts_fifteen_minutes(small: Any):
    token = (await small.post("/v1/login_links"))["url"].rpartition("token=")[2]
    small.clock.move(auth.LINK_MS)
    answer = await small.call("POST", "/v1/login", {"token": token}, token=None)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "x", "hansard_link_", "null", "x" * 201, "\ud800"])
async def test_a_token_nobody_made_lets_nobody_in(desk: Any, token: str):
    content = b'{"token":"%b"}' % token.encode("ascii", "backslashreplace")
    headers = {"content-type": "application/json"}
    answer = await desk.call("POST", "/v1/login", token=None, content=content, headers=headers)
    assert answer.status_code in (400, 401)
    assert "set-cookie" not in answer.headers


async def test_a_cookie_is_no_login_link_and_a_key_is_neither(desk: Any):
    cookie = desk.cookie().partition("=")[2]
    for token in (cookie, desk.key("admin")[1]):
        answer = await desk.call("POST", "/v1/login", {"token": token}, token=None)
        assert answer.status_code == 401
    answer = await desk.call("GET", "/v1/me", token=cookie)
    assert answer.status_code == 401, "a cookie's token is no bearer token"


async def test_signing_out_ends_the_cookie(desk: Any):
    held = {"cookie": desk.cookie(), "origin": ORIGIN}
    left = await desk.call("POST", "/v1/logout", token=None, headers=held)
    assert left.status_code == 200
    assert re.search(r"max-age=0|expires=thu, 01 jan 1970", left.headers["set-cookie"].lower())
    assert (await desk.call("GET", "/v1/me", token=None, headers=held)).status_code == 401


START = [
    ("127.0.0.1", "", False, True),
    ("localhost", "", False, True),
    ("::1", "", False, True),
    ("0.0.0.0", "", False, False),
    ("192.168.1.5", "", False, False),
    ("0.0.0.0", "a token of the owner", False, True),
    ("0.0.0.0", "", True, True),
    ("127.0.0.1.evil.example", "", False, False),
]


@pytest.mark.parametrize(("host", "token", "key", "starts"), START)
async def test_beyond_this_machine_somebody_must_hold_a_key(
    tmp_path: Path, host: str, token: str, key: bool, starts: bool
):
    """reliability.md 2, No-auth start: the matrix of eight cases (product.md, decision 12)."""
    settings = Settings(host=host, data_dir=tmp_path, admin_token=token, user_name="Ana")
    house = app.open_house(settings)
    try:
        if key:
            made = members.Key(
                "key_" + ABSENT, "ci", "x", "read", house.parts.workspace_id, None, 1, None, None,
                None,
            )  # fmt: skip
            house.store.submit(lambda tx: members.add_key(tx, made, b"hash")).result()
        if starts:
            app.refuse_open(settings, house)
        else:
            with pytest.raises(InvalidRequest, match="refusing to answer"):
                app.refuse_open(settings, house)
    finally:
        house.close()


async def test_a_revoked_key_does_not_open_the_door(tmp_path: Path):
    settings = Settings(host="0.0.0.0", data_dir=tmp_path, user_name="Ana")
    house = app.open_house(settings)
    where = house.parts.workspace_id
    try:
        for number, (expires, revoked) in enumerate(((1, None), (None, 5))):
            key_id = f"key_{number:032x}"
            made = members.Key(key_id, "ci", "x", "admin", where, None, 1, expires, None, None)
            house.store.submit(lambda tx, m=made: members.add_key(tx, m, m.id.encode())).result()
            if revoked:
                house.store.submit(
                    lambda tx, k=key_id: members.revoke_key(tx, where, k, 5)
                ).result()
        with pytest.raises(InvalidRequest, match="refusing to answer"):
            app.refuse_open(settings, house)
    finally:
        house.close()


def test_secrets_of_the_installation_are_its_owner_s_alone(tmp_path: Path):
    house = app.open_house(Settings(data_dir=tmp_path / "data", user_name="Ana"))
    house.close()
    for name in ("secret_key", "admin_secret"):
        file = tmp_path / "data" / name
        assert file.stat().st_mode & 0o777 == 0o600
        assert len(file.read_text()) > 40
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


PAGES = ("/", "/login", "/sessions", "/sessions/agent:coder/x", "/s/sesn_1")


@on_sqlite
@pytest.mark.parametrize("path", PAGES)
async def test_the_page_has_one_policy_and_no_data(desk: Any, path: str):
    """reliability.md 2, CSP: no inline script, no eval, Trusted Types."""
    held = {} if path == "/login" else {"cookie": desk.cookie()}
    answer = await desk.call("GET", path, token=None, headers=held)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in answer.headers["content-security-policy"].split(";")
    )
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe-eval" not in str(rules)
    assert "unsafe-inline" not in rules["style-src"]
    nonce = re.search(r"'nonce-([\w-]{20,})'", rules["style-src"])
    again = await desk.call("GET", path, token=None, headers=held)
    assert nonce is not None
    assert nonce[1] not in again.headers["content-security-policy"], "a nonce is used once"
    assert "__NONCE__" not in answer.text
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text), "an inline script"
    assert "cdn" not in answer.text.lower()


READER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@on_sqlite
async def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_where_he_was(desk: Any):
    """The page asks for no data before it is known who reads it."""
    for path, place in (
        ("/", "/login"),
        ("/sessions?tab=active&agent=a", "/login?next=%2Fsessions%3Ftab%3Dactive%26agent%3Da"),
        ("/s/sesn_1", "/login?next=%2Fs%2Fsesn_1"),
    ):
        for held in ({}, {"cookie": f"{auth.COOKIE}=hansard_login_none"}):
            answer = await desk.call("GET", path, token=None, headers=READER | held)
            assert (answer.status_code, answer.headers["location"]) == (302, place)
            assert answer.headers["cache-control"] == "no-store"


@on_sqlite
async def test_who_is_signed_in_does_not_sign_in_again(desk: Any):
    """A link that was used before leads on, and one that was not is kept for another browser."""
    held = READER | {"cookie": desk.cookie()}
    for after, place in (
        ("", "/sessions#"),
        ("?next=%2Fsessions%2Fsesn_1%3Ftab%3Draw", "/sessions/sesn_1?tab=raw#"),
        ("?next=https%3A%2F%2Fevil.example", "/sessions#"),
        ("?next=%2F%2Fevil.example", "/sessions#"),
        ("?next=%2F%5Cevil.example", "/sessions#"),
        ("?next=%2F%09%2Fevil.example", "/sessions#"),
        ("?next=%2F%0A%2Fevil.example", "/sessions#"),
    ):
        answer = await desk.call("GET", f"/login{after}", token=None, headers=held)
        assert (answer.status_code, answer.headers["location"]) == (302, place)
    assert (await desk.call("GET", "/login", token=None, headers=READER)).status_code == 200


@on_sqlite
@pytest.mark.parametrize("path", ["/nothing", "/session/x", "/setting/", "/v1x", "/login/x"])
async def test_a_reader_at_an_unknown_address_gets_the_page_and_a_program_the_error(
    desk: Any, path: str
):
    answer = await desk.call("GET", path, token=None, headers=READER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    for method, headers in (("GET", {"accept": "*/*"}), ("GET", {}), ("POST", READER)):
        answer = await desk.call(method, path, token=None, headers=headers)
        assert answer.status_code == 404
        assert answer.json()["error"]["type"] == "not_found_error"


@on_sqlite
@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/rpc/x", "/mcp", "/assets/no.js"])
async def test_under_the_api_a_browser_gets_its_error_too(desk: Any, path: str):
    answer = await desk.call("GET", path, headers=READER)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "not_found_error"


async def test_the_page_names_the_command_that_works_on_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk_of: Any
):
    script = tmp_path / "a & b" / "bin" / "hansard"
    script.parent.mkdir(parents=True)
    script.touch()
    monkeypatch.setattr("sys.executable", str(script.with_name("python")))
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.chdir(tmp_path)
    index = Path(static.__file__).parents[3] / "web" / "index.html"
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_bytes(index.read_bytes())
    async with desk_of(tmp_path / "data") as desk:
        command = desk.house.parts.command
        assert command == "'a & b/bin/hansard'"
        shown = static.document(page, command).body.decode()
    assert f'name="hansard-command" content="{html.escape(command)}"' in shown


async def test_every_answer_has_the_security_headers(desk: Any):
    session = await desk.session()
    found = [
        await desk.call("GET", "/", token=None),
        await desk.call("GET", "/v1/sessions"),
        await desk.call("GET", f"/v1/sessions/{session['id']}"),
        await desk.call("GET", "/nothing"),
        await desk.call("GET", "/v1/sessions", token=None),
        await desk.call("GET", "/livez", headers={"host": "evil.example"}),
        await desk.call("PUT", "/v1/sessions"),
        await desk.call("POST", "/v1/sessions", headers={"content-length": "9999999"}),
    ]
    ids = set[str]()
    for answer in found:
        assert answer.headers["x-content-type-options"] == "nosniff", answer
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        ids.add(answer.headers["request-id"])
    assert len(ids) == len(found)


@on_sqlite
@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../app.py",
        "/assets/%2e%2e/%2e%2e/app.py",
        "/assets/..%2f..%2fapp.py",
        "/assets//etc/passwd",
        "/assets/%00",
        "/assets/" + "x" * 5_000,
        "/fonts/../index.html",
        "/fonts/..%2findex.html",
        "/assets/..%2findex.html",
        "/theme.js/",
    ],
)
async def test_no_file_beyond_the_page_s_own_is_served(desk: Any, path: str):
    answer = await desk.call("GET", path, token=None)
    assert answer.status_code in (400, 404)
    assert answer.json()["type"] == "error"
