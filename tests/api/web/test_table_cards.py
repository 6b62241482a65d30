"""Tables as cards: each cell says its column, parts keep their roles, and other tables stay as they are."""

from api.web.table_cards import as_cards

ROWS = (
    '<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">Name</th>'
    '<td><svg><text>0 %</text></svg></td><th scope="col" colspan="2">Hours &amp; <b>"more"</b></th>'
    "<th>End</th></tr></thead><tbody>"
    '<tr><th scope="row">a</th><td>b</td><td class="number">c</td><td>d</td><td>e</td></tr>'
    '<tr><td colspan="4">all</td><td>f</td></tr></tbody></table></div>'
)


def test_cells_say_their_column() -> None:
    """A heading over two columns names the first; a picture names none; the first cell is the card's title."""
    told = str(as_cards(ROWS))
    assert '<tr role="row"><th role="rowheader" scope="row">a</th><td role="cell">b</td>' in told
    assert '<td role="cell" data-label="Hours &amp; &#34;more&#34;" class="number">c</td><td role="cell">d</td>' in told
    assert told.count('data-label="End"') == 2
    assert told.count('role="columnheader"') == 3
    assert '<table role="table" data-cards class="wide">' in told


def test_other_tables_stay() -> None:
    """What is no list, or is shown in a way of its own, is not touched; nor is any text."""
    for kept in (
        ROWS.replace('class="scroll"', 'class="scroll matrix"'),
        ROWS.replace('class="wide"', 'class="tight"'),
        "<table><tr><td>x</td></tr></table>",
        '<div class="scroll"><table><tr><td>&lt;table&gt;</td></tr></table></div>',
    ):
        assert str(as_cards(kept)) == kept
