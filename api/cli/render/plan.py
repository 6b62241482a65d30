"""How a training plan is shown: how far it leads, its steps with their reasons, and what it cannot reach."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from api.answers.words import count, facts, in_a_row, labelled, spoken, spoken_scope, status_meaning
from api.cli.terminal import Terminal, bar, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.plan import AlternativePlan, Plan
from queries.plan_several import Plans
from queries.planning.certificates import EarnedCertificate
from queries.planning.steps import PlanStep
from queries.semantics.answers import NodeName

MOST_SHOWN = 8
_LABEL = 13


def show_plan(plan: Plan, out: Terminal) -> None:
    """Show before and after, the steps in order, and what no training leads to."""
    out.show(line((say("show.training_for"), "bold"), (plan.role.name, "bold"), (f"  {plan.role.id}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(plan.scope, plan.role.id)))
    if plan.coverage_after is None:
        out.show(line(say("show.nothing_to_plan")))
        return
    out.show(Text(), *_reach(plan, out.width))
    if not plan.steps:
        out.show(Text(), line(say("show.nothing_to_train")))
    for at, step in enumerate(plan.steps, 1):
        out.show(Text(), *_step(at, step, out.width))
    if plan.unreachable:
        what = count(len(plan.unreachable), "requirement")
        out.show(Text(), line((say("show.out_of_reach", what=what), "bold")))
        for missing in plan.unreachable[:MOST_SHOWN]:
            row = line(
                ("✗ ", "red"), missing.competency.name, (f"  {missing.competency.id}", "cyan"),
                say(
                    "show.out_of_reach_line",
                    weight=number(missing.weight),
                    status=spoken(missing.status),
                    meaning=status_meaning(missing.status),
                ),
            )  # fmt: skip
            out.show(*indented(row, 4, out.width))
        _show_more(len(plan.unreachable), out)
    if plan.certificates:
        out.show(Text(), line((say("show.certificates"), "bold")))
        for certificate in plan.certificates:
            out.show(*_certificate(certificate, out.width))
    if plan.alternatives:
        out.show(Text(), line((say("show.next_best"), "bold")))
        for at, other in enumerate(plan.alternatives, 1):
            out.show(*_alternative(at, other, out.width))
    out.show(Text(), *_certainty(plan, out.width))


def show_plans(plans: Plans, out: Terminal) -> None:
    """Show each role's plan in short, then the training that several share."""
    out.show(line((say("show.training_for_several", items=count(len(plans.items), "role")), "bold")))
    note = plans.items[0].scope
    of_all = note.model_copy(update={"asked": note.asked.model_copy(update={"role": None})})
    out.show(*(line((said, "yellow")) for said in spoken_scope(of_all)))
    for plan in plans.items:
        out.show(Text(), line((plan.role.name, "bold"), (f"  {plan.role.id}", "cyan")))
        if plan.coverage_after is None:
            out.show(line(say("show.requires_nothing")))
            continue
        out.show(*(line("  ").append_text(text) for text in _reach(plan, out.width - 2)))
        steps = in_a_row(_names([step.task for step in plan.steps])) or say("show.train_nothing")
        out.show(*indented(line(f"  {steps}"), 2, out.width))
    saved = say("show.hours_together", hours=number(plans.hours), hours_apart=number(plans.hours_apart))
    out.show(Text(), line((say("show.trained_together", saved=saved), "bold")))
    for shared in plans.shared:
        told = line(
            "  ",
            shared.task.name,
            (f"  {shared.task.id}", "cyan"),
            labelled("", in_a_row(_names(shared.roles))),
        )
        out.show(*indented(told, 4, out.width))
    proven = sum(plan.optimal for plan in plans.items)
    certain = (
        say("show.all_are")
        if proven == len(plans.items)
        else say("show.some_are", proven=proven, items=len(plans.items))
    )
    out.show(Text(), line((say("show.proven_best", certain=certain), "dim")))


