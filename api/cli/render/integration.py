"""How integration is shown: a page to print, in English and Chinese."""

from rich.text import Text

from api.cli.render.print_page import MOST_ITEMS, Page
from api.cli.render.print_words import Language
from api.cli.terminal import Terminal, percent
from queries.integration import Integration, IntegrationDirection
from queries.integration_candidates import FusionCandidate
from queries.integration_rows import DisciplineIntegration

_MOST_ROLES = 8


def show_integration(found: Integration, language: Language, out: Terminal) -> None:
    """Show how far the two kinds of knowledge meet, what would bring most, and what is still apart."""
    page = Page(out, language)
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
        for at, candidate in enumerate(found.candidates[:MOST_ITEMS], 1):
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


def _fusion_tasks(page: Page, found: Integration) -> None:
    page.section("fusion_tasks")
    if not found.fusion_tasks:
        page.note(2, page.say("no_fusion"))
    for fusion in found.fusion_tasks[:MOST_ITEMS]:
        share = page.say("of_demand", share=percent(fusion.demand_share))
        page.item("  - ", page.say("told", what=fusion.task.name + page.at(fusion.hosts), said=share))
        one, other = page.names(fusion.disciplinary, 3), page.names(fusion.innovation, 3)
        page.note(4, page.say("joins", one=one, other=other))
        page.note(4, page.say("prepares_for", names=page.names(fusion.responsibilities, 3)), "dim")
    more = page.say.more(len(found.fusion_tasks[:MOST_ITEMS]), found.fusion_tasks_total)
    if more:
        page.note(4, more, "dim")


def _candidate(page: Page, at: int, found: FusionCandidate) -> None:
    page.item(f"{at:>3}. ", (found.task.name, "bold"), page.at(found.hosts))
    page.note(5, page.say("would_bring", share=percent(found.adds)))
    if not found.fitting:
        page.note(5, page.say("nothing_fits"), "dim")
        return
    units = [page.say("fits_for", unit=one.unit.name, competency=one.competency.name) for one in found.fitting]
    page.note(5, page.say(f"could_apply_{found.lacks}", names=page.say.listed(units, 3)))


def _direction(page: Page, phrase: str, found: IntegrationDirection) -> None:
    page.share(found.share, page.say(phrase, met=found.met, units=found.units))
    if found.courses_apart:
        names = page.names([apart.course for apart in found.courses_apart], 8, found.courses_apart_total)
        told = page.say("courses_apart", n=found.courses_apart_total, total=found.courses, names=names)
        page.note(17, told, "dim")


def _still_apart(page: Page, found: Integration) -> None:
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


def _by_role(page: Page, found: Integration) -> None:
    if found.by_role:
        page.section("by_role")
    for row in found.by_role[:_MOST_ROLES]:
        page.share(row.share, row.role.name)
    more = page.say.more(len(found.by_role[:_MOST_ROLES]), found.by_role_total)
    if more:
        page.note(17, more, "dim")


def _discipline(page: Page, row: DisciplineIntegration) -> None:
    into, out = percent(row.innovation_into_discipline), percent(row.discipline_into_innovation)
    page.share(row.share, row.discipline.name)
    page.note(17, page.say("discipline_line", n=row.fusion_tasks, into=into, out=out), "dim")
    if row.training_unrecorded:
        page.note(17, page.say("training_unrecorded"), "dim")
