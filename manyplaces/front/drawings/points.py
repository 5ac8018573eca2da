"""The points of an action's map, packed for its script.

The form: the letters MP1, then the columns one after the other, each value behind that of the place before it.
A place is all the points that fall into one step of the grid and follow each other; the points go from south to north.

    places      how many there are, as a varint (seven bits a byte, the low ones first, 128 added where more follow)
    latitudes   steps north of the place before, as varints; the first from the South Pole
    longitudes  steps east of the 180th meridian: all the high bytes, all the middle ones, all the low ones
    counts      how many points each place has, as varints
    phases      one byte a point: its number in `PHASES`

Latitudes are sorted, so their steps are small; the high bytes of longitudes repeat: both pack well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from manyplaces.events.rules import Phase
from manyplaces.front.drawings.map import PHASES
from manyplaces.front.drawings.sharing import DRAWN
from manyplaces.front.queries.points import Spot, Step, step

MARK = b"MP1"
NUMBERS = {phase.value: PHASES.index(DRAWN.get(phase, "planned")) for phase in Phase}


def packed(spots: Sequence[Spot]) -> bytes:
    """Return the packed points, in the order given, which must be that of latitudes."""
    places: list[Step] = []
    counts: list[int] = []
    for spot in spots:
        at = step(spot.lat, spot.lon)
        if places and places[-1] == at:
            counts[-1] += 1
        else:
            places.append(at)
            counts.append(1)
    norths = [north for north, _ in places]
    easts = [east for _, east in places]
    return b"".join(
        (
            MARK,
            _varints([len(places)]),
            _varints(north - before for before, north in zip([0, *norths], norths, strict=False)),
            *(bytes(east >> shift & 255 for east in easts) for shift in (16, 8, 0)),
            _varints(counts),
            bytes(NUMBERS[spot.phase] for spot in spots),
        )
    )


def _varints(numbers: Iterable[int]) -> bytes:
    found = bytearray()
    for number in numbers:
        rest = number
        while rest > 127:
            found.append(rest & 127 | 128)
            rest >>= 7
        found.append(rest)
    return bytes(found)
