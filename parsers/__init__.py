"""Parsers read: values in, values out. No network, disk, clock, environment or Prefect."""
