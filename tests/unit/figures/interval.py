#!/usr/bin/env python3
"""Makes interval.tsv, the figures that test_stats.c compares with. SciPy for the normal quantiles,
statsmodels for Holm's adjustment, SciPy's incomplete beta for Student's t, and for Fieller's limits the roots of the quadratic itself
(Fieller 1954): all r with (c - r b)^2 <= z^2 (se_c^2 - 2 r cov + r^2 se_b^2).

Tango's score interval (Statistics in Medicine 17, 1998) without its closed form: for each difference
the constrained maximum of the multinomial likelihood is where its derivative is zero, found by
bisection, and the bounds are where the score statistic crosses the normal quantile.

usage: interval.py > interval.tsv
"""
import itertools

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests


def row(*fields):
    print("\t".join(f if isinstance(f, str) else repr(float(f)) for f in fields))


print("# made by interval.py; see there")
for p in (0.001, 0.025, 0.05, 0.3, 0.5, 0.9, 0.95, 0.975, 0.99, 0.999999):
    row("quantile", p, norm.ppf(p))
def difference(b, se_b, c, se_c, cov, confidence):
    half = norm.ppf(confidence) * np.sqrt(se_b**2 + se_c**2 - 2 * cov)
    row("difference", b, se_b, c, se_c, cov, confidence, b - c - half, b - c + half)


def fieller(b, se_b, c, se_c, cov, confidence):
    z2 = norm.ppf(confidence)**2
    roots = np.roots([b * b - z2 * se_b**2, -2 * (b * c - z2 * cov), c * c - z2 * se_c**2])
    assert not np.iscomplex(roots).any()
    row("fieller", b, se_b, c, se_c, cov, confidence, min(roots), max(roots))


for b, se_b, c, se_c, confidence in itertools.product(
        (0.94, 12.5), (0.004, 0.0), (0.93, 13.1), (0.007, 0.1), (0.9, 0.95, 0.99)):
    difference(b, se_b, c, se_c, 0, confidence)
for (se_b, se_c), correlation in itertools.product(
        ((0.004, 0.007), (0.1, 0.1), (0.5, 0.002)), (-1, -0.4, 0.001, 0.6, 0.98)):
    difference(0.94, se_b, 0.93, se_c, correlation * se_b * se_c, 0.95)
for b, se_b, c, se_c, confidence in itertools.product(
        (8.0, -8.0, 0.5), (0.05, 0.1), (8.2, -7.9, 0.1), (0.05, 0.2), (0.95, 0.99)):
    fieller(b, se_b, c, se_c, 0, confidence)
for b, c, (se_b, se_c), correlation in itertools.product(
        (8.0, -0.5), (8.2, -7.9, 0.1), ((0.05, 0.05), (0.1, 0.02)), (-0.9, 0.3, 0.95)):
    fieller(b, se_b, c, se_c, correlation * se_b * se_c, 0.95)
for estimate, limit, se in ((0.03, 0.02, 0.01), (0.01, 0.02, 0.01), (0.5, 0.1, 0.05), (-1, 1, 0.7)):
    row("above", estimate, limit, se, norm.sf((estimate - limit) / se))
draw = np.random.default_rng(20240501)
for count in (1, 2, 3, 10, 40):
    p = np.round(draw.uniform(0, 0.2, count) ** 2, 6)
    if count == 10:
        p[3] = p[7]  # ties
    adjusted = multipletests(p, method="holm")[1]
    row("holm", count, *p, *adjusted)


def discordant(delta, b, c, n):
    """P(b alone) + P(c alone) at their most likely, where the first is larger by delta."""
    if delta < 0:
        return discordant(-delta, c, b, n)
    high = (1 - delta) / 2  # of P(c alone); there is nothing else then

    def slope(q):
        terms = ((b, 1, q + delta), (c, 1, q), (n - b - c, -2, 2 * (high - q)))
        return sum(count * sign / p for count, sign, p in terms if count > 0)

    least, most = high * 1e-14, high * (1 - 1e-14)
    if slope(least) <= 0:
        q = 0
    elif slope(most) >= 0:
        q = high
    else:
        q = brentq(slope, least, most, xtol=1e-18, rtol=1e-15, maxiter=500)
    return 2 * q + delta


def bisect(below, low, high):
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def tango(both, b, c, none, confidence):
    n = both + b + c + none
    z = norm.ppf(confidence)

    def statistic(delta):
        variance = n * (discordant(delta, b, c, n) - delta**2)
        excess = b - c - n * delta
        if variance > 0:
            return excess / np.sqrt(variance)
        return float(np.copysign(np.inf, excess)) if excess != 0 else 0.0

    d = (b - c) / n
    bounds = [bisect(lambda x: statistic(x) > z, -1, d), bisect(lambda x: statistic(x) > -z, d, 1)]
    row("tango", both, b, c, none, confidence, *bounds)


for counts in ((1, 1, 7, 12), (43, 0, 1, 0), (20, 0, 0, 0), (0, 0, 0, 2000), (1700, 100, 0, 200),
               (1700, 0, 9, 291), (500, 40, 31, 429), (3, 2, 2, 3), (0, 5, 5, 0), (10, 0, 3, 0),
               (999000, 400, 350, 250), (1, 0, 0, 0), (0, 3, 0, 0), (0, 0, 4, 0), (0, 6, 1, 0)):
    for confidence in (0.9, 0.95, 0.975, 0.99):
        tango(*counts, confidence)
def t_quantile(p, df):
    """By the incomplete beta function; scipy.stats.t.ppf(0.99, 2) has nine digits only."""
    return np.sqrt(df * (1 / betaincinv(df / 2, 0.5, 2 * (1 - p)) - 1))


for difference, se, n, confidence in itertools.product((0.02, -3.5), (0.004, 1.2), (2, 3, 20, 5000),
                                                       (0.9, 0.95, 0.99)):
    half = t_quantile(confidence, n - 1) * se
    row("paired_t", difference, se, n, confidence, difference - half, difference + half)
