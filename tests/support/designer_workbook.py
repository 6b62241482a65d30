"""A designer's workbook in Chinese, thirty rows as people fill them in; and thirteen mistakes for it."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

ROWS: dict[str, list[list[object]]] = {
    "数据来源": [["名称", "版本"], ["江城职业技术学院", 2026]],
    "专业": [
        ["机电学院 2026 级人才培养方案"],
        [],
        ["编号", "专业名称", "代码", "备注"],
        [101, "机电一体化技术", 460301, "在办"],
        [102, "工业机器人技术", 460305, None],
    ],
    "课程": [
        ["课程编号", "课程名称", "所属专业", "开课学期", "学分", "备注"],
        [1, "传感器与检测技术", "机电一体化技术", 2, 4, "必修"],
        [2, "可编程控制器", None, "３", 4.5, None],
        [3, "机器人操作与编程", "工业机器人技术", 4, 4, "选修"],
        [4, "工业网络", None, 5, 2, None],
    ],
    "知识单元": [
        ["编号", "单元名称", "种类", "学时", "所属课程"],
        ["u1", "信号与干扰", "专业", 16, "传感器与检测技术"],
        ["u2", "传感器选型", "专业", 12, None],
        ["u3", "梯形图", "专业", 24, 2],
        ["u4", "顺序控制", "创新", 20, None],
        ["u5", "示教编程", "专业", 30, 3],
        ["u6", "总线与协议", "专业", 18, 4],
    ],
    "能力": [
        ["编号", "能力名称", "类型", "代码"],
        ["k1", "读取并判断信号", "技能", 1.1],
        ["k2", "编写控制程序", "技能", 1.2],
        ["k3", "示教机器人", "技能", 2.1],
        ["k4", "识别故障原因", "能力", 2.2],
        ["k5", "遵守安全规程", "态度", 3.1],
    ],
    "实训任务": [
        ["编号", "任务名称", "类型", "学时"],
        ["t1", "传感器台架装调", "实验实训", 24],
        ["t2", "机器人操作实习", "岗位实习", 40],
    ],
    "岗位": [["编号", "岗位名称"], ["r1", "设备装调工"], ["r2", "机器人操作员"], ["r3", "生产线班组长"]],
    "岗位职责": [
        ["编号", "职责名称", "所属岗位", "重要程度"],
        ["j1", "装调检测装置", "设备装调工", "80%"],
        ["j2", "操作并维护机器人", "机器人操作员", 1],
    ],
    "联系": [
        ["起点", "关系", "终点", "权重", "说明"],
        ["u1", "培养能力", "读取并判断信号", "80%", None],
        ["u3", "培养能力", "编写控制程序", 0.9, None],
        ["u5", "培养能力", "示教机器人", "１", None],
        ["t1", "训练能力", "k1", 1, None],
        ["装调检测装置", "要求能力", "k1", 0.6, "企业提出"],
        ["j2", "REQUIRES", "k3", 0.8, None],
    ],
}
NOTED = (
    "以第 3 行为表头",
    "备注 列不属于本格式",
    "C2:C3",
    "数字按显示的样子作为标识",
    "以名称代替标识",
    "百分数按小数读取",
    "全角数字",
)
"""What notes on it say."""
MISTAKES: dict[tuple[str, str], tuple[str | float | None, str, str]] = {
    ("专业", "A4"): ("10 1", "编号", "10 1"),
    ("课程", "D4"): ("春季", "开课学期", "春季"),
    ("课程", "E5"): (-2, "学分", "-2"),
    ("知识单元", "A4"): ("u1", "编号", "u1"),
    ("知识单元", "D5"): ("=1/0", "学时", "#DIV/0!"),
    ("知识单元", "B7"): (None, "单元名称", ""),
    ("能力", "C5"): ("技巧", "类型", "技巧"),
    ("能力", "A6"): ("k\u200b5", "编号", "U+200B"),
    ("实训任务", "B3"): (None, "任务名称", ""),
    ("岗位职责", "D2"): ("180%", "重要程度", "180%"),
    ("联系", "B3"): ("影响", "关系", "影响"),
    ("联系", "C4"): ("示教机器", "终点", "示教机器"),
    ("联系", "D5"): ("很高", "权重", "很高"),
}
"""What is written into which cell, the heading of its column, and what a problem of it says."""


def designer_workbook(path: Path, *, mistakes: bool = False) -> Path:
    """Write the workbook; with the mistakes, each in its cell, if wanted."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in ROWS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    _form(book["专业"], "C4:C5", "000000")
    _form(book["能力"], "D2:D6", "0.00")
    book["专业"].merge_cells("A1:D1")
    for cells in ("C2:C3", "C4:C5"):
        book["课程"].merge_cells(cells)
    for cells in ("E2:E3", "E4:E5"):
        book["知识单元"].merge_cells(cells)
    for (name, cell), (value, _, _) in MISTAKES.items() if mistakes else ():
        sheet = book[name]
        sheet[cell] = value
    book.save(path)
    return path


def _form(sheet: Worksheet, cells: str, code: str) -> None:
    for (cell,) in sheet[cells]:
        cell.number_format = code
