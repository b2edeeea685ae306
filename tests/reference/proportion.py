#!/usr/bin/env python3
"""Makes proportion.tsv. The score intervals (Tango; Miettinen & Nurminen) from their definition in 40
digits by mpmath: the restricted likelihood maximized, the statistic solved for the difference;
asserted to give published limits. Newcombe's by statsmodels (independent), and
written out (paired); McNemar's from exact fractions, asserted to equal statsmodels' exact test, and
for large counts from the sum of the terms in 40 digits.

usage: proportion.py > proportion.tsv    (SciPy 1.10.1, statsmodels 0.13.5, mpmath 1.2.1)
"""
import itertools
import math
from fractions import Fraction

import mpmath as mp
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from common import falls_through_zero, independent, paired, row, z_of


print("# made by proportion.py; see there")


def score_bounds(difference, z, estimate, variance):
    """All differences whose statistic lies between -z and z."""
    def statistic(delta):
        v = variance(delta)
        excess = estimate(delta)
        return excess / mp.sqrt(v) if v > 0 else mp.sign(excess) * mp.inf
    tiny = mp.mpf(10)**-30
    low = falls_through_zero(lambda t: statistic(t) - z, mp.mpf(-1) + tiny, difference)
    high = falls_through_zero(lambda t: statistic(t) + z, difference, mp.mpf(1) - tiny)
    return low, high


TABLES = [(36, 12, 2, 10), (1, 1, 7, 12), (59, 6, 16, 80), (53, 3, 1, 3), (0, 0, 0, 1), (1, 0, 0, 0),
          (0, 1, 0, 0), (0, 0, 1, 0), (40, 0, 0, 10), (50, 0, 0, 0), (0, 0, 0, 50), (0, 50, 0, 0),
          (0, 30, 0, 70), (0, 25, 25, 0), (45, 5, 0, 50), (45, 0, 5, 50), (900, 31, 14, 55),
          (88000, 700, 650, 10650), (10, 10, 10, 10)]
CONFIDENCES = (0.95, 0.975)
for (a, b, c, d), confidence in itertools.product(TABLES, CONFIDENCES):
    n, z = a + b + c + d, z_of(confidence)
    low, high = score_bounds(mp.mpf(b - c) / n, z, lambda t: b - c - n * t,
                             lambda t: paired(b, c, n, t))
    row("tango", a, b, c, d, confidence, low, high)
    if (a, b, c, d, confidence) == (59, 6, 16, 80, 0.975):
        # published: Fagerland, Lydersen & Laake, Statistical Analysis of Contingency Tables, ch. 8
        assert (round(low, 4), round(high, 4)) == (round(mp.mpf(-0.1240), 4), round(mp.mpf(-0.0054), 4))

for (a, b, c, d), confidence in itertools.product(TABLES, CONFIDENCES + (0.99,)):
    n = a + b + c + d
    l1, u1 = proportion_confint(a + b, n, 2 - 2 * confidence, "wilson")
    l2, u2 = proportion_confint(a + c, n, 2 - 2 * confidence, "wilson")
    p1, p2 = (a + b) / n, (a + c) / n
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    phi = 0 if margins == 0 else (max(0, cross - n / 2) if cross > 0 else cross) / math.sqrt(margins)
    low = p1 - p2 - math.sqrt(max(0, (p1 - l1)**2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2)**2))
    high = p1 - p2 + math.sqrt(max(0, (u1 - p1)**2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2)**2))
    row("newcombe_paired", a, b, c, d, confidence, max(-1, low), min(1, high))
    if (a, b, c, d, confidence) == (59, 6, 16, 80, 0.975):
        assert (round(low, 4), round(high, 4)) == (-0.1186, -0.0046)  # published, as above

PAIRS = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10),
         (10, 10, 0, 20), (10, 10, 0, 10), (10, 10, 10, 10), (7, 7, 20, 20), (0, 1, 0, 1), (1, 1, 0, 1),
         (1, 1, 1, 1), (0, 1, 5, 400), (950, 1000, 931, 1000), (99, 100, 9985, 10000),
         (999000, 1000000, 998900, 1000000), (3, 1000000, 0, 1000000)]
# Newcombe (1998), table II, method 6; statsmodels' "score" of this version has other upper limits
PUBLISHED = {(56, 70, 48, 80): (0.0528, 0.3382), (9, 10, 3, 10): (0.1700, 0.8406),
             (5, 56, 0, 29): (-0.0326, 0.1933)}
for (x, n, y, m), confidence in itertools.product(PAIRS, CONFIDENCES):
    alpha = 2 - 2 * confidence
    low, high = confint_proportions_2indep(x, n, y, m, method="newcomb", compare="diff", alpha=alpha)
    row("newcombe", x, n, y, m, confidence, max(-1, low), min(1, high))
    low, high = score_bounds(mp.mpf(x) / n - mp.mpf(y) / m, z_of(confidence),
                             lambda t: mp.mpf(x) / n - mp.mpf(y) / m - t,
                             lambda t: independent(x, n, y, m, t, mp.mpf(n + m) / (n + m - 1)))
    row("mn", x, n, y, m, confidence, low, high)
    if confidence == 0.975 and (x, n, y, m) in PUBLISHED:
        assert (round(float(low), 4), round(float(high), 4)) == PUBLISHED[x, n, y, m]


# --- McNemar: two-sided, candidate worse, candidate better ---
def exact(b, c):
    n = b + c
    if n == 0:
        return (1, 1, 1), (1, 1, 1)
    at = [Fraction(math.comb(n, k), 2**n) for k in range(n + 1)]
    worse, better = sum(at[b:]), sum(at[:b + 1])
    both = min(1, 2 * min(worse, better))
    assert abs(mcnemar([[0, b], [c, 0]], exact=True).pvalue - both) < 1e-12
    middle = 1 - at[b] / 2 if b == c else 2 * min(worse, better) - at[b]
    return (both, worse, better), (middle, worse - at[b] / 2, better - at[b] / 2)


for b, c in [(0, 0), (1, 0), (0, 1), (1, 1), (6, 16), (16, 6), (1, 7), (12, 2), (5, 5), (0, 20), (20, 0),
             (31, 14), (100, 100), (420, 351), (900, 1000)]:
    whole, middle = exact(b, c)
    row("mcnemar_exact", b, c, *whole)
    row("mcnemar_midp", b, c, *middle)
    if (b, c) == (6, 16):
        assert round(float(middle[0]), 6) == 0.034690  # published, as above


def upto(k, n):
    """P(X <= k) for large n, the small tail added up. SciPy 1.10 has seven digits for 10^9."""
    if 2 * k > n:
        return 1 - upto(n - k - 1, n)
    term = total = mp.mpf(1)
    for j in range(k, 0, -1):
        term *= mp.mpf(j) / (n - j + 1)
        total += term
        if term < total * mp.mpf(10)**-22:
            break
    return total * mp.exp(mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) - n * mp.log(2))


for b, c in [(70_000, 69_500), (5_000_000, 5_003_000), (1_000_000_000, 999_990_000)]:
    worse, better = upto(c, b + c), upto(b, b + c)
    row("mcnemar_exact", b, c, min(1, 2 * min(worse, better)), worse, better)
