"""What any number of Normal measurements say about mu and tau, as a few thousand sums over the objects.

The likelihood of tau needs sums over j of 1 / (sigma_j^2 + tau^2), of the same times y_j and y_j^2, and of
ln(sigma_j^2 + tau^2), at every tau that is asked for. All four are smooth in sigma_j^2. So sigma^2 is cut into narrow bins,
and within a bin each of them is its Taylor series in x, the place of sigma_j^2 in the bin, -1 at the lower edge and 1 at the
upper. What the data then contribute are the sums of x^c r^p, r = y_j - (a center of the bin), c < TERMS, p = 0, 1, 2: no tau is
in them, so one pass over the data serves every tau, and the sums of parts of the data add up to those of the whole.

The bins are those of floating point: an exponent and the first bits of the mantissa. They depend on no data, need no
logarithm, and hold x without rounding. With 2^BITS bins an octave, a bin's half-width is at most 1 / (2^(BITS + 1) + 1) of
its center, so each term is at least 2^(BITS + 1) + 1 times smaller than the one before, whatever tau is: TERMS of them
leave out less than a float rounds off (257^-7 = 1e-17).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from .._arrays import Floats

__all__ = ["GROUP", "NO_OBJECTS", "BinnedLikelihood", "Sums", "in_bins", "merge", "total"]

BITS, TERMS = 7, 7
GROUP = 2**20  # objects in one set of sums, and
BLOCK = 2**14  # those summed at a time: few enough to stay in the processor's cache
SHIFT = 52 - BITS  # of the 52 bits of a float's mantissa, those that tell places within one bin
TILE = 2**16  # numbers evaluated at a time, for the same reason
CANCELS = 1e6  # how much may cancel in a misfit: a float then still holds it to 1e-10


NO_OBJECTS = "data: got no objects; expected at least one."


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over the objects of each of B bins.

    variance, half_width : (B,) a bin's middle in sigma^2 and half its width there.
    center : (B,) the mean of its y.
    moments : (B, C, 3) sums of x^c (y - center)^p.
    """

    variance: Floats
    half_width: Floats
    center: Floats
    moments: Floats

    @property
    def count(self) -> Floats:
        """Objects in each bin, (B,)."""
        return self.moments[:, 0, 0]

    @cached_property
    def scales(self) -> tuple[float, float, float, float]:
        """The smallest, the median and the largest sigma, to a bin's width, and the sd of y."""
        order = np.argsort(self.variance)
        below = np.cumsum(self.count[order])
        sigma = np.sqrt(self.variance[order])
        mean = np.average(self.center, weights=self.count)
        spread = np.sqrt(_about(self, mean)[:, 0, 2].sum() / self.count.sum())
        return float(sigma[0]), float(sigma[np.searchsorted(below, 0.5 * below[-1])]), float(sigma[-1]), float(spread)


def in_bins(y: Floats, sigma: Floats) -> Sums:
    """The sums of J objects in bins; y and sigma have shape (J,)."""
    return total(_group(y[start : start + GROUP], sigma[start : start + GROUP]) for start in range(0, y.size, GROUP))


def _group(y: Floats, sigma: Floats) -> Sums:
    low, high = (np.array([sigma.min(), sigma.max()]) ** 2).view(np.int64) >> SHIFT
    if high - low < y.size:
        keys, places = np.arange(low, high + 1), None
    else:  # a few objects over many decades: only the bins that they are in
        keys, places = np.unique((sigma * sigma).view(np.int64) >> SHIFT, return_inverse=True)

    def blocks() -> Iterator[tuple[Floats, NDArray[np.intp], Floats]]:
        """y of a block of objects, their bins, and their places x in them."""
        for start in range(0, y.size, BLOCK):
            part = slice(start, start + BLOCK)
            bits = (sigma[part] * sigma[part]).view(np.int64)
            index = (bits >> SHIFT) - low if places is None else places[part]
            yield y[part], index, (bits & (2**SHIFT - 1)) * 2.0 ** (1 - SHIFT) - 1

    count, center = np.zeros((2, keys.size))
    only, repeated = np.zeros(keys.size), True  # the only place in each bin, as long as it is so
    for start, (values, index, x) in enumerate(blocks()):
        count += np.bincount(index, minlength=keys.size)
        center += np.bincount(index, values, keys.size)
        if start == 0:
            only[index] = x
        repeated = repeated and bool((only[index] == x).all())
    center /= np.maximum(count, 1)
    moments = np.zeros((3, keys.size, TERMS))
    terms = 1 if repeated else TERMS
    for values, index, x in blocks():
        # A matrix with one number for each object, in the row of its bin: nothing in NumPy adds by bins faster.
        select = csc_array((np.ones(x.size), index, np.arange(x.size + 1)), (keys.size, x.size))
        powers = np.empty((x.size, terms))
        powers[:, 0] = 1
        for c in range(1, terms):
            np.multiply(powers[:, c - 1], x, out=powers[:, c])
        r = values - center[index]
        for p in range(3):
            moments[p, :, :terms] += np.asarray(select @ powers)
            select.data *= r
    if repeated:  # a survey with a few exposure times
        moments[:] = moments[..., :1] * only[:, None] ** np.arange(TERMS)
    full = count > 0
    lower, upper = (keys[full] << SHIFT).view(np.float64), (keys[full] + 1 << SHIFT).view(np.float64)
    return Sums(0.5 * (lower + upper), 0.5 * (upper - lower), center[full], moments.T[:, full].swapaxes(0, 1))


