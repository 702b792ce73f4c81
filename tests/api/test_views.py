"""Saved views: a person's own, those that are shared, and two that are built in (ui.md B.3)."""

from typing import Any

import pytest

from hansard.domain import listing
from hansard.store import members

Json = dict[str, Any]
PATH = "/v1/views"
WHOLE = {
    "filters": {
        "agent_id": ["agent_x"],
        "attention": True,
        "created_at[gte]": "2026-01-01T00:00:00Z",
    },
    "columns": ["source", "cost", "updated"],
    "sort": "-updated_at",
    "density": "compact",
}


def person(desk: Any) -> dict[str, str]:
    """The headers of another person's browser."""
    made = members.Member(desk.id("usr"), "Bo", "member")
    where = desk.house.parts.workspace_id
    desk.house.store.submit(lambda tx: members.add_member(tx, where, made, desk.clock())).result()
    return {"cookie": desk.cookie(made.id), "origin": "http://127.0.0.1:4777"}


async def names(desk: Any, **options: Any) -> list[str]:
    return [view["name"] for view in (await desk.get(PATH, **options))["data"]]


async def test_a_view_is_kept_as_it_was_said_and_changes_in_what_is_sent(desk: Any):
    name = desk.id("view")
    made = await desk.post(PATH, {"name": name, **WHOLE})
    assert {field: made[field] for field in WHOLE} == WHOLE
    assert (made["shared"], made["built_in"], made["own"]) == (False, False, True)
    changed = await desk.post(f"{PATH}/{made['id']}", {"density": "comfortable", "shared": True})
    assert changed == {
        **made, "density": "comfortable", "shared": True, "updated_at": changed["updated_at"]
    }  # fmt: skip
    found = next(v for v in (await desk.get(PATH))["data"] if v["id"] == made["id"])
    assert found == changed
    gone = await desk.call("DELETE", f"{PATH}/{made['id']}")
    assert gone.json() == {"id": made["id"], "type": "saved_view_deleted"}
    assert name not in await names(desk)
    assert (await desk.call("DELETE", f"{PATH}/{made['id']}")).status_code == 404


async def test_the_built_in_views_are_first_and_stay(desk: Any):
    assert (await names(desk))[:2] == ["Needs me", "Audit"]
    built_in = [v for v in (await desk.get(PATH))["data"] if v["built_in"]]
    for view in built_in:
        assert set(view["columns"]) <= set(listing.COLUMNS)
        listed = {"sort": view["sort"], **{k: str(v).lower() for k, v in view["filters"].items()}}
        await desk.get("/v1/sessions", params=listed)
        for method, body in (("DELETE", None), ("POST", {"name": "x"})):
            answer = await desk.call(method, f"{PATH}/{view['id']}", body)
            assert answer.status_code == 409
    assert (await desk.call("POST", PATH, {"name": "Audit"})).status_code == 409
    audit = next(view for view in built_in if view["name"] == "Audit")
    assert audit["columns"] == [
        "source", "type", "tools", "messages", "tokens_in", "tokens_out", "tool_calls", "updated",
        "actions",
    ], "S0-8 to S0-15, S0-17"  # fmt: skip


async def test_a_view_is_one_s_own_until_it_is_shared(desk: Any):
    other = {"token": None, "headers": person(desk)}
    mine = (await desk.post(PATH, {"name": desk.id("view")}))["id"]
    path = f"{PATH}/{mine}"
    assert mine not in [v["id"] for v in (await desk.get(PATH, **other))["data"]]
    assert (await desk.call("POST", path, {"density": "compact"}, **other)).status_code == 404
    assert (await desk.call("DELETE", path, **other)).status_code == 404
    await desk.post(path, {"shared": True})
    seen = next(v for v in (await desk.get(PATH, **other))["data"] if v["id"] == mine)
    assert (seen["own"], seen["shared"]) == (False, True)
    assert (await desk.post(path, {"density": "compact"}, **other))["density"] == "compact"
    await desk.post(path, {"shared": False}, **other)
    assert (await desk.call("DELETE", path, **other)).status_code == 404, "it is the owner's"
    assert (await desk.call("DELETE", path)).status_code == 200


async def test_a_name_is_a_person_s_once(desk: Any):
    name, other = desk.id("view"), person(desk)
    first = await desk.post(PATH, {"name": name})
    assert (await desk.call("POST", PATH, {"name": name})).status_code == 409
    await desk.post(PATH, {"name": name}, token=None, headers=other)
    second = await desk.post(PATH, {"name": desk.id("view")})
    renamed = await desk.call("POST", f"{PATH}/{second['id']}", {"name": name})
    assert renamed.status_code == 409
    assert (await desk.post(f"{PATH}/{first['id']}", {"name": name}))["name"] == name


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": " "},
        {"name": "x" * 81},
        {"name": "a\0b"},
        {"name": "x", "filters": {"colour": "red"}},
        {"name": "x", "filters": {"state": ["asleep"]}},
        {"name": "x", "filters": {"since": "later"}},
        {"name": "x", "columns": ["title"]},
        {"name": "x", "columns": ["source", "source"]},
        {"name": "x", "sort": "price"},
        {"name": "x", "density": "loose"},
        {"name": "x", "colour": "red"},
        {"name": "x", "shared": "yes"},
    ],
)
async def test_what_no_list_can_show_is_refused(desk: Any, body: Json):
    before = await names(desk)
    assert (await desk.call("POST", PATH, body)).status_code == 400
    made = await desk.post(PATH, {"name": desk.id("view")})
    assert (await desk.call("POST", f"{PATH}/{made['id']}", body)).status_code == 400
    assert (await desk.call("POST", f"{PATH}/{made['id']}", {})).status_code == 400
    await desk.call("DELETE", f"{PATH}/{made['id']}")
    assert await names(desk) == before


async def test_a_secret_in_a_view_is_not_kept(desk: Any):
    """S2-34: before the first write, wherever it is typed."""
    secret = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7H8"
    made = await desk.post(PATH, {"name": f"of {secret}", "filters": {"channel": [secret]}})
    assert secret not in str(made)
    assert secret not in str(await desk.get(PATH))


async def test_a_view_that_would_slow_every_page_is_refused(desk: Any):
    """Each page asks for all views, everybody's shared ones among them."""
    wide = {"tag": [f"{number:03}{'x' * 200}" for number in range(90)]}
    answer = await desk.call("POST", PATH, {"name": desk.id("view"), "filters": wide})
    assert answer.status_code == 400
    assert "16,384 bytes" in answer.json()["error"]["message"]
