"""Training tasks of a programme, told apart in the sentences that name them (实习实训)."""

import re
from typing import NamedTuple

from ingest.formats.moe.enumeration import is_unbalanced, items

POSITION_PRACTICE = "岗位实习"
_SENTENCES = re.compile(r"[。；;]|，(?=(?:并|同时|然后)?在[^，。；]*岗位实习)")
_BEGIN = re.compile(r"^.*?(?:进行|开展|完成|主要包括|包括|设置)")
_END = re.compile(
    r"(?:等[^、，等]{0,24}?)?(?:综合|专项|技能|课程)*(?:实训|实习|训练|实践|实验|实训项目|实训教学|项目|任务|教学|活动)$"
)
_GROUP_END = re.compile(r"等[^、，等]{0,24}$")
_AND = re.compile(r"^(?:以及|及其|并)")
_PLACE_OF_WORK = re.compile(r"^(?:在|到|赴|于)")


class Practice(NamedTuple):
    """Training by name, in the order of the text, and where position practice is done; `unread` are other sentences."""

    tasks: list[str]
    position: str
    unread: list[str]


def practice(text: str) -> Practice:
    """Return what the text names.

    >>> practice("对接真实职业场景，在校内外进行种子繁育、种子检测等实训。在农场等单位进行岗位实习。")
    Practice(tasks=['种子繁育', '种子检测'], position='在农场等单位进行岗位实习', unread=[])
    """
    tasks: list[str] = []
    position, unread = "", []
    for sentence in filter(None, (one.strip() for one in _SENTENCES.split(text))):
        if POSITION_PRACTICE in sentence:
            position = position or sentence
        elif _BEGIN.match(sentence):
            tasks += _tasks(_BEGIN.sub("", sentence, count=1))
        elif "、" in sentence and not _PLACE_OF_WORK.match(sentence):
            tasks += _tasks(sentence)
        else:
            unread.append(sentence)
    return Practice(list(dict.fromkeys(tasks)), position, unread)


def _tasks(text: str) -> list[str]:
    groups = items(text, "，,")
    return [_AND.sub("", task) for group in groups for task in items(_shortened(group))]


def _shortened(group: str) -> str:
    """Return the enumeration without the words that end it (等实训); a single task keeps its name whole."""
    body = _GROUP_END.sub("", group)
    if is_unbalanced(body):
        return group
    return body if body != group else (_END.sub("", group) if "、" not in group and group.endswith("等实训") else group)
