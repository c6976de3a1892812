"""Where boxes in regions go, and the arrows between them: columns of regions, with room for arrows between.

Everything is in inches, from the upper left down to the right, so y grows downwards. Arrows run in the room
between columns, and where they pass a column, between its regions: none crosses a box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise, product

import attrs
import numpy as np
import numpy.typing as npt

__all__ = ["Arrow", "Box", "Layout", "lay_out"]

BOX = 1.85
"""How wide a box is."""
LINE = 0.135
"""How high a line of text is."""
_PAD, _GAP, _HEAD = 0.13, 0.13, 0.3
_APART, _GUTTER, _RIM = 0.46, 1.55, 0.12
_LANE = 0.15
"""How far arrows within a column keep from each other."""
_MOST = 20_000
"""Ways of putting regions into columns that are tried."""

Points = npt.NDArray[np.float64]


@attrs.frozen
class Box:
    """A rectangle: its upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    def shared(self, other: Box) -> float:
        """Return the area that it shares with another."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0.0, across) * max(0.0, down)


@attrs.frozen
class Arrow:
    """The way of an arrow, and where its number goes.

    Parameters
    ----------
    points : array of float, points × 2
        Control points of cubic Bézier curves, one after the other.
    label : (float, float)
        The middle of its number.
    """

    points: Points = attrs.field(eq=False)
    label: tuple[float, float]


@attrs.frozen
class Layout:
    """Where everything is.

    Parameters
    ----------
    width, height : float
        Of the whole.
    boxes : tuple of Box
        A box for each item.
    regions : tuple of Box
        A box for each region.
    arrows : tuple of Arrow
        One for each arrow.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    regions: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def lay_out(
    lines: Sequence[int],
    regions: Sequence[Sequence[int]],
    arrows: Sequence[tuple[int, int]],
    *,
    columns: int = 3,
) -> Layout:
    """Return where boxes, regions and arrows go.

    Parameters
    ----------
    lines : sequence of int
        How many lines of text each box holds.
    regions : sequence of sequence of int
        The numbers of the boxes in each region; each box is in one.
    arrows : sequence of (int, int)
        From which box to which.
    columns : int, default 3
        How many columns of regions.

    Examples
    --------
    >>> made = lay_out([1, 1, 2], [[0, 1], [2]], [(0, 2), (2, 1)], columns=2)
    >>> [round(each.x, 2) for each in made.boxes], len(made.arrows)
    ([0.25, 0.25, 3.91], 2)
    """
    return _Laying(lines, regions, arrows, columns).layout()


