"""Families of publishing systems: what gives one away, and where its lists go on. By composition, one module each."""
