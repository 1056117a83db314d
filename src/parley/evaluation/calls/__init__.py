"""Conversations by telephone, in sound: callers written in YAML, played through the carrier's webhooks and socket."""
