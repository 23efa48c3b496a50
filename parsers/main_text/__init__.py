"""Finding the main text of a page, and telling what is no document."""
