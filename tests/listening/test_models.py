import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from parley.contract import LANGUAGES, ConfigurationInvalid, ExternalTimeout, NotFound
from parley.listening.end_of_turn import strategies
from parley.listening.models import File, Model, catalogue, model_named, present_models, pull
from parley.listening.models_command import list_models, pull_model
from parley.listening.providers import PROVIDERS


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("some-model/weights.bin", b"w" * 5000)
        out.writestr("some-model/conf/settings.txt", b"s")
    return file.getvalue()


CONTENT = archive()


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        self.ranges: list[str | None] = []
        self.cut_at: int | None = None
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        if self.path != "/model.zip":
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : self.server.cut_at])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def model(url: str, sha256: str | None = None) -> Model:
    return Model(
        name="some-model",
        provider="vosk",
        languages=("en",),
        megabytes=1,
        licence="MIT",
        needs="vosk",
        files=(File(url=url, sha256=sha256),),
    )


def test_a_model_is_fetched_checked_and_unpacked(server: Server, tmp_path: Path):
    seen: list[tuple[int, int | None]] = []
    wanted = model(f"{server.url}/model.zip", hashlib.sha256(CONTENT).hexdigest())
    folder = pull(wanted, tmp_path, progress=lambda have, whole: seen.append((have, whole)))
    assert (folder / "weights.bin").read_bytes() == b"w" * 5000
    assert (folder / "conf" / "settings.txt").read_text() == "s"
    assert sorted(path.name for path in folder.iterdir()) == ["conf", "weights.bin"]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert wanted.present(tmp_path)


def test_a_broken_download_goes_on_where_it_broke(server: Server, tmp_path: Path):
    wanted = model(f"{server.url}/model.zip", hashlib.sha256(CONTENT).hexdigest())
    server.cut_at = 100
    with pytest.raises(ExternalTimeout):
        pull(wanted, tmp_path, progress=lambda *_: None)
    assert not wanted.present(tmp_path)
    server.cut_at = None
    pull(wanted, tmp_path, progress=lambda *_: None)
    assert server.ranges == [None, "bytes=100-"]
    assert wanted.present(tmp_path)


def test_a_wrong_checksum_is_refused_and_nothing_is_left(server: Server, tmp_path: Path):
    with pytest.raises(ConfigurationInvalid, match="checksum"):
        pull(model(f"{server.url}/model.zip", "0" * 64), tmp_path, progress=lambda *_: None)
    assert not (tmp_path / "some-model").exists()
    assert not list((tmp_path / ".some-model.coming").iterdir())


def test_a_place_that_cannot_be_reached_is_one_clear_line(tmp_path: Path):
    with pytest.raises(ExternalTimeout, match=r"cannot reach 127\.0\.0\.1") as caught:
        pull(model("http://127.0.0.1:9/model.zip"), tmp_path, progress=lambda *_: None)
    assert "\n" not in caught.value.message


def test_a_missing_file_is_named(server: Server, tmp_path: Path):
    with pytest.raises(ExternalTimeout, match="404"):
        pull(model(f"{server.url}/other.zip"), tmp_path, progress=lambda *_: None)


def test_the_catalogue_serves_every_language_with_providers_that_exist():
    assert {model.provider for model in catalogue()} <= {*PROVIDERS.names(), *strategies()}
    assert {language for model in catalogue() for language in model.languages} == set(LANGUAGES)
    assert len({model.name for model in catalogue()}) == len(catalogue())
    assert all(file.url.startswith("https://") for model in catalogue() for file in model.files)


def test_models_on_disk_are_found(tmp_path: Path):
    assert present_models("vosk", tmp_path) == {}
    (tmp_path / "vosk-model-small-fr-0.22").mkdir()
    assert present_models("vosk", tmp_path) == {"fr": tmp_path / "vosk-model-small-fr-0.22"}


def test_an_unknown_model_is_named():
    with pytest.raises(NotFound):
        model_named("no-such-model")


def test_the_command_lists_what_is_here_and_says_in_one_line_what_goes_wrong(tmp_path: Path):
    shown = io.StringIO()
    console = Console(file=shown, width=200)
    (tmp_path / "vosk-model-small-fr-0.22").mkdir()
    assert list_models(tmp_path, console) == 0
    assert [line for line in shown.getvalue().splitlines() if "yes" in line and "vosk-model-small-fr-0.22" in line]

    def no_way_out(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    shown.truncate(shown.seek(0))
    client = httpx.Client(transport=httpx.MockTransport(no_way_out))
    assert pull_model("vosk-model-small-ko-0.22", tmp_path, console, client=client) == 1
    assert "cannot reach alphacephei.com" in shown.getvalue()
    assert len(shown.getvalue().strip().splitlines()) == 1
