"""One file for each recogniser.

A module has `provider`: an `EngineProvider` for an engine that would block, which then runs in worker processes; or a
function from the settings to a `Recogniser` that never blocks (None when it is not configured). A provider from
outside registers such a module under the entry-point group `parley.listening`.
"""
