"""A small O*NET, in the columns of the published tables."""

import shutil
from pathlib import Path

from openpyxl import Workbook

Rows = list[list[str]]
Tables = dict[str, Rows]
RATED = ["O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "Recommend Suppress", "Not Relevant"]


def small() -> Tables:
    """Return two occupations, two tasks, an activity, two skills and a piece of knowledge."""
    return {
        "Occupation Data": [
            ["O*NET-SOC Code", "Title", "Description"],
            [CHIEF, "Chief Executives", "Direct things."],
            [CLERK, "Clerks", "n/a"],
        ],
        "Alternate Titles": [
            ["O*NET-SOC Code", "Title", "Alternate Title", "Short Title", "Source(s)"],
            [CHIEF, "Chief Executives", "Chief Executive Officer", "CEO", "08"],
            [CHIEF, "Chief Executives", "Agency | Owner", "n/a", "10"],
            [CHIEF, "Chief Executives", "Chief Executives", "n/a", "10"],
        ],
        "Task Statements": [
            ["O*NET-SOC Code", "Title", "Task ID", "Task", "Task Type"],
            [CHIEF, "Chief Executives", "8823", "Direct budgets.", "Core"],
            [CLERK, "Clerks", "9", "File letters.", "n/a"],
        ],
        "Task Ratings": [
            ["O*NET-SOC Code", "Task ID", "Scale ID", "Category", "Data Value", "Recommend Suppress"],
            [CHIEF, "8823", "IM", "n/a", "4.12", "N"],
            [CHIEF, "8823", "RT", "n/a", "98.5", "N"],
            [CLERK, "9", "IM", "n/a", "2.5", "Y"],
        ],
        "DWA Reference": [
            ["Element ID", "Element Name", "IWA ID", "IWA Title", "DWA ID", "DWA Title"],
            ["4.A.1", "Getting", "4.A.1.I01", "Study", "4.A.1.I01.D01", "Review budgets."],
        ],
        "Tasks to DWAs": [
            ["O*NET-SOC Code", "Title", "Task ID", "Task", "DWA ID", "DWA Title"],
            [CHIEF, "Chief Executives", "8823", "Direct budgets.", "4.A.1.I01.D01", "Review budgets."],
        ],
        "Content Model Reference": [
            ["Element ID", "Element Name", "Description"],
            ["2.A.1.a", "Reading", "Understanding text."],
            ["1", "Worker", "Worker"],
        ],
        "Skills": [
            RATED,
            [CHIEF, *READING, "IM", "4.12", "N", "n/a"],
            [CHIEF, *READING, "LV", "4.62", "N", "N"],
            [CHIEF, *MATHS, "IM", "2.88", "N", "n/a"],
            [CHIEF, *MATHS, "LV", "2.5", "N", "N"],
            [CLERK, *READING, "IM", "3.5", "Y", "n/a"],
            [CLERK, *READING, "LV", "3", "N", "N"],
            [CLERK, *MATHS, "IM", "3", "N", "n/a"],
            [CLERK, *MATHS, "LV", "3", "Y", "N"],
        ],
        "Knowledge": [
            RATED,
            [CLERK, "2.C.1.b", "Clerical", "IM", "5", "N", "n/a"],
            [CLERK, "2.C.1.b", "Clerical", "LV", "0", "N", "Y"],
        ],
        "Technology Skills": [
            ["O*NET-SOC Code", "Title", "Example", "Commodity Code", "Commodity Title", "Hot Technology"],
            [CLERK, "Clerks", "Writer", "43232104", "Word processing software", "N"],
            [CLERK, "Clerks", "Editor", "43232104", "Word processing software", "N"],
        ],
    }


def write(folder: Path, tables: Tables, ending: str = ".txt") -> Path:
    """Write tables as tab-separated text, or as workbooks."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, table in tables.items():
        if ending == ".xlsx":
            workbook = Workbook()
            (sheet,) = workbook.worksheets
            sheet.title = name
            for row in table:
                sheet.append([_number(cell) for cell in row])
            workbook.save(folder / f"{name}.xlsx")
        else:
            text = "".join("\t".join(row) + "\r\n" for row in table)
            (folder / f"{name}{ending}").write_text(text, encoding="utf-8", newline="")
    return folder


def _number(cell: str) -> str | float | None:
    if cell == "n/a":
        return None
    return float(cell) if cell.replace(".", "", 1).isdigit() and cell != "08" else cell


CHIEF, CLERK = "11-1011.00", "43-9061.00"
READING, MATHS = ["2.A.1.a", "Reading"], ["2.A.1.e", "Mathematics"]
