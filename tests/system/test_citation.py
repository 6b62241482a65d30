"""CITATION.cff: in the Citation File Format, and true of the project as pyproject.toml tells it."""

import tomllib
from typing import Any

import yaml  # type: ignore[import-untyped] # its stubs are a package of their own

from tests.support.paths import ROOT

KEYS = frozenset(
    (
        *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
        *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
        *("repository-code", "title", "type", "url", "version"),
    )
)
"""What a file of the format may hold. Source: Citation File Format 1.2.0, "Valid keys"."""
REQUIRED = {"authors", "cff-version", "message", "title"}
OF_ENTITY = frozenset(
    (
        *("address", "alias", "city", "country", "date-end", "date-start", "email", "fax", "location", "name", "orcid"),
        *("post-code", "region", "tel", "website"),
    )
)


def citation() -> dict[str, Any]:
    """Return what the file says."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return found


def test_citation_is_of_the_format() -> None:
    """Its keys are those of version 1.2.0, with the required ones; texts are texts, and the type is one of two."""
    found = citation()
    assert found.keys() <= KEYS
    assert found.keys() >= REQUIRED
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in {"software", "dataset"}
    for name in ("abstract", "message", "title", "version", "license"):
        assert isinstance(found[name], str), name
        assert found[name].strip(), name
    assert all(isinstance(word, str) for word in found["keywords"])
    assert len(set(found["keywords"])) == len(found["keywords"])


def test_citation_names_no_person_and_no_address() -> None:
    """The author is the entity that develops it: no given or family name, no e-mail, no place on any machine."""
    found = citation()
    assert found["authors"] == [{"name": "Rolepath developers"}]
    assert all(author.keys() <= OF_ENTITY for author in found["authors"])
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert "@" not in text
    assert "://" not in text


def test_citation_is_true_of_the_project() -> None:
    """Version, licence, keywords and what it does are those of pyproject.toml."""
    found = citation()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert found["version"] == project["version"]
    assert found["license"] == project["license"]
    assert found["keywords"] == project["keywords"]
    assert found["abstract"] == project["description"]
