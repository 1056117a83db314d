"""One file for each recogniser. A module has `provider`, an `EngineProvider` or a factory of remote recognisers.

A provider from outside registers such a module under the entry-point group `parley.listening`.
"""
