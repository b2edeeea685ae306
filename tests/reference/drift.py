#!/usr/bin/env python3
"""Makes drift.tsv: Page-Hinkley and ADWIN in plain Python after their papers, Kolmogorov-Smirnov by
SciPy (and by counting all orders where there are ties), stability indices by NumPy.

usage: drift.py > drift.tsv    (SciPy 1.10.1, NumPy 1.24.2)

Streams are drawn by draw.py's generator, which the tests in C have too: a row says seed, kind of
stream and length, and where the alarms are.
"""
import itertools
import math

import numpy as np
from scipy import stats
from scipy.special import kolmogorov

from draw import Draw, row

print("# made by drift.py; see there")


def stream(seed, kind, n):
    """0: level. 1: up by 0.3 half way. 2: down by 0.2 at a third, and up by 0.4 at two. 3: a slope.
    4: 0 or 1, 0.9 and then 0.6. 5: spread grows, mean stays."""
    draw = Draw(seed)
    for i in range(n):
        x = draw()
        if kind == 1:
            x = 0.7 * x + (0.3 if 2 * i >= n else 0.0)
        elif kind == 2:
            x = 0.5 * x + (0.2 if 3 * i < n else 0.0 if 3 * i < 2 * n else 0.4)
        elif kind == 3:
            x = 0.5 * x + 0.5 * (i / n)
        elif kind == 4:
            x = 1.0 if x < (0.9 if 2 * i < n else 0.6) else 0.0
        elif kind == 5:
            x = 0.5 + (x - 0.5) * (0.2 + 0.8 * (i / n))
        yield x


# --- Page-Hinkley, by its definition: all sums are kept ---
def page_hinkley(values, delta, threshold, least, direction):
    alarms, seen, up, down = [], [], [], []
    for at, x in enumerate(values):
        seen.append(x)
        mean = math.fsum(seen) / len(seen) if len(seen) < 200 else mean + (x - mean) / len(seen)
        up.append((up[-1] if up else 0.0) + (x - mean - delta))
        down.append((down[-1] if down else 0.0) + (mean - x - delta))
        rises = up[-1] - min(0.0, min(up))
        falls = down[-1] - min(0.0, min(down))
        statistic = (max(rises, falls), rises, falls)[direction]
        if len(seen) > least and statistic > threshold:
            alarms.append((at, statistic))
            seen, up, down = [], [], []
    return alarms


for seed, kind, direction in itertools.product((1, 2), range(5), (0, 1, 2)):
    n, delta, threshold, least = 1200, 0.05, 12.0, 30
    alarms = page_hinkley(stream(seed, kind, n), delta, threshold, least, direction)
    row("page_hinkley", seed, kind, n, delta, threshold, least, direction, len(alarms),
        *(f for alarm in alarms for f in alarm))


# --- ADWIN ---
class Bucket:
    """Keeps its values, which an exponential histogram does not have: its figures are not updated,
    but computed."""

    def __init__(self, values):
        self.values = values


class Adwin:
    M = 5

    def __init__(self, delta, span, clock):
        self.delta, self.span, self.clock, self.ticks = delta, span, clock, 0
        self.buckets = []  # the oldest first

    def add(self, x):
        self.buckets.append(Bucket([x]))
        size = 1
        while True:
            same = [i for i, b in enumerate(self.buckets) if len(b.values) == size]
            if len(same) <= self.M:
                break
            first = same[0]
            self.buckets[first:first + 2] = [Bucket(self.buckets[first].values + self.buckets[first + 1].values)]
            size *= 2
        self.ticks += 1
        if self.ticks % self.clock:
            return None
        found = None
        while True:
            cut = self.find()
            if cut is None:
                return found
            found = cut
            del self.buckets[0]

    def find(self):
        everything = [v for b in self.buckets for v in b.values]
        n = len(everything)
        for k in range(1, len(self.buckets)):
            n0 = sum(len(b.values) for b in self.buckets[:k])
            n1 = n - n0
            if min(n0, n1) < 5:
                continue
            log_part = math.log(2 * math.log(n) / self.delta)
            m = 1 / (1 / n0 + 1 / n1)
            eps = math.sqrt(2 / m * np.var(everything) * log_part) + 2 / (3 * m) * self.span * log_part
            old, new = np.mean(everything[:n0]), np.mean(everything[n0:])
            if abs(old - new) > eps:
                return n0, n1, old, new, eps
        return None


for seed, kind, (delta, span, clock) in itertools.product((1, 2), range(6), ((0.002, 1.0, 32), (0.3, 0.5, 1))):
    n = 2500 if clock > 1 else 600
    detector, alarms = Adwin(delta, span, clock), []
    for at, x in enumerate(stream(seed, kind, n)):
        cut = detector.add(x)
        if cut is not None:
            alarms.append((at, *cut))
    window = [v for b in detector.buckets for v in b.values]
    row("adwin", seed, kind, n, delta, span, clock, len(window), np.mean(window), len(detector.buckets), len(alarms),
        *(f for alarm in alarms[:10] for f in alarm))


