#!/usr/bin/env python3
"""Makes history.csv: 60 weeks in which a share of the users got a compressed model, simulated.

What is true, and what `thresh calibrate` has to find:

complaints    of sessions, logistic: logit p = -3.2 + 0.45 d for an accuracy that is d percentage points
              lower. Without degradation 3.92 %. Half a percentage point more at d = TRUE["complaints"][0],
              two at TRUE["complaints"][1].
retained      sessions after which the user came back: 62 % up to a drop of 1.5 pp, from there 2.5 pp less
              for each. Half a point is lost at 1.7 pp, two at 2.3 pp.
satisfaction  mean of the answers, 4.2 - 0.12 d: 0.1 is lost at 0.833 pp, 0.3 at 2.5 pp.

usage: make.py [SEED] > history.csv
"""
import math
import random
import sys


def logit(p):
    return math.log(p / (1 - p))


def expit(x):
    return 1 / (1 + math.exp(-x))


INTERCEPT, SLOPE = -3.2, 0.45
LEVEL, BREAK, FALL = 0.62, 1.5, 0.025
TRUE = {
    "complaints": [(logit(expit(INTERCEPT) + worse) - INTERCEPT) / SLOPE for worse in (0.005, 0.02)],
    "retained": [BREAK + worse / FALL for worse in (0.005, 0.02)],
    "satisfaction": [worse / 0.12 for worse in (0.1, 0.3)],
}


def rows(seed, weeks=60):
    draw = random.Random(seed)
    for week in range(1, weeks + 1):
        drop = 0.0 if week % 10 == 0 else round(draw.uniform(0, 5), 2)
        sessions = draw.randrange(2000, 6000)
        complains = expit(INTERCEPT + SLOPE * drop)
        returns = LEVEL - FALL * max(0, drop - BREAK)
        yield (week, drop, sessions,
               sum(draw.random() < complains for _ in range(sessions)),
               sum(draw.random() < returns for _ in range(sessions)),
               round(draw.gauss(4.2 - 0.12 * drop, 1.1 / math.sqrt(sessions / 20)), 3))


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261125
    print("week,accuracy_drop_pp,sessions,complaints,retained,satisfaction")
    for row in rows(seed):
        print(*row, sep=",")


if __name__ == "__main__":
    main()
