"""Draws from a posterior: `exact.posterior(...).draws` returns them, `mcmc.Chain` holds them, checks and figures take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arrays import Floats

__all__ = ["Draws", "Summary"]

QUANTILES = (0.16, 0.5, 0.84)


@dataclass(frozen=True, eq=False)
class Summary:
    """A small table: one row per parameter, with its mean, sd and 16, 50 and 84 % quantiles. Shows itself in a notebook."""

    names: tuple[str, ...]
    mean: Floats
    sd: Floats
    quantiles: Floats

    def _rows(self) -> list[list[str]]:
        numbers = np.column_stack([self.mean, self.sd, self.quantiles])
        # Two significant figures of the sd fix the decimals of its row: more would be Monte Carlo noise.
        decimals = [0 if not sd > 0 else max(0, 1 - int(np.floor(np.log10(sd)))) for sd in self.sd]
        return [
            [name, *(f"{value:z.{places}f}" for value in row)]
            for name, row, places in zip(self.names, numbers, decimals, strict=True)
        ]

    @staticmethod
    def _header() -> list[str]:
        return ["", "mean", "sd", *(f"{q:.0%}" for q in QUANTILES)]

    def __str__(self) -> str:
        table = [self._header(), *self._rows()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in table)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def line(tag: str, cells: list[str]) -> str:
            first = f'<th scope="row">{cells[0]}</th>' if tag == "td" else f"<td>{cells[0]}</td>"
            return "<tr>" + first + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells[1:]) + "</tr>"

        body = "".join(line("td", row) for row in self._rows())
        return f'<table class="summary"><thead>{line("th", self._header())}</thead><tbody>{body}</tbody></table>'


@dataclass(frozen=True, eq=False)
class Draws:
    """n draws from the joint posterior of mu (n,), tau (n,) and theta (n, J), row by row together.

    Raises ValueError if the shapes do not agree.

    Examples
    --------
    >>> draws = Draws(mu=np.array([0.0, 2.0]), tau=np.array([1.0, 1.0]), theta=np.array([[0.0, 1.0], [2.0, 3.0]]))
    >>> len(draws), draws.summary().mean.tolist()
    (2, [1.0, 1.0, 1.0, 2.0])
    """

    mu: Floats
    tau: Floats
    theta: Floats

    def __post_init__(self) -> None:
        shapes = np.shape(self.mu), np.shape(self.tau), np.shape(self.theta)
        if len(shapes[0]) != 1 or shapes[1] != shapes[0] or len(shapes[2]) != 2 or shapes[2][0] != shapes[0][0]:
            raise ValueError(f"mu, tau, theta: got shapes {shapes[0]}, {shapes[1]}, {shapes[2]}; expected (n,), (n,), (n, J).")

    def __len__(self) -> int:
        return np.size(self.mu)

    def summary(self) -> Summary:
        """Mean, sd and 16, 50, 84 % quantiles of mu, tau and every theta_j."""
        columns = np.column_stack([self.mu, self.tau, self.theta])
        names = ("mu", "tau", *(f"theta[{j}]" for j in range(self.theta.shape[1])))
        return Summary(names, columns.mean(axis=0), columns.std(axis=0, ddof=1), np.quantile(columns, QUANTILES, axis=0).T)

    def to_arviz(self, *, n_chains: int = 1) -> Any:
        """The draws as ArviZ takes them: variables mu, tau and theta, of shapes (chain, draw) and (chain, draw, object).

        ``n_chains`` says how many chains take turns in them. ImportError if ArviZ is not installed.
        """
        try:
            import arviz
        except ImportError as error:
            raise ImportError("to_arviz needs ArviZ. Install it with: pip install 'lecturekit[arviz]'") from error
        posterior = {
            name: np.swapaxes(values.reshape(-1, n_chains, *values.shape[1:]), 0, 1)
            for name, values in (("mu", self.mu), ("tau", self.tau), ("theta", self.theta))
        }
        groups: dict[str, Any] = {"posterior": posterior}
        dims = {"theta": ["object"]}
        # ArviZ 1 takes a dict of groups, earlier ones take each group by its name.
        return arviz.from_dict(**groups, dims=dims) if hasattr(arviz, "InferenceData") else arviz.from_dict(groups, dims=dims)
