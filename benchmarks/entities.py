"""How well dates, times, lengths, repetition and numbers are read: right, wrong, nothing.

`parley bench entities [--file F] [--language L] [--failures N] [--json]`

Without `--file`, the public sets under `../shared/data/{time,numbers}`. Qualities and sources are counted apart. A
row is *right* when everything expected is found with a value that the row accepts and nothing else is found;
*nothing* when what is missing was not found at all; *wrong* otherwise. Rows whose source follows another convention
than ours (`entities_conventions.yaml` says which and why) and that do not come out right are counted as *apart*.
A row
whose value is among the readings that Parley asks about (a bare hour) is apart too. `itn` rows (spoken to written)
are right when the spoken and the written form are read alike; the classes that are no slot (addresses) are apart;
`tn` rows are about speech output and left out. Interval ends are exclusive in the data; a source that adds one more
unit to the end of an interval of hours is accepted with and without it.
"""

import argparse
import datetime as dt
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities import parse
from parley.understanding.entities.moments import Length, Resolved
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.spotting import Search, Spot, search

HERE: Final = Path(__file__).resolve().parent
SETS: Final = HERE.parent.parent / "shared" / "data"
NOON: Final = dt.datetime(2026, 3, 12, 10, tzinfo=dt.UTC)
COUNTRIES: Final = {"en": "US", "fr": "FR", "ko": "KR"}

_TIMES = frozenset(
    {
        "moment",
        "interval",
        "date",
        "mday",
        "time",
        "clock",
        "part",
        "soft",
        "length",
        "shift",
        "recurrence",
        "frequency",
        "recurring",
        "the_day",
    }
)
_ONLY: Final = {
    "duration": frozenset({"length", "shift"}),
    "set": frozenset({"recurrence", "recurring", "frequency"}),
    **dict.fromkeys(
        ("instant", "time", "interval", "open_interval"),
        _TIMES - {"length", "shift", "recurrence", "recurring", "frequency"},
    ),
}
"""What a row is about that says `only`: nothing else that is found counts."""
_UNITS: Final = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
    "month": 2592000,
    "quarter": 7776000,
    "year": 31536000,
}


@lru_cache
def _published() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / "entities_conventions.yaml").read_text(encoding="utf-8"))
    return content


def outcome(row: dict[str, Any]) -> str:
    """`right`, `wrong` or `nothing` for one row of the data."""
    kind = row["type"] or ""
    language: Language = row["lang"]
    if kind.startswith("itn:"):
        return _alike(row["text"], row["expected"], language, kind)
    now = dt.datetime.fromisoformat(row["reference_time"]) if row.get("reference_time") else NOON
    if now.tzinfo is None:
        now = now.replace(tzinfo=dt.UTC)
    found = _search(row, now)
    time_row = "reference_time" in row
    spots = [s for s in found.spots if (s.token.category in _TIMES) == time_row]
    if categories := _ONLY.get(row.get("only") or ""):
        spots = [s for s in spots if s.token.category in categories]
    if kind.removeprefix("none:") in ("numeral", "ordinal"):
        spots = [s for s in spots if s.token.category in ("number", "ordinal")]
    elif not time_row:
        spots = [s for s in spots if s.token.category == "quantity" or kind == "quantity"]
    return _compare(row, spots, found)


def _search(row: dict[str, Any], now: dt.datetime) -> Search:
    """What is found of the kind that the row is about, as a slot of that kind would ask."""
    kind = (row["type"] or "").removeprefix("none:")
    numbers = frozenset({Kind.NUMBER, Kind.QUANTITY} if kind in ("numeral", "ordinal") else {Kind.QUANTITY})
    kinds = None if "reference_time" in row else numbers
    country = COUNTRIES[row["lang"]]
    return search(
        row["text"], language=row["lang"], now=now, kinds=kinds, country=country, latent=bool(row.get("latent"))
    )


def _compare(row: dict[str, Any], spots: Sequence[Spot], found: Search) -> str:
    left = list(spots)
    missing = mistaken = 0
    for expected in row["expected"]:
        near = [s for s in left if _overlap(s, found, expected)]
        if (expected.get("values") or [None]) == [None] and not near:
            continue  # no such day: nothing to read
        match = next((s for s in near if row["quality"] == "span_only" or _same(s, expected, found)), None)
        if match is None and any(s.resolved and s.resolved.others and _other(s, expected, found) for s in near):
            return "apart"
        if match is not None:
            left.remove(match)
        elif near:
            mistaken += 1
            left = [s for s in left if s not in near]
        else:
            missing += 1
    if mistaken or (left and not (missing and row["expected"])):
        return "wrong"
    return "nothing" if missing else "right"


