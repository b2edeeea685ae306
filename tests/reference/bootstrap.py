#!/usr/bin/env python3
"""Makes bootstrap.tsv, the figures that test_bootstrap.c compares with.

Intervals are those of scipy.stats.bootstrap, paired, by RESAMPLES resamples, RUNS times over: of each
figure the mean of the runs, and what another run of as many resamples may differ from it by: six
standard deviations, or for a bound as far as the replicates of all runs reach that stand within seven
standard errors of its level: few different values make a bound leap. (SciPy's z0 counts replicates
that equal the estimate; statistics of whole numbers are written here such that they do.) The acceleration is that of the jackknife, computed sample by sample. DeLong's
variances are those of the definition, O(n^2), over all pairs of a positive and a negative.

Rows hold a seed instead of data: test_bootstrap.c draws the same from it.

usage: bootstrap.py > bootstrap.tsv    (SciPy 1.10.1, NumPy 1.24.2)
"""
import math

import numpy as np
from scipy import stats

from draw import Draw, row

RESAMPLES, RUNS = 100000, 8

print("# made by bootstrap.py; see there")


def pair(draw, shape):
    u, v, w = draw(), draw(), draw()
    if shape == 0:  # right or wrong
        return float(u < 0.8), float((u if v < 0.9 else w) < 0.78)
    if shape == 1:  # grades
        return float(math.floor(5 * u)), float(math.floor(5 * (u if v < 0.7 else w)))
    if shape == 2:  # continuous
        return u + v, u + w - 0.05
    return 1 + 10 * u * u * u * u + v, 1 + 8 * u * u * u * u + w  # skewed


def pairs(seed, n, shape):
    draw = Draw(seed)
    return tuple(np.array(x) for x in zip(*(pair(draw, shape) for _ in range(n))))


def acceleration(values):
    u = values.mean() - values
    return (u**3).sum() / (6 * (u**2).sum() ** 1.5)


def leap(values, bound):
    """How far a bound may move with its level, the values being sorted."""
    level = (np.searchsorted(values, bound) + np.searchsorted(values, bound, "right")) / 2 / len(values)
    slack = 7 * math.sqrt(level * (1 - level) / RESAMPLES)
    around = np.quantile(values, [max(0, level - slack), min(1, level + slack)])
    return max(abs(around - bound))


def intervals(data, statistic, confidence, method):
    """Low, high and standard error, and what they may be off by."""
    found, values = [], []
    for run in range(RUNS):
        r = stats.bootstrap(data, statistic, paired=True, vectorized=True, method=method, batch=2000,
                            n_resamples=RESAMPLES, confidence_level=2 * confidence - 1,
                            random_state=run)
        found.append((*r.confidence_interval, r.standard_error))
        values.append(r.bootstrap_distribution)
    found, values = np.array(found), np.sort(np.concatenate(values))
    mean = found.mean(axis=0)
    off = 6 * found.std(axis=0, ddof=1) * math.sqrt(1 + 1 / RUNS)
    off[:2] = np.maximum(off[:2], [leap(values, bound) for bound in mean[:2]])
    return [x for both in zip(mean, off) for x in both]


def contrast(ratio, center):
    if ratio:
        return lambda b, c, axis=-1: center(c, axis) / center(b, axis)
    return lambda b, c, axis=-1: center(b, axis) - center(c, axis)


def without_each(data, statistic):
    n = len(data[0])
    return np.array([statistic(*(np.delete(x, i) for x in data)) for i in range(n)])


def of_means(ratio):
    if ratio:
        return lambda b, c, axis=-1: c.sum(axis=axis) / b.sum(axis=axis)
    return lambda b, c, axis=-1: (b - c).sum(axis=axis) / b.shape[axis]


for ratio in (0, 1):
    for seed, n, shape, confidence in (
            (1, 40, 0, 0.95), (2, 200, 0, 0.975), (3, 60, 1, 0.95), (4, 150, 2, 0.95),
            (5, 30, 3, 0.9), (6, 120, 3, 0.99), (7, 300, 2, 0.999)):
        data, statistic = pairs(seed, n, shape), of_means(ratio)
        row("means", ratio, seed, n, shape, confidence, statistic(*data),
            acceleration(without_each(data, statistic)),
            *intervals(data, statistic, confidence, "BCa"),
            *intervals(data, statistic, confidence, "percentile"))

