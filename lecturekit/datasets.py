"""The data sets of the course, real and simulated. Everything random takes ``rng``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import Floats, check_rng, check_vector, require
from .measurements import Measurements, Truth

__all__ = ["MagnitudeLimited", "Supernovae", "batting_averages", "csp_supernovae", "eight_schools", "open_cluster"]
__all__ += ["simulate_lognormal", "simulate_magnitude_limited", "simulate_normal"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Supernovae(Measurements):
    """Measurements of absolute magnitudes that keep what they were made from: the columns of a release, each (J,).

    Parameters
    ----------
    redshift
        Cosmological redshifts (zHD).
    m_B
        Standardized apparent magnitudes (m_b_corr), in mag: corrected for stretch, color and bias.
    bias_correction
        What was subtracted for selection and dust (biasCor_m_b), in mag: m_B + bias_correction is corrected for stretch
        and color only.
    m_peak, stretch, color
        SALT2's peak magnitude (mB), in mag, before any of these corrections, and its x1 and c.
    sigma_fit, sigma_pec
        The two parts of sigma, in mag: of the light-curve fit (m_b_corr_err_RAW), and of the peculiar velocity
        (m_b_corr_err_VPEC).
    """

    redshift: Floats
    m_B: Floats
    bias_correction: Floats
    m_peak: Floats
    stretch: Floats
    color: Floats
    sigma_fit: Floats
    sigma_pec: Floats


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

    Examples
    --------
    >>> eight_schools().y.tolist()
    [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]
    """
    effects, errors = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
    return Measurements(effects, errors, tuple("ABCDEFGH"), quantity="coaching effect", unit="points")


def open_cluster() -> Measurements:
    """The lecture's 20 simulated stars of an open cluster, [Fe/H] in dex, with their truth (mu = -0.15, tau = 0.08).

    They come from NumPy's legacy generator seeded with 42, in the lecture's order of calls, here from an instance of
    its own: no global state is touched. The legacy stream is frozen by NumPy's policy (NEP 19).

    Examples
    --------
    >>> stars = open_cluster()
    >>> len(stars), stars.truth.mu, stars.truth.tau
    (20, -0.15, 0.08)
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

    Examples
    --------
    >>> players = batting_averages()
    >>> players.labels[0], float(players.y[0]), float(players.true_theta[0])
    ('Clemente', 0.4, 0.346)
    """
    at_bats, table = 45, _table("batting_averages")
    hits = table["hits"]
    pooled = hits.mean() / at_bats
    sigma = np.full(hits.size, np.sqrt(pooled * (1 - pooled) / at_bats))
    labels, truth = tuple(table["player"].tolist()), Truth(theta=table["rest_of_season"])
    return Measurements(hits / at_bats, sigma, labels, quantity="batting average", truth=truth)


def csp_supernovae(*, H0: float = 70.0, Om0: float = 0.3) -> Supernovae:
    """Absolute magnitudes of 27 Type Ia supernovae of the Carnegie Supernova Project, in mag.

    They are the CSP part of the SH0ES Hubble-flow sample in Pantheon+. y = m_B minus the distance modulus in a flat
    Lambda-CDM cosmology of Hubble constant H0 (km/s/Mpc) and matter density Om0. m_B is the release's m_b_corr: corrected for
    stretch and color, and by one number per object, from simulations, for selection and dust. sigma joins the errors of the
    light-curve fit and of the peculiar velocity in quadrature, without intrinsic scatter. The release's covariance between
    supernovae is left out, so the mean is known less well than these errors say.

    Source: Scolnic et al. (2022), ApJ 938, 113, doi:10.3847/1538-4357/ac8b7a; Brout et al. (2022), ApJ 938, 110,
    doi:10.3847/1538-4357/ac8e04.

    Examples
    --------
    >>> supernovae = csp_supernovae()
    >>> len(supernovae), round(float(supernovae.y.mean()), 1), supernovae.unit
    (27, -19.3, 'mag')

    The same without the correction for selection and dust:

    >>> tripp = Measurements(supernovae.y + supernovae.bias_correction, supernovae.sigma)
    >>> round(float(supernovae.y.std(ddof=1)), 3), round(float(tripp.y.std(ddof=1)), 3)
    (0.127, 0.108)
    """
    from astropy.cosmology import FlatLambdaCDM  # slow to import, and only this data set needs it

    rows = _table("csp_supernovae")
    modulus = FlatLambdaCDM(H0=H0, Om0=Om0).distmod(rows["zHD"]).value
    return Supernovae(
        y=rows["m_b_corr"] - modulus,
        sigma=np.hypot(rows["m_b_corr_err_RAW"], rows["m_b_corr_err_VPEC"]),
        labels=tuple(f"SN {name}" for name in rows["name"]),
        quantity="absolute magnitude $M$",
        unit="mag",
        redshift=rows["zHD"],
        m_B=rows["m_b_corr"],
        bias_correction=rows["biasCor_m_b"],
        m_peak=rows["mB"],
        stretch=rows["x1"],
        color=rows["c"],
        sigma_fit=rows["m_b_corr_err_RAW"],
        sigma_pec=rows["m_b_corr_err_VPEC"],
    )


