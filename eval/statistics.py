"""Figures of a set of cases: mean, interval, comparison of two runs. In: numbers. Out: numbers, the same each time.

Random numbers are seeded, so that the same values give the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20130101
ROUNDS = 2_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `count` values with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired comparison: mean of b - a with its interval, and the probability of one as large by chance."""

    value: float
    low: float
    high: float
    p: float
    count: int


def figure(values: Sequence[float]) -> Figure | None:
    """Mean and interval; None without values."""
    return Figure(mean(values), *interval(values), len(values)) if values else None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return float(np.mean(values))


def interval(values: Sequence[float], rounds: int = ROUNDS) -> tuple[float, float]:
    """95 % interval of the mean by bootstrap, percentile method: Efron, Tibshirani: An Introduction to the
    Bootstrap (1993), 13.3. Cases are drawn with replacement.
    """
    drawn = np.random.default_rng(SEED).integers(len(values), size=(rounds, len(values)))
    means = np.asarray(values, dtype=float)[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def compare(a: Sequence[float], b: Sequence[float], rounds: int = 10_000) -> Difference | None:
    """Compare two runs on the same cases: interval of the mean difference by bootstrap, p by randomisation.

    p is two-sided: the share of random swaps of a and b, case by case, that give a mean difference at least as
    large, the observed one counted in. Smucker, Allan, Carterette: A comparison of statistical significance tests
    for information retrieval evaluation (CIKM 2007).
    """
    if not a:
        return None
    differences = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    signs = np.random.default_rng(SEED).integers(2, size=(rounds, len(a)), dtype=np.int8) * 2 - 1
    observed = abs(float(differences.mean()))
    # Sums of the same numbers in another order differ in their last bits: those are no differences.
    as_large = int((np.abs(signs @ differences / len(a)) >= observed - 1e-12).sum())
    low, high = interval(differences.tolist())
    return Difference(float(differences.mean()), low, high, (as_large + 1) / (rounds + 1), len(a))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies, between neighbours in proportion: Hyndman, Fan: Sample quantiles in
    statistical packages (1996), type 7.
    """
    return float(np.quantile(np.asarray(values, dtype=float), share))