def _other(spot: Spot, expected: dict[str, Any], found: Search) -> bool:
    """Whether the value is among the other readings that are asked about (a bare hour: morning or afternoon)."""
    values = [v for v in expected.get("values") or [] if isinstance(v, str)]
    return any(
        _at(other, value, found) for other in (spot.resolved.others if spot.resolved else ()) for value in values
    )


def _overlap(spot: Spot, found: Search, expected: dict[str, Any]) -> bool:
    start, end = found.written.span(spot.token.start, spot.token.end)
    return bool(start < expected["end"] and expected["start"] < end)


def _same(spot: Spot, expected: dict[str, Any], found: Search) -> bool:
    return any(_equal(spot, value, found) for value in expected.get("values") or [None])


def _equal(spot: Spot, value: Any, found: Search) -> bool:
    token = spot.token
    if token.category in ("length", "shift"):
        return (
            isinstance(value, dict) and "value" in value and abs(_seconds(value) - token.value.seconds()) < 1
        ) or _calendar(value, token.value)
    if token.category == "recurring":
        rule, moment = token.value
        base = _timex(rule) or ""
        hours = {
            f"T{hour:02}" + (f":{moment.clock.minute:02}" if moment.clock.minute else "")
            for hour in (moment.clock.hours() if moment.clock else ())
        } or {_PARTS.get(moment.part.name, "") if moment.part else ""}
        base = "" if base in ("P1D", "XXXX-WXX-D") else base
        return isinstance(value, dict) and value.get("timex") in {base + hour for hour in hours}
    if token.category == "recurrence":
        return isinstance(value, dict) and value.get("timex") in {_timex(token.value), _ALSO.get(token.value)}
    if token.category == "frequency":
        return isinstance(value, dict) and token.value == f"1/{value.get('timex')}"
    if token.category in ("number", "ordinal"):
        return _number(value, token.value)
    if token.category == "quantity":
        return _amount(value, *token.value)
    return spot.resolved is not None and _time(spot.resolved, value, found)


def _seconds(value: dict[str, Any]) -> float:
    return float(value["value"] or 0) * _UNITS.get(value["unit"], 1)


def _calendar(value: Any, length: Length) -> bool:
    """365-day years and 30-day months are one convention; months of 30.44 days another."""
    return (
        isinstance(value, dict)
        and "value" in value
        and abs(_seconds(value) - length.seconds()) <= 0.02 * length.seconds()
    )


