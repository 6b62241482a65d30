"""A small competency framework as Moodle exports it, and small outcomes as Canvas does."""

MOODLE_HEADER = (
    "Parent ID number,ID number,Short name,Description,Description format,Scale values,Scale configuration,"
    "Rule type (optional),Rule outcome (optional),Rule config (optional),Cross-referenced competency ID numbers,"
    "Exported ID (optional),Is framework,Taxonomy\n"
)
MOODLE = MOODLE_HEADER + (
    ',AGRO,Orchard work,<p>What growers do</p>,1,"Not yet,Competent","[{""scaleid"":""2""}]",,,,,,1,"domain,concept"\n'
    ",O1,Prune trees,<p>Cut &amp; shape</p><ul><li>in winter</li></ul>,1,,,,0,null,O2,11,,\n"
    "O1,O1.1,Know the cuts,plain <b>,2,,,,0,null,,12,,\n"
    ",O2,修剪工具保养,,1,,,core_competency\\rule,1,null,O1,13,,\n"
)
CANVAS_HEADER = (
    "vendor_guid,object_type,title,description,display_name,calculation_method,calculation_int,workflow_state,"
    "parent_guids,mastery_points,ratings,,,,\n"
)
CANVAS = CANVAS_HEADER + (
    "orchard,group,Orchard work,,,,,active,,,,,,,\n"
    "tools,group,Tools,,,,,active,orchard,,,,,,\n"
    "old,group,Old,,,,,deleted,,,,,,,\n"
    "canvas_outcome:7,outcome,Prune trees,<p>Cut &amp; shape</p>,OW-7,latest,,active,orchard tools old,2,"
    "3,Well,2,So,1,Not\n"
)
