"""A real server on a port of its own, and a real Chromium whose microphone hears a WAV file."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from parley.audio.sound import Sound
from parley.speaking.settings import SpeakingSettings
from parley.speaking.synthesis import Voice, speaking_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
READY_WITHIN_S = 300

# A machine that is busy with other tests may take its time; nothing here measures speed.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what is its own."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def address(data_folder: Path) -> Iterator[str]:
    """The address of a server with a fresh database, no keys and nobody else on it."""
    folder = data_folder
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PARLEY_DATA_DIR": str(folder),
        "PARLEY_TIME_ZONE": "America/Toronto",
    }
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "parley.server.cli", "run", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/health/ready", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(120)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server is ready and its models are loaded; its own log is the answer when it never is."""
    for _ in range(READY_WITHIN_S * 2):
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
                if answer.status == 200 and json.load(answer)["warm"]:
                    return
        except (URLError, TimeoutError, ConnectionError):
            pass
        try:
            server.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(log.read_text()[-2000:])


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV in which somebody says thank you, after a second of quiet; the microphone hears it again and again."""
    import asyncio

    async def speak() -> bytes:
        speaking = speaking_for(SpeakingSettings())
        speaker = speaking.synthesiser("en")
        asking = Voice(name="espeak/en-us+f3", language="en", rate=0.9)
        return b"".join([piece async for piece in speaker.speak("Thank you very much.", voice=asking, rate=16_000)])

    quiet = bytes(2 * 16_000)
    pcm = quiet + asyncio.run(speak()) + quiet * 4
    file = tmp_path_factory.mktemp("voice") / "thanks.wav"
    file.write_bytes(Sound.of_bytes(pcm, 16_000).wav())
    return file


@pytest.fixture(scope="module")
def browser(voice: Path) -> Iterator[Browser]:
    """Chromium, with the recording as its microphone."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        flags = [*QUIET, f"--use-file-for-fake-audio-capture={voice}"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page to talk from, at a desktop's width; an error in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["microphone"], locale="en-US")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    expect(opened.get_by_role("status")).to_have_text("Ready.")
    yield opened
    context.close()
    assert errors == []


def logged_in(browser: Browser, address: str, folder: Path, *, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{address}/dashboard/")
    name, password = (folder / "demo_login.txt").read_text().split()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Calendar")).to_be_visible()
    page.wait_for_load_state()  # what the scripts handle is acted on below
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def desk(browser: Browser, address: str, data_folder: Path) -> Iterator[Page]:
    yield from logged_in(browser, address, data_folder, width=1280, height=860)


@pytest.fixture
def telephone(browser: Browser, address: str, data_folder: Path) -> Iterator[Page]:
    yield from logged_in(browser, address, data_folder, width=360, height=740)
