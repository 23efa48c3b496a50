"""The store keeps: the archive, the tables, the releases. No Prefect, no HTTP, no HTML."""
