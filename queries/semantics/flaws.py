"""Flaws: what is weak about a competency that is connected, each with its reason."""

from collections.abc import Iterable, Iterator

from graph.messages import Message, message
from graph.snapshot.snapshot import WORD_CODES
from queries.semantics.assessed_arrays import is_assessed_for, is_proven, tasks_assessed
from queries.semantics.attainment import THRESHOLD_SHARE, attainment
from queries.semantics.chain import Neighbourhood
from queries.semantics.chain_status import ChainLink
from queries.semantics.overlap import find_repetition, shares_of
from queries.semantics.reasons import Explained, naming
from queries.semantics.weakness import Weakness


class Flaw(Explained):
    """A weakness of a connected competency, and why it is said to have it."""

    flaw: Weakness
    reason: str


def _flaw(flaw: Weakness, why: Message) -> Flaw:
    return Flaw(flaw=flaw, reason=str(why)).explain(why)


def find_flaws(near: Neighbourhood, link: ChainLink) -> list[Flaw]:
    """Return what is wrong with a connected competency, in the order of Weakness; empty when nothing is.

    "Not recorded" is not "not done": a flaw of hosts, employers, terms, levels or assessments needs one that is
    recorded.
    """
    found = []
    if link is ChainLink.INDIRECT:
        found.append(_flaw(Weakness.INDIRECT, message("reason.nothing_ties")))
    if near.resilience == 1:
        found.append(_flaw(Weakness.FRAGILE, _why_fragile(near)))
    found += _host_flaws(near)
    found += _employer_flaw(near)
    found += _order_flaw(near)
    found += _level_flaw(near)
    found += _assessment_flaws(near)
    found += _overlap_flaw(near)
    return found


def _why_fragile(near: Neighbourhood) -> Message:
    courses = near.courses
    sentence, nodes = (
        ("reason.one_task", near.tasks)
        if len(near.tasks) == 1
        else ("reason.one_course", courses)
        if courses
        else ("reason.one_unit", near.units)
    )
    return message(sentence, name=near.snapshot.name(next(iter(nodes))))


def _host_flaws(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    hosts = {host for t in near.tasks for host in snapshot.into("HOSTS").row(t)}
    if len(hosts) == 1:
        yield _flaw(Weakness.SINGLE_HOST, message("reason.one_host", name=snapshot.name(next(iter(hosts)))))
    words = snapshot.word_codes("kind")
    if hosts and not any(words[host] == WORD_CODES["enterprise"] for host in hosts):
        yield _flaw(Weakness.CAMPUS_ONLY, message("reason.no_enterprise"))


def _employer_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    words = snapshot.word_codes("kind")
    employed = [r for r in near.roles if words[r] != WORD_CODES["founder"]]
    employers = snapshot.into("EMPLOYS")
    if employed and len(employers.indices) and not any(employers.row(r) for r in employed):
        yield _flaw(Weakness.NO_EMPLOYER, naming("reason.nobody_employs", _names(near, employed)))


def _order_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    units, tasks = near.scope.unit_terms, near.scope.task_terms
    taught = min(float(units.first[k]) for k in near.units)
    undated = any(units.first[k] == float("inf") for k in near.units)
    practised = max(float(tasks.last[t]) for t in near.tasks)
    undated = undated or any(tasks.last[t] == float("-inf") for t in near.tasks)
    if not undated and taught > practised:
        why = message("reason.taught_later", practised=round(practised), taught=round(taught))
        yield _flaw(Weakness.OUT_OF_ORDER, why)


def _level_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    need, have = near.need_level, near.have_level
    if need > have >= 0:
        yield _flaw(Weakness.BELOW_LEVEL, message("reason.level_too_low", need=need, have=have))


def _assessment_flaws(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    is_assessed = tasks_assessed(snapshot)
    assessed = [t for t in near.tasks if is_assessed[t]]
    if not assessed:
        return
    if not is_assessed_for(snapshot, near.competency, near.tasks):
        yield _flaw(Weakness.UNASSESSED, naming("reason.assessed_for_else", _names(near, assessed)))
    reached = attainment(snapshot, near.competency, near.tasks)
    if reached is not None and not is_proven(reached):
        why = message("reason.attained_too_little", reached=reached, least=THRESHOLD_SHARE)
        yield _flaw(Weakness.BELOW_THRESHOLD, why)


def _overlap_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    found = find_repetition(near)
    if found is None:
        return
    shares = shares_of(snapshot, near.scope)
    if shares.is_excessive[near.competency]:
        why = message(
            "reason.taught_twice",
            first=snapshot.name(found.first),
            second=snapshot.name(found.second),
            discipline=snapshot.name(found.discipline),
            level=found.level,
            hours=float(shares.hours[near.competency]),
            demand=float(shares.demand[near.competency]),
        )
        yield _flaw(Weakness.OVERLAP, why)


def _names(near: Neighbourhood, nodes: Iterable[int]) -> Iterator[str]:
    return map(near.snapshot.name, nodes)
