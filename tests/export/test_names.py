"""Names of export files (S1-N15, reliability.md *Session keys*)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain.errors import InvalidRequest
from hansard.export import discover
from hansard.export.base import file_name

KEYS = [
    "a:b/c", "..", ".", "%2e%2e%2f", "%252f", "x/events", "//", "\0", "a\r\nb", "\u202etxt.exe",
    "Å", "Å", "k" * 512, "?#;+%", "", " ", "~", "CON", "-rf", "/etc/passwd", "a\\b", "$(x)",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_shape_gives_a_harmless_name(key: str):
    harmless(file_name(key, 0, ".jsonl"))


@given(st.text())
def test_no_text_leaves_the_folder(key: str):
    harmless(file_name(key, 0, ".jsonl"))


def harmless(name: str) -> None:
    assert re.fullmatch(r"session-[A-Za-z0-9_][A-Za-z0-9_-]*\.jsonl", name)
    assert len(name) < 200


def test_a_key_can_be_told_by_its_name():
    key = "agent:coder:default:ana:web:thread:7"
    assert file_name(key, 0, ".jsonl") == "session-agent-coder-default-ana-web-thread-7.jsonl"


def test_several_sessions_are_named_after_the_time():
    assert file_name(None, 1_795_000_000_123, ".jsonl") == "sessions-export-1795000000123.jsonl"


def test_every_format_is_found_by_its_place():
    assert list(discover.all_formats()) == ["html", "jsonl", "markdown"]
    assert discover.named(None) is discover.named("jsonl")
    with pytest.raises(InvalidRequest, match="one of html, jsonl, markdown"):
        discover.named("docx")
