"""The scanner on JSON values, texts and records: what goes, what stays, what is said about it."""

import json
import string
import uuid
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import ids
from hansard.redaction.outcome import FAILED, FAILURE, closed
from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

KNOWN = "correct-horse-9-battery"
PAT = "ghp" + "_" + "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"
JWT = (
    "eyJ"
    + "hbGciOiJIUzI1NiJ9"
    + "."
    + "eyJ"
    + "zdWIiOiIxMjM0NTY3ODkwIn0"
    + "."
    + "q7W9eR2tY5u8Io0p"
)


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    secrets = Secrets()
    secrets.register("DB_PASSWORD", KNOWN)
    return Scanner(secrets, default_rules(), b"key of the tests")


def test_a_clean_value_comes_back_as_the_same_object(scanner: Scanner) -> None:
    payload = {"content": [{"type": "text", "text": "the token was refreshed"}], "n": 1.5}
    clean, redactions = scanner.scan(payload)
    assert clean is payload
    assert redactions == []


def test_keys_and_values_at_any_depth_lose_their_secrets(scanner: Scanner) -> None:
    """S2-34, S2-35."""
    payload = {
        "input": {"command": f"psql -c {KNOWN} # {KNOWN}", "env": [{KNOWN: 1}, "fine"]},
        "a/b~c": f"push with {PAT}",
        "count": 3,
    }
    clean, redactions = scanner.scan(payload)
    assert KNOWN not in json.dumps(clean)
    assert PAT not in json.dumps(clean)
    assert clean["input"]["command"] == "psql -c [secret:DB_PASSWORD] # [secret:DB_PASSWORD]"
    assert clean["input"]["env"] == [{"[secret:DB_PASSWORD]": 1}, "fine"]
    assert clean["count"] == 3
    assert [(r.path, r.rule, r.count) for r in redactions] == [
        ("/input/command", "known", 2),
        ("/input/env/0/[secret:DB_PASSWORD]", "known", 1),
        ("/a~1b~0c", "github-pat", 1),
    ]
    assert payload["count"] == 3
    assert KNOWN in payload["input"]["command"]  # the caller's value is not changed


def test_what_is_said_about_a_redaction_holds_neither_value_nor_length(scanner: Scanner) -> None:
    _, [redaction] = scanner.scan({"text": f"use {PAT}"})
    wire = redaction.to_wire()
    assert wire == {"path": "/text", "name": redaction.name, "rule": "github-pat", "count": 1}
    assert redaction.name.startswith("github-pat#")
    assert len(redaction.name) == len("github-pat#") + 4


def test_equal_values_get_equal_suffixes_and_another_key_other_ones(scanner: Scanner) -> None:
    clean, _ = scanner.scan({"a": f"use {PAT}", "b": f"or {PAT} again"})
    assert clean["a"].split()[1] == clean["b"].split()[1]
    suffixes = set()
    for key in (b"one", b"two", b"three"):
        other, _ = Scanner(Secrets(), default_rules(), key).scan_text(PAT)
        suffixes.add(other)
    assert len(suffixes) > 1


def test_two_keys_that_become_the_same_placeholder_stay_two(scanner: Scanner) -> None:
    secrets = Secrets()
    secrets.register("K", "value-one-1")
    secrets.register("K", "value-two-2")
    clean, _ = Scanner(secrets, default_rules(), b"k").scan({"value-one-1": 1, "value-two-2": 2})
    assert list(clean.values()) == [1, 2]


@pytest.mark.parametrize(
    "payload",
    [
        {"password": "hunter2-long"},
        {"password": "hunter"},
        {"passwords": ["open sesame", "hunter"]},
        {"config": {"clientSecret": "abcdefgh"}},
        {"headers": {"Authorization": "Basic cXdlcnR5OnVpb3A="}},
        {"headers": {"X-Api-Key": "q7W9-eR2tY5u8"}},
        {"env": [{"name": "DB_PASS", "value": "hunter"}]},
        {"argv": ["deploy", "--password", "hunter", "--verbose"]},
        {"db_pwd": "hunter"},
    ],
    ids=str,
)
def test_a_telling_name_is_enough(scanner: Scanner, payload: dict[str, Any]) -> None:
    clean, redactions = scanner.scan(payload)
    assert [r.rule for r in redactions] == ["sensitive-name"] * len(redactions)
    assert redactions
    for word in ("hunter", "sesame", "abcdefgh", "cXdlcnR5", "q7W9"):
        assert word not in json.dumps(clean)
    assert "deploy" in json.dumps(clean) or "argv" not in payload


