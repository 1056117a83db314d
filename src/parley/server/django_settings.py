"""Django's settings, made from Parley's own. Nothing is configured here that `Settings` could say."""

import secrets
from pathlib import Path
from typing import Any

from parley.contract import ConfigurationInvalid
from parley.server import apps, databases
from parley.server.settings import Settings, current


def _secret_key(settings: Settings) -> str:
    """The given key; in development, one made once and kept in the data directory."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    if settings.production:
        raise ConfigurationInvalid("PARLEY_SECRET_KEY is needed in production")
    kept = settings.data_dir / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return kept.read_text(encoding="ascii")


def _caches(settings: Settings) -> dict[str, dict[str, Any]]:
    """One cache: in this process, or in Redis, where every worker shares it."""
    common = {"TIMEOUT": settings.cache_default_ttl, "KEY_PREFIX": "parley"}
    if settings.redis_url:
        backend = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": settings.redis_url.get_secret_value(),
        }
    else:
        backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"default": backend | common}


HERE = Path(__file__).parent
PARLEY = current()
(PARLEY.data_dir / "static").mkdir(parents=True, exist_ok=True)

SECRET_KEY = _secret_key(PARLEY)
SECRET_KEY_FALLBACKS = list(PARLEY.secret_key_fallbacks)
DEBUG = False
ALLOWED_HOSTS = list(PARLEY.allowed_hosts)
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "django_tasks",
    *apps.names(),
]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "parley.server.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE.parent / "web" / "templates", HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"dashboard": "parley.web.dashboard.tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DATABASES = {"default": databases.connection(PARLEY)}
CACHES = _caches(PARLEY)
TASKS = {"default": {"BACKEND": PARLEY.tasks_backend, "QUEUES": []}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/dashboard/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PARLEY.tls
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_TRUSTED_ORIGINS = [PARLEY.public_url] if PARLEY.public_url else []

EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = PARLEY.smtp_host, PARLEY.smtp_port, 15
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = PARLEY.smtp_user, PARLEY.smtp_password.get_secret_value()
EMAIL_USE_TLS = PARLEY.smtp_tls

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = PARLEY.language
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ko", "한국어")]

STATIC_URL = "/static/"
STATIC_ROOT = PARLEY.data_dir / "static"
STATICFILES_DIRS = [folder for folder in (HERE / "static", HERE.parent / "web" / "static") if folder.is_dir()]

WHITENOISE_USE_FINDERS = not PARLEY.production  # in production, `collectstatic` has gathered and hashed them
WHITENOISE_MAX_AGE = 3600 if PARLEY.production else 0

DATA_UPLOAD_MAX_MEMORY_SIZE = PARLEY.longest_upload
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PARLEY.trusted_proxies else None

LOGGING_CONFIG = None  # `parley.server.logs` sets them up
