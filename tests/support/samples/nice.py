"""Small NICE frameworks, as of 2017 and as of 2024."""

from typing import Any

Json = dict[str, Any]


def record(value: str, uuid: str, *related: str) -> Json:
    edges = [{"dest-uuid": to, "type": "involves"} for to in related]
    return {"description": f"text of {value}", "value": f"text of {value} - {value}", "uuid": uuid, "related": edges}


def small_2024() -> dict[str, Json]:
    """Return the clusters of two roles, a task, a knowledge and a skill, by file."""
    parts = {
        "work_roles": [record("OG-WRL-001", "r1", "o1", "t1", "k1", "s1"), record("PD-WRL-002", "r2", "k1")],
        "tasks": [record("T0001", "t1")],
        "knowledges": [record("K0001", "k1")],
        "skills": [record("S0001", "s1")],
        "opm_codes": [{**record("611", "o1"), "description": "Boss - Area - Decides. (Oversee)"}],
    }
    return {f"{part}.json": {"type": f"nice-framework-{part}", "values": values} for part, values in parts.items()}


def small_2017() -> dict[str, str]:
    """Return the lists and a page of one role, by file."""
    lists = {
        "roles.yml": "- \n    workRole: Boss\n    description: 'Decides what''s next.'\n    workRoleID:  SP-RSK-001\n",
        "tasks.yml": "---\n-\n    tId: T0001\n    taskDescription: Do things such as: this one.\n",
        "knowledge.yml": "# all\n-\n    kId: K0001\n    knowledgeDescription: Knowledge of it.\n",
        "skills.yml": "-\n    sId: S0001\n    skillDescription: Skill in it.\n",
        "abilities.yml": "-\n    aId: A0001\n    abilityDescription: Ability to do it.\n",
        "boss.md": "Work Role Name Boss\n\nWork Role ID SP-RSK-001\n\nTasks T0001\n\nSkills S0001,\nA0001, K0001\n",
    }
    return dict(lists)
