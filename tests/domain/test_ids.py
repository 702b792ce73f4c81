from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import ids

MS = st.integers(0, (1 << 48) - 1)
BITS = st.integers(0, (1 << 74) - 1)


@given(MS, BITS)
def test_an_id_holds_its_time_and_every_random_bit(ms: int, random: int):
    """RFC 9562, section 5.7: 48 bits of time, version 7, variant 10, 74 bits of the maker's."""
    made = ids.uuid7(ms, random)
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == ms
    high = made.int >> 64 & 0xFFF
    low = made.int & (1 << 62) - 1
    assert high << 62 | low == random


@given(MS, BITS, MS, BITS)
def test_ids_sort_by_time(ms: int, random: int, later: int, other: int):
    if ms < later:
        assert ids.make("sevt", ms, random) < ids.make("sevt", later, other)


def test_bits_that_do_not_fit_are_dropped_and_break_nothing():
    made = ids.uuid7(-1, (1 << 80) - 1)
    assert (made.version, made.variant) == (7, RFC_4122)


@given(st.sampled_from(ids.PREFIXES), MS, BITS)
def test_an_id_and_its_bytes_are_the_same(prefix: str, ms: int, random: int):
    made = ids.make(prefix, ms, random)
    assert ids.is_id(prefix, made)
    assert ids.from_bytes(prefix, ids.to_bytes(made)) == made
    assert UUID(bytes=ids.to_bytes(made)) == ids.uuid7(ms, random)


def test_a_derived_id_is_the_same_forever():
    """Importing twice appends nothing. The digest of the parts begins 3d8 fa3ff7c855d2c8a3."""
    made = ids.derived("sevt", 1_763_600_000_000, "claude_code", "rec-1", "0")
    assert made == "sevt_019a9ec0640073d8be8ffdf21574b228"


@given(MS, st.lists(st.text(), min_size=1, max_size=4))
def test_a_derived_id_follows_from_time_and_parts_alone(ms: int, parts: list[str]):
    made = ids.derived("sevt", ms, *parts)
    assert made == ids.derived("sevt", ms, *parts)
    assert int(made[5:17], 16) == ms
    assert made != ids.derived("sevt", ms, *parts, "another part")


def test_parts_do_not_run_into_each_other():
    assert ids.derived("sevt", 0, "ab", "c") != ids.derived("sevt", 0, "a", "bc")


def test_half_a_character_in_a_record_id_does_no_harm():
    assert ids.is_id("sevt", ids.derived("sevt", 0, "\ud83d"))


@pytest.mark.parametrize(
    "text", ["", "sesn_", "sesn_12", "sesn_" + "g" * 32, "SESN_" + "0" * 32, "0" * 32, "sesn_0\n"]
)
def test_what_is_no_id_is_told_so(text: str):
    assert not ids.is_id("sesn", text)
    with pytest.raises(ValueError, match="not an identifier"):
        ids.to_bytes(text)


def test_an_id_of_another_kind_is_not_of_this_kind():
    made = ids.make("sesn", 0, 0)
    assert not ids.is_id("sevt", made)
    assert not ids.is_id("sesn", made + "\n")
