"""What search reads of an event, how it tells words apart, and the snippet that it shows."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import query, words
from hansard.domain.errors import InvalidRequest
from hansard.domain.query import Cost, Facet, Query
from hansard.domain.snippet import snippet
from hansard.domain.words import Term


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Fix the LOGIN-test, now!", ["fix", "the", "login", "test", "now"]),
        ("src/auth_token.py", ["src", "auth", "token", "py"]),
        ("Überprüfung naïve", ["uberprufung", "naive"]),
        ("cafe\u0301", ["cafe"]),
        ("会議の", ["会", "議", "の"]),
        ("v2.10 x86", ["v2", "10", "x86"]),
        ("\u0301 -- …", []),
    ],
)
def test_words_are_letters_and_digits_without_case_and_accents(text: str, told: list[str]):
    assert words.words(text) == told


@given(st.text(max_size=60))
def test_a_text_holds_each_of_its_own_words_and_the_snippet_marks_them(text: str):
    for word in words.words(text):
        term = Term((word,))
        assert words.holds(text, [term])
        assert not words.holds(text, [Term((word,), wanted=False)])
        found = snippet(text, [term])
        assert found.marks
        for start, end in found.marks:
            marked = unicodedata.normalize("NFD", found.text[start:end])
            plain = "".join(c for c in marked if not unicodedata.combining(c)).lower()
            assert plain == word


def test_a_document_has_words_arguments_results_and_paths_but_no_pictures():
    told = words.document(
        "agent.tool_use",
        {"name": "bash", "input": {"command": "pytest -q", "n": 7, "deep": [{"a": "b"}]}},
        "bash",
    )
    assert told is not None and (told.role, told.tool) == ("tool", "bash")
    assert told.text.split("\n") == ["bash", "pytest -q", "7", "b"]
    picture = {"type": "image", "source": {"type": "base64", "data": "AAAA", "media_type": "x"}}
    said = words.document("user.message", {"content": [picture, {"type": "text", "text": "see"}]})
    assert said is not None and (said.role, said.text) == ("user", "see")
    assert words.document("span.model_request_end", {"model": "m"}) is None
    assert words.document("user.message", {"content": "  "}) is None


def test_content_that_lies_aside_is_read_too():
    aside = {"type": "blob", "blob_id": "blob_1", "preview": "begin"}
    told = words.document(
        "agent.tool_result", {"content": [{"type": "text", "text": aside}]}, "bash", {
            "blob_1": "the whole output"
        }.get,
    )  # fmt: skip
    assert told is not None and told.text == "the whole output"


def test_an_unknown_event_is_read_whole_but_for_where_it_comes_from():
    told = words.document("vendor.note", {"a": {"b": "words"}, "source": {"record": "hidden"}})
    assert told is not None and (told.role, told.text) == ("system", "words")


def test_a_snippet_is_80_characters_before_and_120_after_with_dots_at_the_cuts():
    """S1-N7."""
    text = "x" * 200 + " needle " + "y" * 200
    found = snippet(text, [Term(("needle",))])
    assert found.text == "..." + "x" * 79 + " needle " + "y" * 119 + "..."
    assert snippet("a needle", [Term(("needle",))]).text == "a needle"


def test_a_snippet_stands_where_most_of_the_terms_are_together():
    text = "fix " + "far " * 200 + "fix the login"
    found = snippet(text, [Term(("login",)), Term(("fix",))])
    assert found.text.endswith("fix the login")
    parts = found.to_wire()["parts"]
    assert [part["text"] for part in parts if part["hit"]] == ["fix", "login"]
    assert "".join(part["text"] for part in parts) == found.text


def test_a_search_is_words_phrases_and_conditions():
    """ui.md B.3, the grammar."""
    asked = query.parse(
        'agent:Coder -tag:old tool:bash cost:>1.5 before:2026-11-01 key:"telegram:123" '
        'http://x "exact phrase" -not half'
    )
    assert asked == Query(
        terms=(
            Term(("http", "x")),
            Term(("exact", "phrase")),
            Term(("not",), wanted=False),
            Term(("half",), prefix=True),
        ),
        text="http://x exact phrase half",
        facets=(
            Facet("agent", "coder"),
            Facet("tag", "old", wanted=False),
            Facet("key", "telegram:123"),
        ),
        tools=("bash",),
        costs=(Cost(">", 1_500_000),),
        before=1_793_491_200_000,
    )
    assert query.parse("done ").terms == (Term(("done",)),)


@pytest.mark.parametrize(
    "typed",
    ["cost:much", "cost:1e9", "before:soon", "status:sad", "-tool:bash", "x" * 1_001, "a " * 33],
)
def test_a_condition_that_does_not_read_is_refused(typed: str):
    with pytest.raises(InvalidRequest):
        query.parse(typed)


@given(st.text(max_size=80))
def test_any_text_reads_as_a_search_or_is_refused(typed: str):
    try:
        asked = query.parse(typed)
    except InvalidRequest:
        return
    assert all(term.words and all(term.words) for term in asked.terms)
