"""Pages to print, in English and Chinese: integration, and the brief of an enterprise. They name no ids."""

from collections.abc import Sequence

from rich.text import Text

from api.cli.render.print_words import Language, Wording
from api.cli.terminal import Terminal, bar, indented, line, number, percent
from queries.brief import Brief, BriefGap
from queries.integration import Direction, Integration
from queries.integration_candidates import Candidate
from queries.integration_rows import DisciplineIntegration
from queries.semantics.answers import Named
from queries.semantics.chain import Status

_ITEMS, _ROLES = 5, 8
"""How many items a section has on the page; `--json` has more."""


class _Page:
    """A page being written: sections with items, each in lines of the terminal's width."""

    def __init__(self, out: Terminal, language: Language) -> None:
        self.out, self.say = out, Wording(language)

    def title(self, *words: str) -> None:
        for at, text in enumerate(words):
            self.out.show(line((text, "bold" if at == 0 else "dim")))

    def section(self, phrase: str, **values: object) -> None:
        self.out.show(Text(), line((self.say(phrase, **values), "bold")))

    def item(self, mark: str, *words: str | tuple[str, str]) -> None:
        # Chinese has no spaces to break at: the mark is set beside the text, or it would stand alone.
        first, *others = indented(line(*words), 0, self.out.width - len(mark))
        self.out.show(line(mark).append_text(first), *(line(" " * len(mark)).append_text(part) for part in others))

    def note(self, indent: int, text: str, style: str = "") -> None:
        self.out.show(*indented(line(" " * indent, (text, style)), indent, self.out.width))

    def share(self, share: float | None, text: str) -> None:
        head = line((f"{percent(share):>5} ", "bold")).append_text(bar(share, 10)).append(" ")
        self.out.show(*indented(head.append(text), 17, self.out.width))

    def names(self, nodes: Sequence[Named], most: int = _ITEMS, total: int | None = None) -> str:
        return self.say.listed([node.name for node in nodes], most, total)

    def at(self, hosts: Sequence[Named]) -> str:
        return self.say("at", names=self.names(hosts)) if hosts else ""


def show_integration(found: Integration, language: Language, out: Terminal) -> None:
    """Show how far the two kinds of knowledge meet, what would bring most, and what is still apart."""
    page = _Page(out, language)
    say, whole = page.say, found.discipline is None
    page.title(say("integration"), say("everywhere") if found.discipline is None else found.discipline.name)
    if found.role is not None:
        page.note(0, say("for_role", name=found.role.name))
    if found.scope.training_unrecorded:
        page.note(0, say("training_unrecorded"), "yellow")
    out.show(Text())
    if found.share is None:
        page.note(0, say("no_demand"))
    else:
        page.share(found.share, say("integration_share", n=found.fusion_tasks_total))
    page.note(17, say("fusion_is"), "dim")
    _fusion_tasks(page, found)
    if found.candidates:
        page.section("next_steps")
        for at, candidate in enumerate(found.candidates[:_ITEMS], 1):
            _candidate(page, at, candidate)
    page.section("directions")
    _direction(page, "innovation_into_discipline", found.innovation_into_discipline)
    _direction(page, "discipline_into_innovation", found.discipline_into_innovation)
    _still_apart(page, found)
    _by_role(page, found)
    if whole or len(found.by_discipline) > 1:
        page.section("by_discipline")
        for row in found.by_discipline:
            _discipline(page, row)
    page.note(0, say("revision", n=found.revision), "dim")


def _fusion_tasks(page: _Page, found: Integration) -> None:
    page.section("fusion_tasks")
    if not found.fusion_tasks:
        page.note(2, page.say("no_fusion"))
    for fusion in found.fusion_tasks[:_ITEMS]:
        share = page.say("of_demand", share=percent(fusion.demand_share))
        page.item("  - ", page.say("told", what=fusion.task.name + page.at(fusion.hosts), said=share))
        one, other = page.names(fusion.disciplinary, 3), page.names(fusion.innovation, 3)
        page.note(4, page.say("joins", one=one, other=other))
        page.note(4, page.say("prepares_for", names=page.names(fusion.responsibilities, 3)), "dim")
    more = page.say.more(len(found.fusion_tasks[:_ITEMS]), found.fusion_tasks_total)
    if more:
        page.note(4, more, "dim")


def _candidate(page: _Page, at: int, found: Candidate) -> None:
    page.item(f"{at:>3}. ", (found.task.name, "bold"), page.at(found.hosts))
    page.note(5, page.say("would_bring", share=percent(found.adds)))
    if not found.fitting:
        page.note(5, page.say("nothing_fits"), "dim")
        return
    units = [page.say("fits_for", unit=one.unit.name, competency=one.competency.name) for one in found.fitting]
    page.note(5, page.say(f"could_apply_{found.lacks}", names=page.say.listed(units, 3)))


def _direction(page: _Page, phrase: str, found: Direction) -> None:
    page.share(found.share, page.say(phrase, met=found.met, units=found.units))
    if found.courses_apart:
        names = page.names([apart.course for apart in found.courses_apart], 8, found.courses_apart_total)
        told = page.say("courses_apart", n=found.courses_apart_total, total=found.courses, names=names)
        page.note(17, told, "dim")


