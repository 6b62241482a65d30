"""Nodes and links of a college's plan: courses with units, training tasks, outcomes, roles, certificates."""

import json
import re
from collections import Counter
from collections.abc import Collection

from graph.errors import InvalidValueError
from graph.model import NOTHING_STATED, LinkValues, NodeId, Value, parse_id
from ingest.draft import Draft, Place, StandIn
from ingest.formats.framework import one_line
from ingest.formats.moe.identity import OCCUPATIONS, PROGRAMMES, occupation_id, text_hash
from ingest.formats.moe.plan_course import PlanCourse
from ingest.formats.moe.plan_orientation import OCCUPATION, POST, OrientationItem

SKILL_LEVEL, QUALIFICATION = "职业技能等级证书", "职业资格证书"
_KNOWING = re.compile("^(?:掌握|了解|熟悉|理解|知道|认识)")
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_CODE = 2000, 20_000, 40


class PlanNodes:
    """States nodes of a programme, each once; what is its own has an id that begins with the programme's."""

    def __init__(self, draft: Draft, node: NodeId) -> None:
        """State into the draft."""
        self._draft, self.node = draft, node

    def outcome(self, place: Place, of: NodeId, name: str, kind: str) -> None:
        """State a competency that the programme or a course aims at."""
        competency = NodeId(f"{self.node}.a{text_hash(name)}")
        self._state(place, competency, "Competency", name, {"kind": kind, "framework": self._draft.source.name})
        self.link(place, of, "AIMS_AT", competency)

    def courses(self, found: Collection[PlanCourse]) -> None:
        """State the courses and training tasks; a code is part of an id where it is that of one alone."""
        codes = Counter(one.code for one in found)
        for one in found:
            self._task(one, codes) if one.is_task else self._course(one, codes)

    def _own_id(self, letter: str, found: PlanCourse, codes: Counter[str]) -> NodeId:
        if found.code and codes[found.code] == 1 and len(found.code) <= _LONGEST_CODE:
            try:
                return parse_id(f"{self.node}.{letter}.{found.code}")
            except InvalidValueError:
                pass
        return NodeId(f"{self.node}.{letter}{text_hash(found.name)}")

    def _course(self, found: PlanCourse, codes: Counter[str]) -> None:
        course = self._own_id("c", found, codes)
        theory, practice = _hours(found)
        values: dict[str, Value | None] = {"term": min(found.terms, default=None), "credits": found.credits}
        values |= {"theory_hours": theory or None, "practice_hours": practice or None}
        values["description"] = "\n".join(found.description)[:_LONGEST_TEXT]
        self._state(found.place, course, "Course", found.name, values)
        self.link(found.place, self.node, "OFFERS", course, _offered(found))
        for place, name in found.units:
            unit = NodeId(f"{course}.u{text_hash(name)}")
            self._state(place, unit, "KnowledgeUnit", name, {"kind": "disciplinary"})
            self.link(place, course, "COVERS", unit)
        for place, name in found.goals:
            self.outcome(place, course, name, "knowledge" if _KNOWING.match(name) else "ability")

    def _task(self, found: PlanCourse, codes: Counter[str]) -> None:
        task = self._own_id("t", found, codes)
        figures = {name: value for name in ("credits", "weeks") if (value := getattr(found, name))}
        values: dict[str, Value | None] = {"kind": found.kind, "term": min(found.terms, default=None)}
        values["hours"] = found.total or sum(filter(None, (found.theory, found.practice))) or None
        values["extra"] = json.dumps(figures, separators=(",", ":")) if figures else None
        about = [*found.description, *(name for _, name in (*found.goals, *found.units))]
        values["description"] = "\n".join(about)[:_LONGEST_TEXT]
        self._state(found.place, task, "TrainingTask", found.name, values)
        self.link(found.place, self.node, "SCHEDULES", task, _offered(found))

    def oriented(self, found: OrientationItem) -> None:
        """State an occupation, a post or a certificate that the programme is oriented to."""
        if found.kind == OCCUPATION and found.code:
            self.link(found.place, self.node, "TARGETS", occupation_id(found.code))
        elif found.kind in {OCCUPATION, POST}:
            role = NodeId(f"{PROGRAMMES}:{'p' if found.kind == POST else 'o'}{text_hash(found.name)}")
            self._state(found.place, role, "Role", found.name, {"framework": self._draft.source.name})
            if found.kind == OCCUPATION:
                self._draft.stand_ins[role] = StandIn("Role", found.name, (f"{OCCUPATIONS}:",))
            self.link(found.place, self.node, "TARGETS", role)
        else:
            self._certificate(found)

    def _certificate(self, found: OrientationItem) -> None:
        """State a certificate; of which sort it is, others may know: one that is called so takes its place."""
        certificate = NodeId(f"{PROGRAMMES}:z{text_hash(SKILL_LEVEL, found.name)}")
        self._state(found.place, certificate, "Certificate", found.name, {})
        prefix = f"{PROGRAMMES}:z"
        self._draft.stand_ins[certificate] = StandIn("Certificate", found.name, (prefix,))
        note: LinkValues = (None, None, None, None, found.code or None)
        self.link(found.place, self.node, "ALIGNS_WITH", certificate, note)

    def _state(self, place: Place, node: NodeId, kind: str, name: str, values: dict[str, Value | None]) -> None:
        if node not in self._draft.nodes:
            name = one_line(name)[:_LONGEST_NAME]
            stated = {key: value for key, value in values.items() if value not in {None, ""}}
            self._draft.state_node(place, node, kind, {"name": name, "name_zh": name, **stated})

    def link(
        self, place: Place, from_id: NodeId, relation: str, to_id: NodeId, values: LinkValues = NOTHING_STATED
    ) -> None:
        """State a link, once."""
        if (from_id, relation, to_id) not in self._draft.links:
            self._draft.state_link(place, (from_id, relation, to_id), values)


def _hours(found: PlanCourse) -> tuple[float | None, float | None]:
    """Return hours of theory and practice; one of them may be what is left of the total."""
    theory, practice, total = found.theory, found.practice, found.total
    if total is not None and theory is None and practice is not None and total >= practice:
        theory = total - practice
    elif total is not None and practice is None and theory is not None and total >= theory:
        practice = total - theory
    return theory, practice


def _offered(found: PlanCourse) -> LinkValues:
    """Return term and note of the link: its part of the plan, and all its terms where it goes on over several."""
    terms = sorted(found.terms)
    noted = [found.label, "、".join(map(str, terms)) if len(terms) > 1 else ""]
    return None, None, terms[0] if terms else None, None, " · ".join(filter(None, noted)) or None
