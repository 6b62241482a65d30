"""A question has one name: its modules are called the same in every room, so that whoever knows one finds all."""

from tests.support.paths import ROOT

QUESTIONS = frozenset(
    [
        "align",
        "allocation",
        "benchmark",
        "brief",
        "coverage",
        "diff",
        "feedback",
        "gaps",
        "integration",
        "leadership",
        "match",
        "metrics",
        "node",
        "plan",
        "rotation",
        "search",
        "signals",
        "trace",
        "training",
        "what_if",
    ]
)
ROOMS: dict[str, set[str]] = {
    "queries": set(),
    "queries/parameters": {"leadership"},  # it has no parameters of its own
    "api/rest/routes": set(),
    "api/cli/commands": set(),
    "api/cli/render": set(),
    "api/web/pages": {
        *("align", "diff", "match", "metrics", "rotation", "signals"),  # no page asks them
        "trace",  # the page of a competency, node.py, shows it; trace_*.py are its parts
    },
}
"""Where each question has a module of its name, with the questions that have none there, and why."""


def test_each_question_has_its_module_in_every_room() -> None:
    """What is missing is what is named above, and nothing else."""
    for room, without in ROOMS.items():
        modules = {file.stem for file in (ROOT / room).glob("*.py")}
        assert QUESTIONS - modules == without, room
