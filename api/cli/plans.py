"""How a training plan is shown: how far it leads, its steps with their reasons, and what it cannot reach."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from api.cli.terminal import Terminal, bar, count, indented, line, number, percent
from api.cli.words import STATUS_MEANING, spoken, spoken_scope
from queries.answers import Named
from queries.plan import Plan, PlanStep

MOST_SHOWN = 8
_LABEL = 13


def show_plan(plan: Plan, out: Terminal) -> None:
    """Show before and after, the steps in order, and what no training leads to."""
    out.show(line(("Training for ", "bold"), (plan.role.name, "bold"), (f"  {plan.role.id}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(plan.scope) if said != f"Only: role {plan.role.id}"))
    if plan.coverage_after is None:
        out.show(line("It is not recorded what this role requires, so there is nothing to plan."))
        return
    out.show(Text(), *_reach(plan, out.width))
    if not plan.steps:
        out.show(Text(), line("No training task brings anything that is not held already."))
    for at, step in enumerate(plan.steps, 1):
        out.show(Text(), *_step(at, step, out.width))
    if plan.unreachable:
        what = count(len(plan.unreachable), "requirement")
        out.show(Text(), line((f"Out of reach: {what} that no training task here practises", "bold")))
        for missing in plan.unreachable[:MOST_SHOWN]:
            text = line(
                ("✗ ", "red"), missing.competency.name, (f"  {missing.competency.id}", "cyan"),
                f"  weight {number(missing.weight)}: {spoken(missing.status)} - {STATUS_MEANING[missing.status]}",
            )  # fmt: skip
            out.show(*indented(text, 4, out.width))
        _show_more(len(plan.unreachable), out)
    out.show(Text(), *_certainty(plan, out.width))


def _reach(plan: Plan, width: int) -> Iterator[Text]:
    rows = [
        ("taught and practised", plan.coverage_before, plan.coverage_after),
        ("practised", plan.practised_before, plan.practised_after),
    ]
    for what, before, after in rows:
        text = line(f"{what:<21}", f"{percent(before):>5} -> ", (f"{percent(after):>4}  ", "bold"))
        yield text.append_text(bar(after))
    first = (
        f", and {number(plan.learn_first_hours)} hours of what is to be learnt first" if plan.learn_first_hours else ""
    )
    yield from indented(
        line(f"{count(len(plan.steps), 'step')}, {number(plan.hours)} hours of training{first}"), 2, width
    )


def _step(at: int, step: PlanStep, width: int) -> Iterator[Text]:
    stated = "" if step.hours_stated else " (not stated, the usual)"
    facts = [f"{number(step.hours)} hours{stated}"]
    facts += [f"term {step.term}"] if step.term is not None else []
    facts += [f"at {step.host.name}"] if step.host else []
    yield from indented(line((f"{at:>2}. ", "bold"), (step.task.name, "bold"), (f"  {step.task.id}", "cyan")), 4, width)
    yield from indented(line(f"    {', '.join(facts)}"), 4, width)
    covered = [f"{new.name} ({number(new.weight)})" for new in step.covers]
    yield from _reason("practises", covered or ["nothing new: a later step needs it"], width)
    yield from _reason("learn first", _names(step.learn_first), width, "yellow")
    yield from _reason("applies", _names(step.applies), width)
    yield from _reason("rehearses", _names(step.rehearses), width)


def _reason(label: str, said: Sequence[str], width: int, style: str = "dim") -> Iterator[Text]:
    if said:
        shown = list(said[:MOST_SHOWN])
        more = len(said) - len(shown)
        shown += [f"and {more:,} more"] if more else []
        yield from indented(line("    ", (f"{label:<{_LABEL}}", style), "; ".join(shown)), 4 + _LABEL, width)


def _names(nodes: Sequence[Named]) -> list[str]:
    return [node.name for node in nodes]


def _show_more(total: int, out: Terminal) -> None:
    if total > MOST_SHOWN:
        out.show(line((f"  and {total - MOST_SHOWN:,} more (--json has all)", "dim")))


def _certainty(plan: Plan, width: int) -> Iterator[Text]:
    if plan.optimal:
        said = "No better plan exists within these limits: this is proven."
    else:
        said = (
            f"The search was cut short: a better plan could cover at most {percent(plan.bound)}; "
            "give it longer with --time-limit."
        )
    if plan.hours_not_stated:
        said += f" {count(plan.hours_not_stated, 'duration')} not stated, taken as the usual."
    yield from indented(line((said, "dim")), 0, width)
