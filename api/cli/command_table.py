"""Table of commands: each with the function that it runs, which is loaded when it is asked for, and its examples."""

from typing import NamedTuple


class CommandEntry(NamedTuple):
    """A command's name, its function as `module:name` in `api.cli.commands`, and command lines to begin with."""

    name: str
    place: str
    examples: tuple[str, ...]


ASK = (
    CommandEntry(
        "trace",
        "trace:trace",
        ("trace poly:k.plc-programming", "trace poly:k.ip-protection --lang zh", "trace poly:c.plc"),
    ),
    CommandEntry("gaps", "gaps:gaps", ("gaps --status unpractised", "gaps --discipline poly:d.robotics --severity 4")),
    CommandEntry(
        "coverage",
        "coverage:coverage",
        (
            "coverage poly:r.integration-assistant",
            "coverage --by discipline",
            "coverage poly:r.line-leader --by course",
        ),
    ),
    CommandEntry(
        "plan",
        "plan:plan",
        (
            "plan poly:r.integration-assistant",
            "plan poly:r.integration-assistant --max-hours 120 --have poly:k.plc-programming --alternatives 2",
            "plan --roles-of poly:d.robotics --mode onsite",
        ),
    ),
    CommandEntry(
        "integration", "integration:integration", ("integration", "integration --discipline poly:d.robotics --lang zh")
    ),
    CommandEntry("allocation", "allocation:allocation", ("allocation", "allocation --hours 60 --seats 40")),
    CommandEntry("feedback", "feedback:feedback", ("feedback", "feedback --cohort poly:co.nev-2023")),
    CommandEntry("leadership", "leadership:leadership", ("leadership poly:e.qihang",)),
    CommandEntry("brief", "brief:brief", ("brief poly:e.qihang", "brief poly:e.qihang --lang zh")),
    CommandEntry("signals", "signals:signals", ("signals", "signals --region 'River delta' --signal-kind trend")),
    CommandEntry(
        "what-if",
        "what_if:what_if",
        (
            "what-if idea.json",
            "what-if --remove poly:e.qihang",
            "what-if idea.json --ask coverage --of poly:r.integration-assistant",
        ),
    ),
    CommandEntry(
        "benchmark",
        "benchmark:benchmark",
        (
            "benchmark poly:d.mechatronics --against poly:d.robotics",
            "benchmark poly:d.iot --against moe:510102",
        ),
    ),
    CommandEntry("diff", "diff:diff", ("diff 3", "diff 3 5", "diff last-year/ this-year/")),
    CommandEntry(
        "metrics",
        "metrics:metrics",
        ("metrics --what bottlenecks", "metrics --format csv --out metrics.csv", "metrics --what prerequisites"),
    ),
    CommandEntry("training", "training:training", ("training poly:r.integration-assistant --limit 5",)),
    CommandEntry(
        "match", "match:match", ("match --have poly:k.plc-programming --have poly:k.robot-programming --limit 3",)
    ),
    CommandEntry(
        "rotation",
        "rotation:rotation",
        ("rotation poly:co.robotics-2023", "rotation poly:co.robotics-2023 --role poly:r.robot-maintainer --terms 6"),
    ),
    CommandEntry("search", "search:search", ("search robot --kind Role", "search 机器人 --lang zh")),
    CommandEntry("show", "node:show", ("show poly:c.plc",)),
    CommandEntry(
        "align",
        "align:align",
        ("align qihang poly --out proposed.csv", "align poly poly --relation DEVELOPS --limit 5"),
    ),
    CommandEntry(
        "propose",
        "proposals:propose",
        ("propose outline.docx --for poly:c.plc", "propose advert.txt --against esco --limit 3"),
    ),
)
INGEST = (
    CommandEntry(
        "native", "ingest:ingest_native", ("ingest native my.xlsx --dry-run", "ingest native data/ --mode merge")
    ),
    CommandEntry("esco", "ingest:ingest_esco", ("ingest esco ESCO-dataset/ --skip-invalid",)),
    CommandEntry(
        "onet", "ingest:ingest_onet", ("ingest onet db_29_3_excel/", "ingest onet db_30_3_text/ --technology")
    ),
    CommandEntry("cip-soc", "ingest:ingest_cip_soc", ("ingest cip-soc cip-soc-nces/ --dry-run",)),
    CommandEntry(
        "crosswalk",
        "ingest:ingest_crosswalk",
        (
            "ingest crosswalk esco_onet_crosswalk_Nov2020.csv --translate 2010_to_2019_Crosswalk.csv",
            "ingest crosswalk pairs.csv --from-column old --to-column new --confidence-column sure --weights yes=1",
        ),
    ),
    CommandEntry("nice", "ingest:ingest_nice", ("ingest nice nice-2024/ --dry-run",)),
    CommandEntry(
        "moe-programmes",
        "ingest:ingest_moe_programmes",
        ("ingest moe-programmes programmes/ --dry-run", "ingest moe-programmes 5102.docx --catalogue catalogue.xlsx"),
    ),
    CommandEntry("teaching-standards", "ingest:ingest_teaching_standards", ("ingest teaching-standards 510102.docx",)),
    CommandEntry(
        "curriculum-plans",
        "ingest:ingest_curriculum_plans",
        ("ingest curriculum-plans plans/ --dry-run", "ingest curriculum-plans plan.docx --institution school:poly"),
    ),
    CommandEntry(
        "moe-occupations", "ingest:ingest_moe_occupations", ("ingest moe-occupations occupations/ --dry-run",)
    ),
    CommandEntry("moe-crosswalk", "ingest:ingest_moe_crosswalk", ("ingest moe-crosswalk tables/ --dry-run",)),
    CommandEntry(
        "job-advertisements", "ingest:ingest_job_advertisements", ("ingest job-advertisements jobs.xlsx --dry-run",)
    ),
    CommandEntry(
        "competency-analyses", "ingest:ingest_competency_analyses", ("ingest competency-analyses pgsd.xlsx --dry-run",)
    ),
    CommandEntry("skill-standards", "ingest:ingest_skill_standards", ("ingest skill-standards standards/ --dry-run",)),
    CommandEntry(
        "case",
        "ingest:ingest_case",
        ("ingest case framework.json --dry-run", "ingest case framework.json --mapping types.csv"),
    ),
    CommandEntry(
        "osmt", "ingest:ingest_osmt", ("ingest osmt skills.json --dry-run", "ingest osmt answers/ --source WGU")
    ),
    CommandEntry("jsonld", "ingest:ingest_jsonld", ("ingest jsonld catalogue.jsonld --dry-run",)),
    CommandEntry("moodle", "ingest:ingest_moodle", ("ingest moodle framework.csv --dry-run",)),
    CommandEntry("canvas", "ingest:ingest_canvas", ("ingest canvas outcomes.csv --source 'Riverside Canvas'",)),
    CommandEntry(
        "xapi",
        "ingest:ingest_xapi",
        ("ingest xapi statements.jsonl --cohort poly:g.2024 --mapping activities.csv --source Moodle",),
    ),
    CommandEntry("example", "ingest:ingest_example", ("ingest example",)),
)
EXPORT = (
    CommandEntry("native", "store:export_native", ("export native backup/", "export native all.xlsx --overwrite")),
    CommandEntry(
        "matrix",
        "matrix:export_matrix",
        ("export matrix robotics.xlsx --discipline poly:d.robotics", "export matrix units.csv --of units --lang zh"),
    ),
    CommandEntry("case", "store:export_case", ("export case framework.json --source ESCO",)),
    CommandEntry("graphml", "export_graph:export_graphml", ("export graphml graph.graphml",)),
    CommandEntry("gexf", "export_graph:export_gexf", ("export gexf graph.gexf --source ESCO",)),
    CommandEntry("edges", "export_graph:export_edges", ("export edges tables/", "export edges tables/ --as parquet")),
    CommandEntry("cypher", "export_graph:export_cypher", ("export cypher graph.cypher",)),
    CommandEntry(
        "jsonld", "store:export_jsonld", ("export jsonld all.jsonld", "export jsonld one.jsonld --source ESCO")
    ),
)
DATA = (
    CommandEntry("edit", "edits:edit", ("edit idea.json --dry-run", "edit idea.json --source Monday")),
    CommandEntry("undo", "ingest:undo", ("undo ESCO --dry-run", "undo ESCO", "undo --run 4f1c")),
    CommandEntry("template", "ingest:template", ("template my.xlsx",)),
    CommandEntry("sources", "store:sources", ("sources",)),
    CommandEntry("changes", "change_feed:changes", ("changes", "changes --since 3")),
    CommandEntry("backup", "backup:backup", ("backup monday.db",)),
    CommandEntry("restore", "backup:restore", ("restore monday.db --overwrite",)),
    CommandEntry("migrate", "store:migrate", ("migrate sqlite:///my.db neo4j://neo4j@localhost:7687",)),
)
LIST_RUNS = CommandEntry("runs", "store:runs", ("runs --limit 5", "runs --source ESCO"))
RUNS = (
    CommandEntry("show", "store:show_run", ("runs show 4f1c",)),
    CommandEntry("resume", "store:resume", ("runs resume",)),
    CommandEntry("abort", "store:abort", ("runs abort",)),
)
KEYS = (
    CommandEntry(
        "create", "keys:create_key", ("key create 'job platform'", "key create importer --scope ingest --days 90")
    ),
    CommandEntry("list", "keys:list_keys", ("key list",)),
    CommandEntry("revoke", "keys:revoke_key", ("key revoke 1a2b3c4d",)),
    CommandEntry("local", "keys:open_to_this_machine", ("key local --yes",)),
)
FOLLOW_UPS = (
    CommandEntry(
        "list", "follow_ups:list_follow_ups", ("follow-up list", "follow-up list --check overdue --owner 'Li Wei'")
    ),
    CommandEntry(
        "set",
        "follow_ups:set_follow_up",
        (
            "follow-up set poly:k.ip-protection --discipline poly:d.robotics --owner 'Li Wei' --due 2027-06-30",
            "follow-up set poly:k.ip-protection --discipline poly:d.robotics --state done",
        ),
    ),
)
REVIEW = (
    CommandEntry(
        "list",
        "review:list_review",
        ("review list", "review list --document outline.docx --status open", "review list --reviewer 'Li Wei'"),
    ),
    CommandEntry("show", "review:show_sentence", ("review show 1a2b3c4d",)),
    CommandEntry(
        "accept",
        "review:accept",
        (
            "review accept 1a2b3c4d",
            "review accept 1a2b3c4d 2 --as AIMS_AT --weight 0.6",
            "review accept 1a2b3c4d --new 'Read a drawing'",
            "review accept --least 2.5 --document outline.docx",
        ),
    ),
    CommandEntry("reject", "review:reject", ("review reject 1a2b3c4d 1", "review reject 1a2b3c4d")),
    CommandEntry("defer", "review:defer", ("review defer 1a2b3c4d --reason 'ask the teacher'",)),
    CommandEntry("undo", "review:undo_review", ("review undo",)),
    CommandEntry("apply", "review:apply_review", ("review apply --dry-run", "review apply --source 'Outlines 2027'")),
)
PEOPLE = (
    CommandEntry("list", "people:list_people", ("person list",)),
    CommandEntry("forget", "people:forget_person", ("person forget 'Li Wei' --dry-run", "person forget 'Li Wei'")),
)
RUN = (
    CommandEntry("serve", "service:serve", ("serve --port 8080", "serve --host 0.0.0.0 --workers 2")),
    CommandEntry(
        "mcp",
        "mcp:mcp",
        ("mcp", "mcp --http --port 8100", "mcp --url https://rolepath.example --key-file key.txt"),
    ),
    CommandEntry("audit", "keys:audit", ("audit --limit 5",)),
    CommandEntry("doctor", "service:doctor", ("doctor",)),
)
