"""Flows act: fetch, refresh, build, publish. The only room that touches the network."""
