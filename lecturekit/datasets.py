"""The data sets of the course, real and simulated. Everything random takes ``rng``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Floats
from .measurements import Measurements, Truth, check_rng, check_vector, require

__all__ = [
    "MagnitudeLimited",
    "Measurements",
    "Supernovae",
    "Truth",
    "batting_averages",
    "csp_supernovae",
    "eight_schools",
    "open_cluster",
    "simulate_lognormal",
    "simulate_magnitude_limited",
    "simulate_normal",
]


@dataclass(frozen=True, eq=False, kw_only=True)
class Supernovae(Measurements):
    """Measurements of absolute magnitudes that keep what they were made from.

    sigma is the error of both magnitudes: the distance modulus is taken as known.

    Parameters
    ----------
    redshift : shape (J,)
        Cosmological redshifts (zHD).
    m_B : shape (J,)
        Corrected peak apparent magnitudes, in mag.
    """

    redshift: Floats
    m_B: Floats


@dataclass(frozen=True, eq=False)
class MagnitudeLimited:
    """A simulated magnitude-limited survey: what there was to see, and what was seen.

    Attributes
    ----------
    parent : Measurements
        Absolute magnitudes of all N objects as they would be measured, with their truth; in a real survey nobody has them.
    limit : shape (N,)
        Faintest absolute magnitude with which each would be detected, m_lim less its distance modulus, in mag.
    """

    parent: Measurements
    limit: Floats

    @property
    def detected(self) -> NDArray[np.bool_]:
        """Which of the N objects are in the sample, (N,)."""
        return self.parent.y <= self.limit

    @property
    def sample(self) -> Measurements:
        """The detected objects, with their truth."""
        parent, seen = self.parent, self.detected
        labels = tuple(label for label, kept in zip(parent.labels, seen, strict=True) if kept)
        truth = replace(parent.truth or Truth(), theta=parent.true_theta[seen])
        return replace(parent, y=parent.y[seen], sigma=parent.sigma[seen], labels=labels, truth=truth)


def eight_schools() -> Measurements:
    """Effects of coaching on SAT-V scores in eight schools, in points.

    Source: Rubin (1981), J. Educ. Stat. 6, 377, doi:10.3102/10769986006004377; the rounded values of BDA3, table 5.2.
    """
    return Measurements(
        y=[28, 8, -3, 7, -1, 1, 18, 12],
        sigma=[15, 10, 16, 11, 9, 11, 10, 18],
        labels=tuple("ABCDEFGH"),
        quantity="coaching effect",
        unit="points",
    )


def open_cluster() -> Measurements:
    """The lecture's 20 simulated stars of an open cluster, [Fe/H] in dex, with their truth (mu = -0.15, tau = 0.08).

    They come from NumPy's legacy generator seeded with 42, in the lecture's order of calls, here from an instance of
    its own: no global state is touched. The legacy stream is frozen by NumPy's policy (NEP 19).
    """
    legacy = np.random.RandomState(42)
    mu, tau, n_stars = -0.15, 0.08, 20
    theta = legacy.normal(mu, tau, n_stars)
    sigma = legacy.uniform(0.03, 0.15, n_stars)
    return Measurements(y=legacy.normal(theta, sigma), sigma=sigma, quantity="[Fe/H]", unit="dex", truth=Truth(mu, tau, theta))


def batting_averages() -> Measurements:
    """Batting averages of 18 players after 45 at-bats in 1970; truth.theta is the average over the rest of the season.

    sigma is the binomial standard error at the pooled average, the same for all, as Efron and Morris take it.
    Source: Efron and Morris (1975), J. Am. Stat. Assoc. 70, 311, doi:10.1080/01621459.1975.10479864.
    """
    at_bats = 45
    players = (
        "Clemente",
        "F. Robinson",
        "F. Howard",
        "Johnstone",
        "Berry",
        "Spencer",
        "Kessinger",
        "L. Alvarado",
        "Santo",
        "Swoboda",
        "Unser",
        "Williams",
        "Scott",
        "Petrocelli",
        "E. Rodriguez",
        "Campaneris",
        "Munson",
        "Alvis",
    )
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    rest_of_season = np.array(
        [
            0.346,
            0.298,
            0.276,
            0.222,
            0.273,
            0.270,
            0.263,
            0.210,
            0.269,
            0.230,
            0.264,
            0.256,
            0.303,
            0.264,
            0.226,
            0.285,
            0.316,
            0.200,
        ]
    )
    pooled = hits.mean() / at_bats
    sigma = np.full(hits.size, np.sqrt(pooled * (1 - pooled) / at_bats))
    return Measurements(
        y=hits / at_bats, sigma=sigma, labels=players, quantity="batting average", truth=Truth(theta=rest_of_season)
    )


def csp_supernovae(*, H0: float = 70.0, Om0: float = 0.3) -> Supernovae:
    """Absolute magnitudes of 27 Type Ia supernovae of the Carnegie Supernova Project, in mag.

    They are the CSP part of the SH0ES Hubble-flow sample in Pantheon+. sigma joins the error of the light-curve fit and of
    the peculiar velocity in quadrature, without intrinsic scatter. y = m_B minus the distance modulus in a flat
    Lambda-CDM cosmology of Hubble constant H0 (km/s/Mpc) and matter density Om0.

    Source: Scolnic et al. (2022), ApJ 938, 113, doi:10.3847/1538-4357/ac8b7a; Brout et al. (2022), ApJ 938, 110,
    doi:10.3847/1538-4357/ac8e04.
    """
    from astropy.cosmology import FlatLambdaCDM  # slow to import, and only this data set needs it

    with (files("lecturekit") / "data" / "csp_supernovae.csv").open(encoding="utf-8") as table:
        rows = np.genfromtxt(table, delimiter=",", names=True, dtype=None, encoding="utf-8")
    modulus = FlatLambdaCDM(H0=H0, Om0=Om0).distmod(rows["zHD"]).value
    return Supernovae(
        y=rows["m_B"] - modulus,
        sigma=rows["sigma"],
        labels=tuple(f"SN {name}" for name in rows["name"]),
        quantity="absolute magnitude $M$",
        unit="mag",
        redshift=rows["zHD"],
        m_B=rows["m_B"],
    )


def simulate_normal(mu: float, tau: float, sigma: ArrayLike, *, rng: np.random.Generator, **fields: Any) -> Measurements:
    """Simulate theta_j ~ N(mu, tau**2) and y_j ~ N(theta_j, sigma_j**2) for objects with errors sigma, shape (J,).

    ``fields`` are the labels, quantity and unit of the `Measurements` that come back, whose truth is filled in.
    ValueError if tau < 0, or if sigma is not as `Measurements` wants it.
    """
    errors = _checked_simulation(mu, tau, sigma, rng)
    theta = rng.normal(mu, tau, errors.size)
    return Measurements(y=rng.normal(theta, errors), sigma=errors, truth=Truth(mu, tau, theta), **fields)


def simulate_lognormal(mu: float, tau: float, sigma: ArrayLike, *, rng: np.random.Generator, **fields: Any) -> Measurements:
    """Simulate ln theta_j ~ N(mu, tau**2) and y_j ~ N(theta_j, sigma_j**2): a positive quantity with Gaussian errors.

    truth.mu and truth.tau are those of ln theta; everything else is as in `simulate_normal`.
    """
    errors = _checked_simulation(mu, tau, sigma, rng)
    theta = np.exp(rng.normal(mu, tau, errors.size))
    return Measurements(y=rng.normal(theta, errors), sigma=errors, truth=Truth(mu, tau, theta), **fields)


def simulate_magnitude_limited(
    mu: float, tau: float, sigma: ArrayLike, distance_modulus: ArrayLike, m_lim: float, *, rng: np.random.Generator
) -> MagnitudeLimited:
    """Simulate a survey that detects an object if its *measured* apparent magnitude is at most m_lim.

    Absolute magnitudes are theta_j ~ N(mu, tau**2), measured with errors sigma (N,), all in mag, at known distance moduli (N,).
    ValueError if an argument is not as described, or if nothing is detected.
    """
    modulus = check_vector("distance_modulus", distance_modulus)
    parent = simulate_normal(mu, tau, sigma, rng=rng, quantity="absolute magnitude $M$", unit="mag")
    if modulus.size != len(parent):
        raise ValueError(f"distance_modulus: got length {modulus.size}, but sigma has length {len(parent)}; expected one each.")
    if not (np.ndim(m_lim) == 0 and np.isfinite(m_lim)):
        raise ValueError(f"m_lim: got {m_lim!r}; expected a finite number.")
    survey = MagnitudeLimited(parent, m_lim - modulus)
    if not survey.detected.any():
        brightest = (parent.y + modulus).min()
        raise ValueError(f"m_lim: got {m_lim}; expected a fainter limit: the brightest object has magnitude {brightest:.2f}.")
    return survey


def _checked_simulation(mu: float, tau: float, sigma: ArrayLike, rng: np.random.Generator) -> Floats:
    check_rng(rng)
    if not (np.ndim(mu) == 0 and np.isfinite(mu)):
        raise ValueError(f"mu: got {mu!r}; expected a finite number.")
    if not (np.ndim(tau) == 0 and np.isfinite(tau) and tau >= 0):
        raise ValueError(f"tau: got {tau!r}; expected a finite number >= 0.")
    errors = check_vector("sigma", sigma)
    require("sigma", errors, errors > 0, "a standard error > 0")
    return errors
