"""How well dates, times, lengths, repetition and numbers are read: right, wrong, nothing.

`parley bench entities [--file F] [--language L] [--failures N] [--json]`

Without `--file`, the public sets under `../shared/data/{time,numbers}`. Qualities and sources are counted apart. A
row is *right* when everything expected is found with a value that the row accepts and nothing else is found;
*ambiguous* when its value is among the readings that Parley asks about, and not the first one; *nothing* when what is
missing was not found at all; *wrong* otherwise. Two kinds of rows are set aside and counted with their reasons: by
*convention*, when what was read differs from the row by one named convention that the values themselves show
(`_entity_conventions.py`), and *outside*, when a row is about things that Parley does not read on purpose, named in
`entities_outside.yaml` by their words or kind, whatever comes out. `itn` rows (spoken to written) are right when the
spoken and the written form are read alike; `tn` rows are about speech output and left out. Interval ends are
exclusive in the data; a source that adds one more unit to the end of an interval of hours is accepted with and
without it.
"""

import argparse
import datetime as dt
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks._entity_conventions import convention, outside, piece, told_time, ungrouped, unlisted
from benchmarks._entity_values import at, same

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities import parse
from parley.understanding.entities.choosing import Spot
from parley.understanding.entities.spotting import Search, search

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    result: str
    """One of `RESULTS`."""
    reason: str = ""
    """Of a row that is set aside: the convention, or what it is outside of."""


RESULTS: Final = ("right", "ambiguous", "wrong", "nothing", "convention", "outside")


def outcome(row: dict[str, Any]) -> Outcome:
    """What becomes of one row of the data."""
    if reason := outside(row):
        return Outcome("outside", reason)
    kind = row["type"] or ""
    if kind.startswith("itn:"):
        return _alike(row["text"], row["expected"], row["lang"], kind)
    found = _search(row, _now(row))
    return _compare(row, _about(row, found), found)


def _now(row: dict[str, Any]) -> dt.datetime:
    now = dt.datetime.fromisoformat(row["reference_time"]) if row.get("reference_time") else NOON
    return now if now.tzinfo else now.replace(tzinfo=dt.UTC)


def _about(row: dict[str, Any], found: Search) -> list[Spot]:
    """Of what was found, that which the row is about: its source looked for nothing else."""
    kind = row["type"] or ""
    time_row = "reference_time" in row
    spots = [s for s in found.spots if (s.token.category in _TIMES) == time_row]
    if kind == "time" and not row.get("reference_time"):  # of such a row only the times of day are told
        spots = [s for s in spots if s.said is not None and told_time(s)]
    if categories := _ONLY.get(row.get("only") or ""):
        spots = [s for s in spots if s.token.category in categories]
    if kind.endswith("ordinal"):
        return [s for s in spots if s.token.category == "ordinal" or _listed(s, row, found)]
    if kind.removeprefix("none:") == "numeral":
        counted = {"number", "ordinal", "quantity"} if row["expected"] else {"number", "ordinal"}
        return [s for s in spots if s.token.category in counted]
    return spots if time_row else [s for s in spots if s.token.category == "quantity" or kind == "quantity"]


def _listed(spot: Spot, row: dict[str, Any], found: Search) -> bool:
    """Whether it lies where the row has something."""
    return any(_overlap(spot, found, expected) for expected in row["expected"])


def _search(row: dict[str, Any], now: dt.datetime) -> Search:
    """What is found of the kind that the row is about, as a slot of that kind would ask."""
    kind = (row["type"] or "").removeprefix("none:")
    numbers = frozenset({Kind.NUMBER, Kind.QUANTITY} if kind in ("numeral", "ordinal") else {Kind.QUANTITY})
    kinds = None if "reference_time" in row else numbers
    country = COUNTRIES[row["lang"]]
    return search(
        row["text"], language=row["lang"], now=now, kinds=kinds, country=country, latent=bool(row.get("latent"))
    )


def _compare(row: dict[str, Any], spots: Sequence[Spot], found: Search) -> Outcome:
    left = list(spots)
    pieces: list[Spot] = []
    missing = mistaken = asked = False
    reasons: list[str] = []
    for expected in row["expected"]:
        near = [s for s in left if _overlap(s, found, expected)]
        if (expected.get("values") or [None]) == [None] and not near:
            continue  # no such day: nothing to read
        whole = next((s for s in near if _shared(s, row, found) and piece(s, expected)), None)
        if whole is not None:
            pieces.append(whole)
            reasons.append("one stretch where the row has pieces")
            continue
        match = next((s for s in near if row["quality"] == "span_only" or same(s, expected, found)), None)
        if match is None and (match := next((s for s in near if _asked(s, expected, found)), None)):
            asked = True
        if match is None:
            match, name = next(((s, name) for s in near if (name := convention(s, expected, found))), (None, ""))
            reasons += [name] * bool(match)
        if match is not None and _shared(match, row, found):
            pieces.append(match)
        elif match is not None:
            left.remove(match)
        elif near:
            mistaken = True
            left = [s for s in left if s not in near]
        else:
            missing = True
    more = [unlisted(s, row) for s in left if s not in pieces]
    if mistaken or None in more:
        return Outcome("wrong")
    reasons += [reason for reason in more if reason]
    if missing:
        return Outcome("nothing")
    if asked:
        return Outcome("ambiguous")
    return Outcome("convention", reasons[0]) if reasons else Outcome("right")


