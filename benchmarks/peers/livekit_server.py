"""LiveKit Agents as a telephone server, from its public API: its own silero, a fixed wait, stubs that answer at once.

    python livekit_server.py PORT

No LiveKit server, no WebRTC, no job process: a real deployment costs more. Runs in an environment of its own (`make
bench-peers` makes it); nothing of Parley is imported here.
"""

import asyncio
import audioop
import base64
import json
import logging
import sys
import uuid
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    Agent,
    AgentSession,
    APIConnectOptions,
    inference,
    llm,
    stt,
    tts,
)
from livekit.agents.language import LanguageCode
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities
from reply import RATE, WORDS, pcm

LOUD = 300
"""Energy below which a frame is silence to the recogniser's stub."""
FINAL_FRAMES = 10
"""Silent frames after which it says what it heard: 200 ms."""

app = FastAPI()
REPLY = pcm()
VAD = inference.VAD(model="silero")


class InstantStream(stt.RecognizeStream):
    """One final transcript after each stretch of energy."""

    async def _run(self) -> None:
        quiet, heard = 0, False
        async for frame in self._input_ch:
            if isinstance(frame, self._FlushSentinel):
                continue
            if audioop.rms(frame.data, 2) > LOUD:
                quiet, heard = 0, True
            elif heard:
                quiet += 1
                if quiet >= FINAL_FRAMES:
                    heard = False
                    said = stt.SpeechData(language=LanguageCode("en"), text="what time is it", confidence=1.0)
                    self._event_ch.send_nowait(
                        stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[said])
                    )


class InstantSTT(stt.STT):
    """Hears the same sentence every time."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=False))

    async def _recognize_impl(self, buffer: object, **_: object) -> stt.SpeechEvent:
        raise NotImplementedError

    def stream(self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS, **_: object) -> InstantStream:
        return InstantStream(stt=self, conn_options=conn_options)


class InstantAnswer(llm.LLMStream):
    """Ten pieces of text."""

    async def _run(self) -> None:
        for word in WORDS:
            delta = llm.ChoiceDelta(role="assistant", content=word)
            self._event_ch.send_nowait(llm.ChatChunk(id="answer", delta=delta))


class InstantLLM(llm.LLM):
    """Answers every question the same."""

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: object,
    ) -> InstantAnswer:
        return InstantAnswer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class InstantSpeech(tts.ChunkedStream):
    """The same sound for every text."""

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=uuid.uuid4().hex, sample_rate=RATE, num_channels=1, mime_type="audio/pcm", frame_size_ms=20
        )
        output_emitter.push(REPLY)
        output_emitter.flush()


class InstantTTS(tts.TTS):
    """Speaks at once."""

    def __init__(self) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1)

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> InstantSpeech:
        return InstantSpeech(tts=self, input_text=text, conn_options=conn_options)


class CallerSound(AudioInput):
    """What the caller says."""

    def __init__(self) -> None:
        super().__init__(label="caller")
        self.frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue()

    def put(self, ulaw: bytes) -> None:
        """20 ms."""
        sound = audioop.ulaw2lin(ulaw, 2)
        self.frames.put_nowait(rtc.AudioFrame(sound, RATE, 1, len(sound) // 2))

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self.frames.get()
        if frame is None:
            raise StopAsyncIteration
        return frame


class CallSound(AudioOutput):
    """What the caller hears; playout goes by the clock."""

    def __init__(self, write: Callable[[str], None], stream_sid: str) -> None:
        super().__init__(label="call", capabilities=AudioOutputCapabilities(pause=False), sample_rate=RATE)
        self._write, self._sid = write, stream_sid
        self._began = self._pushed = 0.0
        self._end: asyncio.TimerHandle | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        loop = asyncio.get_running_loop()
        if not self._pushed:
            self._began = loop.time()
            self.on_playback_started(created_at=self._began)
        self._pushed += frame.duration
        payload = base64.b64encode(audioop.lin2ulaw(bytes(frame.data), 2)).decode()
        self._write(json.dumps({"event": "media", "streamSid": self._sid, "media": {"payload": payload}}))

    def flush(self) -> None:
        super().flush()
        if self._pushed and self._end is None:
            loop = asyncio.get_running_loop()
            self._end = loop.call_at(self._began + self._pushed, self._finish, False)

    def clear_buffer(self) -> None:
        self._write(json.dumps({"event": "clear", "streamSid": self._sid}))
        if self._pushed:
            self._finish(True)

    def _finish(self, interrupted: bool) -> None:
        played = min(self._pushed, asyncio.get_running_loop().time() - self._began)
        if self._end is not None:
            self._end.cancel()
        self._end, self._pushed = None, 0.0
        self.on_playback_finished(playback_position=played, interrupted=interrupted)


@app.get("/health")
async def health() -> dict[str, bool]:
    """Up."""
    return {"up": True}


@app.websocket("/ws")
async def call(socket: WebSocket) -> None:
    """One call."""
    await socket.accept()
    await socket.receive_text()
    stream_sid = json.loads(await socket.receive_text())["start"]["streamSid"]
    outbox: asyncio.Queue[str] = asyncio.Queue()
    sound = CallerSound()
    session = AgentSession(
        stt=InstantSTT(),
        vad=VAD,
        llm=InstantLLM(),
        tts=InstantTTS(),
        turn_handling={"turn_detection": "vad"},
        user_away_timeout=None,
        aec_warmup_duration=None,
    )
    session.input.audio = sound
    session.output.audio = CallSound(outbox.put_nowait, stream_sid)

    async def send() -> None:
        while True:
            await socket.send_text(await outbox.get())

    sending = asyncio.create_task(send())
    await session.start(Agent(instructions="Answer."))
    try:
        while True:
            message = json.loads(await socket.receive_text())
            if message["event"] == "media":
                sound.put(base64.b64decode(message["media"]["payload"]))
    except WebSocketDisconnect:
        pass
    finally:
        sending.cancel()
        sound.frames.put_nowait(None)
        await session.aclose()


if __name__ == "__main__":
    logging.getLogger("livekit").setLevel(logging.WARNING)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", log_level="warning")
