#!/usr/bin/env python3
"""Makes rank.tsv: Mann-Whitney by SciPy; shifts from all differences, sorted; intervals of a quantile
from all order statistics and SciPy's binomial distribution, differences of quantiles combined from
those. rank.R has what R has.

Rows named *_drawn hold a seed and sizes instead of data: test_reference.c draws the same.

usage: rank.py > rank.tsv    (SciPy 1.10.1, NumPy 1.24.2)
"""
import math

import numpy as np
from scipy.stats import binom, mannwhitneyu, norm

from common import Draw, row

print("# made by rank.py; see there")


def sample(draw, n, values):
    """n whole numbers below `values`, skewed: ties where there are few."""
    return np.array([math.floor(values * draw() * draw()) for _ in range(n)], dtype=float)


def apart(b, c):
    return len(set(b) | set(c)) == len(b) + len(c)


def test_of(b, c, exact):
    method = "exact" if exact else "asymptotic"
    p = [mannwhitneyu(b, c, alternative=a, method=method) for a in ("two-sided", "greater", "less")]
    return p[0].statistic, p[0].pvalue, p[1].pvalue, p[2].pvalue, exact


def test(b, c):
    if np.ptp(np.concatenate([b, c])) == 0 and len(b) + len(c) > 1:
        figures = len(b) * len(c) / 2, 1, 1, 1, False
    else:
        figures = test_of(b, c, apart(b, c))
    row("mann_whitney", len(b), len(c), *b, *c, *figures)


test([1], [2])
test([2], [1])
test([1], [1])
test([3, 3, 3], [3, 3])
test([1, 2, 3], [4, 5, 6])
test([4, 5, 6], [1, 2, 3])
test([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46], [1.15, 0.88, 0.90, 0.74, 1.21])
test([1, 4, 2, 8, 5], [5, 7, 2, 2, 9, 11])
test([0.0, -1.5, 2.25], [-0.5, 7.0])
test([0, 0, 0, 1], [0, 1, 1, 1, 1])
test([1], list(range(2, 21)))
test([5.5], list(range(2, 21)))
for seed, n, m, values in ((1, 8, 8, 10**9), (2, 20, 35, 10**9), (3, 49, 60, 10**9), (4, 30, 30, 12),
                           (5, 200, 180, 40), (6, 200, 200, 10**9), (7, 3, 2000, 10**9),
                           (8, 1000, 1500, 10**9), (9, 1000, 1500, 3), (10, 1, 50, 10**9)):
    draw = Draw(seed)
    b, c = sample(draw, n, values) + values // 50, sample(draw, m, values)
    exact = apart(b, c) and min(n, m) * n * m <= 10**7
    if exact and n * m > 3000 and min(n, m) > 50:
        continue  # more than SciPy counts out in its recursion
    row("mann_whitney_drawn", seed, n, m, values, *test_of(b, c, exact))


# --- shifts: every difference written down ---
def distribution(n, m):
    """P(U <= u), from the count of subsets of ranks by their sum, in whole numbers."""
    ways = [[0] * (n * m + 1) for _ in range(n + 1)]
    ways[0][0] = 1
    for rank in range(1, n + m + 1):
        for k in range(min(n, rank), 0, -1):
            for u in range(n * m, rank - k - 1, -1):
                ways[k][u] += ways[k - 1][u - (rank - k)]
    total, running, out = math.comb(n + m, n), 0, []
    for w in ways[n]:
        running += w
        out.append(running / total)
    return out


def shift_of(b, c, confidence):
    n, m = len(b), len(c)
    differences = np.sort(np.subtract.outer(np.asarray(b, float), np.asarray(c, float)).ravel())
    if min(n, m) * n * m <= 10**7:
        upto = distribution(n, m)
        k = next(k for k in range(n * m + 1) if upto[k] > 1 - confidence)
        achieved = 1 - upto[k - 1] if k else 1
    else:
        sd = math.sqrt(n * m / 12 * (n + m + 1))
        k = math.floor(n * m / 2 - norm.ppf(confidence) * sd + 0.5)
        achieved = norm.sf((k - 0.5 - n * m / 2) / sd)
    low, high = (differences[k - 1], differences[-k]) if k else (-math.inf, math.inf)
    return np.median(differences), low, high, achieved


