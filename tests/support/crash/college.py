"""Two editions of a small college as files to import: the second changes, adds and takes away."""

from pathlib import Path

_COMPETENCIES = 60


def write_editions(folder: Path) -> None:
    """Write the folders `one` and `two`."""
    for name, edition in (("one", 1), ("two", 2)):
        (folder / name).mkdir(parents=True)
        for file, content in _edition(edition).items():
            (folder / name / file).write_text(content, encoding="utf-8")


def _edition(number: int) -> dict[str, str]:
    kept = [n for n in range(_COMPETENCIES) if (n + number) % 9]
    units = [f"k{n},Unit {n} of edition {number if n % 5 == 0 else 0},disciplinary,co{n % 4}" for n in kept]
    links = [
        line
        for n in kept
        for line in (f"k{n},DEVELOPS,c{n},{0.1 * number}", f"t{n % 3},PRACTISES,c{n},0.5", f"r{n % 5},REQUIRES,c{n},1")
    ]
    return {
        "source.csv": f"name,version\nCollege,{number}\n",
        "courses.csv": _table("id,name", [f"co{n},Course {n}" for n in range(4)]),
        "knowledge_units.csv": _table("id,name,kind,course_id", units),
        "competencies.csv": _table("id,name,name_zh,kind", [f"c{n},Skill {n},能力 {n},skill" for n in kept]),
        "training_tasks.csv": _table("id,name,kind,hours", [f"t{n},Task {n},lab,4" for n in range(3)]),
        "roles.csv": _table("id,name", [f"r{n},Role {n}" for n in range(5)]),
        "links.csv": _table("from_id,relation,to_id,weight", links),
    }


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, *rows, ""])
