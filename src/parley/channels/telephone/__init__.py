"""The telephone, by Twilio: webhooks, the sound of calls, text messages."""

from typing import Final

from parley.channels.route import Route
from parley.channels.telephone import sms, speech, voice, voicemail
from parley.channels.telephone.answering import answer
from parley.channels.telephone.webhook import Handler, webhook
from parley.channels.twilio_stream import application

WEBHOOKS: Final[dict[str, Handler]] = {
    "voice": voice.voice,
    "language": voice.language,
    "speech": speech.turn,
    "after": voice.after,
    "dialled": voice.dialled,
    "whisper": voice.whisper,
    "voicemail": voice.voicemail,
    "recording": voicemail.recording,
    "outbound": voice.outbound,
    "status": voice.status,
    "fallback": voice.fallback,
    "sms": sms.sms,
    "message-status": sms.reported,
}
"""What Twilio may ask, by the last part of the address."""

routes: Final = (
    Route(kind="websocket", path=voice.STREAM, app=application(answer)),
    *(Route(kind="http", path=f"/webhook/{name}", app=webhook(handler)) for name, handler in WEBHOOKS.items()),
)
