"""A small ESCO, in the columns of the published files."""

import csv
from pathlib import Path

SKILL, OCCUPATION = "http://data.europa.eu/esco/skill/", "http://data.europa.eu/esco/occupation/"
SKILLS, OCCUPATIONS, REQUIRED = "skills_en.csv", "occupations_en.csv", "occupationSkillRelations.csv"
BROADER_SKILLS, BROADER_OCCUPATIONS = "broaderRelationsSkillPillar.csv", "broaderRelationsOccPillar.csv"


def write(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    """Write tables as CSV files of a new folder."""
    folder.mkdir()
    for name, table in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    return folder


def skill(name: str, sort: str = "skill/competence", **more: str) -> dict[str, str]:
    return {
        "conceptType": "KnowledgeSkillCompetence",
        "conceptUri": SKILL + name,
        "skillType": sort,
        "preferredLabel": f"name of {name}",
        "altLabels": "",
        "description": "",
    } | more


def occupation(name: str) -> dict[str, str]:
    return {
        "conceptType": "Occupation",
        "conceptUri": OCCUPATION + name,
        "preferredLabel": f"name of {name}",
        "altLabels": "",
        "description": "",
        "code": f"1.{name}",
    }


def requires(who: str, what: str, relation: str = "essential") -> dict[str, str]:
    return {"occupationUri": OCCUPATION + who, "relationType": relation, "skillType": "", "skillUri": SKILL + what}


def broader(narrow: str, broad: str, base: str = SKILL) -> dict[str, str]:
    kind = "KnowledgeSkillCompetence" if base == SKILL else "Occupation"
    return {"conceptType": kind, "conceptUri": base + narrow, "broaderType": kind, "broaderUri": base + broad}


def small() -> dict[str, list[dict[str, str]]]:
    """Return two skills, two occupations, and what is said of them, one table for each file."""
    return {
        SKILLS: [skill("s1"), skill("s2", "knowledge")],
        OCCUPATIONS: [occupation("o1"), occupation("o2")],
        REQUIRED: [requires("o1", "s1"), requires("o2", "s1", "optional")],
        BROADER_SKILLS: [broader("s1", "s2")],
        BROADER_OCCUPATIONS: [broader("o1", "o2", OCCUPATION)],
    }
