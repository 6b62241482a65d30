"""Chain status as arrays: positions in STATUSES by which stages have members, and their severities."""

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Ints
from queries.semantics.chain_status import BY_EMPTINESS, STATUSES, ChainStatus

Mask = npt.NDArray[np.bool_]
_SEVERITY_OF_STATUS = {
    ChainStatus.CONNECTED: -1,
    ChainStatus.UNPRACTISED: 4,
    ChainStatus.UNTAUGHT: 4,
    ChainStatus.UNSERVED: 5,
    ChainStatus.UNDEMANDED: 1,
    ChainStatus.TAUGHT_ONLY: 1,
    ChainStatus.PRACTISED_ONLY: 1,
    ChainStatus.ISOLATED: 0,
}
STATUS_SEVERITIES = np.array([_SEVERITY_OF_STATUS[status] for status in STATUSES], np.int8)
"""The severity of each of STATUSES, 5 to 0; -1 for what is connected, which flaws decide."""
_STATUS_CODE = np.zeros((2, 2, 2), np.int8)
for _emptiness, _status in BY_EMPTINESS.items():
    _STATUS_CODE[tuple(int(some) for some in _emptiness)] = STATUSES.index(_status)


def status_codes(taught: Mask, practised: Mask, required: Mask) -> Ints:
    """Return the positions in STATUSES by whether K, T and R have members; all of one length."""
    return _STATUS_CODE[taught.view(np.int8), practised.view(np.int8), required.view(np.int8)]
