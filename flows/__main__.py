"""`python -m flows` is `policy-ingest`."""

from flows.cli import main

main()
