"""Attached files: read in a process of their own, and text recognised in pictures."""