def _certificate(found: EarnedCertificate, width: int) -> Iterator[Text]:
    if found.ready_after is None:
        missing = say(
            "show.certificate_missing",
            n=len(found.missing),
            certifies=found.certifies,
            names=in_a_row(_names(found.missing)),
        )
        mark, told = ("✗ ", "red"), missing
    else:
        told = (
            say("show.ready_after", ready_after=found.ready_after) if found.ready_after else say("show.ready_with_held")
        )
        mark = ("✓ ", "green")
    accepted = say("show.accepted") if found.accepted else ""
    name = found.certificate
    yield from indented(line(mark, name.name, (f"  {name.id}", "cyan"), labelled(accepted, told)), 4, width)


def _alternative(at: int, other: AlternativePlan, width: int) -> Iterator[Text]:
    shares = say("show.alternative", coverage_after=percent(other.coverage_after), hours=number(other.hours))
    said = [say("show.without", names=in_a_row(_names(other.leaves_out)))]
    said += [say("show.with", names=in_a_row(_names(other.adds)))] if other.adds else []
    said += [] if other.optimal else [say("show.not_proven")]
    yield from indented(line((f"{at:>2}. ", "bold"), labelled(shares, facts(said))), 4, width)


def _reach(plan: Plan, width: int) -> Iterator[Text]:
    rows = [
        (say("plan.taught_practised"), plan.coverage_before, plan.coverage_after),
        (say("spoken.practised"), plan.practised_before, plan.practised_after),
    ]
    for what, before, after in rows:
        row = line(padded(what, 21), f"{percent(before):>5} -> ", (f"{percent(after):>4}  ", "bold"))
        yield row.append_text(bar(after))
    first = (
        say("show.learn_first_hours", learn_first_hours=number(plan.learn_first_hours))
        if plan.learn_first_hours
        else ""
    )
    yield from indented(
        line(say("show.plan_size", steps=count(len(plan.steps), "step"), hours=number(plan.hours), first=first)),
        2,
        width,
    )


def _step(at: int, step: PlanStep, width: int) -> Iterator[Text]:
    stated = [say("spoken.hours", n=number(step.hours)) + ("" if step.hours_stated else say("show.usual"))]
    stated += [say("spoken.term", n=step.term)] if step.term is not None else []
    stated += [spoken(step.mode)] if step.mode else []
    stated += [say("spoken.at", names=step.host.name)] if step.host else []
    yield from indented(line((f"{at:>2}. ", "bold"), (step.task.name, "bold"), (f"  {step.task.id}", "cyan")), 4, width)
    yield from indented(line(f"    {facts(stated)}"), 4, width)
    covered = [new.name + say("print.aside", said=number(new.weight)) for new in step.covers]
    yield from _reason(say("label.practises"), covered or [say("show.nothing_new_later")], width)
    yield from _reason(say("show.learn_first"), _names(step.learn_first), width, "yellow")
    yield from _reason(say("label.applies"), _names(step.applies), width)
    yield from _reason(say("label.rehearses"), _names(step.rehearses), width)


def _reason(label: str, said: Sequence[str], width: int, style: str = "dim") -> Iterator[Text]:
    if said:
        shown = list(said[:MOST_SHOWN])
        more = len(said) - len(shown)
        shown += [say("show.more", more=more)] if more else []
        yield from indented(line("    ", (padded(label, _LABEL), style), in_a_row(shown)), 4 + _LABEL, width)


def _names(nodes: Sequence[NodeName]) -> list[str]:
    return [node.name for node in nodes]


def _show_more(total: int, out: Terminal) -> None:
    if total > MOST_SHOWN:
        out.show(line((say("show.more_json", total=total - MOST_SHOWN), "dim")))


def _certainty(plan: Plan, width: int) -> Iterator[Text]:
    said = say("show.optimal") if plan.optimal else say("show.cut_short", bound=percent(plan.bound))
    if plan.hours_not_stated:
        said += say("show.hours_usual", hours_not_stated=count(plan.hours_not_stated, "duration"))
    if plan.mode_not_stated or plan.region_not_stated:
        unknown = max(plan.mode_not_stated, plan.region_not_stated)
        said += say("show.counted_fitting", unknown=count(unknown, "step"))
    yield from indented(line((said, "dim")), 0, width)