def merge(one: Sums, other: Sums) -> Sums:
    """The sums of the objects of both.

    The centers move to the joint means, as where Chan, Golub and LeVeque (1983, doi:10.2307/2683386) merge variances:
    nothing is subtracted that is larger than the result.
    """
    variance = np.union1d(one.variance, other.variance)
    half_width, center, count = np.zeros((3, variance.size))
    parts = [(part, np.searchsorted(variance, part.variance)) for part in (one, other)]
    for part, at in parts:
        half_width[at] = part.half_width
        count[at] += part.count
        center[at] += (part.center - center[at]) * part.count / count[at]
    moments = np.zeros((variance.size, TERMS, 3))
    for part, at in parts:
        moments[at] += _about(part, center[at])
    return Sums(variance, half_width, center, moments)


def _about(sums: Sums, center: Floats | float) -> Floats:
    """The moments about another center."""
    d = (sums.center - center)[:, None]
    n, r, rr = np.moveaxis(sums.moments, -1, 0)
    return np.stack([n, r + d * n, rr + 2 * d * r + d * d * n], axis=-1)


def total(parts: Iterable[Sums]) -> Sums:
    """The sums of many parts, merged in pairs, then pairs of pairs: rounding grows with the logarithm of their number."""
    heaps: list[tuple[int, Sums]] = []
    for part in parts:
        size = 1
        while heaps and heaps[-1][0] == size:
            part, size = merge(heaps.pop()[1], part), 2 * size
        heaps.append((size, part))
    if not heaps:
        raise ValueError(NO_OBJECTS)
    result = heaps.pop()[1]
    while heaps:
        result = merge(heaps.pop()[1], result)
    return result


class BinnedLikelihood:
    """The `posterior.Likelihood` of sums.

    The misfit is counted from that at a reference tau, the offset, and every kernel as its difference from its value there.
    Near the reference those are small, and no digits are lost to a log likelihood that is as large as J.
    """

    def __init__(self, sums: Sums, reference: float) -> None:
        self._sums, self._reference2 = sums, reference**2
        self.count = float(sums.count.sum())
        self.scales = sums.scales
        self._weight = 1 / (sums.variance + self._reference2)
        # (TERMS, B): the factors of x^c in Taylor's series of the weight.
        steps = np.arange(sums.moments.shape[1])[:, None]
        self._powers = self._weight * (-sums.half_width * self._weight) ** steps
        first = sums.center[np.argmax(self._weight * sums.count)]
        weight, excess = (self._powers * _about(sums, first).T[:2]).sum(axis=(1, 2))
        self.center = float(first + excess / weight)
        moments = np.moveaxis(_about(sums, self.center), 1, 0)
        self._linear, self._misfit = moments[..., :2], moments[..., 2].copy()
        # ln(1 + z) = z - z^2 / 2 + ...: its c-th term goes with the c-th power of the weight, that of 1 / (1 + z) with the
        # next power, so it joins the term before.
        self._misfit[:-1] += sums.half_width * moments[1:, :, 0] / steps[1:]
        self.offset = float((self._powers * self._misfit).sum() - sums.count @ np.log(self._weight))

    def __call__(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Precision, mean less center, and misfit at tau, each (G,)."""
        linear, misfit = np.zeros((tau.size, 2)), np.zeros(tau.size)
        tau2 = tau[:, None] ** 2
        rise, lower = tau2 - self._reference2, np.minimum(tau2, self._reference2)
        step = max(1, TILE // tau.size)
        for start in range(0, self._weight.size, step):
            part = slice(start, start + step)
            variance = self._sums.variance[part]
            inverse = 1 / (variance + tau2)
            step_to_next = -self._sums.half_width[part] * inverse  # of Taylor's series
            loss = -rise * inverse  # the weights at tau over those at the reference, less one, to full precision
            power, change = inverse, self._weight[part] * loss
            # The logarithm's sign is that of the rise; taken from the lower of the two, nothing cancels in its argument.
            misfit += (np.sign(rise) * np.log1p(np.abs(rise) / (variance + lower))) @ self._sums.count[part]
            for c in range(len(self._misfit)):
                if c:
                    power, change = power * step_to_next, change * step_to_next + loss * self._powers[c, part]
                linear += power @ self._linear[c, part]
                misfit += change @ self._misfit[c, part]
        precision, mean = linear[:, 0], linear[:, 1] / linear[:, 0]
        moved = precision * mean**2
        misfit -= moved
        # Where a few objects outweigh the rest by many decades, the mean may move so far that this leaves no digits. There
        # the misfit is taken anew, about that mean.
        for g in np.flatnonzero(moved > CANCELS):
            misfit[g] = BinnedLikelihood(self._sums, tau[g]).offset - self.offset
        return precision, mean, misfit
