#!/usr/bin/env python3
"""Makes scores.tsv, the figures that test_scores.c compares with. scikit-learn for classes, two
classes by a score, and regressions; NumPy for quantiles; exact fractions for moments; for the
documents of a query the definitions of trec_eval 9 (recip_rank, map, ndcg, ndcg_cut), written out
here rank by rank, and asserted to equal scikit-learn's where the two define the same: where every
relevant document is retrieved.

Rows named *_drawn hold a seed instead of data: test_scores.c draws the same from it.

usage: scores.py > scores.tsv    (scikit-learn 1.2.1, NumPy 1.24.2)
"""
import math
import pathlib
import sys
import warnings
from fractions import Fraction

import numpy as np
from sklearn import metrics

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "reference"))
from draw import Draw, row  # noqa: E402 (found by the line above)


print("# made by scores.py; see there")


# --- classes ---
def triple(actual, predicted, average):
    return metrics.precision_recall_fscore_support(actual, predicted, average=average,
                                                   zero_division=0)[:3]


def class_scores(actual, predicted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "y_pred contains classes not in y_true", wanted here
        return [metrics.accuracy_score(actual, predicted),
                metrics.balanced_accuracy_score(actual, predicted),
                metrics.matthews_corrcoef(actual, predicted),
                *triple(actual, predicted, "macro"), *triple(actual, predicted, "micro"),
                *triple(actual, predicted, "weighted")]


def counts(actual, predicted, label):
    pairs = list(zip(actual, predicted))
    return [sum(a == label for a in actual), sum(p == label for p in predicted),
            sum(a == p == label for a, p in pairs)]


def classes(actual, predicted, also=()):
    labels = sorted(set(actual) | set(predicted) | set(also))
    row("classes", len(labels), *(n for label in labels for n in counts(actual, predicted, label)),
        *class_scores(actual, predicted))


def matrix(rows):
    """Lists of actual and predicted classes from a confusion matrix."""
    cells = [(i, j) for i, r in enumerate(rows) for j, n in enumerate(r) for _ in range(n)]
    return [i for i, _ in cells], [j for _, j in cells]


classes([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])
classes([7], [7])                                        # one sample, right
classes([0], [1])                                        # one sample, wrong
classes([0, 0, 0], [0, 0, 0], also=[1])                  # a single class; another nowhere
classes([0, 1, 2, 2], [0, 0, 2, 0])                      # 1 is never predicted
classes([0, 0, 2, 2], [0, 1, 2, 1])                      # 1 is never actual
classes([0, 1, 0, 1], [1, 0, 1, 0])                      # all wrong
classes([0, 1, 2, 3] * 5, [2] * 20)                      # one class for everything
classes(*matrix([[50, 3, 2], [4, 60, 1], [0, 7, 80]]))
classes(*matrix([[99990, 3], [6, 1]]))                   # nearly all in one class
for actual, predicted in (
        ([0, 0, 1, 1, 1], [0, 1, 1, 1, 0]), ([1, 0], [0, 0]), ([0], [1]), ([0], [0])):
    row("class", *counts(actual, predicted, 1), *triple(actual, predicted, "binary"))
for seed, n, k in (1, 1000, 3), (2, 5000, 10), (3, 20000, 1000), (4, 300, 500):
    draw, actual, predicted = Draw(seed), [], []
    for _ in range(n):
        a, right, other = draw(), draw() < 0.7, draw()
        actual.append(int(a * a * k))
        predicted.append(actual[-1] if right else int(other * k))
    row("classes_drawn", seed, n, k, *class_scores(actual, predicted))


# --- two classes by a score ---
def ranking(score, positive):
    return [metrics.roc_auc_score(positive, score),
            metrics.average_precision_score(positive, score)]


def likelihood(p, positive):
    return [metrics.log_loss(positive, p, labels=[0, 1], eps=np.finfo(float).eps),
            np.mean((np.array(p) - np.array(positive)) ** 2) if len(set(positive)) == 1
            else metrics.brier_score_loss(positive, p)]


TINY = 5e-324
for score, positive in (
        ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]),
        ([0.5, 0.5], [0, 1]),
        ([2, 1], [0, 1]),
        ([1, 2], [0, 1]),
        ([3, 3, 3, 1, 1, 2, 2, 2], [1, 0, 1, 0, 1, 0, 0, 1]),
        ([-0.0, 0.0, 0.0, -0.0, -TINY, TINY], [1, 0, 1, 0, 1, 0]),
        ([1e308, -1e308, TINY, -TINY, 0.0, 1.0, -1.0], [0, 1, 1, 0, 1, 0, 1]),
        ([-5, -4, -3, -2, -1], [0, 0, 0, 0, 1]),
        ([1, 1 + 2**-52, 1 - 2**-53, 1], [0, 1, 1, 1])):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the difference of +-1e308 overflows, to the right side
        row("ranking", len(score), *score, *positive, *ranking(score, positive))
