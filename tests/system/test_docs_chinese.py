"""The documentation in Chinese says what the English one says, and what the code says."""

import re
from pathlib import Path

import openpyxl
import pytest

from graph import schema
from graph.messages import Message, message, text
from ingest.formats.native.workbook import write_template
from tests.support.commanding import Commands
from tests.support.foreign_words import NEVER, mispunctuated
from tests.support.paths import DOCS, ROOT

PAGES = ("glossary", "native-format", "pages", "tour")
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^\n]+\|$", re.MULTILINE)
FILLED_IN = re.compile(r"^\| (\w+) \| ([^|]+) \|$", re.MULTILINE)


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def native_format() -> str:
    """Return the page on the native format in Chinese: below what it begins with, from the schema and the catalogue."""
    parts = [read(DOCS / "zh" / "native-format.md").partition("\n## source")[0]]
    for file in schema.FILES:
        kind = schema.KIND_OF_FILE.get(file)
        named = f"：{text(f'kind.{kind.name}', 'zh')}（{kind.name}）" if kind else ""
        parts.append(f"\n## {file}{named}\n\n| 列 | | 内容 |\n|---|---|---|\n")
        for column in schema.columns(file):
            needed = "必填" if column in schema.required_columns(file) else ""
            parts.append(f"| {column} | {needed} | {told(file, column)} |\n")
    parts.append("\n## 关系\n\n| 关系 | 名称 | 从……到…… | 含义 |\n|---|---|---|---|\n")
    for relation in schema.RELATIONS.values():
        ends = "；".join(f"{kind_called(a)}到{kind_called(b)}" for a, b in relation.ends)
        circles = "（不得成环）" if relation.acyclic else ""
        reads = text(f"relation_help.{relation.name}", "zh")
        parts.append(f"| {relation.name} | {text(f'relation.{relation.name}', 'zh')} | {ends} | {reads}{circles} |\n")
    return "".join(parts)


def kind_called(kind: str) -> str:
    return text(f"kind.{kind}", "zh")


def told(file: str, column: str) -> str:
    """Return what belongs into a column, and of which form, in Chinese."""
    properties = {
        schema.SOURCE_FILE: schema.SOURCE_PROPERTIES,
        schema.LINKS_FILE: schema.LINK_PROPERTIES,
    }.get(file) or schema.KIND_OF_FILE[file].properties
    for found in properties:
        if found.name == column:
            form = expected(found.type.expected)
            return f"{text(f'column_help.{found.about}', 'zh')}；{form}" if found.about else form
    if file in schema.KIND_OF_FILE:
        for link in schema.KIND_OF_FILE[file].link_columns:
            if column == link.name:
                return f"{text(f'column_help.{link.about}', 'zh')}；即 {link.relation}"
            if column == link.weight_column:
                return f"{text('column_help.importance', 'zh')}；{link.relation} 的权重"
    return {"relation": "下列关系之一"}.get(column, "标识")


def expected(form: Message) -> str:
    """Return the form of a value; words that stand in files beside what they are called."""
    if form.code != "expected.choice":
        return form.text("zh")
    words, called = form.params["words"], form.params["called"]
    assert isinstance(words, tuple)
    assert isinstance(called, tuple)
    pairs = (word if word == name else f"{word}（{name}）" for word, name in zip(words, called, strict=True))
    return message("expected.choice", words=words, called=list(pairs)).text("zh")


def test_native_format_is_documented_in_chinese(update_golden: bool) -> None:
    """The page has every file, column and relation of the schema, in the words of the catalogue."""
    page = DOCS / "zh" / "native-format.md"
    if update_golden:
        page.write_text(native_format(), encoding="utf-8")
    assert read(page) == native_format()


def test_glossaries_have_the_same_words() -> None:
    """Each word stands in both, in the same order, with the same name in the other language."""
    english = [(word.strip(), chinese.strip()) for word, chinese in ROW.findall(read(DOCS / "glossary.md"))]
    chinese = [(english.strip(), word.strip()) for word, english in ROW.findall(read(DOCS / "zh" / "glossary.md"))]
    assert [pair for pair in english if pair[0] != "word"] == [pair for pair in chinese if pair[1] != "词"]


def test_readmes_show_the_same_commands() -> None:
    """What is tried of the one holds for the other."""
    assert FENCE.findall(read(ROOT / "README.zh.md")) == FENCE.findall(read(ROOT / "README.md"))
    assert FENCE.findall(read(DOCS / "zh" / "tour.md")) == FENCE.findall(read(DOCS / "tour.md"))


def test_pages_lead_to_each_other() -> None:
    """Whoever reads the one language finds the other in the head."""
    for page in PAGES:
        assert f"](../{page}.md)" in read(DOCS / "zh" / f"{page}.md")
        assert f"](zh/{page}.md)" in read(DOCS / f"{page}.md")
    assert "](README.md)" in read(ROOT / "README.zh.md")
    assert "](README.zh.md)" in read(ROOT / "README.md")


def test_every_page_is_told_of_in_chinese() -> None:
    """A page of the menu that the English text tells of is told of in Chinese, too."""
    table = re.findall(r"^\| `(/[a-z-]*)` \|", read(DOCS / "pages.md"), re.MULTILINE)
    assert len(table) > 10
    assert [path for path in table if f"| `{path}` |" not in read(DOCS / "zh" / "pages.md")] == []


@pytest.mark.parametrize("file", [ROOT / "README.zh.md", *(DOCS / "zh" / f"{page}.md" for page in PAGES)])
def test_documentation_is_written_as_chinese_is(file: Path) -> None:
    """In the words of the field, with its punctuation; every link leads to something."""
    words = re.sub(r"```.*?```|\]\([^)]*\)|<http[^>]*>|^\|.*\|$", "", read(file), flags=re.DOTALL | re.MULTILINE)
    assert [word for word in NEVER if word in words] == []
    assert mispunctuated(words) == []
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", read(file))
    assert [one for one in targets if "://" not in one and not (file.parent / one).exists()] == []


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_first_walk_in_chinese_is_as_told(cli: Commands) -> None:
    """The ten rows, with the slip and without: one wrong cell, then the first gap."""
    table = FILLED_IN.findall(read(DOCS / "zh" / "tour.md"))
    rows = [(sheet, [cell.strip() for cell in cells.split(",")]) for sheet, cells in table if sheet != "工作表"]
    assert len([sheet for sheet, _ in rows if sheet != "数据来源"]) == 10
    wrong, right = cli.home / "wrong.xlsx", cli.home / "right.xlsx"
    _fill(wrong, rows)
    _fill(right, [(sheet, [cell.replace("技巧", "技能") for cell in cells]) for sheet, cells in rows])
    refused = cli("ingest", "native", wrong, "--lang", "zh")
    assert refused.status == 1
    assert "1 个问题" in refused.out
    assert "技巧" in refused.out
    assert cli("ingest", "native", right, "--lang", "zh").status == 0
    assert re.search(r"5 检验焊缝", cli("gaps", "--lang", "zh").out)


def _fill(file: Path, rows: list[tuple[str, list[str]]]) -> None:
    write_template(file, language="zh")
    book = openpyxl.load_workbook(file)
    for sheet, cells in rows:
        book[sheet].append(cells)
    book.save(file)
