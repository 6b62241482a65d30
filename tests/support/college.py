"""Nodes of the bundled college that many tests ask about."""

COMPETENCY = "poly:k.plc-programming"
BROKEN = "qihang:k.customer-handover"
"""A competency whose chain breaks."""
ROLE = "poly:r.cnc-operator"
