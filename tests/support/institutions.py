"""A source of an institution: every kind, relation and property of the college that came with institutions."""

from tests.support.factory import says

COLLEGE = says(
    *(
        "u1 RUNS d1",
        "u1 RUNS d2",
        "d1 AIMS_AT c1 0.6 level=4",
        "co1 AIMS_AT c1",
        "d2 LEADS_ON_TO d1",
        "d1 ALIGNS_WITH x1",
    ),
    by="outcomes",
    institution="u1",
    nodes={
        "u1": {"name": "Polytechnic", "name_zh": "职业学院", "kind": "higher_vocational", "region_zh": "东部"},
        "d1": {"standing": "standard", "level": "higher", "years": 3, "description_zh": "说明"},
        "t9": {"status": "past", "url": "https://example.org"},
        "i9": {"employer_id": "u1"},
        "e9": {"industry_zh": "装备制造"},
        "g9": {"discipline_id": "d1", "size": 30, "name_zh": "一班"},
    },
)
"""What could not be said in a store of format 3, nor in a workbook of 0.1."""
