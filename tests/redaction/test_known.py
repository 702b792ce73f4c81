"""Known secrets are found in every form in which they commonly appear (S2-34, S2-35)."""

import base64
import html
import json
import re
import shlex
import string
import textwrap
from collections.abc import Callable
from threading import Thread
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner

VALUE = "p/4ss+W0rd=<&>\"'$é"
NO_RULES = RulePack.parse([])


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "base64": b64,
    "base64 one byte on": lambda v: b64("x" + v + "tail"),
    "base64 two bytes on": lambda v: b64("xy" + v + "tail"),
    "base64 of basic authentication": lambda v: b64("user:" + v),
    "base64 url": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "base64 without padding": lambda v: b64(v).rstrip("="),
    "base64 with escaped padding": lambda v: quote(b64(v)),
    "hex": lambda v: v.encode().hex(),
    "HEX": lambda v: v.encode().hex().upper(),
    "percent": lambda v: quote(v, safe=""),
    "percent, slash kept": quote,
    "percent, plus": quote_plus,
    "percent, lower": lambda v: "".join(
        c.lower() if i and "%" in quote(v)[max(i - 2, 0) : i] else c for i, c in enumerate(quote(v))
    ),
    "JSON": json.dumps,
    "JSON, not ASCII": lambda v: json.dumps(v, ensure_ascii=False),
    "JSON twice": lambda v: json.dumps(json.dumps({"v": v})),
    "JSON for HTML": lambda v: (
        json.dumps(v).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    ),
    "JSON, slash escaped": lambda v: json.dumps(v).replace("/", "\\/"),
    "HTML": html.escape,
    "shell": shlex.quote,
    "YAML": lambda v: v.replace("'", "''"),
    "shell, every quote": lambda v: v.replace("'", r"'\''"),
    "shell, backslashes": lambda v: re.sub(r"([^\w@%+=:,./-])", r"\\\1", v, flags=re.ASCII),
    "Python": lambda v: repr(v)[1:-1],
    "percent twice": lambda v: quote(quote(v, safe=""), safe=""),
    "percent, every byte": lambda v: "".join(f"%{b:02x}" for b in v.encode()),
    "byte escapes": lambda v: "".join(f"\\x{b:02X}" for b in v.encode()),
    "unicode escapes": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "HTML numbers": lambda v: "".join(f"&#{ord(c)};" for c in v),
    "HTML hex numbers": lambda v: "".join(f"&#x{ord(c):X};" for c in v),
    "hex pairs": lambda v: v.encode().hex(" "),
    "hex pairs with colons": lambda v: v.encode().hex(":").upper(),
    "hex of UTF-16": lambda v: v.encode("utf-16-le").hex(),
    "base64 of UTF-16": lambda v: base64.b64encode(("a" + v + "b").encode("utf-16-le")).decode(),
}
WIDE = ("utf-16-le", "utf-16-be")


def scanner_of(**secrets: str) -> Scanner:
    registry = Secrets()
    for name, value in secrets.items():
        assert registry.register(name, value)
    return Scanner(registry, NO_RULES, b"key")


@pytest.mark.parametrize("form", FORMS)
def test_a_known_secret_is_replaced_by_its_name_in_every_form(form: str) -> None:
    """S2-34, S2-35."""
    text = FORMS[form](VALUE)
    clean, [redaction] = scanner_of(DB_PASSWORD=VALUE).scan_text(f"before {text} after")
    assert "[secret:DB_PASSWORD]" in clean
    assert (redaction.name, redaction.rule, redaction.count) == ("DB_PASSWORD", "known", 1)
    if not {"JSON", "on", "basic", "UTF-16", "Python"} & set(re.split(r"[ ,]+", form)):
        assert len(clean) < len("before [secret:DB_PASSWORD] after") + 6


@given(
    value=st.text(string.ascii_letters + string.digits + "+/=_-.:%&<>\"'\\$ é", min_size=8).filter(
        lambda v: len(v.strip()) >= 8
    ),
    before=st.text(max_size=40),
    after=st.text(max_size=40),
    form=st.sampled_from(sorted(FORMS.keys() - {"percent, lower"})),
)
@settings(max_examples=300, deadline=None)
def test_no_surroundings_hide_a_known_secret(
    value: str, before: str, after: str, form: str
) -> None:
    """S2-34: at every offset, between whatever, in the text and in the bytes behind base64."""
    value = value.strip()
    clean, redactions = scanner_of(K=value).scan_text(before + FORMS[form](value) + after)
    assert redactions
    assert "[secret:K]" in clean


