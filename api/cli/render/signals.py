"""How signals are shown: each with the competencies and roles that it calls for."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, facts, spoken, spoken_focus, standing
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.signals import CalledCompetency, CalledSignal, Signals


def show_signals(found: Signals, out: Terminal) -> None:
    """Show each signal with what it calls for."""
    if not found.signals:
        out.show(line(say("show.no_signal")))
        return
    called = say("show.signals", total=count(found.total, "signal"), called=count(found.called, "competency"))
    out.show(line((say("show.signals_connected", called=called, connected=found.connected), "bold")))
    out.show(*(line((said, "yellow")) for said in spoken_focus(found.focus)))
    for signal in found.signals:
        out.show(Text(), *_signal(signal, out.width))


def _since(found: CalledCompetency) -> str:
    since = found.connected_since
    if since is None:
        return ""
    return say("show.since", revision=since.revision, what=say("show.or_earlier") if since.or_earlier else "")


def _signal(found: CalledSignal, width: int) -> Iterator[Text]:
    ends = {"first": found.valid_from or "...", "last": found.valid_to or "..."}
    holds = say("spoken.from_to", **ends) if found.valid_from or found.valid_to else ""
    told = facts(filter(None, (spoken(found.kind or ""), found.region, holds)))
    yield from indented(line((found.name, "bold"), say("show.about_it", said=told) if told else ""), 2, width)
    for one in found.competencies:
        status = standing(one.status, one.link)
        row = line(
            f"{number(one.weight):>6}  ", (padded(status, 24) + " ", STATUS_STYLE[one.status]), one.name, _since(one)
        )
        yield from indented(row, 33, width)
    for role in found.roles:
        status = say("show.role_covered", share=percent(role.coverage)) + (
            "" if role.employed else say("show.no_employer")
        )
        yield from indented(line(f"{number(role.weight):>6}  {padded(status, 24)} ", role.name), 33, width)
