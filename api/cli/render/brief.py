"""How the brief of an enterprise is shown: a page to print, in English and Chinese."""

from api.cli.render.print_page import MOST_ITEMS, Page
from api.cli.render.print_words import Language
from api.cli.terminal import Terminal, number, percent
from queries.brief import Brief, BriefGap
from queries.semantics.chain_status import ChainStatus


def show_brief(found: Brief, language: Language, out: Terminal) -> None:
    """Show what an enterprise and the college can do next, on one page."""
    page = Page(out, language)
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


def _today(page: Page, found: Brief) -> None:
    page.section("today")
    page.share(found.served, page.say("served", n=found.connected, total=found.required))
    page.share(found.hosted, page.say("hosted"))
    page.share(found.co_led, page.say("co_led"))
    page.share(found.mentored, page.say("mentored"))
    page.share(found.taught_teachers, page.say("taught_teachers"))


def _host_next(page: Page, found: Brief) -> None:
    page.section("host_next")
    if not found.host_next:
        page.note(2, page.say("host_none"))
    for at, task in enumerate(found.host_next[:MOST_ITEMS], 1):
        now = page.say("host_at", names=page.names(task.hosts)) if task.hosts else page.say("host_nowhere")
        page.item(f"{at:>3}. ", (task.task.name, "bold"), page.say("aside", said=now))
        page.note(5, page.say("host_adds", share=percent(task.adds), names=page.names(task.covers, 4)))


def _new_training(page: Page, found: Brief) -> None:
    if found.new_training:
        page.section("new_training", n=found.new_training_total)
    for new in found.new_training[:MOST_ITEMS]:
        said = page.say("taught_not_practised" if new.taught else "neither")
        page.item("  - ", page.say("told", what=new.competency.name, said=said))
        if new.responsibilities:
            page.note(4, page.say("work", names=page.names(new.responsibilities, 3)), "dim")
        if new.qualified:
            page.note(4, page.say("qualified", names=page.names(new.qualified, 3)))


def _mentors(page: Page, found: Brief) -> None:
    page.section("mentors", n=found.mentors_total)
    if not found.mentors:
        page.note(2, page.say("no_mentors"))
    for mentor in found.mentors[:MOST_ITEMS]:
        whose = page.say("aside", said=page.say("own_mentor" if mentor.own else "other_mentor"))
        said = page.say("mentors_for", share=percent(mentor.adds), names=page.names(mentor.competencies, 4))
        page.item("  - ", page.say("told", what=mentor.instructor.name + whose, said=said))


def _wrong(page: Page, gap: BriefGap) -> str:
    """Return what is wrong: the status, or of what is connected the flaws."""
    if gap.status is not ChainStatus.CONNECTED:
        return page.say(gap.status)
    return f"{page.say('connected')} {page.say.listed([page.say(flaw) for flaw in gap.flaws])}"
