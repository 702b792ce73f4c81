"""Whatever a transcript holds, the terminal sees text (reliability.md section 2, ANSI)."""

import io
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.cli import rows, views
from hansard.cli.call import Call, Options
from hansard.cli.table import Column, table
from hansard.cli.terminal import (
    Screen,
    Styled,
    harmless,
    json_text,
    one_line,
    shorten,
    wants_colour,
    width,
)
from hansard.cli.transcript import Transcript, header
from hansard.domain.codec import REGISTRY

HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# what a foreign text tries, and what is left of it
SEQUENCES = [
    ("colour", "a\x1b[31mred\x1b[0m", "ared"),
    ("colour, 8-bit", "a\x9b31mred\x9b0m", "ared"),
    ("cursor up, erase", "a\x1b[2A\x1b[2Kb", "ab"),
    ("alternate screen", "\x1b[?1049hb", "b"),
    ("device report", "\x1b[6n\x1b[>c\x1b[0cb", "b"),
    ("keyboard mode", "\x1b[>4;1mb", "b"),
    ("window title", "a\x1b]0;pwned\x07b", "ab"),
    ("window title, ST", "a\x1b]2;pwned\x1b\\b", "ab"),
    ("window title, 8-bit", "a\x9d0;pwned\x9cb", "ab"),
    ("clipboard", "a\x1b]52;c;cm0gLXJmIH4=\x07b", "ab"),
    ("link", "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\", "text"),
    ("notification", "\x1b]9;hello\x07\x1b]777;notify;a;b\x07b", "b"),
    ("DCS", "a\x1bP$qm\x1b\\b", "ab"),
    ("APC", "a\x1b_Gf=100;AAAA\x1b\\b", "ab"),
    ("PM, SOS", "a\x1b^x\x1b\\\x1bXy\x1b\\b", "ab"),
    ("open title swallows nothing", "a\x1b]0;title\nrm -rf", "a␛]0;title\nrm -rf"),
    ("open DCS swallows nothing", "a\x1bPqqq then text", "a␛Pqqq then text"),
    ("long payload is not hidden", "\x1b]0;" + "x" * 3000 + "\x07", "␛]0;" + "x" * 3000 + "␇"),
    ("sequence within a sequence", "\x1b\x1b[0m[31mred", "␛[31mred"),
    ("reset", "\x1bcb", "␛cb"),
    ("charset", "\x1b(0b", "␛(0b"),
    ("carriage return overwrites", "rm -rf /\rls      ", "rm -rf /␍ls      "),
    ("line end of Windows", "a\r\nb", "a\nb"),
    ("backspace overwrites", "rm\b\bls", "rm␈␈ls"),
    ("bell, null, delete", "\x07\x00\x7f", "␇␀␡"),
    ("lone 8-bit controls", "\x85\x84\x8d\x9c", "<U+0085><U+0084><U+008D><U+009C>"),
    ("right-to-left override", "a\u202egpj.exe", "a<U+202E>gpj.exe"),
    ("isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"),
    ("marks", "\u200e\u200f\u061c", "<U+200E><U+200F><U+061C>"),
    ("line separators", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c"),
    ("invisible tags", "hi\U000e0041\U000e007f", "hi<U+E0041><U+E007F>"),
    ("half a character", "a\ud83d", "a<U+D83D>"),
    ("tab and newline stay", "a\tb\nc", "a\tb\nc"),
    ("other scripts stay", "żółć 漢字 עברית 👩‍👩‍👧", "żółć 漢字 עברית 👩‍👩‍👧"),
]

PIECES = st.sampled_from(
    [
        "\x1b",
        "[",
        "]",
        "\x9b",
        "\x9d",
        "P",
        "_",
        "\\",
        "\x07",
        "\x9c",
        "0;",
        "8;;",
        "52;c;",
        "31m",
        "\x18",
    ]
)
HOSTILE = st.lists(st.one_of(PIECES, st.characters(), st.text(max_size=5)), max_size=30).map(
    "".join
)


@pytest.mark.parametrize(("name", "text", "left"), SEQUENCES)
def test_a_known_sequence_does_not_act(name: str, text: str, left: str):
    assert harmless(text) == left, name
    assert not HARMFUL.search(left)


@given(HOSTILE)
def test_no_control_character_is_left_of_any_text(text: str):
    left = harmless(text)
    assert not HARMFUL.search(left)
    assert harmless(left) == left
    assert not HARMFUL.search(one_line(text) + one_line(text))
    assert "\n" not in one_line(text)


@given(st.binary())
def test_no_control_character_is_left_of_any_bytes(raw: bytes):
    for encoding in ("latin-1", "utf-8"):
        assert not HARMFUL.search(harmless(raw.decode(encoding, "replace")))


def test_no_control_character_is_left_of_a_million_bytes():
    raw = random.Random(11).randbytes(1_000_000)
    for text in (raw.decode("latin-1"), raw.decode("utf-8", "replace")):
        assert not HARMFUL.search(harmless(text))


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_passes_untouched(text: str):
    assert harmless(text) == text


@given(st.recursive(HOSTILE | st.integers() | st.none(), st.lists, max_leaves=5))
def test_json_keeps_its_value_and_holds_no_control_character(value: Any):
    shown = json_text(json.dumps(value, ensure_ascii=False))
    assert json.loads(shown) == value
    assert not HARMFUL.search(shown)
    shown.encode()


@given(HOSTILE, st.integers(2, 40))
def test_a_shortened_line_fits(text: str, most: int):
    assert width(shorten(one_line(text), most)) <= most


@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=4), st.integers(40, 90))
def test_a_table_fits_the_terminal_and_holds_no_control_character(
    found: list[tuple[str, str]], most: int
):
    columns = (Column("ONE", gives=True), Column("TWO", gives=True))
    out = io.StringIO()
    Screen(out).lines(table(columns, found, most))
    printed = out.getvalue().split("\n")
    assert len(printed) == len(found) + 2
    assert all(width(line) <= most and not HARMFUL.search(line) for line in printed)


