"""The static site of a release: what is covered, what changed, and every document with its evidence."""
