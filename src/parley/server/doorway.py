"""Where connections come in: uvicorn's HTTP protocol, which lets picows serve the media streams of telephone calls.

A media stream brings fifty messages a second; everything else on this port is what uvicorn is good at.
"""

from functools import cache
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from parley.channels.twilio_stream import Answer


@cache
def media_streams() -> "dict[str, Answer]":
    """How the calls of each media stream's path are answered."""
    from parley.channels.twilio_stream import MediaStream
    from parley.server.router import found

    return {route.path: route.app.answer for route in found() if isinstance(route.app, MediaStream)}


class Doorway(HttpToolsProtocol):
    """One connection, until it is upgraded."""

    def handle_websocket_upgrade(self) -> None:
        """Pass the connection on to who serves websockets at its path."""
        answer = media_streams().get(self.url.partition(b"?")[0].decode("latin-1"))
        if answer is None:
            super().handle_websocket_upgrade()
            return
        from parley.channels.house import the_house
        from parley.channels.twilio_socket import take_over

        self.connections.discard(self)
        lines = [b"%s %s HTTP/1.1" % (self.scope["method"].encode(), self.url)]
        lines += [b"%s: %s" % (name, value) for name, value in self.scope["headers"]]
        request = b"\r\n".join([*lines, b"", b""])
        take_over(self.transport, request, house=the_house(), answer=answer, server=self.server_state)