def _table(name: str) -> NDArray[Any]:
    """A table of lecturekit/data, as an array with its columns as fields."""
    with (files("lecturekit") / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        return np.asarray(np.genfromtxt(lines, delimiter=",", names=True, dtype=None, encoding="utf-8"))


def simulate_normal(mu: float, tau: float, sigma: ArrayLike, *, rng: np.random.Generator, **fields: Any) -> Measurements:
    """Simulate theta_j ~ N(mu, tau**2) and y_j ~ N(theta_j, sigma_j**2) for objects with errors sigma, shape (J,).

    ``fields`` are the labels, quantity and unit of the `Measurements` that come back, whose truth is filled in.
    ValueError if tau < 0, or if sigma is not as `Measurements` wants it.

    Examples
    --------
    >>> data = simulate_normal(-0.15, 0.08, sigma=[0.05, 0.1, 0.1], rng=np.random.default_rng(1), unit="dex")
    >>> len(data), data.truth.tau
    (3, 0.08)
    """
    errors = _checked_simulation(mu, tau, sigma, rng)
    theta = rng.normal(mu, tau, errors.size)
    return Measurements(y=rng.normal(theta, errors), sigma=errors, truth=Truth(mu, tau, theta), **fields)


def simulate_lognormal(mu: float, tau: float, sigma: ArrayLike, *, rng: np.random.Generator, **fields: Any) -> Measurements:
    """Simulate ln theta_j ~ N(mu, tau**2) and y_j ~ N(theta_j, sigma_j**2): a positive quantity with Gaussian errors.

    truth.mu and truth.tau are those of ln theta; everything else is as in `simulate_normal`.

    Examples
    --------
    >>> planets = simulate_lognormal(3.0, 0.5, sigma=np.ones(4), rng=np.random.default_rng(1), unit="m/s")
    >>> bool((planets.true_theta > 0).all())
    True
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

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> survey = simulate_magnitude_limited(-19.3, 0.1, np.full(500, 0.1), rng.uniform(34, 38, 500), 17.5, rng=rng)
    >>> bool((survey.sample.y <= survey.limit[survey.detected]).all())
    True
    """
    modulus = check_vector("distance_modulus", distance_modulus)
    parent = simulate_normal(mu, tau, sigma, rng=rng, quantity="absolute magnitude $M$", unit="mag")
    if modulus.size != len(parent):
        raise ValueError(f"distance_modulus: got length {modulus.size}, but sigma has length {len(parent)}; expected one each.")
    if not (np.ndim(m_lim) == 0 and np.isfinite(m_lim)):
        raise ValueError(f"m_lim: got {m_lim!r}; expected a finite number.")
    survey = MagnitudeLimited(parent, m_lim - modulus)
    if not survey.detected.any():
        raise ValueError(f"m_lim: got {m_lim}; expected more than {(parent.y + modulus).min():.2f}, the brightest object's.")
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
