"""Pipecat as a telephone server, from its public API: silero, a speech timeout, stubs that answer at once.

    python pipecat_server.py PORT

Runs in an environment of its own (`make bench-peers` makes it); nothing of Parley is imported here.
"""

import json
import sys
from collections.abc import AsyncGenerator

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.llm_service import LLMService
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop.speech_timeout_user_turn_stop_strategy import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner
from reply import RATE, WORDS, pcm

VAD_STOP_S = 0.2
SPEECH_TIMEOUT_S = 0.6
"""Pipecat's own default; a turn ends after the sum of both."""

logger.remove()
logger.add(sys.stderr, level="WARNING")
app = FastAPI()
REPLY = pcm()


class InstantSTT(SegmentedSTTService):
    """Hears the same sentence every time."""

    @property
    def wants_wav_segments(self) -> bool:
        return False

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        yield TranscriptionFrame("what time is it", "", time_now_iso8601())


class InstantLLM(LLMService):
    """Answers every question with the same ten pieces of text."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        for word in WORDS:
            await self.push_frame(LLMTextFrame(word))
        await self.push_frame(LLMFullResponseEndFrame())


class InstantTTS(TTSService):
    """Speaks every text with the same sound."""

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        for start in range(0, len(REPLY), self.chunk_size):
            yield TTSAudioRawFrame(REPLY[start : start + self.chunk_size], RATE, 1, context_id=context_id)


@app.get("/health")
async def health() -> dict[str, bool]:
    """Up."""
    return {"up": True}


@app.websocket("/ws")
async def call(socket: WebSocket) -> None:
    """One call."""
    await socket.accept()
    await socket.receive_text()
    start = json.loads(await socket.receive_text())["start"]
    serializer = TwilioFrameSerializer(
        stream_sid=start["streamSid"],
        call_sid=start["callSid"],
        params=TwilioFrameSerializer.InputParams(auto_hang_up=False),
    )
    transport = FastAPIWebsocketTransport(
        websocket=socket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True, audio_out_enabled=True, add_wav_header=False, serializer=serializer
        ),
    )
    turns = UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=SPEECH_TIMEOUT_S)])
    vad = SileroVADAnalyzer(params=VADParams(stop_secs=VAD_STOP_S))
    aggregators = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(user_turn_strategies=turns, vad_analyzer=vad)
    )
    pipeline = Pipeline(
        [
            transport.input(),
            InstantSTT(),
            aggregators.user(),
            InstantLLM(),
            InstantTTS(push_start_frame=True, push_stop_frames=True),
            transport.output(),
            aggregators.assistant(),
        ]
    )
    worker = PipelineWorker(pipeline, params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE))

    @transport.event_handler("on_client_disconnected")
    async def hung_up(_transport: object, _client: object) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", log_level="warning")
