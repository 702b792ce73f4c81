"""Whatever happens to a file and its copy, and however often the server stops: told once."""

import json
import os
import random
from pathlib import Path

import pytest

SEEDS = 6 * int(os.environ.get("HANSARD_TEST_LONG", "1"))
SESSION = "5aaaaaaa-0000-4000-8000-000000000001"


def story(dice: random.Random, talk) -> list[tuple[bytes, str, int]]:
    """Lines of a session: (line, message id or nothing, output tokens). Messages have several
    lines with growing figures, and some go on after another one began."""
    told: list[tuple[bytes, str, int]] = []
    plain = talk(SESSION, turns=6)
    for turn in range(6):
        told.append((plain[2 * turn], "", 0))
        for output in sorted(dice.sample(range(1, 100), dice.randrange(1, 4))):
            told.append(answer(dice, plain[2 * turn + 1], output))
    for _ in range(2):
        place = dice.choice([n for n, (_, message, _) in enumerate(told) if message])
        line, _, output = told[place]
        later = dice.randrange(place + 1, len(told) + 1)
        told.insert(later, answer(dice, line, output + dice.randrange(30)))
    return told


def answer(dice: random.Random, line: bytes, output: int) -> tuple[bytes, str, int]:
    record = json.loads(line)
    record["uuid"] = f"{dice.randrange(1 << 32):08x}{record['uuid'][8:]}"
    record["message"]["content"] = [{"type": "text", "text": f"part {dice.random()}"}]
    record["message"]["usage"]["output_tokens"] = output
    return json.dumps(record).encode() + b"\n", record["message"]["id"], output


def shake(dice: random.Random, tail, paths: list[Path], data: bytes) -> None:
    """Grow, cut and replace the files, look at them or not, restart or not; then finish them."""
    at = dict.fromkeys(paths, 0)
    for _ in range(50):
        path, chance = dice.choice(paths), dice.random()
        if chance < 0.6:
            end = min(len(data), at[path] + dice.randrange(1, 1500))
            with path.open("ab") as file:
                file.write(data[at[path] : end])
        elif chance < 0.7:
            tail.start()
            continue
        elif chance < 0.8:
            end = dice.randrange(at[path] + 1)
            os.truncate(path, end)
        else:
            end = dice.randrange(len(data))
            path.with_suffix(".tmp").write_bytes(data[:end])
            os.replace(path.with_suffix(".tmp"), path)
        at[path] = end
        if dice.random() < 0.8:
            tail.follow(path, rest=dice.random() < 0.3)
    for path in paths:
        path.write_bytes(data)
        tail.follow(path, rest=True)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_file_is_told_once_whatever_happens_to_it(seed, houses, folder, talk, tails):
    """why.md 1, 4 and 8; HANSARD_TEST_LONG=n plays n times as many."""
    dice = random.Random(seed)
    house, calm = houses(memory=True), houses(memory=True)
    told = story(dice, talk)
    paths = [folder / f"{SESSION}.jsonl", folder / "copy" / f"{SESSION}.jsonl"][: 1 + seed % 2]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    shake(dice, tails(house, folder), paths, b"".join(line for line, _, _ in told))
    tails(calm, folder).follow(paths[0], rest=True)
    [row], [expected] = house.rows().values(), calm.rows().values()
    largest: dict[str, int] = {}
    for _, message, output in told:
        largest[message] = max(output, largest.get(message, 0))
    assert row["tokens"]["output"] == sum(largest.values())
    for name in ("tokens", "cost_micros", "message_count", "turn_count"):
        assert row[name] == expected[name]
    events, raw = house.events(row["id"]), house.raw(row["id"])
    said = {event["id"] for event in events}
    assert len(said) == len(events)
    calmly = [event for event in calm.events(expected["id"]) if "corrects" not in event]
    assert said >= {event["id"] for event in calmly}
    assert {house.clean(line).decode() for line, _, _ in told} <= set(raw)
    for event in events:
        if "message" in event["type"] or event["type"].startswith("span."):
            assert event["source"]["record"] in raw[event["source"]["n"]]
    house.check()
