"""Keys and login links, whose secrets are shown once; agents, which a name stands for."""

import webbrowser

from hansard.cli import commands, grammar, lookup
from hansard.cli.call import Call, Output
from hansard.cli.commands import Special
from hansard.cli.grammar import Values
from hansard.domain.operation import Operation


def create_key(call: Call, operation: Operation, values: Values) -> None:
    """`key create`: the secret alone on standard output, the rest beside it."""
    key = commands.send(call, operation, values)
    call.show(key, lambda: [(str(key["secret"]),)])
    if call.output is Output.TABLE:
        call.out.flush()
        call.note(f"This is the secret of the key {key['name']} ({key['id']}, {key['scope']}).")
        call.note("It is shown only now: keep it. Programs find it in HANSARD_API_KEY.")


def login(call: Call, operation: Operation, values: Values) -> None:
    """`login`: a link that opens the web page once."""
    opens = values.pop("open")
    link = commands.send(call, operation, values)
    call.show(link, lambda: [(str(link["url"]),)])
    call.out.flush()
    if call.output is Output.TABLE:
        minutes = int(link.get("expires_in") or 0) // 60
        call.note(f"The link works once, within {minutes} minutes.")
    if opens and not webbrowser.open(str(link["url"])):
        call.note("No browser could be opened: open the link yourself.")


def change_agent(call: Call, operation: Operation, values: Values) -> None:
    """`agent update` and `agent archive`: by name too, as `agent show`."""
    values["agent_id"] = lookup.agent_id(call, values["agent_id"])
    commands.plain(call, operation, values)


SPECIALS = {
    "agent.update": Special(change_agent),
    "agent.archive": Special(change_agent),
    "key.create": Special(create_key),
    "login.link": Special(
        login, extras=(grammar.option("open", bool, "Open it in the browser", "--open"),)
    ),
}
