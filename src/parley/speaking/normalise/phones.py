"""Telephone numbers, in the groups and the figures in which people of that country say them."""

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from parley.speaking.normalise.speech import Found, Speech, any_of

_WORTH_A_LOOK: Final = re.compile(r"(?:\d[\s().–-]*){7}")
_GROUP: Final = re.compile(r"\d+")
_WRITTEN_LIKE_ONE: Final = re.compile(r"^[+(]|\d[\s.()–-]+\d")
_SEPARATOR: Final = ", "


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Numbers that could be dialled in one of the language's countries, and the short ones that are read by digit."""
    if _WORTH_A_LOOK.search(text):
        for region in speech.words["phones"]["countries"]:
            matcher = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE)
            for match in matcher:
                if _looks_like_one(match, speech):
                    yield Found(match.start, match.end, _words(match.number, speech))
    short = any_of(speech.words["phones"]["short"])
    amount = any_of([*speech.words["units"], *speech.words.get("counted_before", ())])
    after = rf"(?![\d.,:/%-]*\d|\s\d{{3}}(?!\d)|\s?[%°]|\s?(?!번)(?:{amount})(?![A-Za-z]))"
    for found in re.finditer(rf"(?<![\d.,:/-])(?<!\d\s)(?:{short}){after}", text):
        yield Found(found.start(), found.end(), speech.digits(found.group()))


def _looks_like_one(match: phonenumbers.PhoneNumberMatch, speech: Speech) -> bool:
    """Bare figures are a quantity or a reference unless the number is truly in use; 200 000 000 is a quantity."""
    if re.fullmatch(rf"[1-9]\d{{0,2}}(?:{speech.words['group']}\d{{3}})+", match.raw_string):
        return False
    if re.fullmatch(rf"[1-9]\d*{speech.words['decimal']}\d{{1,2}}", match.raw_string):
        return False
    return bool(_WRITTEN_LIKE_ONE.search(match.raw_string)) or phonenumbers.is_valid_number(match.number)


def _words(number: phonenumbers.PhoneNumber, speech: Speech) -> str:
    table = speech.words["phones"]
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    home = region in table["home"]
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    written = phonenumbers.format_number(number, style)
    main, _, extension = written.partition(" ext. ")
    said = _SEPARATOR.join(_group(group, region, speech) for group in _GROUP.findall(main))
    said = said if home else f"{speech.words['plus']} {said}"
    digits = re.sub(r"\D", "", extension)
    return f"{said}{_SEPARATOR}{table['extension']} {speech.digits(digits)}" if digits else said


def _group(digits: str, region: str, speech: Speech) -> str:
    """In some countries a pair is said as one number (zéro six, douze, trente-quatre), elsewhere digit by digit."""
    table = speech.words["phones"]
    if region in table["pairs"] and len(digits) == 2 and digits[0] != "0":
        return speech.numbers.cardinal(int(digits))
    return speech.digits(digits, zero=table["zero"])
