"""How an enterprise's leadership is shown: its shares with bars, then each competency."""

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, spoken
from api.cli.terminal import NUMBER, WIDE, WORD, Terminal, bar, indented, line, number, padded, percent, table
from graph.messages.reader_language import say
from queries.leadership import Leadership

_LEADS = {
    "hosted": "show.hosts",
    "led": "show.hosts_and_leads",
    "co_led": "show.hosts_and_co_leads",
    "mentored": "show.guided_by_own",
    "taught_teachers": "show.guided_with_teachers",
}


def show_leadership(found: Leadership, out: Terminal) -> None:
    """Show the shares, then each competency with what the enterprise does for it."""
    out.show(line((found.enterprise.name, "bold"), (f"  {found.enterprise.id}", "cyan")))
    if found.hosted is None:
        out.show(line(say("show.no_roles")))
        return
    out.show(line(say("show.shares_of", roles=count(len(found.roles), "role"))), Text())
    for name, meaning in _LEADS.items():
        share: float | None = getattr(found, name)
        head = line(padded(say(f"share_name.{name}"), 16), (f"{percent(share):>5}", "bold"), "  ").append_text(
            bar(share)
        )
        out.show(*indented(head.append(f"  {say(meaning)}"), 25, out.width))
    rows: list[list[str | Text]] = [
        [number(one.demand), *(_mark(getattr(one, name)) for name in _LEADS),
         line((spoken(one.status), STATUS_STYLE[one.status])), one.name]
        for one in found.competencies
    ]  # fmt: skip
    marks = [(say(f"heading.{name}"), WORD) for name in ("host", "lead", "co", "mentor", "teach")]
    heads = [(say(f"heading.{name}"), how) for name, how in (("status", WORD), ("competency", WIDE))]
    out.show(table((say("heading.demand"), NUMBER), *marks, *heads, rows=rows))


def _mark(done: bool) -> str:
    return "✓" if done else "·"