for p, positive in (
        ([0.9, 0.1, 0.8, 0.35], [1, 0, 1, 0]),
        ([1.0], [1]), ([0.0], [1]), ([0.25], [0]),
        ([0, 1, 0, 1], [0, 0, 1, 1]),
        ([1e-17, 1 - 2**-53, 1e-300, 0.5], [0, 1, 1, 0]),
        ([0.3, 0.6, 0.2], [0, 0, 0])):
    row("probabilities", len(p), *p, *positive, *likelihood(p, positive))
for seed, n, levels in (11, 2000, 0), (12, 5000, 7), (13, 5000, 1000), (14, 100000, 0), (15, 64, 2):
    draw, p, positive = Draw(seed), [], []
    for _ in range(n):
        u, v = draw(), draw()
        p.append(math.floor(u * levels) / levels if levels else u)
        positive.append(int(v < u))
    row("ranking_drawn", seed, n, levels, *ranking(p, positive), *likelihood(p, positive))


# --- the documents of one query ---
def query(rank, grade, k):
    at = {r: g for r, g in zip(rank, grade) if r}
    last = max(at, default=0)
    reciprocal, found, precisions, gains = 0, 0, [], []
    for r in range(1, last + 1):
        if r not in at:
            continue
        found += 1
        reciprocal = reciprocal or 1 / r
        precisions.append(found / r)
        if not k or r <= k:
            gains.append(at[r] / math.log2(r + 1))
    best = sorted(grade, reverse=True)[:k or None]
    most = math.fsum(g / math.log2(i + 2) for i, g in enumerate(best))
    out = [reciprocal, math.fsum(precisions) / len(rank) if rank else 0,
           math.fsum(gains) / most if most else 0]
    if 1 < last < 5000 and len(at) == len(rank):
        truth = [at.get(r, 0) for r in range(1, last + 1)]
        score = list(range(last, 0, -1))
        theirs = (metrics.average_precision_score(np.array(truth) > 0, score),
                  metrics.ndcg_score([truth], [score], k=k or None))
        assert np.allclose(out[1:], theirs, rtol=1e-12, atol=0)
    return out


for k, rank, grade in (
        (0, [1], [1]), (0, [0], [1]), (0, [3], [2]), (1, [2], [1]),
        (0, [5, 1, 3], [1, 3, 2]), (3, [5, 1, 3], [1, 3, 2]), (2, [0, 2, 0, 7], [3, 1, 2, 1]),
        (0, [0, 0], [1, 2]), (10, [4, 2, 1, 3], [0.5, 2.5, 2.5, 1]), (5, [6, 7], [1, 1]),
        (0, [100000, 10], [1, 2]),
        (0, [1, 2, 3], [1e-6, 1e15, 1])):
    row("query", len(rank), k, *rank, *grade, *query(rank, grade, k))