for ratio in (0, 1):
    for seed, n, shape, q in ((11, 50, 2, 0.5), (12, 200, 3, 0.99), (13, 100, 3, 0.9),
                              (14, 80, 2, 0.05), (15, 90, 1, 0.75), (16, 30, 3, 1), (17, 31, 2, 0)):
        data = pairs(seed, n, shape)
        statistic = contrast(ratio, lambda x, axis: np.quantile(x, q, axis=axis))
        if ratio and shape == 1:
            continue  # a base of 0
        row("quantiles", ratio, seed, n, shape, q, statistic(*data),
            *intervals(data, statistic, 0.95, "percentile"))


# --- sums: perplexities ---
def perplexity(b, c, tokens, axis=-1):
    b, c, tokens = (x.sum(axis=axis) for x in (b, c, tokens))
    return np.exp(c / tokens) - np.exp(b / tokens)


for seed, n, shape in (21, 25, 2), (22, 100, 3), (23, 80, 1):
    b, c = pairs(seed, n, shape)
    draw = Draw(seed + 1000)
    data = b, c, np.array([1.0 + math.floor(4 * draw()) for _ in range(n)])
    row("sums", seed, n, shape, perplexity(*data), acceleration(without_each(data, perplexity)),
        *intervals(data, perplexity, 0.95, "BCa"))


# --- counts: F1 and Matthews' coefficient of two models ---
def f1(label, said, axis):
    both = (label & said).sum(axis=axis)
    return 2 * both / (label.sum(axis=axis) + said.sum(axis=axis))


def mcc(label, said, axis):
    n = label.shape[axis]
    both, actual, positive = (x.sum(axis=axis) for x in (label & said, label, said))
    return (both * n - actual * positive) / np.sqrt(
        actual * (n - actual) * positive * (n - positive) + 0.0)


def figures(k):
    def statistic(label, b, c, axis=-1):
        label, b, c = (x.astype(np.int64) for x in (label, b, c))
        return (f1, mcc)[k](label, b, axis) - (f1, mcc)[k](label, c, axis)
    return statistic


for seed, n, p in (31, 100, 0.3), (32, 250, 0.5), (33, 400, 0.2):
    draw, samples = Draw(seed), []
    for _ in range(n):
        label = draw() < p
        b = label if draw() < 0.85 else draw() < 0.5
        c = b if draw() < 0.9 else draw() < 0.4
        samples.append((label, b, c))
    data = tuple(np.array(x, dtype=np.int64) for x in zip(*samples))
    cells = np.bincount(4 * data[0] + 2 * data[1] + data[2], minlength=8)
    row("counts", *cells, *(x for k in (0, 1) for x in (
        figures(k)(*data), acceleration(without_each(data, figures(k))),
        *intervals(data, figures(k), 0.95, "BCa"))))


# --- DeLong ---
def delong(b, c, positive, confidence):
    def psi(score):
        x, y = score[positive == 1], score[positive == 0]
        return (y[None, :] < x[:, None]) + 0.5 * (y[None, :] == x[:, None])
    placed = [psi(b), psi(c)]
    auc = [p.mean() for p in placed]
    m, n = placed[0].shape
    s = (np.cov([p.mean(axis=1) for p in placed]) / m + np.cov([p.mean(axis=0) for p in placed]) / n)
    se = math.sqrt(max(0, s[0, 0] + s[1, 1] - 2 * s[0, 1]))
    half = stats.norm.ppf(confidence) * se
    return [*auc, s[0, 0], s[1, 1], s[0, 1], se, auc[0] - auc[1] - half, auc[0] - auc[1] + half]


for seed, n, levels, confidence in ((41, 12, 0, 0.95), (42, 200, 0, 0.975), (43, 300, 7, 0.95),
                                    (44, 2000, 50, 0.99), (45, 1500, 0, 0.9), (46, 60, 2, 0.95)):
    draw, b, c, positive = Draw(seed), [], [], []
    for _ in range(n):
        u, v, w, x = draw(), draw(), draw(), draw()
        b.append(u + 0.3 * v)
        c.append(u + 0.4 * w - 0.5)
        positive.append(int(x < u))
        if levels:
            b[-1], c[-1] = math.floor(b[-1] * levels) / levels, math.floor(c[-1] * levels) / levels
    row("delong", seed, n, levels, confidence,
        *delong(np.array(b), np.array(c), np.array(positive), confidence))