_PARTS: Final = {"morning": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI"}
_ALSO: Final = {"FREQ=MONTHLY;INTERVAL=6": "P0.5Y", "FREQ=WEEKLY;BYDAY=SA,SU": "P1WE"}


def _timex(rule: str) -> str | None:
    """A repetition as the data write it."""
    parts = dict(part.split("=") for part in rule.split(";"))
    if "BYMONTH" in parts and "BYMONTHDAY" in parts:
        return f"XXXX-{parts['BYMONTH']:0>2}-{parts['BYMONTHDAY']:0>2}"
    letters = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y", "HOURLY": "TH", "MINUTELY": "TM"}
    if "BYDAY" in parts:
        days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        if parts["BYDAY"] == "MO,TU,WE,TH,FR":
            return "XXXX-WXX-WD"
        return (
            "XXXX-WXX-WE" if parts["BYDAY"] == "SA,SU" else f"XXXX-WXX-{days.index(parts['BYDAY'].split(',')[0]) + 1}"
        )
    letter = letters.get(parts["FREQ"], "?")
    count = parts.get("INTERVAL", "1")
    return f"PT{count}{letter[1]}" if letter.startswith("T") else f"P{count}{letter}"


def _number(value: Any, number: Number) -> bool:
    if isinstance(value, dict):
        value = value.get("offset") if value.get("relativeTo", "start") == "start" else None
    try:
        return abs(_float(value) - number.value) <= 1e-6 * max(1.0, abs(number.value))
    except (TypeError, ValueError):
        return False


def _float(value: Any) -> float:
    """A number of the data, which may have a decimal comma."""
    return float(str(value).replace(",", "."))


def _amount(value: Any, amount: float, unit: str) -> bool:
    names = _published()["units"]
    if isinstance(value, str):
        return value.replace(",", ".") == f"{amount:g}{unit}"
    if not isinstance(value, dict):
        return False
    number, name = (
        (value["args"][1], value["args"][0]) if "args" in value else (value.get("value"), value.get("unit"))
    )
    factor, own = names.get(name, (1, name))
    ours, base = names.get(unit, (1, unit))
    try:
        return bool(base == own) and abs(_float(number) * factor - amount * ours) < 1e-6 * max(
            1.0, abs(amount * ours)
        )
    except (TypeError, ValueError):
        return False


def _time(resolved: Resolved, value: Any, found: Search) -> bool:
    if isinstance(value, dict) and not ("start" in value or "end" in value):
        return False
    if isinstance(value, dict):
        start, end = value.get("start"), value.get("end")
        if (resolved.start is None) != (start is None) and start is not None:
            return False
        return (start is None or _at(resolved.start, start, found)) and (end is None or _ends(resolved, end, found))
    if not isinstance(value, str) or resolved.start is None or (resolved.interval and resolved.end is None):
        return False
    return _at(resolved.start, value, found)


def _at(ours: dt.datetime | None, theirs: str, found: Search) -> bool:
    """The same time; a time of day needs no date, and a zero month or day is January or the first."""
    if ours is None:
        return False
    if theirs.startswith("T"):
        return ours.time() == dt.time.fromisoformat(theirs[1:].replace("24:", "00:").ljust(5, "0"))
    theirs = re.sub(r"^(\d{4})-00", r"\1-01", theirs)
    theirs = re.sub(r"^(\d{4}-\d\d)-00", r"\1-01", theirs)
    try:
        expected = dt.datetime.fromisoformat(theirs).replace(tzinfo=None)
    except ValueError:
        return False
    if ours == expected:
        return True
    reference = found.frame.now.replace(minute=0)
    coarse = ours == dt.datetime.combine(ours.date(), dt.time()) and expected.date() == ours.date()
    return coarse and expected.time() in (found.frame.now.time(), reference.time())


def _ends(resolved: Resolved, theirs: str, found: Search) -> bool:
    end = resolved.end
    if end is None:
        return False
    steps = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
    one = dt.timedelta(seconds=steps.get(resolved.grain, 0))
    options = {
        end,
        end + one,
        end - one,
        end + dt.timedelta(minutes=1),
        end + dt.timedelta(seconds=1),
        end - dt.timedelta(seconds=1),
    }
    if resolved.grain in ("month", "year"):
        options |= {end.replace(day=1)}
        if resolved.grain == "year":
            options |= {end.replace(year=end.year - 1)}
        else:
            options |= {(end - dt.timedelta(days=1)).replace(day=1)}
    return any(_at(option, theirs, found) for option in options)


_ITN: Final = {
    "cardinal": Kind.NUMBER, "decimal": Kind.NUMBER, "ordinal": Kind.NUMBER, "date": Kind.DATE, "time": Kind.TIME,
    "measure": Kind.QUANTITY, "money": Kind.QUANTITY, "fraction": Kind.NUMBER,
}  # fmt: skip
"""The classes of spoken-to-written rows that are values of slots."""


def _alike(spoken: str, written: str, language: Language, kind: str) -> str:
    """A spoken form against its written one, by what both are read as when a slot of that kind waits for them."""
    waited = _ITN.get(kind.removeprefix("itn:"))
    if waited is None:
        return "apart"
    said, wrote = (_values(text, language, waited) for text in (spoken, written))
    if waited is Kind.QUANTITY:
        wrote = wrote or _values(written, language, Kind.NUMBER)
    if waited in (Kind.QUANTITY, Kind.NUMBER):
        said, wrote = ([v["value"] if isinstance(v, dict) else v for v in values] for values in (said, wrote))
    if said and said == wrote:
        return "right"
    if waited is Kind.TIME and wrote and wrote[0] in _values(spoken, language, waited, others=True):
        return "apart"
    return "wrong" if said else "nothing"


def _values(text: str, language: Language, kind: Kind, *, others: bool = False) -> list[Any]:
    kinds = frozenset({Kind.DATE, Kind.DATE_RANGE} if kind is Kind.DATE else {kind})
    waited = Expectation(kind=kind)
    found = parse(text, language=language, now=NOON, kinds=kinds, country=COUNTRIES[language], expects=waited)
    return [value for reading in found for value in (reading.ambiguous if others else (reading.value,))]


def _rows(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.strip():
                    continue
                row = {"lang": "en", "quality": "verified", "source": file.stem, "type": "", **json.loads(line)}
                row["type"] = row["type"] or ""
                if not row["type"].startswith("tn:"):
                    yield row


def _conventional(row: dict[str, Any]) -> str | None:
    """The reason why a row's source differs from ours on purpose, if it does."""
    for language, source, kind, text, reason in _conventions():
        if (
            language in ("", row["lang"])
            and source.search(row["source"])
            and kind.search(row["type"] or "")
            and text.search(row["text"])
        ):
            return reason
    return None


@lru_cache
def _conventions() -> list[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str], str]]:
    return [
        (
            e.get("language", ""),
            re.compile(e.get("source", "")),
            re.compile(e.get("type", "")),
            re.compile(e["text"], re.IGNORECASE),
            e["reason"],
        )
        for e in _published()["conventions"]
    ]


