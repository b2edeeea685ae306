#!/usr/bin/env python3
"""Figures of returns (src/judge/roi*.c) and of distributions (src/stats/distribution.c), made by other
means: quantiles and means by SciPy; sums month by month instead of annuities; break-even by bisection
of the whole model; the distribution by NumPy's generators. Writes roi-1.yaml to roi-4.yaml, the models
as thresh reads them, and roi.tsv.

usage: roi.py    (NumPy and SciPy)
"""
import pathlib

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).parent
rows = []


def row(name, *fields):
    rows.append("\t".join([name, *("NaN" if f != f else f"{f:.17g}" for f in fields)]))


# --- distributions: shape as in distribution.h, a, b, c, p, quantile, mean, standard deviation ---
def beta(low, mode, high):
    w = high - low
    return stats.beta(1 + 4 * (mode - low) / w, 1 + 4 * (high - mode) / w, low, w)


def lognormal(mean, sd):
    s2 = np.log1p((sd / mean) ** 2)
    return stats.lognorm(np.sqrt(s2), scale=mean * np.exp(-s2 / 2))


class Split:
    """median, and what one standard deviation is below and above it"""

    def __init__(self, median, below, above):
        self.d = (median, below, above)

    def ppf(self, p):
        z = stats.norm.ppf(p)
        return self.d[0] + z * (self.d[1] if z < 0 else self.d[2])

    def mean(self):
        grid = (np.arange(4_000_000) + 0.5) / 4_000_000
        z = stats.norm.ppf(grid)
        self.values = self.d[0] + z * np.where(z < 0, self.d[1], self.d[2])
        return self.values.mean()

    def std(self):
        return self.values.std()


SHAPES = [
    (1, (2, 0, 5), stats.uniform(2, 3)), (1, (-1, 0, 1), stats.uniform(-1, 2)),
    (2, (0, 1, 4), stats.triang(0.25, 0, 4)), (2, (1, 1, 3), stats.triang(0, 1, 2)), (2, (1, 3, 3), stats.triang(1, 1, 2)),
    (3, (0, 1, 4), beta(0, 1, 4)), (3, (10, 10, 20), beta(10, 10, 20)), (3, (10, 20, 20), beta(10, 20, 20)),
    (3, (30000, 40000, 80000), beta(30000, 40000, 80000)),
    (4, (0, 1, 0), stats.norm(0, 1)), (4, (1200, 300, 0), stats.norm(1200, 300)),
    (5, (2600, 900, 0), lognormal(2600, 900)), (5, (1, 3, 0), lognormal(1, 3)),
    (6, (0.8, 0.1, 0.4), Split(0.8, 0.1, 0.4)), (6, (0, 2, 0.5), Split(0, 2, 0.5)),
]
for shape, (a, b, c), d in SHAPES:
    mean, sd = d.mean(), d.std()
    for p in (0.001, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.999):
        row("distribution", shape, a, b, c, p, d.ppf(p), mean, sd)

for x in (-700.0, -30.5, -1.0, -1e-9, 0.0, 1e-12, 0.34657, 0.5, 1.0, 10.0, 123.456, 699.0):
    row("exp", x, float(np.exp(np.longdouble(x))))


# --- returns ---
DRAWS = 4_000_000
rng = np.random.default_rng(20240611)


def pert(low, mode, high, n):
    return low + (high - low) * rng.beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), n)


def log_normal(mean, sd, n):
    s2 = np.log1p((sd / mean) ** 2)
    return rng.lognormal(np.log(mean) - s2 / 2, np.sqrt(s2), n)


def split(median, low, high, confidence, n):
    z, unit = rng.standard_normal(n), stats.norm.ppf(confidence)
    return median + z / unit * np.where(z < 0, median - low, high - median)


def present(months, yearly_rate):
    """what 1 a month is worth, each month summed"""
    return sum((1 + yearly_rate) ** (-m / 12) for m in range(1, months + 1))


def months_to_pay(once, monthly, yearly_rate, horizon):
    """first moment at which the discounted sum of months, the last in part, reaches what was spent"""
    left = once
    if left <= 0:
        return 0.0
    low, high = 0.0, float(horizon)
    r = (1 + yearly_rate) ** (1 / 12) - 1

    def worth(t):
        return monthly * (t if r == 0 else (1 - (1 + r) ** -t) / r)

    if monthly <= 0 or worth(high) < once:
        return float("nan")
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if worth(middle) >= once else (middle, high)
    return high


def bisect(net, high=1.0):
    """least degradation at which the net value is 0; NaN where it is below 0 from the beginning"""
    if net(0.0) < 0:
        return float("nan")
    low = 0.0
    if net(high) > 0:
        return float("nan")
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if net(middle) > 0 else (low, middle)
    return high


def figures(number, yaml, model, central, minimum, once, horizon, rate, driver):
    """`model(inputs)` gives savings, loss, cost; `central` the inputs at their central values"""
    (HERE / f"roi-{number}.yaml").write_text(yaml)
    s, l, c = model(central)

    def net(d, share):
        a, b, e = model({**central, driver: d})
        return a - b - share * e

    upfront = once(central)
    monthly = (s - l - c + upfront) / present(horizon, rate)
    yield from (s, l, c, (s - l) / c, months_to_pay(upfront, monthly, rate, horizon),
                bisect(lambda d: net(d, 1)), bisect(lambda d: net(d, minimum)))


def distribution(model, inputs, minimum):
    s, l, c = model(inputs)
    roi = (s - l) / c + np.zeros(DRAWS)
    yield from (roi.mean(), roi.std(), *np.quantile(roi, (0.05, 0.5, 0.95)), (roi > 0).mean(), (roi >= 1).mean(),
                (roi >= minimum).mean())


