"""Care: patients and the nurses who call them."""