def _shared(spot: Spot, row: dict[str, Any], found: Search) -> bool:
    """Whether a spot holds what the row has in several pieces."""
    return sum(_overlap(spot, found, expected) for expected in row["expected"]) > 1


def _asked(spot: Spot, expected: dict[str, Any], found: Search) -> bool:
    """Whether the value is among the other readings that are asked about (a bare hour: morning or afternoon)."""
    starts = (v.get("start") if isinstance(v, dict) else v for v in expected.get("values") or [])
    values = [v for v in starts if v]
    others = spot.resolved.others if spot.resolved else ()
    return any(at(other, value, found) for other in others for value in values)


def _overlap(spot: Spot, found: Search, expected: dict[str, Any]) -> bool:
    start, end = found.written.span(spot.token.start, spot.token.end)
    return bool(start < expected["end"] and expected["start"] < end)


_ITN: Final = {
    "cardinal": Kind.NUMBER, "decimal": Kind.NUMBER, "ordinal": Kind.NUMBER, "date": Kind.DATE, "time": Kind.TIME,
    "measure": Kind.QUANTITY, "money": Kind.QUANTITY, "fraction": Kind.NUMBER,
}  # fmt: skip
"""The classes of spoken-to-written rows that are values of slots."""


def _alike(spoken: str, written: str, language: Language, kind: str) -> Outcome:
    """A spoken form against its written one, by what both are read as when a slot of that kind waits for them."""
    waited = _ITN.get(kind.removeprefix("itn:"))
    if waited is None:
        return Outcome("outside", "What is no value of a slot.")
    said = _values(spoken, language, waited)
    wrote = _values(ungrouped(written) if language == "fr" else written, language, waited)
    if waited is Kind.QUANTITY:
        wrote = wrote or _values(written, language, Kind.NUMBER)
    if waited in (Kind.QUANTITY, Kind.NUMBER):
        said, wrote = ([v["value"] if isinstance(v, dict) else v for v in values] for values in (said, wrote))
    if said and said == wrote:
        return Outcome("right")
    if waited is Kind.TIME and wrote and wrote[0] in _values(spoken, language, waited, others=True):
        return Outcome("ambiguous")
    return Outcome("wrong" if said else "nothing")


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
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shown = 0
    for row in _rows(files):
        if row["lang"] not in languages:
            continue
        came = outcome(row)
        source = row["source"].split("/")[0] if "Recognizers" not in row["source"] else "Recognizers"
        family = "time" if "reference_time" in row else "itn" if row["type"].startswith("itn") else "numbers"
        counts[row["lang"], family, source, row["quality"]][came.result] += 1
        if came.reason:
            reasons[came.result][came.reason] += 1
        if came.result in ("wrong", "nothing", "ambiguous") and shown < options.failures:
            shown += 1
            print(_explained(row, came.result))
    lines = _lines(counts)
    if options.json:
        print(json.dumps({"sets": lines, "set_aside": reasons}, ensure_ascii=False, indent=1))
    else:
        _table(lines)
        _aside(reasons)
    return 0


def _explained(row: dict[str, Any], result: str) -> str:
    found = _search(row, _now(row))
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


def _lines(counts: dict[tuple[str, ...], Counter[str]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for (language, family, source, quality), counter in sorted(counts.items()):
        judged = sum(counter[name] for name in _JUDGED)
        lines.append(
            {
                "language": language, "family": family, "source": source, "quality": quality,
                **{name: counter[name] for name in RESULTS},
                **{f"{name}_share": round(counter[name] / judged, 4) if judged else None for name in _JUDGED},
                "right_of_all": round(counter["right"] / sum(counter.values()), 4),
            }
        )  # fmt: skip
    return lines


_JUDGED: Final = ("right", "ambiguous", "wrong", "nothing")
"""What the shares are of; the rest is set aside."""
_SHARES: Final = (*(f"{name}_share" for name in _JUDGED), "right_of_all")


def _table(lines: list[dict[str, Any]]) -> None:
    columns = "".join(f"{name:>11}" for name in (*RESULTS, "right %", "ambig. %", "wrong %", "nothing %", "of all %"))
    print(f"{'set':42}{columns}")
    for line in lines:
        head = f"{line['language']}  {line['family']:9}{line['source']:14}{line['quality']:15}"
        counted = "".join(f"{line[name]:11}" for name in RESULTS)
        shares = "".join(f"{'-':>11}" if line[n] is None else f"{line[n]:11.1%}" for n in _SHARES)
        print(head + counted + shares)
    print("shares: of the rows that are not set aside (convention, outside); `of all`: right of all rows")


def _aside(reasons: dict[str, Counter[str]]) -> None:
    for result, title in (("convention", "by another convention"), ("outside", "outside of the scope")):
        print(f"\nset aside, {title}: {reasons[result].total()}")
        for reason, count in reasons[result].most_common():
            print(f"{count:6}  {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