for b, c, confidence in (
        ([1], [2], 0.95), ([1, 2], [1, 2], 0.95), ([1, 2, 3], [4, 5, 6], 0.95),
        ([1, 2, 3], [4, 5, 6], 0.9), ([3, 3, 3, 3], [3, 3, 3], 0.95),
        ([1, 4, 2, 8, 5], [5, 7, 2, 2, 9, 11], 0.95), ([0, 0, 0, 1], [0, 1, 1, 1, 1], 0.975),
        ([-0.0, 0.0, 5e-324, -5e-324], [0.0, -0.0, 5e-324, 1e-300], 0.9),
        ([1e300, -1e300, 3], [2, 5e299, -7e299], 0.9)):
    row("shift", len(b), len(c), confidence, *b, *c, *shift_of(b, c, confidence))
for seed, n, m, values, confidence in ((21, 20, 30, 10**9, 0.95), (22, 40, 40, 10**9, 0.975),
                                       (23, 41, 37, 10, 0.95), (24, 300, 260, 10**9, 0.95),
                                       (25, 300, 400, 5, 0.99), (26, 1001, 999, 10**9, 0.95)):
    draw = Draw(seed)
    b, c = sample(draw, n, values) + values // 50, sample(draw, m, values)
    row("shift_drawn", seed, n, m, values, confidence, *shift_of(b, c, confidence))


# --- quantiles ---
def bounds(x, q, confidence):
    """The quantile, the tightest order statistics that bound it, and with what confidence."""
    x, n = np.sort(x), len(x)
    lows = [rank for rank in range(1, n + 1) if binom.sf(rank - 1, n, q) >= confidence]
    highs = [rank for rank in range(1, n + 1) if binom.cdf(rank - 1, n, q) >= confidence]
    low, achieved_low = (x[lows[-1] - 1], binom.sf(lows[-1] - 1, n, q)) if lows else (-math.inf, 1)
    high, achieved_high = (x[highs[0] - 1], binom.cdf(highs[0] - 1, n, q)) if highs else (math.inf, 1)
    return np.quantile(x, q), low, high, achieved_low, achieved_high


for seed, n, values, q, confidence in (
        (31, 1, 100, 0.5, 0.95), (32, 5, 100, 0.5, 0.95), (33, 5, 10**9, 0.99, 0.95),
        (34, 6, 10**9, 0.5, 0.95), (35, 58, 10**9, 0.95, 0.95), (36, 59, 10**9, 0.95, 0.95),
        (37, 298, 10**9, 0.99, 0.95), (38, 299, 10**9, 0.99, 0.95), (39, 1000, 10**9, 0.99, 0.975),
        (40, 1000, 4, 0.9, 0.95), (41, 5000, 10**9, 0.999, 0.95), (42, 101, 10**9, 0.1, 0.9),
        (43, 20, 1, 0.5, 0.95)):
    x = sample(Draw(seed), n, values)
    row("quantile_drawn", seed, n, values, q, confidence, *bounds(x, q, confidence))
for seed, n, m, values, q, confidence in (
        (51, 40, 50, 10**9, 0.5, 0.95), (52, 400, 300, 10**9, 0.99, 0.95), (53, 30, 30, 1, 0.5, 0.95),
        (54, 200, 400, 10**9, 0.99, 0.95), (55, 2000, 2500, 10**9, 0.9, 0.975),
        (56, 5, 200, 10**9, 0.9, 0.95)):
    draw = Draw(seed)
    b, c = sample(draw, n, values) + values // 50, sample(draw, m, values)
    (eb, lb, hb), (ec, lc, hc) = bounds(b, q, confidence)[:3], bounds(c, q, confidence)[:3]
    row("quantile_difference_drawn", seed, n, m, values, q, confidence,
        eb - ec - math.hypot(max(0, eb - lb), max(0, hc - ec)),
        eb - ec + math.hypot(max(0, hb - eb), max(0, ec - lc)))
