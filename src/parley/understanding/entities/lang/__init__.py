"""Word order, one module a language: the productions of its grammar."""
