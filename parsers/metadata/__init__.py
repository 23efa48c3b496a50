"""What a document and its page say of it, each value with its evidence."""
