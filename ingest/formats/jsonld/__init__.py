"""JSON-LD in CTDL, ESCO's and schema.org's vocabularies and Open Badges: read and written."""
