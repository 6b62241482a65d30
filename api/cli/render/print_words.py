"""The words of printed pages, in English and Chinese: what a dean reads who knows no ids."""

from typing import Literal

Language = Literal["en", "zh"]

PHRASES: dict[str, tuple[str, str]] = {
    # Integration
    "integration": ("Innovation in disciplines, disciplines in innovation", "专创融合情况"),
    "everywhere": ("All disciplines", "全校各专业"),
    "integration_share": (
        "of the demand is practised in fusion tasks (fusion tasks: {n})",
        "的能力需求在融合任务中得到练习（融合任务 {n} 项）",
    ),
    "fusion_is": (
        "A fusion task applies a disciplinary and an innovation unit, and prepares for a job responsibility.",
        "融合任务：同时运用专业知识单元和创新知识单元，并面向岗位职责的实训任务。",
    ),
    "no_demand": ("It is not recorded what the roles require.", "尚未记录岗位要求，无法计算。"),
    "no_fusion": ("No training is a fusion task yet.", "目前还没有融合任务。"),
    "fusion_tasks": ("Fusion tasks", "融合任务"),
    "of_demand": ("{share} of the demand", "占需求的 {share}"),
    "joins": ("joins {one} with {other}", "把「{one}」与「{other}」结合"),
    "prepares_for": ("prepares for: {names}", "面向岗位职责：{names}"),
    "next_steps": ("What would bring most", "下一步最见效的做法"),
    "would_bring": ("would bring {share} of the demand into fusion tasks", "改造后可使 {share} 的需求进入融合任务"),
    "could_apply_innovation": (
        "applies no innovation unit yet; could apply: {names}",
        "尚未运用创新知识单元；可加入：{names}",
    ),
    "could_apply_disciplinary": (
        "applies no disciplinary unit yet; could apply: {names}",
        "尚未运用专业知识单元；可加入：{names}",
    ),
    "nothing_fits": (
        "nothing that is taught here develops what its roles require: look for a unit to add",
        "现有课程中没有合适的知识单元，需另行开发",
    ),
    "fits_for": ("{unit} (for: {competency})", "{unit}（培养：{competency}）"),
    "directions": ("Both directions", "双向融合"),
    "innovation_into_discipline": (
        "of the disciplinary units are used together with an innovation unit ({met} of {units})",
        "的专业知识单元与创新知识单元一起运用（{met}/{units}）",
    ),
    "discipline_into_innovation": (
        "of the innovation units are used together with a disciplinary unit ({met} of {units})",
        "的创新知识单元与专业知识单元一起运用（{met}/{units}）",
    ),
    "courses_apart": (
        "courses in which not one is ({n} of {total}): {names}",
        "完全没有的课程（{n}/{total}）：{names}",
    ),
    "still_apart": ("Still apart", "尚未融合"),
    "enterprise_apart": (
        "Enterprise tasks that apply no innovation unit ({n} of {total}): {names}",
        "未运用创新知识单元的企业实训任务（{n}/{total}）：{names}",
    ),
    "unused_innovation": (
        "Innovation units in no fusion task ({n} of {total}): {names}",
        "未进入任何融合任务的创新知识单元（{n}/{total}）：{names}",
    ),
    "by_role": ("By role", "按岗位"),
    "by_discipline": ("By discipline", "按专业"),
    "discipline_line": (
        "fusion tasks: {n}; innovation into the discipline {into}, discipline into innovation {out}",
        "融合任务 {n} 项；创新进专业 {into}，专业进创新 {out}",
    ),
    "training_unrecorded": (
        "no training is scheduled here; counted are the tasks that apply a unit taught here",
        "未记录实训安排，按运用所授知识单元的任务计算",
    ),
    "for_role": ("For the role {name}", "针对岗位：{name}"),
    # Brief
    "brief": ("Brief for {name}", "企业简报：{name}"),
    "brief_intro": (
        "What the college and the enterprise can do together for the people that it needs.",
        "学校与企业如何共同培养企业所需人才。",
    ),
    "positions": ("Positions: {names}", "招聘岗位：{names}"),
    "openings": ("{name} ({n})", "{name}（{n} 人）"),
    "openings_guessed": ("{name} (about {n})", "{name}（约 {n} 人）"),
    "no_roles": (
        "No position of this enterprise with recorded requirements is known: record its roles first.",
        "尚未记录该企业的岗位及其要求，请先补充岗位信息。",
    ),
    "today": ("Where things stand", "现状"),
    "served": (
        "of what its positions require is taught and practised ({n} of {total} competencies)",
        "的岗位要求已教已练（能力 {n}/{total} 项）",
    ),
    "hosted": ("is practised in training that the enterprise hosts", "在企业承办的实训中得到练习"),
    "led": ("is practised in training that it hosts and leads itself", "在企业承办并主导的实训中得到练习"),
    "co_led": (
        "is practised in training that it hosts and leads, alone or jointly",
        "在企业承办并主导或共同主导的实训中练习",
    ),
    "mentored": ("is guided by its own people", "由企业人员指导"),
    "taught_teachers": (
        "is guided by its people side by side with teachers, or by teachers at its site",
        "由教师与企业人员共同指导，或由教师在企业指导",
    ),
    "gaps": ("Gaps in what it needs ({n})", "企业所需能力的断点（{n} 项）"),
    "no_gaps": ("There are none: all is connected, without a flaw.", "没有断点，全部贯通。"),
    "needed_by": ("needed by: {names}", "需要的岗位：{names}"),
    "host_next": ("What to host next", "建议承办的实训"),
    "host_at": ("now at {names}", "目前在{names}"),
    "host_nowhere": ("no host is recorded", "尚无承办单位"),
    "host_adds": ("adds {share} to what it hosts: {names}", "可使承办比例提高 {share}：{names}"),
    "host_none": ("No task on campus would add to what it hosts.", "校内没有可增加承办比例的实训任务。"),
    "new_training": ("Training that is still to be made ({n})", "尚需开发的实训（{n} 项）"),
    "taught_not_practised": ("taught, but practised nowhere", "有教无练"),
    "neither": ("neither taught nor practised", "无教无练"),
    "work": ("work that needs it: {names}", "相关岗位职责：{names}"),
    "qualified": ("could guide it: {names}", "可指导的人：{names}"),
    "mentors": ("Who could mentor ({n})", "可担任指导的人（{n} 人）"),
    "own_mentor": ("of the enterprise", "本企业"),
    "other_mentor": ("from elsewhere", "外部"),
    "mentors_for": ("{share} of its demand: {names}", "占需求的 {share}：{names}"),
    "no_mentors": (
        "Nobody recorded is qualified for what its people do not guide yet.",
        "对尚无企业人员指导的能力，没有记录到合适的人。",
    ),
    # Both
    "at": (" at {names}", "（{names}）"),
    "more": ("and {left} more", "等 {total} 项"),
    "told": ("{what}: {said}", "{what}：{said}"),
    "aside": (" ({said})", "（{said}）"),
    "apart": ("; ", "；"),
    "revision": ("From revision {n} of the graph.", "依据图谱修订版 {n}。"),
    # Statuses and flaws
    "connected": ("connected, but", "贯通，但"),
    "unpractised": ("taught, never practised", "有教无练"),
    "untaught": ("practised, never taught", "有练无教"),
    "unserved": ("neither taught nor practised", "无教无练"),
    "indirect": ("no task ties what is taught to the work", "没有任务把所教与岗位工作连起来"),
    "fragile": ("hangs on one course or one task", "只靠一门课程或一项任务"),
    "single_host": ("one host only", "承办单位单一"),
    "campus_only": ("practised on campus only", "仅在校内练习"),
    "no_employer": ("no employer recorded", "无用人单位"),
    "out_of_order": ("practised before it is taught", "先练后教"),
    "below_level": ("a higher level is needed", "水平不足"),
    "unassessed": ("not assessed", "未考核"),
    "below_threshold": ("not attained in assessments", "考核未达标"),
    "overlap": ("taught twice over", "重复"),
}
"""Each phrase in English and in Chinese; braces hold what is filled in."""


class Wording:
    """The phrases in one language."""

    def __init__(self, language: Language) -> None:
        """Choose the language."""
        self._column = 0 if language == "en" else 1

    def __call__(self, phrase: str, **values: object) -> str:
        """Return the phrase with the values filled in."""
        return PHRASES[phrase][self._column].format(**values)

    def listed(self, names: list[str], most: int = 6, total: int | None = None) -> str:
        """Return at most so many names in a row, and how many more there are of `total` (not given: of the names)."""
        shown, total = names[:most], len(names) if total is None else total
        more = self.more(len(shown), total)
        # In Chinese the whole number closes the list, in English what is left out is one more of its items.
        return self("apart").join([*shown, more] if more and not self._column else shown) + (
            more if self._column else ""
        )

    def more(self, shown: int, total: int) -> str:
        """Return how many are left out; empty where none is."""
        return self("more", left=total - shown, total=total) if total > shown else ""
