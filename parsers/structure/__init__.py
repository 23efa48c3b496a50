"""Numbered parts, commitments, programmes and doubts, read out of a text."""