for seed, relevant, step, k in (
        (21, 1000, 3, 0), (22, 1000, 3, 10), (23, 5000, 40, 1000), (24, 300, 1, 0)):
    draw, rank, grade = Draw(seed), [], []
    for i in range(relevant):
        place, lost, g = draw(), draw() < 0.2, draw()
        rank.append(0 if lost else 1 + i * step + int(place * step))
        grade.append(1 + int(g * 3))
    row("query_drawn", seed, relevant, step, k, *query(rank, grade, k))


# --- moments, quantiles, regressions ---
def moments(b, c):
    n, b, c = len(b), [Fraction(x) for x in b], [Fraction(x) for x in c]
    mean_b, mean_c = sum(b) / n, sum(c) / n

    def spread(x, mean_x, y, mean_y):
        return sum((u - mean_x) * (v - mean_y) for u, v in zip(x, y)) / (n - 1) if n > 1 else 0

    return [float(x) for x in (mean_b, mean_c, spread(b, mean_b, b, mean_b),
                               spread(c, mean_c, c, mean_c), spread(b, mean_b, c, mean_c))]


for b, c in (
        ([3], [4]), ([1, 2, 3, 4], [2, 1, 4, 3]), ([0.1] * 3, [0.7] * 3),
        ([1, 0, 1, 1, 0], [1, 0, 0, 1, 1]), ([-5.5, 0.25], [8, -1.125]),
        ([1e9 + 1, 1e9 + 2, 1e9 + 4], [-1e9, -1e9, -1e9 - 1]),
        ([1e150, -1e150, 3e149], [1e-150, 2e-150, 4e-150]),
        ([1e16, 1, -1e16], [1, 2, 3])):
    if len(b) > 1 and max(map(abs, b)) < 1e3:  # where NumPy keeps its digits
        assert np.allclose(moments(b, c)[2:], np.cov(b, c)[[0, 1, 0], [0, 1, 1]], rtol=1e-12,
                           atol=1e-30)
    row("moments", len(b), *b, *c, *moments(b, c))


def drawn_pairs(seed, n, offset, scale):
    draw, b, c = Draw(seed), [], []
    for _ in range(n):
        u, v = draw(), draw()
        b.append(offset + scale * u)
        c.append(offset + scale * (u if v < 0.5 else v))
    return b, c


for made in (31, 1000, 0, 1), (32, 5000, 1e9, 1e-3), (33, 5000, -3, 100), (34, 2, 0, 1e-100):
    row("moments_drawn", *made, *moments(*drawn_pairs(*made)))
for x in ([7], [2, 1], [3, 1, 2, 5, 4], [1, 1, 1, 2], [0.1] * 7, [-1, 1, 1e300, -1e300]):
    for q in (0, 0.1, 0.25, 0.5, 0.9, 0.99, 1):
        row("quantile", len(x), q, *x, np.quantile(x, q))
for seed, n, levels, q in (
        (41, 1000, 0, 0.5), (42, 5000, 10, 0.95), (43, 9999, 0, 0.99), (44, 10000, 0, 0.123),
        (45, 5000, 2, 0.5), (46, 10000, 0, 0), (47, 10000, 3, 1)):
    draw = Draw(seed)
    x = [math.floor(u * levels) if levels else u for u in (draw() for _ in range(n))]
    row("quantile_drawn", seed, n, levels, q, np.quantile(x, q))


def regression(actual, predicted):
    return [metrics.mean_absolute_error(actual, predicted),
            math.sqrt(metrics.mean_squared_error(actual, predicted)),
            metrics.r2_score(actual, predicted)]


for actual, predicted in (
        ([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]), ([1, 2, 3], [1, 2, 3]), ([1, 2, 3], [3, 2, 1]),
        ([5, 5, 5], [5, 5, 5]), ([5, 5, 5], [5, 5, 6]), ([1e6, 1e6 + 1], [1e6, 1e6 + 0.5])):
    row("regression", len(actual), *actual, *predicted, *regression(actual, predicted))
for made in (51, 1000, 0, 1), (52, 5000, 100, 10), (53, 5000, -3, 1e6):
    row("regression_drawn", *made, *regression(*drawn_pairs(*made)))
