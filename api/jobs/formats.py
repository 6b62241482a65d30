"""Import formats: how each is read and what it may be told; the command line and REST share this table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message, text
from graph.model import Frozen, parse_id
from graph.schema import SOURCE_PROPERTIES

if TYPE_CHECKING:
    from ingest.draft import Draft
    from ingest.progress import OnProgress

# ruff: noqa: PLC0415 - a format is loaded when it is read; the workbook reader alone takes longer than `--help`


_SOURCE_NAME = next(one.type for one in SOURCE_PROPERTIES if one.name == "name")


class NoOptions(Frozen):
    """Nothing needs to be said."""


class NativeOptions(Frozen):
    """How the native format is read."""

    strict: bool = Field(False, description=text("option_help.strict"))


class OnetOptions(Frozen):
    """What of O*NET is taken."""

    importance: float = Field(3.0, ge=1, le=5, description=text("option_help.importance"))
    technology: bool = Field(False, description=text("option_help.technology"))


class PairsOptions(Frozen):
    """How a table of pairs of ids is read."""

    from_column: str | None = Field(None, description=text("option_help.from_column"))
    to_column: str | None = Field(None, description=text("option_help.to_column"))
    confidence_column: str | None = Field(None, description=text("option_help.confidence_column"))
    weights: str | None = Field(None, description=text("option_help.weights"))
    relation: str = Field("SAME_AS", description=text("option_help.relation"))
    from_prefix: str | None = Field(None, description=text("option_help.from_prefix_of"))
    to_prefix: str | None = Field(None, description=text("option_help.to_prefix_of"))
    old_column: str | None = Field(None, description=text("option_help.old_column"))
    new_column: str | None = Field(None, description=text("option_help.new_column"))
    header_row: int | None = Field(None, ge=1, le=20, description=text("option_help.header_row"))


class StatementOptions(Frozen):
    """How xAPI statements become assessments."""

    cohort: str = Field(max_length=200, description=text("option_help.cohort"))
    stage: Literal["formative", "final"] | None = Field(None, description=text("option_help.stage"))
    date: str | None = Field(None, max_length=20, description=text("option_help.date"))


class FormatInput(NamedTuple):
    """Input of a format: a file or folder, its options, the files beside by name, and who states it, if named.

    `institution` is the id of the institution that the source belongs to; empty for none.
    """

    path: Path
    options: Frozen
    beside: Mapping[str, Path]
    source: str | None = None
    institution: str | None = None


class Format(NamedTuple):
    """Import format. `beside` names files that may be given too; `only_folder` says that one file alone is no input."""

    name: str
    about: str
    options: type[Frozen]
    beside: tuple[str, ...]
    only_folder: bool
    reader: "Callable[[FormatInput, OnProgress], Draft]"

    def read(self, format_input: FormatInput, tell: "OnProgress") -> "Draft":
        """Return what the files state; the source that was named is who states it.

        Raises:
            InputError: the files cannot be read at all, nobody can be called as the source was named, or no
                institution has such an id.
        """
        format_input = format_input._replace(source=source_name(format_input.source))
        institution = _institution(format_input.institution)
        draft = self.reader(format_input, tell)
        draft.institution = institution
        if format_input.source and draft.source.name != format_input.source:
            draft.source = draft.source.model_copy(update={"name": format_input.source})
        return draft


def source_name(name: str | None) -> str | None:
    """Return the name that was given for a source, as a file would state it; None for none.

    Raises:
        InputError: no source can be called so.
    """
    if not name:
        return None
    try:
        stated = str(_SOURCE_NAME.parse(name)).strip()
    except InvalidValueError as error:
        raise InputError(Problem(message("ingest.source_name", fault=error.message), value=name[:200])) from None
    if not stated:
        raise InputError(Problem(message("ingest.blank_source_name")))
    return stated


def _institution(given: str | None) -> str | None:
    """Return the id as a file would state it. Raises InputError where it cannot be one."""
    stripped = given.strip() if given else given
    if not stripped:
        return stripped
    try:
        return parse_id(stripped)
    except InvalidValueError as error:
        raise InputError(Problem(message("ingest.institution", fault=error.message), value=stripped[:200])) from None


def _native(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.native import read as native

    return native.read(format_input.path, format_input.source, tell, **_told(format_input))


def _esco(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats import esco

    return esco.read(format_input.path, tell)


def _onet(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.onet import read as onet

    return onet.read(format_input.path, tell, **_told(format_input))


def _cip_soc(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats import cip_soc

    return cip_soc.read(format_input.path, tell)


def _crosswalk(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.crosswalk import read as crosswalk

    wanted = crosswalk.CrosswalkOptions(**_told(format_input), translate=format_input.beside.get("translate"))
    return crosswalk.read(format_input.path, tell, wanted=wanted)


def _nice(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.nice import read as nice

    return nice.read(format_input.path, tell)


def _moe_programmes(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import programmes

    return programmes.read(format_input.path, tell, format_input.beside.get("catalogue"))


def _teaching_standards(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import teaching_standards

    return teaching_standards.read(format_input.path, tell)


def _moe_occupations(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import occupations

    return occupations.read(format_input.path, tell)


def _moe_crosswalk(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import programme_table

    return programme_table.read(format_input.path, tell)


def _job_advertisements(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import job_advertisements

    return job_advertisements.read(format_input.path, tell)


def _curriculum_plans(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import curriculum_plans

    return curriculum_plans.read(format_input.path, tell, format_input.institution, format_input.source)


def _competency_analyses(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import competency_analyses

    return competency_analyses.read(format_input.path, tell)


def _skill_standards(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moe import skill_standards

    return skill_standards.read(format_input.path, tell)


def _case(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.case import read as case

    return case.read(format_input.path, format_input.beside.get("mapping"), tell)


def _osmt(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.osmt import read as osmt

    return osmt.read(format_input.path, tell)


def _jsonld(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.jsonld import read as jsonld

    return jsonld.read(format_input.path, tell)


def _xapi(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.xapi import read as xapi

    return xapi.read(
        format_input.path, xapi.AssessmentOptions(**_told(format_input)), format_input.beside.get("mapping"), tell
    )


def _moodle(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats.moodle import read as moodle

    return moodle.read(format_input.path, tell)


def _canvas(format_input: FormatInput, tell: "OnProgress") -> "Draft":
    from ingest.formats import canvas

    return canvas.read(format_input.path, tell)


def _told(format_input: FormatInput) -> dict[str, Any]:
    return format_input.options.model_dump()


FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format("native", text("format_about.native"), NativeOptions, (), False, _native),
        Format("esco", text("format_about.esco"), NoOptions, (), False, _esco),
        Format("onet", text("format_about.onet"), OnetOptions, (), True, _onet),
        Format("cip-soc", text("format_about.cip-soc"), NoOptions, (), False, _cip_soc),
        Format("crosswalk", text("format_about.crosswalk"), PairsOptions, ("translate",), False, _crosswalk),
        Format("nice", text("format_about.nice"), NoOptions, (), False, _nice),
        Format(
            "moe-programmes", text("format_about.moe-programmes"), NoOptions, ("catalogue",), False, _moe_programmes
        ),
        Format(
            "teaching-standards", text("format_about.teaching-standards"), NoOptions, (), False, _teaching_standards
        ),
        Format("curriculum-plans", text("format_about.curriculum-plans"), NoOptions, (), False, _curriculum_plans),
        Format("moe-occupations", text("format_about.moe-occupations"), NoOptions, (), False, _moe_occupations),
        Format("moe-crosswalk", text("format_about.moe-crosswalk"), NoOptions, (), False, _moe_crosswalk),
        Format(
            "job-advertisements", text("format_about.job-advertisements"), NoOptions, (), False, _job_advertisements
        ),
        Format(
            "competency-analyses", text("format_about.competency-analyses"), NoOptions, (), False, _competency_analyses
        ),
        Format("skill-standards", text("format_about.skill-standards"), NoOptions, (), False, _skill_standards),
        Format("case", text("format_about.case"), NoOptions, ("mapping",), False, _case),
        Format("osmt", text("format_about.osmt"), NoOptions, (), False, _osmt),
        Format("jsonld", text("format_about.jsonld"), NoOptions, (), False, _jsonld),
        Format("moodle", text("format_about.moodle"), NoOptions, (), False, _moodle),
        Format("canvas", text("format_about.canvas"), NoOptions, (), False, _canvas),
        Format("xapi", text("format_about.xapi"), StatementOptions, ("mapping",), False, _xapi),
    )
}
"""By name, in the order of the documentation."""
