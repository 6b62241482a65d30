"""Course outline of two pages in Chinese as a Word document: headings, goals, a plan of lessons, tasks and policies."""

from io import BytesIO

from docx import Document
from docx.enum.text import WD_BREAK

TITLE = "机器人维护与故障诊断 课程标准"
GOALS = (
    "能按保养手册完成机器人计划性保养。",
    "能根据故障代码和运行日志进行机器人故障诊断。",
    "能使用示教器操作工业机器人，并恢复备份。",
    "能编写与调试机器人程序，改进原有动作。",
    "能安全介入机器人作业区，执行挂牌上锁。",
    "能识读工程图样，找到损坏的零件。",
    "能完成电气控制柜接线，更换电池与风扇。",
    "能进行电气参数测量，判断线路是否正常。",
    "养成电气安全作业的习惯。",
    "能完成传感器选型与安装。",
)
CONTENTS = (
    "掌握机器人运动学基础，理解各轴的运动范围。",
    "能完成负载与惯量估算，说明超载的后果。",
    "能完成伺服轴整定，消除抖动。",
    "能完成电机驱动调试。",
    "能实施基于状态数据的预测性维护，依据振动与温度的趋势安排检修。",
    "能完成自动线故障诊断，区分电气与机械原因。",
    "能进行工业网络配置，恢复中断的通信。",
    "能搭建气动回路，查找漏气点。",
    "能完成机械装配与钳工作业，更换减速机。",
    "能完成协作机器人部署，验收安全功能。",
    "能完成机器人焊接工艺实施，检查焊缝。",
    "能在停机前完成机器人离线编程。",
)
TASKS = (
    "能完成交接班管理，填写服务记录。",
    "能完成技术文档编写，向用户说明故障原因。",
    "能完成备件库存管理，提出补货建议。",
    "能在维修小组中进行团队协作。",
    "能完成产线能耗审计，列出节能措施。",
)
POLICIES = ("考核：理论占 40%，过程占 60%。", "缺勤三分之一者不得参加考核。", "联系电话：0571-00000000。")


def course_outline() -> bytes:
    """Return the document."""
    document = Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph("学时：56　学分：3.5　开设学期：第五学期")
    document.add_heading("一、课程目标", 2)
    for goal in GOALS:
        document.add_paragraph(goal, style="List Number")
    document.add_heading("二、课程内容与要求", 2)
    document.paragraphs[-1].insert_paragraph_before("").add_run().add_break(WD_BREAK.PAGE)
    for content in CONTENTS:
        document.add_paragraph(content)
    document.add_heading("三、学习任务", 2)
    table = document.add_table(rows=0, cols=2)
    for number, task in enumerate(TASKS, 1):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = f"任务 {number}", task
    document.add_heading("四、考核", 2)
    for policy in POLICIES:
        document.add_paragraph(policy)
    made = BytesIO()
    document.save(made)
    return made.getvalue()
