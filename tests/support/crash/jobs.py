"""Jobs of the crash matrix: commands that write, and what goes before each; both in words of the command line.

`{here}` is the folder of the round, `{files}` that of the files to import, `{key}` the id of the key that was made.
`stand` is no command: it makes a file that an earlier version left.
"""

from typing import NamedTuple

Words = tuple[str, ...]

_ONE: Words = ("ingest", "native", "{files}/one")
_TWO: Words = ("ingest", "native", "{files}/two", "--allow-removals")
_GAPS: Words = ("gaps",)
_OLD: Words = ("stand", "graph.db", "store_1.sql")
_OLD_STATE: Words = ("stand", "state.db", "state_2.sql")
_GRAPH_URL, _COPY_URL = "sqlite:///{here}/graph.db", "sqlite:///{here}/copy.db"
_BACKUP: Words = ("backup", "{here}/backup.db")
_SAVE: Words = (*_BACKUP, "--with-state", "--with-keys")
_WITH_STATE: Words = ("--with-state", "--overwrite")
_RESTORE: Words = ("restore", "{here}/backup.db")
_CREATE: Words = ("key", "create", "somebody", "--scope", "admin")
_REVOKE: Words = ("key", "revoke", "{key}")


_COPY = ("copy.db: graph", "copy.db: mark")
_KEYS = ("keys", "given up", "audit")
_FORMAT = ("graph.db: format", "graph.db: content")
"""On a full disk a store of an earlier format is answered from as it is."""


class Job(NamedTuple):
    """One command, and the commands before it.

    `parts` of what is seen change together; those that come `later` may lack where the disk was full. `once` says that
    the job does something else when it is done again; `staged`, that it is written to a server in stages; `goes_on`,
    that it leaves there what was done, and goes on from it.
    """

    name: str
    before: tuple[Words, ...]
    words: Words
    parts: tuple[str, ...] = ("graph.db: graph", "graph.db: mark")
    later: tuple[str, ...] = ()
    once: bool = False
    staged: bool = False
    goes_on: bool = False


JOBS = (
    Job("first import", (), _ONE),
    Job("import", (_ONE,), _TWO),
    Job("undo", (_ONE, _TWO), ("undo", "College"), once=True),
    Job("compile", (_ONE,), _GAPS),
    Job("compile again", (_ONE, _GAPS, _TWO, _GAPS, ("undo", "College")), _GAPS),
    Job("migrate", (_ONE, _TWO, _CREATE), ("migrate", _GRAPH_URL, _COPY_URL), _COPY),
    Job("backup", (_ONE,), _BACKUP, ("backup.db: graph",), once=True),
    Job("backup over", (_ONE, _BACKUP, _TWO), (*_BACKUP, "--overwrite"), ("backup.db: graph",)),
    Job("restore", (_ONE, _BACKUP), (*_RESTORE, "--store", _COPY_URL), _COPY, ("audit",), once=True),
    Job("restore over", (_ONE, _BACKUP, _TWO), (*_RESTORE, "--overwrite"), later=("audit",)),
    Job("first key", (_ONE,), _CREATE, _KEYS, ("graph.db: mark",), once=True),
    Job("key", (_ONE, _CREATE), _CREATE, _KEYS, once=True),
    Job("revoke key", (_ONE, _CREATE), _REVOKE, _KEYS),
    Job("local mode", (_ONE, _CREATE, _REVOKE), ("key", "local", "--yes"), _KEYS),
    Job("upgrade of a store", (_OLD,), _GAPS, _FORMAT, _FORMAT),
    Job("upgrade of the head", (("stand", "graph.db", "store_2.sql"),), _GAPS, _FORMAT, _FORMAT),
    Job("upgrade of sources", (("stand", "graph.db", "store_3.sql"),), _GAPS, _FORMAT, _FORMAT),
    Job("upgrade of a state", (_OLD_STATE,), _CREATE, _KEYS, once=True),
    Job("backup of the state", (_ONE, _CREATE), (*_BACKUP, "--with-state", "--with-keys", "--overwrite"), ()),
    Job("restore of the state", (_CREATE, _ONE, _SAVE, _REVOKE, _TWO), (*_RESTORE, *_WITH_STATE), later=("audit",)),
)
"""What writes on the embedded store, and beside it."""

_HERE: Words = ("--store", "sqlite:///{here}/graph.db")
JOBS_ON_SERVER = (
    Job("import in stages", (_ONE,), _TWO, staged=True),
    Job("import", (_ONE,), _TWO),
    Job("migrate", ((*_ONE, *_HERE), (*_TWO, *_HERE)), ("migrate", _GRAPH_URL, "{url}"), goes_on=True),
    Job("undo", (_ONE, _TWO), ("undo", "College")),
    Job("first key", (_ONE,), _CREATE),
    Job("first import", (), _ONE),
    Job("compile", (_ONE,), _GAPS),
    Job("backup", (_ONE, _TWO), _BACKUP),
    Job("restore", ((*_ONE, *_HERE), (*_BACKUP, *_HERE)), _RESTORE, goes_on=True),
)
"""What writes on a server, or reads it whole."""
