"""Help sheet of the workbook, in English and in Chinese."""

STEPS: tuple[tuple[str, str], ...] = (
    (
        "Start with the sheet source: one row that says who states all this (name) and which edition it is (version).",
        "先填写 source 工作表：只填一行，写明数据由谁提供（name）以及版本（version）。",
    ),
    (
        "Every other sheet is optional. Each row is one thing; the notes on the header cells say what belongs where.",
        "其余工作表均可不填。每行记录一项内容；将鼠标移到表头单元格上，可看到该列的填写说明。",
    ),
    (
        "Underlined columns are required. An empty cell means that nothing is stated.",
        "带下划线的列为必填列。单元格留空表示“未说明”。",
    ),
    (
        'Give each thing an id of its own, used only once in the workbook: no spaces, and none of / ? # % \\ " < >.',
        '每项内容都要有唯一的 id，在整个工作簿中不得重复；不能含空格，也不能含 / ? # % \\ " < > 这些字符。',
    ),
    (
        "Ids are text: the columns are formatted as text already. Keep that format when you paste.",
        "id 是文本：相关列已设为文本格式，粘贴时请保留该格式。",
    ),
    (
        "In a column that ends in _id, write the id of a row of another sheet, or one that is in the graph already.",
        "以 _id 结尾的列，请填写另一工作表中某一行的 id，或图谱中已有的 id。",
    ),
    (
        "Use the sheet links for everything that no column can say, such as which competency a unit develops.",
        "凡是列中无法表达的联系（例如某知识单元培养哪项能力），请写在 links 工作表中。",
    ),
    (
        "Weights, importance, scores and rates are from 0 to 1; dates look like 2026-03-01; hours are learner hours.",
        "权重、重要程度、成绩和通过率均在 0 到 1 之间；日期形如 2026-03-01；学时按学生学时计。",
    ),
    (
        "A workbook stands for all that its source states: what you delete here is removed on the next import.",
        "本工作簿代表该来源的全部内容：在此删除的内容，下次导入时也会被移除（系统会先提示）。",
    ),
)

SHEETS: dict[str, tuple[str, str]] = {
    "source": ("who states all this: one row only", "数据来源：只填一行"),
    "disciplines": ("a discipline or study programme", "专业（学科）"),
    "courses": ("a course", "课程"),
    "knowledge_units": ("a knowledge unit of a course", "课程中的知识单元"),
    "competencies": ("a competency", "能力（知识、技能、能力、态度）"),
    "training_tasks": ("a practical training task", "实训任务"),
    "job_responsibilities": ("a responsibility of a position", "岗位职责"),
    "roles": ("an enterprise role (position)", "企业岗位"),
    "enterprises": ("an enterprise or training base", "企业或实训基地"),
    "instructors": ("a teacher or enterprise mentor", "教师或企业导师"),
    "certificates": ("a certificate", "证书"),
    "signals": ("a policy, a trend or a demand figure", "政策、趋势或需求数据"),
    "cohorts": ("a cohort of learners", "一届学生"),
    "assessments": (
        "how a cohort did in one competency, at one task, on one day",
        "某届学生在某项实训任务中某项能力的考核结果",
    ),
    "links": ("a link between two rows of other sheets", "两项内容之间的联系"),
}

RELATIONS_ZH: dict[str, str] = {
    "OFFERS": "专业开设课程（可填学期 term）",
    "SCHEDULES": "专业或课程安排学生参加该实训任务（可填学期 term）",
    "TARGETS": "专业面向该岗位培养",
    "COVERS": "课程包含该知识单元",
    "DEVELOPS": "学习该知识单元可培养该能力（可填等级 level）",
    "PREREQUISITE_OF": "须先学或先做",
    "APPLIES": "实训任务运用该知识单元",
    "PRACTISES": "实训任务锻炼该能力（可填等级 level）",
    "PREPARES_FOR": "实训任务演练该岗位职责",
    "HAS_RESPONSIBILITY": "岗位承担该职责（weight 为重要程度）",
    "REQUIRES": "需要该能力（可填等级 level；weight 为重要程度）",
    "HOSTS": "企业或基地承办该实训任务",
    "EMPLOYS": "企业设有该岗位（可填招聘人数 openings）",
    "GUIDES": "讲授或指导",
    "QUALIFIED_FOR": "能够讲授或指导该能力",
    "CERTIFIES": "证书证明该能力",
    "ACCEPTED_BY": "该岗位认可此证书",
    "ALIGNS_WITH": "课程对接该证书",
    "CALLS_FOR": "政策、趋势或需求数据提到它",
    "BROADER": "由较窄的指向较宽的",
    "SAME_AS": "两个词表中的同一事物（weight 为把握程度）",
    "CLOSE_TO": "相近但不相同；仅在要求时使用",
}
