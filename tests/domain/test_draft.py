import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from hansard.domain.actor import SYSTEM
from hansard.domain.draft import Draft, Json, Redacted

SECRET = "ghp_live"
DRAFT = Draft("user.message", {"content": SECRET}, SYSTEM, 0)


def clean(payload: Json) -> tuple[Json, list[Json]]:
    found = {"path": "/content", "name": "GITHUB_TOKEN", "rule": "known", "count": 1}
    return {**payload, "content": "[secret:GITHUB_TOKEN]"}, [found]


def untouched(payload: Json) -> tuple[Json, list[Json]]:
    return payload, []


@pytest.mark.parametrize(
    "encode",
    [orjson.dumps, json.dumps, pickle.dumps, copy.copy, copy.deepcopy, dataclasses.asdict],
)
def test_nothing_can_encode_or_copy_a_draft(encode: Callable[[Any], Any]):
    """S2-34: a draft may hold secrets, so no sink takes it."""
    with pytest.raises(TypeError):
        encode(DRAFT)


@pytest.mark.parametrize("encode", [orjson.dumps, json.dumps, pickle.dumps, copy.deepcopy])
def test_a_draft_is_not_carried_along_by_what_holds_it(encode: Callable[[Any], Any]):
    for holder in ([DRAFT], {"draft": DRAFT}):
        with pytest.raises(TypeError):
            encode(holder)


def test_a_draft_shows_nothing_of_its_payload():
    """S2-34: a log line about a draft holds no secret."""
    assert SECRET not in f"{DRAFT} {DRAFT!r}"


def test_fields_are_set_on_another_draft():
    priced = DRAFT.with_payload(cost_micros=5)
    assert priced.payload == {"content": SECRET, "cost_micros": 5}
    assert DRAFT.payload == {"content": SECRET}
    assert (priced.type, priced.actor, priced.created_at) == ("user.message", SYSTEM, 0)


def test_equal_drafts_are_equal():
    assert Draft("user.message", {"content": SECRET}, SYSTEM, 0) == DRAFT
    assert Draft("user.message", {"content": "other"}, SYSTEM, 0) != DRAFT


def test_only_a_scan_makes_what_sinks_take():
    """S2-34."""
    for forged in ((DRAFT, {}), (DRAFT, {}, None), (DRAFT, {}, object()), (DRAFT, {}, True)):
        with pytest.raises(TypeError, match=r"Redacted\.of"):
            Redacted(*forged)


def test_a_scan_leaves_the_secret_behind_and_says_what_it_took():
    """S2-35: by its name."""
    made = Redacted.of(DRAFT, clean)
    assert made.payload["content"] == "[secret:GITHUB_TOKEN]"
    assert [found["name"] for found in made.payload["redactions"]] == ["GITHUB_TOKEN"]
    with pytest.raises(TypeError):
        pickle.dumps(made)


def test_a_scan_that_finds_nothing_adds_nothing():
    assert Redacted.of(DRAFT, untouched).payload == {"content": SECRET}


def test_redactions_of_an_earlier_scan_are_kept():
    earlier = {"path": "/a", "name": "OLD", "rule": "known", "count": 1}
    made = Redacted.of(DRAFT.with_payload(redactions=[earlier]), clean)
    assert [found["name"] for found in made.payload["redactions"]] == ["OLD", "GITHUB_TOKEN"]


def test_redactions_of_a_foreign_shape_are_not_mixed_in():
    made = Redacted.of(DRAFT.with_payload(redactions="none"), clean)
    assert [found["name"] for found in made.payload["redactions"]] == ["GITHUB_TOKEN"]