@given(
    lead=st.binary(max_size=7),
    tail=st.binary(max_size=7),
    value=st.text(string.ascii_letters + string.digits, min_size=8, max_size=80),
)
@settings(max_examples=300, deadline=None)
def test_base64_gives_away_no_whole_byte_of_a_secret(lead: bytes, tail: bytes, value: str) -> None:
    """S2-34: what stays on either side depends on at most four bits of the value."""
    coded = base64.b64encode(lead + value.encode() + tail).decode()
    clean, _ = scanner_of(K=value).scan_text(coded)
    head, _, rest = clean.partition("[secret:K]")
    assert len(head) <= -(-len(lead) * 8 // 6)
    assert len(rest) <= len(coded) - (len(lead) + len(value)) * 8 // 6


def test_a_wrapped_base64_block_is_covered_line_by_line() -> None:
    value = "".join(chr(33 + i % 90) for i in range(200))
    for columns in (64, 76):
        text = "\n".join(textwrap.wrap(b64(value), columns))
        clean, _ = scanner_of(K=value).scan_text(text)
        assert set(clean.split("\n")) == {"[secret:K]"}


def test_each_line_of_a_value_of_several_lines_is_a_secret() -> None:
    lines = ["first-line-of-it", "short", "third line of it"]
    scanner = scanner_of(CERT="-----BEGIN THING-----\n" + "\n".join(lines))
    assert scanner.scan_text("grep: third line of it!")[0] == "grep: [secret:CERT]!"
    assert scanner.scan_text("a short -----BEGIN THING----- of it")[1] == []
    assert scanner.scan_text("\\n".join(lines))[0] == "[secret:CERT]\\nshort\\n[secret:CERT]"


def test_case_counts_for_known_values_but_not_for_hexadecimal() -> None:
    scanner = scanner_of(K="CaseMatters1")
    assert scanner.scan_text("casematters1 CASEMATTERS1")[1] == []
    assert scanner.scan_text(b"CaseMatters1".hex().upper())[1] != []


def test_secrets_that_overlap_leave_nothing_of_either() -> None:
    scanner = scanner_of(LEFT="abcdefgh1234", RIGHT="1234ijklmnop")
    clean, _ = scanner.scan_text("<abcdefgh1234ijklmnop>")
    assert clean in {"<[secret:LEFT]>", "<[secret:RIGHT]>"}


def test_a_longer_secret_that_holds_a_shorter_one_gives_the_name() -> None:
    scanner = scanner_of(SHORT="inner-secret", LONG="outer-inner-secret-outer")
    assert scanner.scan_text("outer-inner-secret-outer")[0] == "[secret:LONG]"
    assert scanner.scan_text("an inner-secret")[0] == "an [secret:SHORT]"


def test_a_secret_that_is_a_number_is_found_without_its_quotes() -> None:
    clean, [redaction] = scanner_of(PIN="4929112233").scan({"pin": 4929112233, "n": 492911223})
    assert clean == {"pin": "[secret:PIN]", "n": 492911223}
    assert redaction.path == "/pin"


def test_a_secret_registered_later_counts_from_the_next_scan_on() -> None:
    registry = Secrets()
    scanner = Scanner(registry, default_rules(), b"key")
    payload = {"text": "the value is zebra-crossing-9"}
    assert scanner.scan(payload) == (payload, [])
    registry.register("LATE", "zebra-crossing-9")
    assert scanner.scan(payload)[0] == {"text": "the value is [secret:LATE]"}


def test_threads_scan_while_others_register() -> None:
    registry = Secrets()
    scanner = Scanner(registry, default_rules(), b"key")
    leaks: list[str] = []

    def work(number: int) -> None:
        for turn in range(20):
            value = f"thread-{number}-value-{turn}"
            registry.register(f"T{number}_{turn}", value)
            clean, _ = scanner.scan({"a": [value, "nothing here"], "b": f"x {value} y"})
            if value in json.dumps(clean):
                leaks.append(value)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert leaks == []
    assert registry.generation == 80


def test_hundreds_of_secrets_and_a_long_one_are_all_found() -> None:
    registry = Secrets()
    values = {f"S{n}": f"secret-number-{n:05d}-of-many" for n in range(400)}
    for name, value in values.items():
        registry.register(name, value)
    registry.register("LONG", "".join(chr(33 + (i * 7) % 90) for i in range(20_000)))
    scanner = Scanner(registry, NO_RULES, b"key")
    clean, redactions = scanner.scan_text(" ".join(values.values()))
    assert clean == " ".join(f"[secret:{name}]" for name in values)
    assert len(redactions) == 400


@pytest.mark.parametrize("coding", WIDE)
@pytest.mark.parametrize("escaped", [False, True])
def test_utf_16_read_as_utf_8_hides_no_value(coding: str, escaped: bool) -> None:
    value = "correct-horse-9-battery"
    text = value.encode(coding).decode()
    text = json.dumps(text)[1:-1] if escaped else text
    clean, _ = scanner_of(K=value).scan_text(f"before {text} after")
    assert clean.replace("\0", "").replace("\\u0000", "") == "before [secret:K] after"


@pytest.mark.parametrize("columns", [48, 60, 64, 76])
@pytest.mark.parametrize("lead", range(0, 90, 7))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", "\n   "])
def test_a_line_end_that_cuts_a_value_hides_nothing(lead: int, columns: int, line_end: str) -> None:
    """Wherever the value stands in a wrapped block: base64 of a file, `xxd -p`."""
    value = "q7W9eR2tY5u8Io0pLk3jHg6f"
    content = ("x" * lead + value + "y" * 90).encode()
    for coded in (base64.b64encode(content).decode(), content.hex()):
        text = line_end.join(textwrap.wrap(coded, columns))
        clean, found = scanner_of(K=value).scan_text(f"$ base64 file\n{text}\n$")
        assert [r.name for r in found] == ["K"]
        assert clean.count("[secret:K]") == 1
