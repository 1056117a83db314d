"""Understanding with a language model: it points at words, the grammar gives values, and our own model stands by."""
