"""How signals are shown: each with the competencies and roles that it calls for."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, spoken, spoken_focus
from api.cli.terminal import Terminal, indented, line, number, percent
from graph.messages import text
from queries.signals import CalledCompetency, CalledSignal, Signals


def show_signals(found: Signals, out: Terminal) -> None:
    """Show each signal with what it calls for."""
    if not found.signals:
        out.show(line(text("show.no_signal")))
        return
    called = text("show.signals", total=count(found.total, "signal"), called=count(found.called, "competency"))
    out.show(line((text("show.signals_connected", called=called, connected=found.connected), "bold")))
    out.show(*(line((said, "yellow")) for said in spoken_focus(found.focus)))
    for signal in found.signals:
        out.show(Text(), *_signal(signal, out.width))


def _since(found: CalledCompetency) -> str:
    since = found.connected_since
    if since is None:
        return ""
    return text("show.since", revision=since.revision, what=text("show.or_earlier") if since.or_earlier else "")


def _signal(found: CalledSignal, width: int) -> Iterator[Text]:
    holds = f"{found.valid_from or '...'} to {found.valid_to or '...'}" if found.valid_from or found.valid_to else ""
    facts = ", ".join(filter(None, (found.kind, found.region, holds)))
    yield from indented(line((found.name, "bold"), f"  ({facts})" if facts else ""), 2, width)
    for one in found.competencies:
        status = spoken(one.status) + (f", {spoken(one.link)}" if one.link else "")
        row = line(f"{number(one.weight):>6}  ", (f"{status:<24} ", STATUS_STYLE[one.status]), one.name, _since(one))
        yield from indented(row, 33, width)
    for role in found.roles:
        status = f"{percent(role.coverage)} covered" + ("" if role.employed else text("show.no_employer"))
        yield from indented(line(f"{number(role.weight):>6}  {status:<24} ", role.name), 33, width)
