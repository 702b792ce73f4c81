"""The sample sessions."""

import json
from pathlib import Path

from hansard import app, config
from hansard.ingest import demo
from hansard.ingest.book import Owner
from hansard.journal.rebuild import rebuild
from hansard.lens import rows
from hansard.store.sessions import Filter


def test_the_samples_show_every_part_of_the_list_and_come_once(tmp_path: Path) -> None:
    house = app.open_house(config.load({"HOME": str(tmp_path)}, data_dir=tmp_path / "data"))
    try:
        owner = Owner(str(house.parts.owner["id"]), str(house.parts.owner["name"]))
        where = house.parts.workspace_id
        added = demo.load(house.journal, where, owner)
        assert added >= 8
        assert demo.load(house.journal, where, owner) == 0
        page = rows.page(house.store, b"k" * 32, where, Filter(), sort="active_first")
        found = [json.loads(row) for row in page.rows]
        assert len(found) == added
        reasons = [r["attention"]["reason"] for r in found if r["attention"]]
        assert set(reasons) == {"approval", "question", "checkpoint", "failed"}
        assert {r["kind"] for r in found} == {
            "chat",
            "flow_run",
            "background_task",
            "automation_run",
        }
        assert any(r["unpriced_models"] and r["cost_micros"] is None for r in found)
        assert all(r["tags"] == ["demo"] for r in found)
        assert rebuild(house.journal, where, write=False).changed == []
    finally:
        house.close()


def test_no_sample_pretends_to_be_at_work(tmp_path: Path) -> None:
    """Nobody goes on with a sample: each is at its end, or waits, and no call stays open."""
    house = app.open_house(config.load({"HOME": str(tmp_path)}, data_dir=tmp_path / "data"))
    try:
        where = house.parts.workspace_id
        demo.load(house.journal, where, Owner("usr_1", "Ana"))
        page = rows.page(house.store, b"k" * 32, where, Filter(), sort="active_first")
        found = [json.loads(row) for row in page.rows]
        statuses = {r["display_status"] for r in found}
        assert statuses & {"idle", "succeeded", "waiting_approval"}
        assert not statuses & {"queued", "provisioning", "running"}
        assert [r["title"] for r in found if r["activity"]] == []
    finally:
        house.close()
