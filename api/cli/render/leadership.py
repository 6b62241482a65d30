"""How an enterprise's leadership is shown: its shares with bars, then each competency."""

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, spoken
from api.cli.terminal import NUMBER, WIDE, WORD, Terminal, bar, indented, line, number, percent, table
from graph.messages import text
from queries.leadership import Leadership

_LEADS = {
    "hosted": text("show.hosts"),
    "led": text("show.hosts_and_leads"),
    "co_led": text("show.hosts_and_co_leads"),
    "mentored": text("show.guided_by_own"),
    "taught_teachers": text("show.guided_with_teachers"),
}


_LABELS = {"co_led": text("show.led_or_co_led"), "taught_teachers": text("show.taught_teachers")}


def show_leadership(found: Leadership, out: Terminal) -> None:
    """Show the shares, then each competency with what the enterprise does for it."""
    out.show(line((found.enterprise.name, "bold"), (f"  {found.enterprise.id}", "cyan")))
    if found.hosted is None:
        out.show(line(text("show.no_roles")))
        return
    out.show(line(text("show.shares_of", roles=count(len(found.roles), "role"))), Text())
    for name, meaning in _LEADS.items():
        share: float | None = getattr(found, name)
        head = line(f"{_LABELS.get(name, name):<16}", (f"{percent(share):>5}", "bold"), "  ").append_text(bar(share))
        out.show(*indented(head.append(f"  {meaning}"), 25, out.width))
    rows: list[list[str | Text]] = [
        [number(one.demand), *(_mark(getattr(one, name)) for name in _LEADS),
         line((spoken(one.status), STATUS_STYLE[one.status])), one.name]
        for one in found.competencies
    ]  # fmt: skip
    marks = [(head, WORD) for head in ("host", "lead", "co", "mentor", "teach")]
    out.show(table(("demand", NUMBER), *marks, ("status", WORD), ("competency", WIDE), rows=rows))


def _mark(done: bool) -> str:
    return "✓" if done else "·"
