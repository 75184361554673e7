"""The cost meter: what a learner or distiller pays, beside what a theorem says that it pays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["CostMeter"]


@dataclass
class CostMeter:
    """Counts samples, queries and probes. Hand out the functions that it counts.

    Parameters
    ----------
    samples : points drawn from the distribution
    queries : points at which the source was asked for its label
    probes : linear probes that were scored; add to it what an `Extraction` reports

    Examples
    --------
    >>> import numpy as np
    >>> from pacdistill import sample_cube
    >>> meter = CostMeter()
    >>> draw = meter.count_samples(lambda n: sample_cube(n, 3, np.random.default_rng(0)))
    >>> ask = meter.count_queries(lambda X: X[:, 0])
    >>> y = ask(draw(20))
    >>> print(meter.compare(samples=(10, 30), queries=20))
    cost     measured  lower bound  upper bound
    samples        20           10           30
    queries        20            -           20
    """

    samples: int = 0
    queries: int = 0
    probes: int = 0

    def count_samples(self, draw: Callable[[int], Any]) -> Callable[[int], Any]:
        """Return the function `draw` of a number of points, which is counted from now on."""

        def counted(n: int) -> Any:
            self.samples += n
            return draw(n)

        return counted

    def count_queries(self, labels: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the function `labels` of a table of points, whose rows are counted from now on."""

        def counted(X: Any) -> Any:
            self.queries += len(X)
            return labels(X)

        return counted

    def compare(self, **bounds: float | tuple[float, float]) -> str:
        """Return a table of the costs named, each beside its bound.

        Parameters
        ----------
        bounds : for a cost by its name, a stated upper bound or a pair (lower bound, upper bound)

        Raises
        ------
        ValueError
            If a name is not one of the costs.
        """
        lines = [f"{'cost':9s}{'measured':>8s}{'lower bound':>13s}{'upper bound':>13s}"]
        for name, bound in bounds.items():
            if name not in ("samples", "queries", "probes"):
                raise ValueError(f"the meter counts samples, queries and probes, but no {name!r}")
            low, high = bound if isinstance(bound, tuple) else (None, bound)
            below = "-" if low is None else f"{low:,g}"
            lines.append(f"{name:9s}{getattr(self, name):8,d}{below:>13s}{high:13,g}")
        return "\n".join(lines)
