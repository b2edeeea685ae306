"""What the scripts share: quantiles, searches, variances under a limit."""
import mpmath as mp
from scipy.stats import t as student

from draw import Draw, row  # noqa: F401 (handed on)

mp.mp.dps = 40


def z_of(confidence):
    return mp.sqrt(2) * mp.erfinv(2 * mp.mpf(confidence) - 1)


def t_of(confidence, df):
    """SciPy 1.10 has eight digits of it."""
    df = mp.mpf(df)
    return mp.findroot(lambda t: 1 - mp.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True) / 2
                       - mp.mpf(confidence), student.ppf(confidence, float(df)))


def falls_through_zero(f, low, high):
    for _ in range(140):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def part(count, p):
    return count / p if count else mp.mpf(0)


# --- restricted maximum likelihood: variances of a difference of delta ---
def paired(b, c, n, delta):
    """Of b - c, n times: q has only the second, q + delta only the first."""
    least, most = max(mp.mpf(0), -delta), (1 - delta) / 2
    q = falls_through_zero(lambda q: part(b, q + delta) + part(c, q)
                           - 2 * part(n - b - c, 1 - 2 * q - delta), least, most)
    return n * (2 * q + delta - delta**2)


def independent(x, n, y, m, delta, factor):
    least, most = max(mp.mpf(0), delta), min(mp.mpf(1), 1 + delta)
    p = falls_through_zero(lambda p: part(x, p) - part(n - x, 1 - p) + part(y, p - delta)
                           - part(m - y, 1 - p + delta), least, most)
    return (p * (1 - p) / n + (p - delta) * (1 - p + delta) / m) * factor
