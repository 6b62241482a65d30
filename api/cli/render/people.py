"""How people are shown whose names the state keeps, and what became of a name that was removed."""

from api.answers.words import count
from api.cli.terminal import FOLD, WIDE, Terminal, line, table
from api.state.people import PersonList, RemovedName
from graph.messages.reader_language import say


def show_people(found: PersonList, out: Terminal) -> None:
    """Show each name, and in how many rows of which table it stands."""
    if not found.items:
        out.show(line(say("person.none")))
        return
    rows = [[person.name, _places(person.rows)] for person in found.items]
    out.show(table((say("person.head_name"), FOLD), (say("person.head_where"), WIDE), rows=rows))


def show_forgotten(found: RemovedName, out: Terminal) -> None:
    """Say what stands in the place of the name, and where."""
    key = "person.would_be" if found.dry_run else "person.forgotten"
    out.show(line(("✓ ", "green"), say(key, pseudonym=found.pseudonym, where=_places(found.rows) or count(0, "item"))))


def _places(rows: dict[str, int]) -> str:
    return ", ".join(f"{say(f'person.in_{table}')}: {number:,}" for table, number in rows.items())
