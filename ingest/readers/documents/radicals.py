"""Radicals that PDF files give instead of characters: they look the same, and are other letters to a computer.

Source: Unicode, blocks Kangxi Radicals and CJK Radicals Supplement; the second has compatibility mappings for two only.
"""

import re
import unicodedata

_SUPPLEMENT = str.maketrans(
    "⺀⺄⺅⺆⺇⺈⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺗⺘⺙⺛⺝⺞⺠⺡⺢⺣⺥⺧⺩⺪⺬⺭⺮⺯⺰⺱⺲⺶⺷⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "冫乙亻冂几刀卜㔾小小兀尣尢尣巳幺彐心扌攵旡月歺民氵氺灬爫牜王疋示礻竹糸纟罓罒羊羊老聿聿月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食食饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀龟",
)
_KANGXI = re.compile("[\u2f00-\u2fd5]+")


def unified(text: str) -> str:
    """Return the text with characters in the place of radicals.

    >>> unified("专业核⼼课程、⻋⻔")
    '专业核心课程、车门'
    """
    if text.isascii():
        return text
    return _KANGXI.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(_SUPPLEMENT)
