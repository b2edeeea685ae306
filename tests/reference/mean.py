#!/usr/bin/env python3
"""Makes mean.tsv: Welch's intervals, tests against a limit and cluster-robust errors by statsmodels,
from samples; the adjustments of p values by statsmodels; ratios from the formula in 40 digits.

usage: mean.py > mean.tsv    (SciPy 1.10.1, statsmodels 0.13.5, NumPy 1.24.2, mpmath 1.2.1)
"""
import itertools
import math

import mpmath as mp
import numpy as np
import statsmodels.api as sm
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind, ttost_paired

from common import row, t_of, z_of

print("# made by mean.py; see there")

draw = np.random.default_rng(20240502)

# --- Welch ---
for (n, m), ratio, confidence in itertools.product(((2, 2), (2, 40), (5, 9), (30, 30), (1000, 80)),
                                                   (1.0, 7.0), (0.95, 0.995)):
    b, c = draw.normal(0.7, 0.2, n), draw.normal(0.6, 0.2 * ratio, m)
    means = CompareMeans(DescrStatsW(b), DescrStatsW(c))
    low, high = means.tconfint_diff(alpha=2 - 2 * confidence, usevar="unequal")
    difference, half = b.mean() - c.mean(), t_of(confidence, means.dof_satt()) * means.std_meandiff_separatevar
    assert math.isclose(low, difference - half, rel_tol=1e-6, abs_tol=1e-9)
    row("welch", b.mean(), b.std(ddof=1) / math.sqrt(n), n, c.mean(), c.std(ddof=1) / math.sqrt(m), m,
        confidence, difference - half, difference + half)
# no variance on one side, and on both
half = t_of(0.95, 9) * 0.1
row("welch", 2, 0, 5, 1, 0.1, 10, 0.95, 1 - half, 1 + half)
row("welch", 2, 0.1, 10, 1, 0, 5, 0.95, 1 - half, 1 + half)
row("welch", 2, 0, 5, 1, 0, 10, 0.95, 1, 1)

# --- two one-sided tests, and non-inferiority ---
for n, m, limit in ((6, 8, 0.3), (40, 35, 0.1), (40, 35, 0.02), (300, 300, 0.05), (2, 2, 1.0)):
    b, c = draw.normal(0.7, 0.2, n), draw.normal(0.68, 0.15, m)
    means = CompareMeans(DescrStatsW(b), DescrStatsW(c))
    se, df = means.std_meandiff_separatevar, means.dof_satt()
    p, lower, upper = ttost_ind(b, c, -limit, limit, usevar="unequal")
    row("tost", b.mean() - c.mean(), se, limit, df, p)
    row("noninferiority", b.mean() - c.mean(), se, limit, df, upper[1])
for n, limit in ((3, 0.4), (25, 0.05), (900, 0.02)):
    b = draw.normal(0.7, 0.2, n)
    c = b + draw.normal(-0.01, 0.1, n)
    p, lower, upper = ttost_paired(b, c, -limit, limit)
    se = (b - c).std(ddof=1) / math.sqrt(n)
    row("tost", (b - c).mean(), se, limit, n - 1, p)
    row("noninferiority", (b - c).mean(), se, limit, n - 1, upper[1])
for difference, se, limit in ((0.01, 0.004, 0.02), (-0.01, 0.004, 0.02), (0.03, 0.004, 0.02),
                              (0, 0.001, 0.02), (-0.5, 0.01, 0.2)):
    row("noninferiority", difference, se, limit, math.inf, norm.cdf((difference - limit) / se))
    row("tost", difference, se, limit, math.inf,
        max(norm.cdf((difference - limit) / se), norm.sf((difference + limit) / se)))
for difference, p in ((0.01, 0), (0.02, 1), (0.03, 1), (-0.03, 0)):
    row("noninferiority", difference, 0, 0.02, 5, p)
    row("tost", difference, 0, 0.02, 5, 1 if abs(difference) >= 0.02 else 0)


# --- clusters ---
def clusters(d, g):
    d, g = np.asarray(d, float), np.asarray(g)
    if np.ptp(d) > 0:
        fit = sm.OLS(d, np.ones(len(d))).fit(cov_type="cluster", cov_kwds={"groups": g})
        mean, se = fit.params[0], fit.bse[0]
    else:
        mean, se = d[0], 0
    if len(set(g)) == len(g):
        assert math.isclose(se, d.std(ddof=1) / math.sqrt(len(d)), rel_tol=1e-12, abs_tol=1e-15)
    row("clusters", len(d), *d, *g, mean, se, len(set(g)))


clusters([1, 0], [0, 1])
clusters([0.1] * 7, [1, 1, 2, 2, 3, 3, 3])
clusters([1, 0, 1, 1, 0, 0], [5, 5, 5, 9, 9, 9])
clusters([1, 0, -1, 1, 0, 0, 1], [4294967295, 0, 7, 7, 0, 4294967295, 1])
clusters(draw.normal(0.01, 0.3, 30), np.arange(30))
for size, many in ((30, 4), (40, 10), (45, 30)):
    g = draw.integers(0, many, size)
    shared = draw.normal(0, 0.2, many)
    clusters(np.round(0.02 + shared[g] + draw.normal(0, 0.1, size), 6), g)
clusters(1e6 + draw.normal(0, 1e-3, 20), draw.integers(0, 5, 20))


# --- ratios ---
for b, c, (r_b, r_c), correlation, confidence in itertools.product(
        (0.8, 120.0), (0.76, 131.0), ((0.01, 0.02), (0.3, 0.1), (0.0, 0.05)), (0, 0.9),
        (0.95, 0.99)):
    se_b, se_c = r_b * b, r_c * c
    cov = correlation * se_b * se_c
    z = z_of(confidence)
    B, C = mp.mpf(b), mp.mpf(c)
    half = z * mp.sqrt((se_b / B)**2 + (se_c / C)**2 - 2 * mp.mpf(cov) / (B * C))
    row("log_delta", b, se_b, c, se_c, cov, confidence, C / B * mp.exp(-half), C / B * mp.exp(half))

# --- many p values ---
for count in (1, 2, 3, 10, 40):
    p = np.round(draw.uniform(0, 0.3, count) ** 2, 6)
    if count == 10:
        p[3] = p[7]
        p[0] = 0
    if count == 40:
        p[5] = 1
    row("benjamini_hochberg", count, *p, *multipletests(p, method="fdr_bh")[1])
row("benjamini_hochberg", 3, 1, 1, 1, 1, 1, 1)
row("benjamini_hochberg", 4, 0.04, 0.03, 0.02, 0.01, 0.04, 0.04, 0.04, 0.04)
