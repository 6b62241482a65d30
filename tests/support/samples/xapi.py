"""xAPI statements, and a mapping of their activities."""

from typing import Any

ACTIVITY = "https://lms.example.org/quiz/1"
MAPPING = f"activity,task_id,competency_id\n{ACTIVITY},t1,c1\n"
Record = dict[str, Any]


def statement(who: str, score: float | None = 0.5, when: str = "2026-03-01T10:00:00Z", **more: object) -> Record:
    result: Record = {} if score is None else {"score": {"scaled": score}}
    return {
        "actor": {"mbox": f"mailto:{who}@example.org", "name": who.title()},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"},
        "object": {"id": ACTIVITY},
        "result": result,
        "timestamp": when,
        **more,
    }
