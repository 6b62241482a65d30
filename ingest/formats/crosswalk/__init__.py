"""Crosswalks: tables of pairs between two vocabularies, read as SAME_AS and CLOSE_TO."""
