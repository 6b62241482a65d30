"""Chapters of a college's talent training plan (人才培养方案), told apart by their titles, however these are worded.

Source: Ministry of Education of the PRC, frame of a talent training plan, annexed to 教职成〔2019〕13号 (2019): name,
entry, years, orientation, objective and specification (quality, knowledge, ability), courses, schedule, means.
"""

import re
from enum import StrEnum


class PlanChapter(StrEnum):
    """A chapter, or a part of one; what stands before the first chapter is the front."""

    FRONT = "front"
    NAME = "name"
    YEARS = "years"
    ORIENTATION = "orientation"
    OBJECTIVE = "objective"
    OUTCOMES = "outcomes"
    ATTITUDE = "attitude"
    KNOWLEDGE = "knowledge"
    ABILITY = "ability"
    COURSES = "courses"
    PRACTICE = "practice"
    CERTIFICATES = "certificates"
    OTHER = "other"


OUTCOMES = frozenset((PlanChapter.OUTCOMES, PlanChapter.ATTITUDE, PlanChapter.KNOWLEDGE, PlanChapter.ABILITY))
_OUTCOME_PARTS = (
    (PlanChapter.ATTITUDE, r"(?:思想政治|职业|身心|人文|基本)?素[质养](?:要求|目标|结构|规格|方面)?"),
    (PlanChapter.KNOWLEDGE, r"(?:专业|公共基础|基本)?知识(?:要求|目标|结构|规格|方面)?"),
    (
        PlanChapter.ABILITY,
        r"(?:专业|通用|职业|技术|方法|社会|核心|基本|专业技术技能|技术技能)?(?:能力|技能)(?:要求|目标|结构|规格|方面)?",
    ),
)
_CHAPTERS = (
    (PlanChapter.NAME, r"专业(?:名称)?[及与和、]?(?:\(?(?:专业)?代码\)?)|专业名称"),
    (PlanChapter.YEARS, r"(?:基本|标准)?(?:修业|学习)年限.{0,6}|学制(?:[及与].{0,4})?"),
    (
        PlanChapter.ORIENTATION,
        r"(?:职业|就业|职业岗位|岗位)面向.{0,8}|职业领域[及与]岗位面向|职业岗位(?:群)?(?:\(群\))?",
    ),
    (PlanChapter.OUTCOMES, r"(?:人才)?培养(?:规格|要求).{0,4}|毕业生(?:应具备的)?要求"),
    (PlanChapter.OBJECTIVE, r"(?:人才|专业)?培养目标(?:[与及和](?:人才)?(?:培养)?(?:规格|要求))?"),
    (PlanChapter.PRACTICE, r"(?:集中|综合)?(?:性)?(?:实践性?教学|实习实训|实训实习|综合实训|实践环节).{0,8}"),
    (PlanChapter.CERTIFICATES, r"(?:职业|1\+X|技能|岗课赛证).{0,12}证书.{0,8}|证书(?:要求|考取).{0,6}"),
    (
        PlanChapter.COURSES,
        (
            r"课程(?:设置|体系|结构|描述|内容|简介|介绍).{0,8}|(?:公共|专业|通识|素质|拓展).{0,12}课程?(?:描述|模块|设置|简介)?"
            r"|教学(?:进程|进度|计划|安排|活动).{0,12}|进[程度]安排表?|学时(?:安排|分配|比例).{0,8}|课程.{0,8}要求"
        ),
    ),
    (
        PlanChapter.OTHER,
        (
            r"入学.{0,6}|招生对象.{0,8}|实施保障|师资.{0,6}|教学(?:基本)?(?:条件|设施|资源|方法|评价|管理|团队).{0,6}|学习评价|评价.{0,6}"
            r"|质量.{0,8}|毕业(?:要求|标准|条件|学分).{0,6}|附[录件表].{0,20}|编制.{0,8}|人才培养模式.{0,8}|保障.{0,6}|.{0,6}修订.{0,8}|目录"
        ),
    ),
)
_TITLES = tuple((chapter, re.compile(pattern)) for chapter, pattern in _CHAPTERS)
_PARTS = tuple((chapter, re.compile(pattern)) for chapter, pattern in _OUTCOME_PARTS)


def chapter_of(title: str, *, is_outcome: bool) -> PlanChapter | None:
    """Return the chapter that a title without its number names; None where it names none.

    Quality, knowledge and ability are parts of the outcomes only, and words of texts elsewhere.

    >>> str(chapter_of("课程设置及要求", is_outcome=False)), str(chapter_of("知识要求", is_outcome=True))
    ('courses', 'knowledge')
    """
    known = (_PARTS if is_outcome else ()) + _TITLES
    return next((chapter for chapter, pattern in known if pattern.fullmatch(title)), None)
