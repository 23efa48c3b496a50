"""Sources: adding one from an address, trying them, and looking at them."""
