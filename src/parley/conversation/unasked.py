"""What the assistant says without being asked: a greeting, a notice, a gentle prompt into the silence, a goodbye."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parley.contract import Language
from parley.conversation.delivery import Delivery
from parley.conversation.events import Card, ResponseText
from parley.conversation.line import Line
from parley.conversation.mouth import Mouth
from parley.conversation.phrases import phrases
from parley.conversation.silence import Patience, Silence


class Unasked:
    """Speaks on its own account, never over the person's words, and watches how long they are silent."""

    def __init__(
        self,
        *,
        line: Line,
        mouth: Mouth,
        delivery: Delivery,
        patience: Patience,
        prompts: bool,
        language: Callable[[], Language],
        person_speaks: Callable[[], bool],
    ) -> None:
        self._line = line
        self._mouth = mouth
        self._delivery = delivery
        self._prompts = prompts
        self._language = language
        self._person_speaks = person_speaks
        self._silence = Silence(patience, on_prompt=self._prompt, on_goodbye=self._give_up)
        self._waiting: list[str] = []
        self._closed = False
        self.gives_up = False
        """The goodbye into the silence is being said."""

    def say(self, text: str) -> None:
        """Say it after what is being said."""
        self._line.send(ResponseText(text=text, language=self._language()))
        self._mouth.say(self._delivery.aside(text, self._language()))

    def announce(self, text: str, *, cards: Sequence[Mapping[str, Any]], urgent: bool) -> None:
        """Say something that comes up now; what is urgent goes before the reply, which then goes on."""
        for card in cards:
            self._line.send(Card(card=dict(card)))
        if self._person_speaks():
            self._waiting.append(text)
        elif urgent:
            self._line.send(ResponseText(text=text, language=self._language()))
            self._mouth.interject(self._delivery.aside(text, self._language()))
        else:
            self.say(text)

    def tell_waiting(self) -> None:
        """Say what came up while the person spoke."""
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            self.announce(text, cards=(), urgent=False)

    # Silence

    def await_person(self) -> None:
        """It is the person's turn; where nobody could be heard anyhow, silence means nothing."""
        if self._prompts and not self._closed and not self._person_speaks():
            self._silence.begin()

    def hush(self) -> None:
        """Somebody speaks: the time does not run."""
        self._silence.pause()

    def person_acts(self) -> None:
        """There is somebody: a goodbye into the silence is taken back."""
        self._silence.broken()
        self.gives_up = False

    def close(self) -> None:
        """Nobody is there any more."""
        self._closed = True
        self._silence.pause()

    def _prompt(self) -> None:
        self.say(phrases(self._language()).still_there)

    def _give_up(self) -> None:
        self.gives_up = True
        self.say(phrases(self._language()).silence_goodbye)
