"""A small crosswalk of programmes to occupations, as published."""

import csv
from pathlib import Path

Rows = list[list[str]]


def small() -> dict[str, Rows]:
    """Return two programmes, with the series above them, and what they lead to."""
    return {
        CROSSWALK: [
            ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"],
            ["01.0901", "Animal Sciences, General.", "19-1011", "Animal Scientists"],
            ["01.0901", "Animal Sciences, General.", "25-1041", "Teachers"],
            ["01.0902", "Dairy.", "99-9999", "NO MATCH"],
            ["99.9999", "NO MATCH", "13-1074", "Contractors"],
        ],
        CODES: [
            [
                "CIPFamily",
                "CIPCode",
                "Action",
                "TextChange",
                "CIPTitle",
                "CIPDefinition",
                "CrossReferences",
                "Examples",
            ],
            ['="01"', '="01"', "No substantive changes", "yes", "AGRICULTURE.", "All of it.", "", ""],
            ['="01"', '="01.09"', "No substantive changes", "no", "Animal Sciences.", "", "", ""],
            ['="01"', '="01.0901"', "No substantive changes", "no", "Animal Sciences, General.", "Of animals.", "", ""],
            ['="01"', '="01.0902"', "New", "no", "Dairy Science.", "Of milk.", "", ""],
            ['="01"', '="01.0903"', "Deleted", "no", "Old.", "", "", ""],
            ['="01"', '="01.0904"', "Moved from", "no", "Moved.", "", "", ""],
        ],
    }


def write(folder: Path, tables: dict[str, Rows]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(table)
    return folder


CROSSWALK, CODES = "CIP2020_SOC2018_Crosswalk.csv", "CIPCode2020.csv"
