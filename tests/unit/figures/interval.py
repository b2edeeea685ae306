#!/usr/bin/env python3
"""Makes interval.tsv, the figures that test_stats.c compares with. SciPy for the normal quantiles,
statsmodels for Holm's adjustment, and for Fieller's limits the roots of the quadratic itself
(Fieller 1954): all r with (c - r b)^2 <= z^2 (se_c^2 - 2 r cov + r^2 se_b^2).

usage: interval.py > interval.tsv
"""
import itertools

import numpy as np
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
