"""Who did something is text from outside as well."""

from pathlib import Path

from hansard import app, config
from hansard.control import create
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft


async def test_a_secret_in_an_actor_reaches_no_byte_of_the_log(tmp_path: Path) -> None:
    """S2-34: a recorder names the actor, and a foreign log does."""
    token = "ghp_" + "a1B2c3D4e5F6" * 3
    house = app.open_house(config.load({"HOME": str(tmp_path)}, data_dir=tmp_path / "data"))
    agent = {"id": "agent_" + "1" * 32, "type": "agent", "name": "coder", "version": 1}
    new = create.NewSession(agent=agent, owner=None, recorded=True)
    made = await create.create(house.journal, house.parts.workspace_id, new, Actor("system"))
    said = Draft(
        "user.message",
        {"content": [{"type": "text", "text": "hello"}]},
        Actor("person", token, f"Ana {token}"),
        house.parts.clock(),
    )
    done = await house.journal.append(house.parts.workspace_id, made.session.id, [said])
    assert token not in str(done.events[0].to_wire())
    house.close()
    files = [f.read_bytes() for f in (tmp_path / "data").iterdir() if f.is_file()]
    assert not any(token.encode() in content for content in files)
