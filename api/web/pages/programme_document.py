"""A programme's page as a Word document, in the reader's language."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import NodeIdInPath
from api.web.format import as_number, as_share
from api.web.institutions import running_institutions
from api.web.pages.programme import about_programme, printed_line
from api.web.parameters import ScopeForm
from api.web.texts import Words
from api.web.view import PageRoute, View
from api.web.word_document import WordDocument
from queries.gap_closers import GapClosers
from queries.programme import Programme, describe_programme
from queries.programme_parts import NeedingRole
from queries.role_shares import RoleShare

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/nodes/{id}/programme.docx")
def write_programme(request: Request, node_id: NodeIdInPath, asked: Annotated[ScopeForm, Query()]) -> Response:
    """Return the report on a programme as a Word document."""
    view = View(request)
    snapshot = view.snapshot
    programme = describe_programme(snapshot, node_id, asked.scope())
    node = snapshot.require(node_id)
    name = programme.discipline.name
    institutions = running_institutions(snapshot, [node])
    origin = printed_line(view.words, institutions, view.words("programme.kind"), name, programme.revision)
    document = WordDocument(name, origin, view.language)
    t = view.words
    counts = [
        t("programme.courses", n=programme.courses),
        t("programme.tasks", n=programme.tasks),
        t("programme.roles_n", n=programme.roles.total),
    ]
    document.line(" · ".join([*about_programme(view, node), *counts]))
    if programme.is_standard:
        document.line(f" {t('programme.standard_how')}", strong=t("programme.standard"))
    _write_share(document, programme, t)
    if not programme.scope.targets_unrecorded:
        _write_gaps(document, programme, t)
        _write_roles(document, programme, t)
        _write_unserving(document, programme, t)
    _write_aims(document, programme, t)
    _write_partners(document, programme, t)
    _write_below(document, programme, t)
    return document.answer("programme")


def _write_share(document: WordDocument, programme: Programme, t: Words) -> None:
    share = programme.share
    if programme.scope.targets_unrecorded:
        document.line(t("programme.no_targets"))
    elif share.of_demand is None:
        document.line(t("programme.nothing_required"))
    else:
        document.line(f" {t('programme.of_demand')}", strong=as_share(share.of_demand, t.language))
        told = as_share(share.of_competencies, t.language)
        document.line(t("programme.of_competencies", connected=share.connected, required=share.required, share=told))
        document.line(t("programme.of_demand_how"))


def _write_gaps(document: WordDocument, programme: Programme, t: Words) -> None:
    document.heading(t("programme.gaps"))
    if not programme.gaps:
        document.line(t("programme.no_gaps"))
        return
    heads = ("gaps.competency", "gaps.status", "programme.needed_by", "gaps.closed_by")
    rows = [
        (
            one.gap.competency.name,
            "; ".join([t(f"status.{one.gap.status}"), *(t(f"flaw.{flaw.flaw}") for flaw in one.gap.flaws)]),
            "\n".join(_needs(t, need) for need in one.needed_by),
            _closing(t, one.gap.closed_by),
        )
        for one in programme.gaps
    ]
    document.table([t(head) for head in heads], rows)
    document.line(t("profile.all_gaps", n=programme.gaps_total))


def _needs(t: Words, need: NeedingRole) -> str:
    return f"{need.role.name} " + t(
        "programme.demand_of", openings=as_number(need.openings), weight=as_number(need.weight)
    )


def _closing(t: Words, by: GapClosers) -> str:
    ways = [f"{t('gaps.teach_in')} {(one.course or one.unit).name}" for one in by.courses[:1]]
    ways += [f"{t('gaps.practise_in')} {one.task.name}" for one in by.tasks[:1]]
    ways += [f"{t('gaps.led_by')} {one.enterprise.name}" for one in by.enterprises[:1]]
    return "\n".join(ways) or t("gaps.nothing_near")


def _write_roles(document: WordDocument, programme: Programme, t: Words) -> None:
    document.heading(t("programme.roles"))
    heads = ("kind.Role", "profile.openings", "gaps.status", "profile.share")
    document.table([t(head) for head in heads], [_role(t, one) for one in programme.roles.items])
    _tell_rest(document, t, len(programme.roles.items), programme.roles.total)


def _role(t: Words, one: RoleShare) -> tuple[str, str, str, str]:
    standing = [t("profile.status_count", status=t(f"status.{has.status}"), n=has.count) for has in one.statuses]
    return one.role.name, as_number(one.openings), " · ".join(standing), as_share(one.coverage, t.language)


def _write_unserving(document: WordDocument, programme: Programme, t: Words) -> None:
    document.heading(t("programme.unserving"))
    if not programme.unserving.total:
        document.line(t("programme.all_serve"))
    for one in programme.unserving.items:
        told = [t(f"programme.{one.reason}", n=one.competencies)]
        if one.needed_for:
            told.append(t("programme.needed_for", names=", ".join(other.name for other in one.needed_for)))
        if one.other_roles:
            told.append(t("programme.other_roles", n=one.other_roles))
        document.line(f" ({t(f'kind.{one.kind}')}) {' '.join(told)}", strong=one.node.name)
    _tell_rest(document, t, len(programme.unserving.items), programme.unserving.total)


def _write_aims(document: WordDocument, programme: Programme, t: Words) -> None:
    document.heading(t("programme.aims"))
    if not programme.aims:
        document.line(t("programme.no_aims"))
        return
    document.line(t("programme.aims_of", aims=programme.aims, n=programme.aims_not_taught.total))
    for one in programme.aims_not_taught.items:
        names = ", ".join(node.name for node in one.aimed_by)
        said = t("programme.aimed_by", names=names)
        document.line(f" – {t(f'status.{one.status}')} – {said}", strong=one.competency.name)
    _tell_rest(document, t, len(programme.aims_not_taught.items), programme.aims_not_taught.total)


def _write_partners(document: WordDocument, programme: Programme, t: Words) -> None:
    document.heading(t("programme.partners"))
    if not programme.partners.total:
        document.line(t("programme.no_partners"))
        return
    document.line(t("programme.hosted_how"))
    for one in programme.partners.items:
        told = t("programme.partner", tasks=one.tasks, openings=as_number(one.openings))
        document.line(f" – {as_share(one.hosted, t.language)} – {told}", strong=one.enterprise.name)
    _tell_rest(document, t, len(programme.partners.items), programme.partners.total)


def _write_below(document: WordDocument, programme: Programme, t: Words) -> None:
    if not programme.below.total:
        return
    document.heading(t("programme.below"))
    heads = ("kind.Discipline", "profile.roles", "programme.of_demand_name", "programme.of_competencies_name")
    rows = [
        (
            one.discipline.name,
            str(one.roles),
            as_share(one.share.of_demand if one.share else None, t.language),
            as_share(one.share.of_competencies if one.share else None, t.language),
        )
        for one in programme.below.items
    ]
    document.table([t(head) for head in heads], rows)
    _tell_rest(document, t, len(programme.below.items), programme.below.total)


def _tell_rest(document: WordDocument, t: Words, shown: int, total: int) -> None:
    if total > shown:
        document.line(t("site.more", n=total - shown))
