"""How the brief of an enterprise is shown: a page to print, in English and Chinese."""

from api.cli.render.print_page import MOST_ITEMS, Page
from api.cli.terminal import Terminal, number, percent
from graph.messages import Language
from queries.brief import Brief, BriefGap
from queries.semantics.chain_status import ChainStatus


def show_brief(found: Brief, language: Language, out: Terminal) -> None:
    """Show what an enterprise and the college can do next, on one page."""
    page = Page(out, language)
    page.title(page.say("brief.title", name=found.enterprise.name), page.say("brief.lead"))
    if found.roles:
        roles = [
            page.say(
                "print.openings" if one.stated else "print.openings_guessed", name=one.role.name, n=number(one.openings)
            )
            for one in found.roles
        ]
        page.note(0, page.say("print.told", what=page.say("brief.positions"), said=page.listed(roles, 8)))
    if found.served is None:
        page.note(0, page.say("brief.no_roles"))
        return
    _today(page, found)
    page.section("brief.gaps", n=found.gaps_total)
    if not found.gaps:
        page.note(2, page.say("brief.no_gaps"))
    for gap in found.gaps:
        page.item("  - ", page.say("print.told", what=gap.competency.name, said=_wrong(page, gap)))
        page.note(4, page.say("brief.needed_by", names=page.names(gap.roles, 3)), "dim")
    _host_next(page, found)
    _new_training(page, found)
    _mentors(page, found)
    page.note(0, page.say("print.revision", n=found.revision), "dim")


def _today(page: Page, found: Brief) -> None:
    page.section("brief.today")
    page.share(found.served, page.say("print.served", n=found.connected, total=found.required))
    page.share(found.hosted, page.say("print.hosted"))
    page.share(found.co_led, page.say("print.co_led"))
    page.share(found.mentored, page.say("print.mentored"))
    page.share(found.taught_teachers, page.say("print.taught_teachers"))


def _host_next(page: Page, found: Brief) -> None:
    page.section("brief.host_next")
    if not found.host_next:
        page.note(2, page.say("brief.host_none"))
    for at, task in enumerate(found.host_next[:MOST_ITEMS], 1):
        now = page.say("brief.now_at", names=page.names(task.hosts)) if task.hosts else page.say("brief.nowhere")
        page.item(f"{at:>3}. ", (task.task.name, "bold"), page.say("print.aside", said=now))
        page.note(5, page.say("print.host_adds", share=percent(task.adds), names=page.names(task.covers, 4)))


def _new_training(page: Page, found: Brief) -> None:
    if found.new_training:
        page.section("brief.new_training", n=found.new_training_total)
    for new in found.new_training[:MOST_ITEMS]:
        said = page.say("status.unpractised" if new.taught else "status.unserved")
        page.item("  - ", page.say("print.told", what=new.competency.name, said=said))
        if new.responsibilities:
            page.note(4, page.say("brief.work", names=page.names(new.responsibilities, 3)), "dim")
        if new.qualified:
            page.note(4, f"{page.say('brief.could_guide')} {page.names(new.qualified, 3)}")


def _mentors(page: Page, found: Brief) -> None:
    page.section("brief.mentors", n=found.mentors_total)
    if not found.mentors:
        page.note(2, page.say("brief.no_mentors"))
    for mentor in found.mentors[:MOST_ITEMS]:
        whose = page.say("print.aside", said=page.say("brief.own" if mentor.own else "brief.other"))
        demand = page.say("brief.of_demand", share=percent(mentor.adds))
        named = page.say("print.told", what=demand, said=page.names(mentor.competencies, 4))
        page.item("  - ", page.say("print.told", what=mentor.instructor.name + whose, said=named))


def _wrong(page: Page, gap: BriefGap) -> str:
    """Return what is wrong: the status, or of what is connected the flaws."""
    if gap.status is not ChainStatus.CONNECTED:
        return page.say(f"status.{gap.status}")
    return f"{page.say('print.connected_but')} {page.listed([page.say(f'flaw.{flaw}') for flaw in gap.flaws])}"
