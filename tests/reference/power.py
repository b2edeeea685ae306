#!/usr/bin/env python3
"""Makes power.tsv: samples by statsmodels where it has the design (TTestPower, TTestIndPower), else
from the noncentral t distribution by numerical integration in 25 digits; those for proportions from
the formulas of Liu et al. (2002) and Farrington & Manning (1990), the restricted likelihood
maximized in 40 digits. The limits are the same solved for the limit.

usage: power.py > power.tsv    (SciPy 1.10.1, statsmodels 0.13.5, mpmath 1.2.1)
"""
import itertools
import math

import mpmath as mp
from statsmodels.stats.power import TTestIndPower, TTestPower

from common import independent, paired, row, t_of, z_of

print("# made by power.py; see there")


# --- proportions ---
def samples(v0, v1, difference, limit, confidence, power):
    return ((z_of(confidence) * mp.sqrt(v0) + z_of(power) * mp.sqrt(v1)) / (limit - difference))**2


def paired_samples(b, c, limit, confidence, power):
    b, c, limit = mp.mpf(b), mp.mpf(c), mp.mpf(limit)
    return samples(paired(b, c, mp.mpf(1), limit), b + c - (b - c)**2, b - c, limit, confidence, power)


def independent_samples(b, c, limit, confidence, power):
    b, c, limit = mp.mpf(b), mp.mpf(c), mp.mpf(limit)
    return samples(independent(b, mp.mpf(1), c, mp.mpf(1), limit, 1), b * (1 - b) + c * (1 - c), b - c,
                   limit, confidence, power)


def least(f, low, high):
    """Where f stops to be true."""
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) else (low, middle)
    return high


for name, f, cases in (
        ("paired_proportions", paired_samples,
         ((0.03, 0.03, 0.01), (0.03, 0.02, 0.02), (0.0, 0.0, 0.01), (0.01, 0.0, 0.02), (0.0, 0.02, 0.01),
          (0.1, 0.1, 0.15), (0.001, 0.001, 0.0005), (0.5, 0.5, 0.3), (0.05, 0.1, 0.0))),
        ("two_proportions", independent_samples,
         ((0.94, 0.94, 0.01), (0.94, 0.935, 0.02), (0.5, 0.5, 0.1), (1.0, 1.0, 0.01), (0.0, 0.0, 0.02),
          (0.9, 0.95, 0.0), (0.1, 0.1, 0.2), (0.6, 0.6, 0.0005), (1.0, 0.99, 0.05)))):
    for (b, c, limit), (confidence, power) in itertools.product(cases, ((0.95, 0.8), (0.975, 0.9))):
        n = mp.ceil(f(b, c, limit, confidence, power))
        row("samples_" + name, b, c, limit, confidence, power, n)
        row("limit_" + name, b, c, n, confidence, power,
            least(lambda t: f(b, c, t, confidence, power) > n, mp.mpf(b) - mp.mpf(c), mp.mpf(1)))


# --- means ---
def above(t, df, ncp):
    """P(T' > t): the mean of Phi(ncp - t s) over s = sqrt(chi^2 / df). SciPy's own gives up for some."""
    with mp.workdps(25):
        df, ncp, t = mp.mpf(df), mp.mpf(ncp), mp.mpf(t)
        constant = mp.log(2) + df / 2 * mp.log(df / 2) - mp.loggamma(df / 2)
        width = 1 / mp.sqrt(2 * df)
        points = [x for x in (1 + k * width for k in range(-12, 17, 2)) if x > 0]
        if len(points) < 15:
            points.insert(0, mp.mpf(0))
        return mp.quad(lambda s: mp.exp(constant + (df - 1) * mp.log(s) - df * s * s / 2)
                       * mp.ncdf(ncp - t * s) if s > 0 else 0, points)


def power_of(n, margin, sd_b, sd_c, confidence):
    """sd_c None: pairs."""
    variance = sd_b**2 + (sd_c or 0)**2
    df = n - 1 if sd_c is None else (n - 1) * variance**2 / (sd_b**4 + sd_c**4)
    return above(t_of(confidence, df), df, margin / mp.sqrt(variance) * mp.sqrt(n))


def mean_samples(margin, sd_b, sd_c, confidence, power):
    n = math.ceil(((z_of(confidence) + z_of(power)) / margin)**2 * (sd_b**2 + (sd_c or 0)**2))
    n = max(2, n)
    while n > 2 and power_of(n - 1, margin, sd_b, sd_c, confidence) >= power:
        n -= 1
    while power_of(n, margin, sd_b, sd_c, confidence) < power:
        n += 1
    return n


def mean_limit(difference, n, sd_b, sd_c, confidence, power):
    step = mp.sqrt((sd_b**2 + (sd_c or 0)**2) / mp.mpf(n))
    guess = step * (t_of(confidence, n - 1) + z_of(power))
    return difference + mp.findroot(lambda m: power_of(n, m, sd_b, sd_c, confidence) - power,
                                    (guess, guess * 1.1), solver="secant", tol=1e-28)


for difference, sd, limit, confidence, power in (
        (0, 1, 2, 0.95, 0.8), (0, 1, 0.5, 0.95, 0.8), (0.01, 0.3, 0.02, 0.95, 0.9), (0, 1, 30, 0.95, 0.8),
        (-0.02, 0.25, 0.0, 0.975, 0.9), (1.5, 40, 3, 0.99, 0.8), (0, 1, 1, 0.9, 0.5)):
    n = mean_samples(limit - difference, sd, None, confidence, power)
    if n > 2:
        theirs = TTestPower().solve_power((limit - difference) / sd, None, 1 - confidence, power, "larger")
        assert math.ceil(theirs) == n, (theirs, n)
    row("samples_paired_means", difference, sd, limit, confidence, power, n)
    if n < 5000:
        row("limit_paired_means", difference, sd, n, confidence, power,
            mean_limit(difference, n, sd, None, confidence, power))
for difference, sd_b, sd_c, limit, confidence, power in (
        (0, 1, 1, 2, 0.95, 0.8), (0, 1, 1, 0.5, 0.95, 0.8), (0.01, 0.3, 0.3, 0.02, 0.95, 0.9),
        (0, 1, 4, 1, 0.95, 0.8), (0, 2, 0, 1, 0.975, 0.9), (0, 0, 2, 1, 0.975, 0.9),
        (1.5, 40, 20, 3, 0.99, 0.8)):
    n = mean_samples(limit - difference, sd_b, sd_c, confidence, power)
    if sd_b == sd_c:
        theirs = TTestIndPower().solve_power((limit - difference) / sd_b, None, 1 - confidence, power, 1, "larger")
        assert math.ceil(theirs) == n, (theirs, n)
    row("samples_two_means", difference, sd_b, sd_c, limit, confidence, power, n)
    if n < 5000:
        row("limit_two_means", difference, sd_b, sd_c, n, confidence, power,
            mean_limit(difference, n, sd_b, sd_c, confidence, power))
