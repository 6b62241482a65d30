"""Names of distributions, as registries compare them."""

import re


def plain(name: str) -> str:
    """Return a distribution's name in lower case, with a dash for each run of dashes, dots and underscores (PEP 503).

    >>> plain("backports.zstd"), plain("Jinja2")
    ('backports-zstd', 'jinja2')
    """
    return re.sub(r"[-_.]+", "-", name).lower()
