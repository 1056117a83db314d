"""The composition root: makes the one house of this process from the settings, and takes it down again."""

import asyncio
import contextlib
import datetime as dt
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import structlog
import yaml
from django.db import close_old_connections

from parley import dialogue, jobs, understanding
from parley.accounts.models import Person
from parley.channels.house import House, open_house
from parley.contract import LANGUAGES, Context, Skill
from parley.conversation.floor import Floor
from parley.conversation.services import Services
from parley.conversation.silence import Patience
from parley.conversation.store import Store
from parley.conversation.warming import warm
from parley.dialogue.complete import complete
from parley.dialogue.intents import INTENTS
from parley.dialogue.rules import Rules
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, expectation_of, take
from parley.jobs.runner import Runner
from parley.listening.choosing import Recognisers
from parley.listening.end_of_turn import end_of_turn
from parley.listening.phrasebook import Phrasebook, Source
from parley.listening.voice_activity import VoiceActivity
from parley.messaging import consent, posting
from parley.messaging.posting import open_post
from parley.server import health
from parley.server.announcing import announce, serve_skills
from parley.server.dictation import serve_dictation
from parley.server.language_models import Led, led
from parley.server.recording import Recorder
from parley.server.retention import keep_retention
from parley.server.services import reached
from parley.server.services.faculties import Ears, Faculties, Mind, open_faculties
from parley.server.services.opening import awaited
from parley.server.services.table import does_due_work
from parley.server.settings import Settings, current
from parley.skills.appointments import desk
from parley.skills.appointments.desk import open_desk
from parley.skills.loader import intents, loaded, skills
from parley.speaking.synthesis import Speaking, speaking_for
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import embedded
from parley.understanding.result import Understanding
from parley.understanding.understander import Understander

QUESTIONS: Final = Path(__file__).with_name("questions.yaml")

log = structlog.get_logger("parley.house")


def services_for(settings: Settings, *, store: Store, recognisers: Recognisers, persistent: bool = True) -> Services:
    """Everything a conversation needs. Not persistent: nothing is asked of the future (`parley ask`)."""
    present = skills()
    speaking = speaking_for(reached.speaking(settings))
    by_language = {language: recognisers.for_language(language) for language in LANGUAGES}
    table = intents()
    own = embedded(settings)
    return Services(
        recogniser_for=by_language.__getitem__,
        synthesiser_for=speaking.synthesiser,
        end_of_turn=end_of_turn(settings.listening),
        understander=Attentive(own),
        **(_remote(settings, own) or led(settings, own, table)),
        take=taking(present, settings.dialogue, persistent=persistent),
        surest=settings.dialogue.surest,
        store=store,
        now=settings.now,
        known=_knowing(present),
        expected=lambda state, context: expectation_of(state, present, context),
        patience=Patience(prompt_s=settings.silence_prompt_s, goodbye_s=settings.silence_goodbye_s),
        reads_only=lambda intent: intent in table and table[intent].reads_only,
        whole=lambda understanding: complete(understanding, table),
    )


def recognisers_for(settings: Settings) -> Recognisers:
    """All recognisers of the process, with what may be said: the sentences of skills, of conversation, of all."""
    sources = [Source.of(each.folder, each.skill.intents) for each in loaded().values()]
    sources += [Source.of(Path(dialogue.__path__[0]), INTENTS), Source(folder=understanding.__path__[0])]
    return Recognisers(reached.listening(settings), Phrasebook(sources=tuple(sources)))


def _remote(settings: Settings, own: Understander) -> Led:
    """Understanding by the service for it; empty where none is configured."""
    remote = reached.understanding(settings, own)
    return {"understand_async": remote, "close": remote.close} if remote else {}


def taking(present: Mapping[str, Skill], rules: Rules, *, persistent: bool) -> Any:
    """The dialogue with these skills, by these rules. Not persistent: nothing is asked of the future."""
    later_for = jobs.later_for if persistent else None

    def turn(
        state: State, understanding: Understanding, context: Context, *, speculative: bool = False
    ) -> TurnResult | None:
        close_old_connections()
        result = take(
            state, understanding, present, context, rules=rules, later_for=later_for, speculative=speculative
        )
        if result is not None and result.stop_contact and not speculative and persistent:
            _refused(understanding, context)
        return result

    return turn


def _refused(understanding: Understanding, context: Context) -> None:
    """Whoever says that they want no more messages gets none, wherever they say it."""
    phone = context.caller.phone
    if phone is None and context.caller.person_id:
        phone = Person.objects.filter(pk=context.caller.person_id).values_list("phone", flat=True).first()
    if phone:
        words, language = understanding.text, context.language
        consent.refuse(phone, how=context.channel, words=words, language=language, now=context.now)


def _knowing(present: Mapping[str, Skill]) -> Any:
    def knowing(context: Context, _state: State) -> Mapping[str, Any]:
        """The names of the person's world by slot, as the skills tell them."""
        known: dict[str, list[str]] = {}
        for skill in present.values():
            for phrase in skill.phrases(context):
                if phrase.slot:
                    known.setdefault(phrase.slot, []).append(phrase.text)
        return known

    return knowing


def _faculties(settings: Settings, services: Services, speaking: Speaking) -> Faculties:
    """What conversations use, at the services' addresses too."""
    mind = Mind(
        understand=services.understand_async or awaited(services.understander),
        take=services.take,
        now=services.now,
        zone=settings.zone,
        country=settings.country,
    )
    return Faculties(ears=Ears(recogniser_for=services.recogniser_for), voices=speaking, mind=mind)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house with its floor, its jobs and its announcements, for as long as the server runs."""
    os.environ.update({name: key for name, key in settings.for_clients().items() if name not in os.environ})
    store = Recorder(now=settings.now, settings=current)
    recognisers = await asyncio.to_thread(recognisers_for, settings)
    services = await asyncio.to_thread(services_for, settings, store=store, recognisers=recognisers)
    voice_activity = await asyncio.to_thread(VoiceActivity)
    floor = Floor(voice_activity)
    house = House(
        floor=floor,
        services=services,
        voice_activity=voice_activity,
        zone=settings.zone,
        language=settings.language,
        country=settings.country,
        drain_s=settings.drain_s,
        unsigned_calls=settings.unsigned_calls,
    )
    open_house(house)
    speaking = speaking_for(reached.speaking(settings))
    open_faculties(_faculties(settings, services, speaking))
    bookings, answers = reached.desk(settings), reached.post(settings)
    open_desk(bookings)
    open_post(answers)
    # Models load while the server answers already: the first to speak waits for what is left of it.
    questions = await asyncio.to_thread(lambda: yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")))
    warming = asyncio.gather(warm(services, floor, questions), recognisers.warm())
    health.watch(warming)
    running: list[asyncio.Future[Any]] = [asyncio.create_task(announce(floor, settings.now)), warming]
    if does_due_work(settings):
        serve_skills(skills(), language=settings.language)
        serve_dictation(services.recogniser_for)
        await asyncio.to_thread(keep_retention, dt.datetime.now(dt.UTC))
        running.append(asyncio.create_task(Runner().run()))
    try:
        yield house
    finally:
        open_house(None)
        open_faculties(Faculties())
        open_desk(desk.Own())
        open_post(posting.Own())
        bookings.close()
        answers.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await recognisers.close()
        await speaking.close()
        await services.close()
        floor.close()