@pytest.mark.parametrize(
    "payload",
    [
        {"password": "${DB_PASSWORD}"},
        {"password": "********"},
        {"token": "read"},
        {"max_tokens": "4096"},
        {"token_type": "Bearer"},
        {"next_page_token": "CAUQAA12345678901234"},
        {"client_secret": "<your client secret>"},
        {"key": "agent:coder:default:ana:web:thread:7"},
        {"session_key": "agent:coder:default:local:cli:thread:8d7d1234"},
        {"secret": "sesn_" + "0193f1e2" * 4},
        {"argv": ["login", "--password", "--verbose"]},
        {"password": {"type": "string", "description": "at least 8 characters"}},
        {"auth": "oauth2", "cookie": "theme=dark", "pwd": "/home/ana/project-1"},
        {"usage": {"input_tokens": 12345678, "cache_read_input_tokens": 99999999}},
    ],
    ids=str,
)
def test_a_telling_name_over_no_secret_changes_nothing(
    scanner: Scanner, payload: dict[str, Any]
) -> None:
    assert scanner.scan(payload) == (payload, [])


@pytest.mark.parametrize(
    "name", ["password = ", "DB_PASSWORD=", "passphrase: ", "$env:DB_PASSWORD="]
)
@pytest.mark.parametrize("phrase", ["correct horse battery", "two words77", "blue Monkey 42 river"])
@pytest.mark.parametrize("quote", ['"', "'", '\\"'])
def test_a_passphrase_between_quotes_is_taken_out(
    scanner: Scanner, name: str, phrase: str, quote: str
) -> None:
    text = f"run {name}{quote}{phrase}{quote} now"
    assert phrase not in scanner.scan_text(text)[0]
    assert scanner.scan_text(text)[0].startswith(f"run {name}")


@pytest.mark.parametrize(
    "label",
    ["Enter your password", "must be at least 8 characters", "Passwords do not match", "Sign in"],
)
def test_a_label_beside_a_password_stays(scanner: Scanner, label: str) -> None:
    text = f'password: "{label}"'
    assert scanner.scan_text(text)[0] == text


def test_signatures_and_images_are_scanned_for_known_values_alone(scanner: Scanner) -> None:
    blob = "q7W9" * 30 + PAT.replace("_", "") + "AKIA" + "Q7W2ER3TY5UI6OP7"
    payload = {
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": f"{blob}AKIA{'Q7W2ER3TY5UI6OP7'}="},
            {"type": "reasoning", "encrypted_content": f"sk-{blob}"},
            {"source": {"type": "base64", "media_type": "image/png", "data": f"/hf_{blob}"}},
            {"image_url": f"data:image/png;base64,sk-{blob}"},
        ]
    }
    assert scanner.scan(payload) == (payload, [])
    known = "inside+the/blob/9"
    secrets = Secrets()
    secrets.register("K", known)
    payload["content"][1]["encrypted_content"] += known
    _, redactions = Scanner(secrets, default_rules(), b"k").scan(payload)
    assert [r.path for r in redactions] == ["/content/1/encrypted_content"]


def test_an_opaque_field_that_holds_plain_text_is_scanned_like_any_other(scanner: Scanner) -> None:
    payload = {"type": "thinking", "thinking": "", "signature": f"not signed at all: {PAT}"}
    assert PAT not in json.dumps(scanner.scan(payload)[0])


@given(number=st.integers(min_value=0, max_value=2**74), ms=st.integers(0, 2**48 - 1))
def test_our_own_identifiers_uuids_and_hashes_are_no_secrets(number: int, ms: int) -> None:
    scanner = _SCANNER
    hexadecimal = f"{number:032x}{ms:032x}"
    own = [ids.make(prefix, ms, number) for prefix in ids.PREFIXES]
    payload = {
        "ids": [*own, f"blob_{hexadecimal}", str(uuid.UUID(int=number << 40))],
        "commit": hexadecimal[:40],
        "hash": hexadecimal,
        "secret": own[0],
        "text": " ".join([*own, hexadecimal, hexadecimal[:40]]) + f" token: {own[1]}",
    }
    assert scanner.scan(payload) == (payload, [])


