"""Sound as arrays: formats, codecs, sample rates, a ring. Arrays in, arrays out; nothing here knows of speech.

Sound is mono 16-bit PCM with its rate beside it. It is converted once, at the edge that needs another form.
"""