def _still_apart(page: _Page, found: Integration) -> None:
    if not found.enterprise_tasks_apart_total and not found.unused_innovation_total:
        return
    page.section("still_apart")
    if found.enterprise_tasks_apart_total:
        tasks = [apart.task.name + page.at(apart.hosts) for apart in found.enterprise_tasks_apart]
        names = page.say.listed(tasks, 8, found.enterprise_tasks_apart_total)
        totals = {"n": found.enterprise_tasks_apart_total, "total": found.enterprise_tasks}
        page.item("  - ", page.say("enterprise_apart", names=names, **totals))
    if found.unused_innovation_total:
        names = page.names(found.unused_innovation, 8, found.unused_innovation_total)
        totals = {"n": found.unused_innovation_total, "total": found.innovation_units}
        page.item("  - ", page.say("unused_innovation", names=names, **totals))


def _by_role(page: _Page, found: Integration) -> None:
    if found.by_role:
        page.section("by_role")
    for row in found.by_role[:_ROLES]:
        page.share(row.share, row.role.name)
    more = page.say.more(len(found.by_role[:_ROLES]), found.by_role_total)
    if more:
        page.note(17, more, "dim")


def _discipline(page: _Page, row: DisciplineIntegration) -> None:
    into, out = percent(row.innovation_into_discipline), percent(row.discipline_into_innovation)
    page.share(row.share, row.discipline.name)
    page.note(17, page.say("discipline_line", n=row.fusion_tasks, into=into, out=out), "dim")
    if row.training_unrecorded:
        page.note(17, page.say("training_unrecorded"), "dim")


def show_brief(found: Brief, language: Language, out: Terminal) -> None:
    """Show what an enterprise and the college can do next, on one page."""
    page = _Page(out, language)
    page.title(page.say("brief", name=found.enterprise.name), page.say("brief_intro"))
    if found.roles:
        roles = [
            page.say("openings" if one.stated else "openings_guessed", name=one.role.name, n=number(one.openings))
            for one in found.roles
        ]
        page.note(0, page.say("positions", names=page.say.listed(roles, 8)))
    if found.served is None:
        page.note(0, page.say("no_roles"))
        return
    _today(page, found)
    page.section("gaps", n=found.gaps_total)
    if not found.gaps:
        page.note(2, page.say("no_gaps"))
    for gap in found.gaps:
        page.item("  - ", page.say("told", what=gap.competency.name, said=_wrong(page, gap)))
        page.note(4, page.say("needed_by", names=page.names(gap.roles, 3)), "dim")
    _host_next(page, found)
    _new_training(page, found)
    _mentors(page, found)
    page.note(0, page.say("revision", n=found.revision), "dim")


def _today(page: _Page, found: Brief) -> None:
    page.section("today")
    page.share(found.served, page.say("served", n=found.connected, total=found.required))
    page.share(found.hosted, page.say("hosted"))
    page.share(found.co_led, page.say("co_led"))
    page.share(found.mentored, page.say("mentored"))
    page.share(found.taught_teachers, page.say("taught_teachers"))


def _host_next(page: _Page, found: Brief) -> None:
    page.section("host_next")
    if not found.host_next:
        page.note(2, page.say("host_none"))
    for at, task in enumerate(found.host_next[:_ITEMS], 1):
        now = page.say("host_at", names=page.names(task.hosts)) if task.hosts else page.say("host_nowhere")
        page.item(f"{at:>3}. ", (task.task.name, "bold"), page.say("aside", said=now))
        page.note(5, page.say("host_adds", share=percent(task.adds), names=page.names(task.covers, 4)))


def _new_training(page: _Page, found: Brief) -> None:
    if found.new_training:
        page.section("new_training", n=found.new_training_total)
    for new in found.new_training[:_ITEMS]:
        said = page.say("taught_not_practised" if new.taught else "neither")
        page.item("  - ", page.say("told", what=new.competency.name, said=said))
        if new.responsibilities:
            page.note(4, page.say("work", names=page.names(new.responsibilities, 3)), "dim")
        if new.qualified:
            page.note(4, page.say("qualified", names=page.names(new.qualified, 3)))


def _mentors(page: _Page, found: Brief) -> None:
    page.section("mentors", n=found.mentors_total)
    if not found.mentors:
        page.note(2, page.say("no_mentors"))
    for mentor in found.mentors[:_ITEMS]:
        whose = page.say("aside", said=page.say("own_mentor" if mentor.own else "other_mentor"))
        said = page.say("mentors_for", share=percent(mentor.adds), names=page.names(mentor.competencies, 4))
        page.item("  - ", page.say("told", what=mentor.instructor.name + whose, said=said))


def _wrong(page: _Page, gap: BriefGap) -> str:
    """Return what is wrong: the status, or of what is connected the flaws."""
    if gap.status is not Status.CONNECTED:
        return page.say(gap.status)
    return f"{page.say('connected')} {page.say.listed([page.say(flaw) for flaw in gap.flaws])}"
