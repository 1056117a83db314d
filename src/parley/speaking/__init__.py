"""From a reply's text to sound: words as they are said, a voice that says them, and a memory of what was said."""
