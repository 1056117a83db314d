"""`parley train` reads all sentences, and says what it lacks."""

import importlib.util

import pytest

from parley.server.train import main
from parley.skills.sources import sources
from parley.understanding.trained import Trained


def test_check_reads_the_sentences_of_all_skills(capsys: pytest.CaptureFixture[str]):
    assert main(["--check"]) == 0
    assert "sound" in capsys.readouterr().out


def test_without_torch_it_names_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main([]) == 2
    assert "parley-voice[train]" in capsys.readouterr().err


def test_the_packaged_model_knows_every_declared_intent_and_slot():
    schemas = Trained().knowledge.schemas
    for source in sources():
        for name, intent in source.intents.items():
            declared = {slot: intent.slots.slot_of(slot) for slot in intent.slots.model_fields}
            assert name in schemas, "the intents have changed: run `parley train`"
            assert schemas[name].slots == declared, f"the slots of {name} have changed: run `parley train`"
