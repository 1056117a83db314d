"""Which of everything found is meant: the longest that can be resolved, without overlap."""

from dataclasses import dataclass, replace

from parley.contract import Kind
from parley.understanding.entities.build import as_moment
from parley.understanding.entities.calendar import Frame
from parley.understanding.entities.chart import Token
from parley.understanding.entities.engine import TOPS
from parley.understanding.entities.moments import Interval, Moment, Resolved, resolve

TIMES = frozenset({"moment", "interval", "date", "mday", "the_day", "time", "clock", "part", "soft"})
"""Categories that become dates and times."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something found, as meant."""

    token: Token
    said: Moment | Interval | None
    """For times."""
    resolved: Resolved | None
    soft: bool


def longest(
    tokens: list[Token],
    frame: Frame,
    waited: Kind | None,
    latent: bool,
    *,
    lasting: bool = False,
    behind: list[tuple[int, int]] | None = None,
) -> list[Spot]:
    """The longest that can be resolved, without overlap, left to right. `lasting`: a length is waited for; `behind`:
    where alone a frame of the past holds (None: everywhere).
    """
    present = replace(frame, past=False)
    order = {category: place for place, category in enumerate(reversed(TOPS) if waited or latent else TOPS)}
    tokens.sort(
        key=lambda t: (
            t.start - t.end,
            t.category == "soft" and not (waited or latent),
            (lasting and t.category not in ("length", "shift")) or (waited is Kind.TIME and t.category == "length"),
            -t.weight,
            order[t.category],
        )
    )
    taken: list[Spot] = []
    for token in tokens:
        if any(token.start < other.token.end and other.token.start < token.end for other in taken):
            continue
        if token.category == "soft" and not (latent or waited):
            continue
        past = behind is None or any(start <= token.start and token.end <= end for start, end in behind)
        spot = spot_of(token, frame if past else present, waited)
        if spot is not None:
            taken.append(spot)
    taken = [spot for spot in taken if spot.token.category != "void"]
    taken.sort(key=lambda spot: spot.token.start)
    return taken


def spot_of(token: Token, frame: Frame, waited: Kind | None) -> Spot | None:
    if token.category not in TIMES:
        return Spot(token, None, None, False)
    value = token.value
    said = value if isinstance(value, Interval) else as_moment(value)
    if token.category == "soft" and isinstance(said, Moment) and waited is not None:
        day_waited = waited in (Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY)
        if (day_waited and said.date is None) or (waited is Kind.TIME and said.clock is None):
            return None
    resolved = resolve(said, frame)
    return None if resolved is None else Spot(token, said, resolved, token.category == "soft")
