"""Policies, not pages: which documents carry the same policy, what a copy changed, and what a text says of others."""
