"""How integration is shown: a page to print, in English and Chinese."""

from rich.text import Text

from api.cli.render.print_page import MOST_ITEMS, Page
from api.cli.terminal import Terminal, percent
from graph.messages import Language
from queries.integration import Integration, IntegrationDirection
from queries.integration_candidates import FusionCandidate
from queries.integration_rows import DisciplineIntegration

_MOST_ROLES = 8


def show_integration(found: Integration, language: Language, out: Terminal) -> None:
    """Show how far the two kinds of knowledge meet, what would bring most, and what is still apart."""
    page = Page(out, language)
    say, whole = page.say, found.discipline is None
    page.title(
        say("integration.heading"), say("print.everywhere") if found.discipline is None else found.discipline.name
    )
    if found.role is not None:
        page.note(0, say("print.for_role", name=found.role.name))
    if found.scope.training_unrecorded:
        page.note(0, say("trace.unrecorded"), "yellow")
    out.show(Text())
    if found.share is None:
        page.note(0, say("integration.no_demand"))
    else:
        page.share(found.share, say("print.integration_share", n=found.fusion_tasks_total))
    page.note(17, say("integration.fusion_task_is"), "dim")
    _fusion_tasks(page, found)
    if found.candidates:
        page.section("integration.next")
        for at, candidate in enumerate(found.candidates[:MOST_ITEMS], 1):
            _candidate(page, at, candidate)
    page.section("integration.direction")
    _direction(page, "print.innovation_into_discipline", found.innovation_into_discipline)
    _direction(page, "print.discipline_into_innovation", found.discipline_into_innovation)
    _still_apart(page, found)
    _by_role(page, found)
    if whole or len(found.by_discipline) > 1:
        page.section("integration.by_discipline")
        for row in found.by_discipline:
            _discipline(page, row)
    page.note(0, say("print.revision", n=found.revision), "dim")


def _fusion_tasks(page: Page, found: Integration) -> None:
    page.section("integration.fusion_tasks")
    if not found.fusion_tasks:
        page.note(2, page.say("integration.no_fusion"))
    for fusion in found.fusion_tasks[:MOST_ITEMS]:
        share = page.say("print.of_demand", share=percent(fusion.demand_share))
        page.item("  - ", page.say("print.told", what=fusion.task.name + page.at(fusion.hosts), said=share))
        one, other = page.names(fusion.disciplinary, 3), page.names(fusion.innovation, 3)
        page.note(4, page.say("print.joins", one=one, other=other))
        page.note(4, page.say("print.prepares_for", names=page.names(fusion.responsibilities, 3)), "dim")
    more = page.more(len(found.fusion_tasks[:MOST_ITEMS]), found.fusion_tasks_total)
    if more:
        page.note(4, more, "dim")


def _candidate(page: Page, at: int, found: FusionCandidate) -> None:
    page.item(f"{at:>3}. ", (found.task.name, "bold"), page.at(found.hosts))
    page.note(5, page.say("print.would_bring", share=percent(found.adds)))
    if not found.fitting:
        page.note(5, page.say(f"integration.nothing_fits_{found.lacks}"), "dim")
        return
    units = [page.say("print.fits_for", unit=one.unit.name, competency=one.competency.name) for one in found.fitting]
    page.note(5, page.say(f"print.could_apply_{found.lacks}", names=page.listed(units, 3)))


def _direction(page: Page, phrase: str, found: IntegrationDirection) -> None:
    page.share(found.share, page.say(phrase, met=found.met, units=found.units))
    if found.courses_apart:
        names = page.names([apart.course for apart in found.courses_apart], 8, found.courses_apart_total)
        told = page.say("print.courses_apart", n=found.courses_apart_total, total=found.courses, names=names)
        page.note(17, told, "dim")


def _still_apart(page: Page, found: Integration) -> None:
    if not found.enterprise_tasks_apart_total and not found.unused_innovation_total:
        return
    page.section("print.still_apart")
    if found.enterprise_tasks_apart_total:
        tasks = [apart.task.name + page.at(apart.hosts) for apart in found.enterprise_tasks_apart]
        names = page.listed(tasks, 8, found.enterprise_tasks_apart_total)
        totals = {"n": found.enterprise_tasks_apart_total, "total": found.enterprise_tasks}
        page.item("  - ", page.say("print.told", what=page.say("integration.enterprise_apart", **totals), said=names))
    if found.unused_innovation_total:
        names = page.names(found.unused_innovation, 8, found.unused_innovation_total)
        totals = {"n": found.unused_innovation_total, "total": found.innovation_units}
        page.item("  - ", page.say("print.told", what=page.say("integration.unused", **totals), said=names))


def _by_role(page: Page, found: Integration) -> None:
    if found.by_role:
        page.section("integration.by_role")
    for row in found.by_role[:_MOST_ROLES]:
        page.share(row.share, row.role.name)
    more = page.more(len(found.by_role[:_MOST_ROLES]), found.by_role_total)
    if more:
        page.note(17, more, "dim")


def _discipline(page: Page, row: DisciplineIntegration) -> None:
    into, out = percent(row.innovation_into_discipline), percent(row.discipline_into_innovation)
    page.share(row.share, row.discipline.name)
    page.note(17, page.say("print.discipline_line", n=row.fusion_tasks, into=into, out=out), "dim")
    if row.training_unrecorded:
        page.note(17, page.say("trace.unrecorded"), "dim")
