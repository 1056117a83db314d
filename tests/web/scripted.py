"""The far ends of the page to talk from, played by a test: the server's socket and the browser's microphone."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

PATIENCE_S = 30


def until(page: Page, condition: Callable[[], object]) -> None:
    """Let the page go on until it is so."""
    for _ in range(PATIENCE_S * 50):
        if condition():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it never came to this")


class Server:
    """Takes the sockets that the page opens from now on, and says what the test says."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._sockets: list[WebSocketRoute] = []
        self.heard: list[dict[str, Any]] = []
        """The JSON messages of the page, of all its sockets."""
        page.route_web_socket("**/v1/stream", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)
        socket.on_message(self._said)

    def _said(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.heard.append(json.loads(message))

    def is_asked(self, kind: str, *, times: int = 1) -> None:
        """Wait until the page has sent so many messages of this type."""
        until(self._page, lambda: sum(message["type"] == kind for message in self.heard) >= times)

    def says(self, kind: str, **fields: object) -> None:
        """One message on the newest socket."""
        self._sockets[-1].send(json.dumps({"type": kind, **fields}))

    def starts(self, language: str = "en", *, recognises: bool = True) -> None:
        """The session that the page has asked for."""
        self.says("session_started", session_id="s" * 8, language=language, resumed=False, recognises=recognises)

    def loses_the_connection(self) -> None:
        """From one moment to the next."""
        self._sockets[-1].close(code=1011)


class Microphones:
    """The browser asks its person, who answers when the test says so. They are counted from 0."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(
            """() => {
              const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
              window.asked = Object.assign([], { granted: [] });
              navigator.mediaDevices.getUserMedia = (wanted) => new Promise((grant, refuse) => {
                asked.push({
                  refuse: () => refuse(new DOMException("no", "NotAllowedError")),
                  grant: async () => {
                    const stream = await real(wanted);
                    asked.granted.push(stream.getTracks()[0]);
                    grant(stream);
                  },
                });
              });
            }"""
        )

    def are_asked_for(self, times: int) -> None:
        """Wait until so many questions are open."""
        self._page.wait_for_function("times => asked.length === times", arg=times)

    def grant(self, number: int = 0) -> None:
        """Yes."""
        self._page.evaluate("number => asked[number].grant()", number)

    def refuse(self, number: int = 0) -> None:
        """No."""
        self._page.evaluate("number => asked[number].refuse()", number)

    def unplug(self) -> None:
        """The device that was granted last is gone."""
        self._page.evaluate("asked.granted.at(-1).dispatchEvent(new Event('ended'))")

    def are(self, *states: str) -> None:
        """Wait until those granted are so, in the order of their granting: `live` or `ended`."""
        self._page.wait_for_function(
            "states => String(asked.granted.map((track) => track.readyState)) === String(states)",
            arg=list(states),
        )
