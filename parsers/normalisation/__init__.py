"""Repairing a text without losing what stood there."""
