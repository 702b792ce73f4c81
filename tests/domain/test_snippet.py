"""A snippet of a long text: the same as if all of it were split into words, and much sooner."""

from time import perf_counter
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansard.domain import snippet, words
from hansard.domain.words import Term

_WORDS = [
    "the",
    "login",
    "Über",
    "nai\u0308ve",
    "会議",
    "한국",
    "x_y",
    "v2.10",
    "don't",
    "İst",
    "ΣΑ",
]
_ENDS = [" ", ", ", "\n", " -- ", "("]
_FILL = "lorem ipsum dolor sit amet, " * 9_000


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_ENDS)), min_size=5, max_size=40),
    st.lists(st.integers(2, 200), min_size=1, max_size=6),
    st.data(),
)
def test_of_a_long_text_the_snippet_is_that_of_the_whole(
    said: list[tuple[str, str]], often: list[int], data: st.DataObject
):
    """Words that come once, words that come a thousand times, phrases, prefixes."""
    part = "".join(map("".join, said))
    rest = "".join(f" {word} " * count for word, count in zip(_WORDS, often, strict=False))
    text = f"{rest} {part} {'filler ' * 1_000} rare {part * 3}"
    found = words.words(text)
    starts = st.integers(0, len(found) - 3)
    many = data.draw(st.lists(st.tuples(starts, st.integers(1, 3), st.booleans()), max_size=3))
    terms = [Term(tuple(found[at : at + width]), prefix) for at, width, prefix in many]
    terms.append(Term(("rare",)) if data.draw(st.booleans()) else Term(("filler",), wanted=False))
    # Below that length the window, which is what is tested here, is not taken at all.
    assert len(text) > snippet._WHOLE  # pyright: ignore[reportPrivateUsage]
    with patch.object(snippet, "_WHOLE", len(text)):
        whole = snippet.snippet(text, terms)
    assert snippet.snippet(text, terms) == whole


def timed(text: str, terms: list[Term]) -> float:
    """How long a snippet takes, in seconds."""
    began = perf_counter()
    snippet.snippet(text, terms)
    return perf_counter() - began


@pytest.mark.parametrize(
    ("text", "common"),
    [(_FILL, "lorem"), (_FILL.replace("dolor", "dölor"), "dolor"), ("x y " * 65_000, "x")],
)
def test_a_rare_word_in_a_large_text_is_shown_soon(text: str, common: str):
    """A page of a hundred hits: no text is split into words but where its hit is."""
    terms = [Term((common,)), Term(("y",)), Term(("absent",)), Term(("needle",))]
    text = f"{text} {'- ' * 100} the {common} needle y"
    found = snippet.snippet(text, terms)
    soon = min(timed(text, terms) for _ in range(5))
    with patch.object(snippet, "_WHOLE", len(text)):
        assert 3 * soon < min(timed(text, terms) for _ in range(3))
    assert found.text.endswith(f"the {common} needle y")
    assert [found.text[start:end] for start, end in found.marks][-3:] == [common, "needle", "y"]