def main(argv: list[str]) -> int:
    """Run the benchmark and print its table. 0, or 1 where the data are not there."""
    parser = argparse.ArgumentParser(
        prog="parley bench entities", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--file", type=Path, action="append", help="rows in the format of the public sets")
    parser.add_argument("--language", action="append", choices=sorted(COUNTRIES))
    parser.add_argument(
        "--failures", type=int, default=0, metavar="N", help="print the first N rows that are not right"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    languages = options.language or sorted(COUNTRIES)
    files = options.file or [
        SETS / part / f"{language}.jsonl" for language in languages for part in ("time", "numbers")
    ]
    if absent := [str(file) for file in files if not file.exists()]:
        print(f"not found: {', '.join(absent)}", file=sys.stderr)
        return 1
    counts: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    shown = 0
    for row in _rows(files):
        if row["lang"] not in languages:
            continue
        result = outcome(row)
        if result not in ("right", "apart") and _conventional(row):
            result = "apart"
        source = row["source"].split("/")[0] if "Recognizers" not in row["source"] else "Recognizers"
        family = "time" if "reference_time" in row else "itn" if row["type"].startswith("itn") else "numbers"
        counts[row["lang"], family, source, row["quality"]][result] += 1
        if result in ("wrong", "nothing") and shown < options.failures:
            shown += 1
            print(_explained(row, result))
    _report(counts, as_json=options.json)
    return 0


def _explained(row: dict[str, Any], result: str) -> str:
    now = dt.datetime.fromisoformat(row["reference_time"]) if row.get("reference_time") else NOON
    found = _search(row, now if now.tzinfo else now.replace(tzinfo=dt.UTC))
    ours = [(s.token.category, row["text"][s.token.start : s.token.end], _shown(s)) for s in found.spots]
    theirs = (
        row["expected"]
        if isinstance(row["expected"], str)
        else [(e["text"], e.get("values")) for e in row["expected"]]
    )
    seen = (row.get("reference_time") or "")[:16]
    head = f"{result:8}{row['quality'][:4]} {seen} {row['text']!r}"
    return f"{head}\n          expected {theirs}\n          found    {ours}"


def _shown(spot: Spot) -> str:
    if spot.resolved is None:
        return str(spot.token.value)
    return f"{spot.resolved.start}/{spot.resolved.end} {spot.resolved.grain}"


def _report(counts: dict[tuple[str, ...], Counter[str]], *, as_json: bool) -> None:
    lines: list[dict[str, Any]] = []
    for (language, family, source, quality), counter in sorted(counts.items()):
        everything = sum(counter.values())
        judged = counter["right"] + counter["wrong"] + counter["nothing"]
        lines.append(
            {
                "language": language, "family": family, "source": source, "quality": quality,
                **{name: counter[name] for name in ("right", "wrong", "nothing", "apart")},
                "right_share": round(counter["right"] / judged, 4) if judged else None,
                "right_of_all": round(counter["right"] / everything, 4),
                "wrong_share": round(counter["wrong"] / judged, 4) if judged else None,
            }
        )  # fmt: skip
    if as_json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for line in lines:
        share = " ".join(
            "  -  " if line[n] is None else f"{line[n]:6.1%}" for n in ("right_share", "wrong_share", "right_of_all")
        )
        counted = " ".join(f"{name} {line[name]:4}" for name in ("right", "wrong", "nothing", "apart"))
        head = f"{line['language']}  {line['family']:8}{line['source']:13}{line['quality']:11}"
        print(f"{head} {counted}   {share}")
    print("shares: right and wrong of the rows that are not apart; right of all rows")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
