"""What the pocketsphinx engine is made of: `material` from the sentences, `searches`, `ranking` of what they find."""