def hostile_json(text: str) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.just(text) | st.integers(0, 9),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("text"), inner),
        max_leaves=3,
    )


@given(st.data(), HOSTILE)
def test_no_event_of_any_type_gets_a_control_character_through(data: st.DataObject, text: str):
    kind = data.draw(st.sampled_from([*sorted(REGISTRY), "something.new"]))
    names = [*REGISTRY[kind].shapes, "raw"] if kind in REGISTRY else ["content", "raw"]
    fields = {name: data.draw(hostile_json(text)) for name in names}
    named = {"type": "person", "name": text}
    event = {"id": text, "type": kind, "created_at": text, "actor": named, **fields}
    for full in (False, True):
        out = io.StringIO()
        Screen(out).lines(Transcript(full=full).lines([event, {**event, "turn_id": text}]))
        assert not HARMFUL.search(out.getvalue())


@given(HOSTILE)
def test_no_row_gets_a_control_character_through(text: str):
    row = {
        "id": text,
        "title": text,
        "key": text,
        "display_status": text,
        "agent": {"name": text},
        "progress": {"text": text},
        "updated_at": text,
        "activity": text,
        "error": {"message": text},
        "models": [text],
        "where": {"cwd": text},
    }
    out = io.StringIO()
    screen = Screen(out)
    screen.lines(rows.session_table([row], 0, 100))
    screen.line(*rows.row_line(row))
    screen.lines(header(row))
    screen.lines(views.anything({"data": [row]}, Call(Options())))
    screen.lines(views.anything(row, Call(Options())))
    assert not HARMFUL.search(out.getvalue())


def test_styles_are_added_after_the_text_was_made_harmless():
    out = io.StringIO()
    Screen(out, colour=True).line(Styled("a\x1b[5mb\x9b", "problem"), "\x1b[5mc")
    assert out.getvalue() == "\x1b[31mab<U+009B>\x1b[0mc\n"


def test_raw_lets_sequences_through_because_somebody_asked():
    out = io.StringIO()
    Screen(out, raw=True).line("a\x1b[5mb")
    assert out.getvalue() == "a\x1b[5mb\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(stream: Any, environ: dict[str, str], wanted: bool):
    assert wants_colour(stream, environ) is wanted


def test_wide_characters_take_two_columns():
    assert width("漢字") == 4
    assert width("e\u0301") == 1
    assert shorten("漢字漢字", 5) == "漢字…"
