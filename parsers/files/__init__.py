"""Attached files: what kind they are, their text and their tables."""
