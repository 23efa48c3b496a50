"""The service: runs by schedule, by hand from anywhere, and their server, in one process to stop."""
