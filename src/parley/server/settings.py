"""Every setting of Parley, in layers: defaults, a TOML or JSON file, the environment, runtime settings.

A field `name` is read from `PARLEY_NAME`; the names that deployments already use (`DATABASE_URL`, `TWILIO_…`) are
read as well. The file is `parley.toml` in the working directory, or the one that `PARLEY_SETTINGS` names; its tables
are joined to the fields' names (`[db] host` is `db_host`). Fields marked as *runtime* may also stand in
`runtime.json` in the data directory: they are read again when that file changes, without a restart.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from parley.contract import LANGUAGES, ConfigurationInvalid, Language
from parley.dialogue.rules import RULES, Rules
from parley.listening.settings import ListeningSettings
from parley.server.layers import FileLayer, RuntimeLayer, machine_zone
from parley.speaking.settings import SpeakingSettings
from parley.understanding.llm.settings import LanguageModelSettings

RUNTIME: Final[JsonDict] = {"runtime": True}
"""Marks a field that may change without a restart."""

Names = Annotated[tuple[str, ...], NoDecode]
"""A list; in the environment its items are separated by commas."""


def known(default: Any, name: str) -> Any:
    """A field that also answers to `name`, a name from outside Parley."""
    return Field(default, validation_alias=AliasChoices(f"PARLEY_{name}", name))


class Settings(BaseSettings):
    """All settings. Values are final: a change makes a new object (see `current`)."""

    model_config = SettingsConfigDict(
        env_prefix="PARLEY_",
        env_nested_delimiter="__",
        env_file=os.environ.get("PARLEY_ENV_FILE", ".env"),
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # The process
    environment: str = known("development", "ENVIRONMENT")
    """`development` or `production`; production refuses to start without a secret key and hosts."""
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("var")
    """Database, kept sound, caches, models: all that Parley writes."""
    secret_key: SecretStr | None = None
    """Signs sessions; made and kept in the data directory when none is given in development."""
    secret_key_fallbacks: Names = ()
    """Earlier secret keys, still accepted while sessions move to the new one."""
    allowed_hosts: Names = ("localhost", "127.0.0.1", "[::1]")
    public_url: str = ""
    """How the outside reaches this server (`https://voice.example.org`); needed for telephone webhooks."""
    cors_origins: Names = ()
    """Origins of separate front ends."""
    tls: bool = False
    """The server is reached over TLS: cookies are secure and HSTS is sent."""
    trusted_proxies: Names = ()
    """Addresses whose X-Forwarded-For is believed."""
    demo: bool = True
    """`parley setup` adds demo data."""

    # Place and language
    time_zone: str = Field(default_factory=machine_zone)
    country: str = "US"
    languages: Names = LANGUAGES
    language: Language = "en"
    place: str = ""
    """The town, for "what is the weather like"."""
    weather: str = ""
    """Who is asked about the weather: `open-meteo`; empty: nobody outside."""

    # Turn taking
    silence_prompt_s: float = 9.0
    """Silence after which a caller is asked whether they are still there,"""
    silence_goodbye_s: float = 9.0
    """and after that how much more until goodbye is said."""

    # Telephone
    unsigned_calls: bool = False
    """Answer media streams without proof of the carrier: for load tests on this machine only."""
    telephone_mode: str = "stream"
    """How callers are heard: `stream` (our own ears), `gather` (Twilio's) or `record` (recorded, then ours)."""
    drain_s: float = 0.0
    """How long calls in progress may take to come to their end when the server stops; new ones are not taken then."""
    record_calls: bool = False
    """What callers say is kept, unless they refuse; they are told so at the beginning."""
    ask_language: bool = False
    """Callers of a line with several languages are asked for theirs, unless their record says it."""

    # Mail
    mail_from: str = ""
    """Sender of e-mail; empty: mail stays in the outbox."""
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: bool = False

    # Logs
    log_level: str = Field("INFO", json_schema_extra=RUNTIME)
    log_format: str = "json"
    """`json`, or `console` for reading along while developing."""

    # Database
    database_url: SecretStr | None = known(None, "DATABASE_URL")
    db_host: str = known("", "DB_HOST")
    db_port: int = known(5432, "DB_PORT")
    db_name: str = known("parley", "DB_NAME")
    db_user: str = known("parley", "DB_USER")
    db_password: SecretStr = known(SecretStr(""), "DB_PASSWORD")
    db_pool_size: int = known(10, "DB_POOL_SIZE")
    db_max_overflow: int = known(20, "DB_MAX_OVERFLOW")
    db_pool_timeout: float = known(30.0, "DB_POOL_TIMEOUT")
    db_pool_recycle: float = known(3600.0, "DB_POOL_RECYCLE")

    # Caches
    redis_url: SecretStr | None = known(None, "REDIS_URL")
    cache_default_ttl: int = known(3600, "CACHE_DEFAULT_TTL")
    cache_appointment_ttl: int = 5 * 60
    """Seconds after which it is noticed that another process changed sites, services or staff,"""
    cache_availability_ttl: int = 60
    """and opening rules. What is booked is always read. Sound made before has `speaking.cache_age_s`."""

    # Jobs
    tasks_backend: str = "django_tasks.backends.immediate.ImmediateBackend"
    """Which engine does due work: this process, or any that implements Django's task interface."""
    run_jobs: bool = True
    """Whether this process looks for due work."""

    # Outgoing requests
    http_max_connections: int = known(100, "HTTP_MAX_CONNECTIONS")
    http_max_keepalive: int = known(20, "HTTP_MAX_KEEPALIVE")
    http_keepalive_expiry: float = known(30.0, "HTTP_KEEPALIVE_EXPIRY")
    http_timeout: float = known(30.0, "HTTP_TIMEOUT")

    # Listening, speaking and more, each with settings of its own (`PARLEY_LISTENING__TIMEOUT_S`, `[listening]` in the
    # file)
    listening: ListeningSettings = ListeningSettings()
    speaking: SpeakingSettings = SpeakingSettings()
    language_model: LanguageModelSettings = LanguageModelSettings()
    dialogue: Rules = RULES
    understanding_model: Path | None = None
    """A trained understander of one's own; None: the packaged one."""

    # Keys of providers
    openai_api_key: SecretStr | None = known(None, "OPENAI_API_KEY")
    openai_model: str = known("gpt-4o-mini", "OPENAI_MODEL")
    openai_base_url: str | None = known(None, "OPENAI_BASE_URL")
    anthropic_api_key: SecretStr | None = known(None, "ANTHROPIC_API_KEY")
    anthropic_model: str = known("claude-haiku-4-5", "ANTHROPIC_MODEL")
    elevenlabs_api_key: SecretStr | None = known(None, "ELEVENLABS_API_KEY")
    aws_access_key_id: SecretStr | None = known(None, "AWS_ACCESS_KEY_ID")
    aws_secret_access_key: SecretStr | None = known(None, "AWS_SECRET_ACCESS_KEY")
    aws_region: str = known("us-east-1", "AWS_REGION")
    google_credentials_path: Path | None = known(None, "GOOGLE_CREDENTIALS_PATH")
    google_calendar_id: str | None = known(None, "GOOGLE_CALENDAR_ID")
    """The calendar that the dashboard proposes when an account is connected."""
    google_client_path: Path | None = None
    """The file of the OAuth client that accounts consent to; None: the one of `google_credentials_path`."""
    google_calendar_url: str = ""
    """Another server than Google's own for its calendars; empty: Google's."""
    calendar_minutes: int = Field(5, json_schema_extra=RUNTIME, ge=1)
    """How often outside calendars are asked for news, where they do not tell it by themselves."""
    naver_client_id: SecretStr | None = known(None, "NAVER_CLIENT_ID")
    naver_client_secret: SecretStr | None = known(None, "NAVER_CLIENT_SECRET")
    twilio_account_sid: str | None = known(None, "TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr | None = known(None, "TWILIO_AUTH_TOKEN")
    twilio_phone_number: str | None = known(None, "TWILIO_PHONE_NUMBER")
    twilio_api_url: str = known("", "TWILIO_API_URL")
    """Another server than Twilio's own to send its requests to; empty: Twilio's."""

    # Separate services: an empty host and URL mean that this process does it itself
    service: str = ""
    """Which service this process is (`parley serve stt`); empty: all in one."""
    service_key: SecretStr | None = None
    """Opens the services for each other: the same for all of them."""
    service_fallback: bool = True
    """Whether this process does by itself what a service that is down would have done."""
    service_timeout_s: float = 3.0
    """Longest wait for the services of understanding, appointments and messages; the others have limits of their
    own."""
    call_handler_host: str = known("", "CALL_HANDLER_HOST")
    call_handler_port: int = known(8001, "CALL_HANDLER_PORT")
    stt_host: str = known("", "STT_HOST")
    stt_port: int = known(8002, "STT_PORT")
    stt_url: str = known("", "STT_URL")
    """In place of host and port: `https://stt.example.org`."""
    tts_host: str = known("", "TTS_HOST")
    tts_port: int = known(8003, "TTS_PORT")
    tts_url: str = known("", "TTS_URL")
    nlu_host: str = known("", "NLU_HOST")
    nlu_port: int = known(8004, "NLU_PORT")
    nlu_url: str = known("", "NLU_URL")
    appointment_host: str = known("", "APPOINTMENT_HOST")
    appointment_port: int = known(8005, "APPOINTMENT_PORT")
    appointment_url: str = known("", "APPOINTMENT_URL")
    sms_host: str = known("", "SMS_HOST")
    sms_port: int = known(8006, "SMS_PORT")
    sms_url: str = known("", "SMS_URL")

    # Limits
    api_calls_a_minute: int = Field(1000, json_schema_extra=RUNTIME)
    calls_a_minute: int = Field(60, json_schema_extra=RUNTIME)
    sms_an_hour: int = Field(100, json_schema_extra=RUNTIME)
    queries_an_hour: int = Field(100, json_schema_extra=RUNTIME)
    """Of one person on the public API."""
    longest_upload: int = 25 * 1024 * 1024
    """Bytes of one request's body."""

    # Privacy
    audio_days: int = Field(30, json_schema_extra=RUNTIME)
    """Days after which kept sound is deleted."""
    record_days: int = Field(0, json_schema_extra=RUNTIME)
    """Days after which conversations are deleted; 0: never."""

    @field_validator(
        "secret_key_fallbacks", "allowed_hosts", "cors_origins", "trusted_proxies", "languages", mode="before"
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Items of a comma-separated text."""
        return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _real_zone(cls, value: str) -> str:
        """A zone of the IANA list."""
        ZoneInfo(value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The household's or clinic's zone, where nothing nearer says another."""
        return ZoneInfo(self.time_zone)

    @property
    def production(self) -> bool:
        """Whether this is a real deployment."""
        return self.environment == "production"

    def for_clients(self) -> dict[str, str]:
        """Keys under the names by which the providers' own libraries look for them in the environment."""
        keys: dict[str, str] = {}
        for name, field in type(self).model_fields.items():
            alias, value = field.validation_alias, getattr(self, name)
            if isinstance(alias, AliasChoices) and value and name.endswith(("_key", "_id", "_token", "_secret")):
                keys[str(alias.choices[1])] = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        return keys

    def now(self) -> dt.datetime:
        """The present, aware, in the household's zone. Only the server's edge asks; below, `now` is passed in."""
        return dt.datetime.now(self.zone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The layers, the strongest first."""
        return (
            init_settings,
            RuntimeLayer(settings_cls, runtime_file()),
            env_settings,
            dotenv_settings,
            file_secret_settings,
            FileLayer(settings_cls, settings_file()),
        )


def settings_file() -> Path:
    """The file of the second layer; it need not exist."""
    return Path(os.environ.get("PARLEY_SETTINGS", "parley.toml"))


def runtime_file() -> Path:
    """The file of the runtime layer; it need not exist."""
    return Path(os.environ.get("PARLEY_DATA_DIR", "var")) / "runtime.json"


class Reloading:
    """The present settings: made once, and again whenever the runtime file has changed."""

    def __init__(self, load: Callable[[], Settings] = Settings) -> None:
        self._load = load
        self._stamp: int | None = None
        self._settings: Settings | None = None

    def __call__(self) -> Settings:
        """The present settings. Raises ConfigurationInvalid at the first load; a running server keeps its last."""
        stamp = _stamp(runtime_file())
        if self._settings is None:
            self._settings, self._stamp = _checked(self._load), stamp
        elif stamp != self._stamp:
            self._stamp = stamp
            try:
                self._settings = _checked(self._load)
            except ConfigurationInvalid:
                import structlog

                structlog.get_logger("parley.settings").exception("runtime_settings_refused")
        return self._settings


def _stamp(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _checked(load: Callable[[], Settings]) -> Settings:
    """Raises ConfigurationInvalid that names the settings at fault, without their values."""
    try:
        return load()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ConfigurationInvalid(f"settings: {faults}") from error


current: Final = Reloading()