# --- Kolmogorov-Smirnov ---
def sample(draw, n, values, shift):
    """As the tests' sample(): whole numbers, more small ones."""
    return [math.floor(values * draw() * draw()) + shift for _ in range(n)]


def distance(b, c):
    at = np.unique(np.concatenate([b, c]))
    above = [np.searchsorted(np.sort(b), at, "right") * len(c), np.searchsorted(np.sort(c), at, "right") * len(b)]
    apart = above[0] - above[1]
    k = int(np.argmax(abs(apart)))
    return apart[k] / (len(b) * len(c)), at[k], int(abs(apart[k]))


def all_orders(b, c):
    """The share of all ways to part the values into two in which they are as far apart."""
    values, wanted = np.array(list(b) + list(c), float), distance(b, c)[2]
    hits = total = 0
    for chosen in itertools.combinations(range(len(values)), len(b)):
        mask = np.zeros(len(values), bool)
        mask[list(chosen)] = True
        hits += distance(values[mask], values[~mask])[2] >= wanted
        total += 1
    return hits / total


def ks(name, b, c, p):
    d, at, _ = distance(b, c)
    row(name, len(b), len(c), *b, *c, abs(d), at, d > 0, p)


draw = np.random.default_rng(20251125)
for n, m in ((1, 1), (1, 9), (2, 3), (5, 5), (8, 8), (7, 13), (20, 21), (30, 15)):
    for shift in (0, 0.5, 3):
        b, c = draw.normal(0, 1, n), draw.normal(shift, 1, m)
        result = stats.ks_2samp(b, c, method="exact")
        assert math.isclose(result.statistic, abs(distance(b, c)[0]), rel_tol=1e-12)
        ks("ks", b, c, result.pvalue)
for n, m, values in ((2, 2, 2), (4, 5, 3), (6, 6, 4), (5, 8, 2), (7, 7, 9), (3, 9, 5), (1, 6, 2)):
    b, c = draw.integers(0, values, n), draw.integers(0, values + 1, m)
    ks("ks_ties", b, c, all_orders(b, c))
for seed, n, m, shift in ((1, 300, 200, 0.0), (2, 1000, 1000, 0.0), (3, 3000, 3000, 0.01), (4, 500, 20000, 0.05),
                          (5, 40, 100000, 0.1)):
    d = Draw(seed)
    b = np.array([d() for _ in range(n)])
    c = np.array([d() for _ in range(m)]) + shift
    statistic = distance(b, c)[0]
    p = stats.ks_2samp(b, c, method="exact").pvalue
    row("ks_drawn", seed, n, m, shift, abs(statistic), p, 1, 1e-9)
for seed, n, m, shift in ((6, 4000, 4000, 0.0), (7, 20000, 4000, 0.0), (8, 10000, 10000, 0.02), (9, 100000, 50000, 0.006)):
    d = Draw(seed)
    b = np.array([d() for _ in range(n)])
    c = np.array([d() for _ in range(m)]) + shift
    statistic = abs(distance(b, c)[0])
    root = math.sqrt(n * m / (n + m))
    row("ks_drawn", seed, n, m, shift, statistic, kolmogorov((root + 0.12 + 0.11 / root) * statistic), 0, 1e-9)
    # and near what SciPy has for it, the distribution of one sample of n m / (n + m)
    row("ks_drawn", seed, n, m, shift, statistic, stats.ks_2samp(b, c, method="asymp").pvalue, 0, 0.02)


# --- population stability ---
def psi(b, c, bins):
    b, c = np.asarray(b, float), np.asarray(c, float)
    edges = np.unique(np.quantile(b, [i / bins for i in range(1, bins)]))
    if edges[0] == b.min():
        edges = np.concatenate([[np.nextafter(edges[0], -np.inf)], edges])
    of_b = np.bincount(np.searchsorted(edges, b, "left"), minlength=len(edges) + 1)
    of_c = np.bincount(np.searchsorted(edges, c, "left"), minlength=len(edges) + 1)
    p, q = ((x + 0.5) / (x.sum() + len(x) / 2) for x in (of_b, of_c))
    index = float(((q - p) * np.log(q / p)).sum())
    return index, stats.chi2.sf(index / (1 / len(b) + 1 / len(c)), len(edges)), len(edges) + 1


for n, m, bins, shift in ((30, 20, 5, 0), (30, 20, 10, 0.5), (40, 40, 10, 2), (20, 30, 20, 0.2), (45, 1, 4, 0), (1, 10, 3, 1)):
    b, c = draw.normal(0, 1, n), draw.normal(shift, 1.2, m)
    row("psi", n, m, bins, *b, *c, *psi(b, c, bins))
for n, m, bins, values in ((40, 40, 10, 2), (30, 30, 4, 5), (40, 20, 10, 1), (40, 20, 10, 12)):
    b, c = draw.integers(0, values, n), draw.integers(-1, values + 2, m)
    row("psi", n, m, bins, *b, *c, *psi(b, c, bins))