# Idempotence ------------------------------------------------------------------------------------

_SECRETS = Secrets()
for _name, _value in {
    "DB_PASSWORD": KNOWN,
    "OTHER": "other-value-77",
    "NAME_OF_ANOTHER": "DB_PASSWORD",
    "ODD": "[secret:DB",
}.items():
    _SECRETS.register(_name, _value)
_SCANNER = Scanner(_SECRETS, default_rules(), b"key of the tests")

PIECES = st.sampled_from(
    [
        KNOWN,
        "other-value-77",
        PAT,
        JWT,
        "password=",
        'password: "',
        "token=",
        "secret:",
        "api_key: ",
        "Authorization: Bearer ",
        "https://user:",
        "@host",
        "[secret:DB_PASSWORD]",
        "[secret:github-pat#7f3a]",
        "[secret:SOMETHING_ELSE]",
        "[secret:",
        "]",
        "[redaction failed]",
        "hunter2-long",
        "q7W9eR2tY5u8Io0pLk3j",
        "--password ",
        "-----BEGIN PRIVATE KEY-----\n",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n",
        "\\n",
        "\\",
        '"',
        "'",
        " ",
        "\n",
        ";",
        "é",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=14).map("".join)
NAMES = st.sampled_from(["password", "token", "text", "value", "name", "signature", "data"]) | TEXTS
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)


@given(TEXTS)
def test_scanning_a_text_again_changes_nothing(text: str) -> None:
    clean, _ = _SCANNER.scan_text(text)
    assert KNOWN not in clean
    assert _SCANNER.scan_text(clean) == (clean, [])


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_scanning_a_value_again_changes_nothing_and_it_stays_json(value: dict[str, Any]) -> None:
    clean, redactions = _SCANNER.scan(value)
    coded = json.dumps(clean)
    assert KNOWN not in coded
    assert PAT not in coded
    assert (clean is value) == (not redactions)
    assert _SCANNER.scan(clean) == (clean, [])
    assert _shape(clean) == _shape(value)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [_shape(inner) for inner in value.values()]
    return [_shape(inner) for inner in value] if isinstance(value, list) else type(value)


@given(TEXTS, st.text(string.printable, max_size=30))
def test_a_secret_is_found_wherever_its_string_stands(text: str, other: str) -> None:
    """Joining the strings of a value for the first pass must not hide what one of them holds."""
    if _SCANNER.scan_text(text)[1]:
        for payload in ({"a": [other, text, other]}, {other: {"b": text}}, {"x": other, "y": text}):
            assert _SCANNER.scan(payload)[1]


def test_placeholders_of_ours_and_of_earlier_runs_stay(scanner: Scanner) -> None:
    for text in (
        "token=[secret:GONE_SINCE]",
        "password: [secret:assignment#12ab] and more",
        '{"api_key": "[secret:sensitive-name#0f0f]"}',
        "Authorization: Bearer [secret:bearer-token#aaaa]",
        "[redaction failed]",
    ):
        assert scanner.scan_text(text) == (text, [])


def test_a_forged_placeholder_hides_nothing(scanner: Scanner) -> None:
    assert PAT not in scanner.scan_text(f"[secret:{PAT}]")[0]
    assert KNOWN not in scanner.scan_text(f"[secret:{KNOWN}]")[0]
    assert "hunter2-long" not in scanner.scan_text("password=[secret:X]hunter2-long")[0]


# Records ----------------------------------------------------------------------------------------


def test_a_record_of_json_is_rewritten_string_by_string(scanner: Scanner) -> None:
    raw = orjson.dumps({"type": "user", "n": 1, "out": f'{{"password": "{KNOWN}"}}', "é": "ü"})
    clean = scanner.scan_record(raw)
    value = orjson.loads(clean)
    assert json.loads(value["out"]) == {"password": "[secret:DB_PASSWORD]"}
    assert (value["n"], value["é"]) == (1, "ü")


def test_a_clean_record_keeps_its_bytes(scanner: Scanner) -> None:
    raw = '{"a":1,"b":[true,null,1.5],"c":"ünïcode \\u0007 \\n"}'.encode()
    assert scanner.scan_record(raw) == raw


