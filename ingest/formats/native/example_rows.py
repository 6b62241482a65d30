"""Example rows of the template: a small programme from classroom to position, with one gap; shown, never imported."""

from collections.abc import Mapping, Sequence

from graph.messages import Language, catalogue, text

HELP_SHEET = "Help"
"""The sheet of a workbook that explains the others and states nothing."""
EXPLAINING = frozenset(both for key in ("help_sheet", "examples_sheet") for both in catalogue()[f"workbook.{key}"])
"""The sheets of a template that state nothing, as they are called in either language."""

_ROWS: Mapping[str, Sequence[Mapping[str, str | float]]] = {
    "source": [{"name": "source", "version": "2026"}],
    "disciplines": [{"id": "d:welding", "name": "discipline"}],
    "courses": [{"id": "c:welding", "name": "course", "term": 1, "discipline_id": "d:welding"}],
    "knowledge_units": [
        {"id": "u:arc", "name": "unit", "kind": "disciplinary", "hours": 16, "course_id": "c:welding"},
    ],
    "competencies": [
        {"id": "k:weld", "name": "competency", "kind": "skill"},
        {"id": "k:inspect", "name": "untaught", "kind": "skill"},
    ],
    "training_tasks": [{"id": "t:bench", "name": "task", "kind": "lab", "hours": 24, "capacity": 20}],
    "job_responsibilities": [{"id": "j:seams", "name": "responsibility", "role_id": "r:welder"}],
    "roles": [{"id": "r:welder", "name": "role"}],
    "enterprises": [{"id": "e:yard", "name": "enterprise", "kind": "enterprise"}],
    "links": [
        {"from_id": "d:welding", "relation": "TARGETS", "to_id": "r:welder"},
        {"from_id": "d:welding", "relation": "SCHEDULES", "to_id": "t:bench", "term": 2},
        {"from_id": "u:arc", "relation": "DEVELOPS", "to_id": "k:weld", "weight": 0.8, "level": 3},
        {"from_id": "t:bench", "relation": "APPLIES", "to_id": "u:arc"},
        {"from_id": "t:bench", "relation": "PRACTISES", "to_id": "k:weld", "weight": 0.9},
        {"from_id": "t:bench", "relation": "PREPARES_FOR", "to_id": "j:seams"},
        {"from_id": "j:seams", "relation": "REQUIRES", "to_id": "k:weld"},
        {"from_id": "r:welder", "relation": "REQUIRES", "to_id": "k:inspect", "weight": 0.5},
        {"from_id": "e:yard", "relation": "EMPLOYS", "to_id": "r:welder", "openings": 6},
    ],
}
"""The rows by sheet; what stands as `name` is the last part of a key of the catalogue."""


def example_rows(language: Language = "en") -> Mapping[str, Sequence[Mapping[str, str | float]]]:
    """Return the rows by sheet, in their order, named in the language; for English, but for the source, in both."""
    return {sheet: [_named(sheet, row, language) for row in rows] for sheet, rows in _ROWS.items()}


def _named(sheet: str, row: Mapping[str, str | float], language: Language) -> Mapping[str, str | float]:
    if "name" not in row:
        return row
    key = f"example_row.{row['name']}"
    both = {"name": text(key), "name_zh": text(key, "zh")}
    one = {"name": text(key, language)}
    return {**row, **(both if language == "en" and sheet != "source" else one)}
