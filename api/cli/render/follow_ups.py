"""How follow-ups of gaps are shown."""

from rich.text import Text

from api.answers.follow_ups import FollowUps, FollowUpView
from api.cli.render.pagination import show_next
from api.cli.terminal import FOLD, ID, WIDE, WORD, Terminal, line, table
from graph.messages.reader_language import say

_STYLE = {"said_done": "bold red", "overdue": "red", "not_said_done": "green", "gone": "yellow"}


def show_follow_ups(found: FollowUps, out: Terminal) -> None:
    """Show what is not done first, by the day that it is due."""
    if not found.items:
        out.show(line(say("follow_ups.none")))
        return
    rows: list[list[str | Text]] = [
        [
            say(f"follow_ups.state_{one.latest.state}"),
            "-" if one.latest.due is None else one.latest.due.isoformat(),
            one.latest.owner or "-",
            one.competency.name,
            "\n".join(end.name for end in (one.discipline, one.institution) if end) or "-",
            _noted(one),
        ]
        for one in found.items
    ]
    keys = ("state", "due", "owner", "gap", "scope", "note")
    kinds = (WORD, ID, FOLD, FOLD, FOLD, WIDE)
    heads = ((say(f"follow_ups.head_{key}"), kind) for key, kind in zip(keys, kinds, strict=True))
    out.show(table(*heads, rows=rows))
    show_next(found.next, len(found.items), found.total, out)


def _noted(one: FollowUpView) -> Text:
    """Return what needs a look, each on a line, and the note."""
    checks = ((f"{say(f'follow_ups.check_{check}')}\n", _STYLE[check]) for check in one.checks)
    return line(*checks, one.latest.note)


def show_follow_up(found: FollowUpView, out: Terminal) -> None:
    """Say how a follow-up stands after a change."""
    due = "" if found.latest.due is None else found.latest.due.isoformat()
    told = [say(f"follow_ups.state_{found.latest.state}"), found.latest.owner, due]
    stands = say("spoken.pause").join(one for one in told if one)
    out.show(line(("✓ ", "green"), f"{found.competency.name}{say('spoken.colon')}{stands}"))
    for check in found.checks:
        out.show(line((say(f"follow_ups.check_{check}"), _STYLE[check])))
    out.show(line((say("follow_ups.version", version=found.latest.version, by=found.latest.by), "dim")))
