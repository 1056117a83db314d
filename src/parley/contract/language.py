"""The languages Parley speaks, as ISO 639-1 codes."""

from typing import Final, Literal, get_args

Language = Literal["en", "fr", "ko"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def language_of(tag: str | None, *, default: Language = "en") -> Language:
    """The language of a BCP 47 tag such as `fr-CA`, or `default` when we do not speak it."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    for language in LANGUAGES:
        if language == primary:
            return language
    return default