class _Laying:
    """Lays one diagram out."""

    def __init__(
        self,
        lines: Sequence[int],
        regions: Sequence[Sequence[int]],
        arrows: Sequence[tuple[int, int]],
        columns: int,
    ) -> None:
        self.heights = [0.1 + LINE * each for each in lines]
        self.regions = [list(each) for each in regions]
        self.ends = list(arrows)
        self.region = {box: at for at, boxes in enumerate(regions) for box in boxes}
        self.columns = self._columns(min(columns, max(1, len(regions))))
        self.column = {region: at for at, held in enumerate(self.columns) for region in held}

    def layout(self) -> Layout:
        for _ in range(6):
            self._sort(self._middles())
        boxes, frames, height = self._placed()
        arrows = self._routed(boxes, frames)
        right = [float(each.points[:, 0].max()) * 0.75 + 0.25 * _right(frames) for each in arrows]
        width = max([_right(frames), *right]) + 2 * _RIM
        return Layout(width, height, tuple(boxes), tuple(frames), tuple(arrows))

    def _of(self, box: int) -> int:
        """Return the column of a box."""
        return self.column[self.region[box]]

    def _high(self, region: int) -> float:
        held = self.regions[region]
        return _HEAD + sum(self.heights[box] + _GAP for box in held) + _PAD - _GAP

    # Columns

    def _columns(self, wanted: int) -> list[list[int]]:
        """Return the regions of each column: columns alike in height, few arrows that pass one."""
        n = len(self.regions)
        between: defaultdict[tuple[int, int], int] = defaultdict(int)
        for one, other in self.ends:
            between[self.region[one], self.region[other]] += 1
        best, least = [list(range(n))], float("inf")
        if wanted == 1 or wanted**n > _MOST:
            return best if wanted == 1 else self._in_turn(wanted)
        heights = [self._high(each) + _APART for each in range(n)]
        for chosen in product(range(wanted), repeat=n):
            if len({*chosen}) < wanted:
                continue
            columns = [0.0] * wanted
            for at, column in enumerate(chosen):
                columns[column] += heights[at]
            passing = 0.0
            for (one, other), number in between.items():
                apart = abs(chosen[one] - chosen[other])
                passing += number * (
                    0.3 * max(0, apart - 1) + (0.1 if not apart and one != other else 0)
                )
            cost = max(columns) + passing
            if cost < least - 1e-9:
                least = cost
                best = [[at for at in range(n) if chosen[at] == each] for each in range(wanted)]
        return best

    def _in_turn(self, wanted: int) -> list[list[int]]:
        """Return columns of about the same height, the regions in their order."""
        whole, done = sum(map(self._high, range(len(self.regions)))), 0.0
        columns: list[list[int]] = [[] for _ in range(wanted)]
        for each in range(len(self.regions)):
            columns[min(wanted - 1, int(wanted * done / whole))].append(each)
            done += self._high(each)
        return [each for each in columns if each]

    # Order

    def _middles(self) -> dict[int, float]:
        boxes, _, _ = self._placed()
        return {at: box.y + box.height / 2 for at, box in enumerate(boxes) if box is not None}

    def _sort(self, middle: dict[int, float]) -> None:
        """Put each box, and each region of a column, about as high as what it is joined with."""
        joined: defaultdict[int, list[float]] = defaultdict(list)
        for one, other in self.ends:
            joined[one].append(middle[other])
            joined[other].append(middle[one])
        wanted = {box: float(np.mean(joined.get(box) or [middle[box]])) for box in middle}
        for held in self.regions:
            held.sort(key=lambda box: (round(wanted[box], 6), box))
        if len(self.columns) > 1:
            for column in self.columns:
                column.sort(
                    key=lambda each: round(
                        float(np.mean([wanted[b] for b in self.regions[each]])), 6
                    )
                )

    def _placed(self) -> tuple[list[Box], list[Box], float]:
        """Return the boxes, the regions, and how high all is."""
        tall = [
            sum(self._high(each) + _APART for each in column) - _APART for column in self.columns
        ]
        boxes: dict[int, Box] = {}
        frames: dict[int, Box] = {}
        for at, column in enumerate(self.columns):
            x = _RIM + at * (BOX + 2 * _PAD + _GUTTER)
            # Shorter columns stand in the middle, so that arrows are short.
            y = self._rim() + (max(tall) - tall[at]) / 2
            for region in column:
                frames[region] = Box(x, y, BOX + 2 * _PAD, self._high(region))
                below = y + _HEAD
                for box in self.regions[region]:
                    boxes[box] = Box(x + _PAD, below, BOX, self.heights[box])
                    below += self.heights[box] + _GAP
                y += self._high(region) + _APART
        placed = [boxes[at] for at in range(len(boxes))]
        return placed, [frames[at] for at in range(len(frames))], max(tall) + 2 * self._rim()

    def _rim(self) -> float:
        """Return how much room there is above and below: arrows that pass a column may go there."""
        return _APART if len(self.columns) > 2 else _RIM

    # Arrows

    def _routed(self, boxes: Sequence[Box], frames: Sequence[Box]) -> list[Arrow]:
        ways = self._ways(boxes, self._ports(boxes), frames)
        heads = [Box(each.x, each.y, each.width, _HEAD) for each in frames]
        taken: list[Box] = []
        arrows = []
        for points in ways:
            label = _free(points, [*boxes, *heads], taken)
            taken.append(label)
            arrows.append(Arrow(points, (label.x + label.width / 2, label.y + label.height / 2)))
        return arrows

    def _ports(self, boxes: Sequence[Box]) -> list[tuple[Points, Points]]:
        """Return where each arrow leaves and arrives: spread over the side of a box, without crossings."""
        sides: defaultdict[tuple[int, int], list[tuple[float, int, int]]] = defaultdict(list)
        for at, (one, other) in enumerate(self.ends):
            for end, (box, far) in enumerate(((one, other), (other, one))):
                side = -1 if self._of(far) < self._of(box) else 1
                sides[box, side].append((boxes[far].y, at, end))
        found: dict[tuple[int, int], Points] = {}
        for (box, side), held in sides.items():
            each, number = boxes[box], len(held)
            for order, (_, at, end) in enumerate(sorted(held)):
                share = (order + 1) / (number + 1)
                x = each.x + (each.width if side > 0 else 0.0)
                found[at, end] = np.array([x, each.y + each.height * share])
        return [(found[at, 0], found[at, 1]) for at in range(len(self.ends))]

    def _ways(
        self, boxes: Sequence[Box], ports: Sequence[tuple[Points, Points]], frames: Sequence[Box]
    ) -> list[Points]:
        used: defaultdict[tuple[int, int], int] = defaultdict(int)
        lanes = self._lanes(ports)
        ways = []
        for number, ((one, other), (start, end)) in enumerate(zip(self.ends, ports, strict=True)):
            first, last = self._of(one), self._of(other)
            if first == last:
                # A curve goes three quarters as far out as its control points.
                out = np.array([(_PAD + 0.14 + lanes[number]) * 4 / 3, 0.0])
                ways.append(np.array([start, start + out, end + out, end]))
                continue
            step = 1 if last > first else -1
            stops = [start]
            for column in range(first + step, last, step):
                middle = float(stops[-1][1] + end[1]) / 2
                at, level = self._channel(frames, column, middle)
                before = used[column, at]
                used[column, at] += 1
                level += 0.075 * ((before + 1) // 2) * (-1) ** before
                frame = frames[self.columns[column][0]]
                near, far = frame.x, frame.x + frame.width
                stops += [np.array([x, level]) for x in ((near, far) if step > 0 else (far, near))]
            stops.append(end)
            ways.append(_through(stops, step))
        return ways

    def _lanes(self, ports: Sequence[tuple[Points, Points]]) -> dict[int, float]:
        """Return how far out each arrow within a column goes: short ones inside, none on another."""
        within: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        for at, (one, other) in enumerate(self.ends):
            if self._of(one) == self._of(other):
                within[self._of(one)].append((abs(float(ports[at][0][1] - ports[at][1][1])), at))
        found: dict[int, float] = {}
        for column, held in within.items():
            reach = {at: sorted(float(each[1]) for each in ports[at]) for _, at in held}
            lane: dict[int, int] = {}
            for _, at in sorted(held):
                low, high = reach[at]
                beside = (
                    lane[each] + 1
                    for each in lane
                    if reach[each][0] < high and reach[each][1] > low
                )
                lane[at] = max(beside, default=0)
            room = 0.7 * _GUTTER if column < len(self.columns) - 1 else self._beside()
            step = min(_LANE, room / max(1, *lane.values()))
            found.update({at: each * step for at, each in lane.items()})
        return found

    def _beside(self) -> float:
        """Return how far arrows may go out beside the last column; one column is for a narrow page."""
        return 1.6 if len(self.columns) == 1 else float("inf")

    def _channel(self, frames: Sequence[Box], column: int, wanted: float) -> tuple[int, float]:
        """Return the gap of a column that is nearest to a height: its number and its middle."""
        held = [frames[each] for each in self.columns[column]]
        gaps = [held[0].y - _APART / 2, *(each.y + each.height + _APART / 2 for each in held)]
        at = min(range(len(gaps)), key=lambda number: abs(gaps[number] - wanted))
        return at, gaps[at]


def _right(frames: Sequence[Box]) -> float:
    return max(each.x + each.width for each in frames)


def _through(stops: Sequence[Points], step: int) -> Points:
    """Return cubic curves through places, each of them level at its ends."""
    points = [stops[0]]
    for one, other in pairwise(stops):
        out = np.array([0.5 * abs(other[0] - one[0]) * step, 0.0])
        points += [one + out, other - out, other]
    return np.array(points)


def along(points: Points, share: float) -> Points:
    """Return the place at a share of the way along cubic curves.

    Parameters
    ----------
    points : array of float, points × 2
        Their control points.
    share : float
        From 0 to 1.
    """
    curves = (len(points) - 1) // 3
    at = min(int(share * curves), curves - 1)
    t = share * curves - at
    a, b, c, d = points[3 * at : 3 * at + 4]
    found: Points = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return found


def _free(points: Points, boxes: Sequence[Box], taken: Sequence[Box]) -> Box:
    """Return the place of a number on an arrow that covers least of what is there."""

    def cost(share: float) -> float:
        here = _label(along(points, share))
        covered = sum(here.shared(each) for each in boxes) + 2 * sum(
            here.shared(each) for each in taken
        )
        return covered * 100 + abs(share - 0.5)

    shares = [at / 40 for at in range(4, 37)]
    return _label(along(points, min(shares, key=cost)))


def _label(place: Points) -> Box:
    return Box(float(place[0]) - 0.11, float(place[1]) - 0.075, 0.22, 0.15)
