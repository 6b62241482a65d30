"""Moodle: competency frameworks, as a site exports them."""
