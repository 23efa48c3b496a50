"""Alarms: what needs a person, told once, and taken back by itself."""
