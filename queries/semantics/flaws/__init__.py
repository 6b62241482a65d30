"""Flaws: what is weak about a competency that is connected; one file per flaw.

To add a flaw:

1. its value in `queries.semantics.weakness.Weakness`, in the order in which answers list flaws;
2. a file of its name here with a `RULE`: its reason for one competency, its mask for all, whether it is grave; and its
   line in `registry.RULES`, in the order of `Weakness`;
3. its words in `graph/messages/texts/findings.toml`: its name, its meaning, and the sentence of its reason;
4. its line in docs/definitions.md and docs/glossary.md, and in `tests/support/oracle.py`, which the tests hold both
   forms against on random graphs.
"""