def test_a_key_that_comes_twice_hides_no_value(scanner: Scanner) -> None:
    raw = f'{{"a": "{KNOWN}", "a": "x", "b": "{PAT}", "b": 1}}'.encode()
    assert orjson.loads(scanner.scan_record(raw)) == {"a": "x", "b": 1}


def test_escaped_letters_hide_no_value(scanner: Scanner) -> None:
    raw = b'{"a":"' + b"".join(b"\\u%04x" % ord(c) for c in KNOWN) + b'"}'
    assert orjson.loads(scanner.scan_record(raw)) == {"a": "[secret:DB_PASSWORD]"}


@pytest.mark.parametrize("cut", [1, 9, 25])
def test_a_torn_record_is_scanned_as_text(scanner: Scanner, cut: int) -> None:
    raw = orjson.dumps({"password": KNOWN, "say": f"it is {PAT}, remember"})[:-cut]
    clean = scanner.scan_record(raw)
    assert KNOWN.encode() not in clean
    assert PAT.encode() not in clean
    assert clean.startswith(b'{"password":"[secret:DB_PASSWORD]"')


@given(st.binary(max_size=200))
def test_no_bytes_make_a_record_fail(raw: bytes) -> None:
    clean = _SCANNER.scan_record(raw + KNOWN.encode() + b"\xff")
    assert KNOWN.encode() not in clean
    clean.decode()


# Failing closed ---------------------------------------------------------------------------------


def test_a_scan_that_fails_lets_no_string_through(scanner: Scanner) -> None:
    payload = {
        "type": "agent.message",
        "text": "a" * 9,
        "n": 7,
        "odd": object(),
        KNOWN: ["b", True],
    }
    clean, [redaction] = scanner.scan(payload)
    assert redaction.rule == "failed"
    assert redaction.name.startswith("failed#")
    assert clean["type"] == "agent.message"
    assert (clean["text"], clean["n"], clean["odd"]) == (FAILED, 7, FAILED)
    assert KNOWN not in json.dumps(clean)
    assert list(clean.values())[-1] == [FAILED, True]
    assert scanner.scan(clean)[1] == []


def test_a_scanner_that_cannot_work_lets_no_text_through() -> None:
    broken = Scanner(Secrets(), default_rules(), "not bytes")
    assert broken.scan_text(f"push with {PAT}") == (FAILED, [FAILURE])
    assert broken.scan({"a": f"push with {PAT}"}) == ({"a": FAILED}, [FAILURE])
    assert broken.scan_record(orjson.dumps({"a": PAT})) == orjson.dumps(FAILED)
    assert broken.scan_record(f"torn {PAT}".encode()) == FAILED.encode()


def test_nesting_without_end_fails_closed(scanner: Scanner) -> None:
    deep: Any = KNOWN
    for _ in range(5_000):
        deep = [deep]
    clean, redactions = scanner.scan({"deep": deep, "top": KNOWN})
    assert clean["top"] == "[secret:DB_PASSWORD]"
    assert {redaction.rule for redaction in redactions} == {"known", "failed"}
    while isinstance(clean, (list, dict)):
        clean = clean["deep"] if isinstance(clean, dict) else clean[0]
    assert clean == FAILED
    assert closed(deep) is not None


def test_a_short_string_of_wide_letters_can_be_a_known_secret() -> None:
    secrets = Secrets()
    secrets.register("WIDE", "Ünïçö")
    assert Scanner(secrets, default_rules(), b"k").scan({"a": "Ünïçö"})[0] == {"a": "[secret:WIDE]"}


def test_lone_surrogates_and_odd_types_do_not_break_a_scan(scanner: Scanner) -> None:
    clean, _ = scanner.scan({"a": "\ud800 " + KNOWN, "b": (1, KNOWN), "c": float("nan")})
    assert clean["a"] == "? [secret:DB_PASSWORD]"
    assert clean["b"][1] == "[secret:DB_PASSWORD]"


def test_a_text_of_a_mebibyte_is_scanned_to_its_end(scanner: Scanner) -> None:
    filler = "password=token secret: bearer https://a:b -----BEGIN PRIVATE KEY----- curl " * 15_000
    clean, redactions = scanner.scan({"text": filler + KNOWN + " " + PAT})
    assert len(filler) > 1 << 20
    assert clean["text"].endswith(f"curl [secret:DB_PASSWORD] [secret:{redactions[-1].name}]")