def add(number, yaml, model, central, draws, minimum, once, horizon, rate, driver):
    row("roi", number, *figures(number, yaml, model, central, minimum, once, horizon, rate, driver),
        *distribution(model, draws, minimum))


# 1: sure numbers, no discount
def sure(x):
    return 10 * 900 * 12 + 0 * x["d"], 2500 / 0.01 * np.maximum(x["d"], 0) * 12, 30000 + 200 * 12 + 0 * x["d"]


add(1, """schema: thresh/roi/v1
currency: USD
horizon: 1 year
minimum: 1.2
savings: {servers: {count: 10, cost: 900, per: month}}
losses: {clicks: {metric: ctr, for: 1%, value: 2500, per: month}}
cost: {people: {value: 30000, per: once}, running: {value: 2400, per: year}}
degradations: {ctr: 0.8%}
""", sure, {"d": 0.008}, {"d": 0.008}, 1.2, lambda x: 30000, 12, 0.0, "d")

# 2: every distribution, a currency, points, discounted
A24 = present(24, 0.08)
POINTS = (np.array([0, 0.01, 0.03]), np.array([0.0, 200, 4000]))


def by_points(d):
    beyond = POINTS[1][2] + (d - 0.03) / 0.02 * 3800
    return np.where(d > 0.03, beyond, np.interp(d, *POINTS))


def mixed(x):
    savings = x["n"] * 600 * A24 + x["b"] * 1.08 * A24
    loss = x["v"] * np.maximum(x["d"], 0) / 0.01 * A24 + by_points(x["a"]) * A24 + 20000 * x["e"]
    return savings, loss, x["p"] + 6000 + x["o"] * A24


add(2, """schema: thresh/roi/v1
currency: USD
rates: {EUR: 1.08}
horizon: 24 months
discount: 8%
minimum: 1.5
savings:
  servers: {count: 12..16, cost: 600, per: month}
  bandwidth: {value: {triangular: {low: 200, mode: 500, high: 700}}, currency: EUR, per: month}
losses:
  conversion: {metric: ndcg@10, for: 1%, value: {lognormal: {mean: 2200, sd: 700}}, per: month}
  complaints: {metric: accuracy, points: [[0pp, 0], [1pp, 200], [3pp, 4000]], per: month}
  brand: {value: 20000, chance: 5%, per: once}
cost:
  engineering: {value: {pert: {low: 30000, mode: 40000, high: 80000}}, per: once}
  evaluation: {value: 6000, per: once}
  operation: {value: {normal: {mean: 700, sd: 60}}, per: month}
degradations:
  ndcg@10: {estimate: {value: 1.2%, low: 0.6%, high: 2.1%}}
  accuracy: 0.8pp..4pp
""", mixed, {"n": 14, "b": 1400 / 3, "v": 2200, "d": 0.012, "a": 0.024, "e": 0.05, "p": 45000, "o": 700},
    {"n": rng.uniform(12, 16, DRAWS), "b": rng.triangular(200, 500, 700, DRAWS), "v": log_normal(2200, 700, DRAWS),
     "d": split(0.012, 0.006, 0.021, 0.95, DRAWS), "a": rng.uniform(0.008, 0.04, DRAWS),
     "e": rng.random(DRAWS) < 0.05, "p": pert(30000, 40000, 80000, DRAWS), "o": rng.normal(700, 60, DRAWS)},
    1.5, lambda x: x["p"] + 6000 + 20000 * x["e"], 24, 0.08, "d")

# 3: a business metric by its slope on a technical one; nothing is left of the savings
A36 = present(36, 0.05)


def mapped(x):
    return 5000 * A36 + 0 * x["d"], 9000 / 0.01 * np.maximum(x["s"] / 0.01 * x["d"], 0) * A36, x["c"] + 0 * x["d"]


add(3, """schema: thresh/roi/v1
currency: EUR
horizon: 3 years
discount: 0.05
minimum: 2
savings: {servers: {value: 60000, per: year}}
losses:
  sales:
    value: 9000
    for: 1%
    per: month
    mapping: {metric: accuracy, per: 1pp, slope: 0.8%, low: 0.5%, high: 1.2%, confidence: 0.9}
cost: {project: {value: {triangular: {low: 20000, mode: 25000, high: 60000}}, per: once}}
degradations: {accuracy: {normal: {mean: 0.6pp, sd: 0.2pp}}}
""", mapped, {"d": 0.006, "s": 0.008, "c": 35000},
    {"d": rng.normal(0.006, 0.002, DRAWS), "s": split(0.008, 0.005, 0.012, 0.9, DRAWS),
     "c": rng.triangular(20000, 25000, 60000, DRAWS)}, 2, lambda x: x["c"], 36, 0.05, "d")


# 4: the savings do not pay for the cost, whatever the drop
def poor(x):
    return 100 * 6 + 0 * x["d"], 50 / 0.01 * np.maximum(x["d"], 0) * 6, x["c"] + 0 * x["d"]


add(4, """schema: thresh/roi/v1
currency: EUR
horizon: 6 months
minimum: 1
savings: {servers: {value: 100, per: month}}
losses: {clicks: {metric: ctr, for: 1%, value: 50, per: month}}
cost: {project: {value: 900..1100, per: once}}
degradations: {ctr: 1%}
""", poor, {"d": 0.01, "c": 1000}, {"d": 0.01, "c": rng.uniform(900, 1100, DRAWS)}, 1, lambda x: x["c"], 6, 0.0, "d")

(HERE / "roi.tsv").write_text("\n".join(rows) + "\n")
