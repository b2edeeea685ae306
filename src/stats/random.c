/* The generator, and the numbers made of it. */
#include "stats/random.h"

#include <math.h>

/* --- the generator --- */

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

uint64_t random_splitmix(uint64_t *state)
{
    uint64_t z = *state += GOLDEN;

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

random_stream random_start(uint64_t seed, uint64_t number)
{
    uint64_t state = seed + 4 * number * GOLDEN;
    random_stream r;

    for (int i = 0; i < 4; i++)
        r.s[i] = random_splitmix(&state);
    return r;
}

static inline uint64_t turn(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static inline uint64_t next(random_stream *r)
{
    uint64_t *s = r->s, out = turn(s[1] * 5, 7) * 9, shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = turn(s[3], 45);
    return out;
}

uint64_t random_next(random_stream *r)
{
    return next(r);
}

double random_fraction(random_stream *r)
{
    return ((double)(next(r) >> 12) + 0.5) * 0x1p-52;
}

/* With `bits` known to the compiler, the loop over a word is unrolled. */
static inline void split_words(random_stream *r, uint16_t *out, size_t count, unsigned bits)
{
    const unsigned each = 64 / bits;
    const uint64_t mask = (UINT64_C(1) << bits) - 1;

    random_stream here = *r; /* in registers */

    for (; count >= each; count -= each, out += each) {
        uint64_t word = next(&here);
        for (unsigned i = 0; i < each; i++)
            out[i] = (uint16_t)(word >> i * bits & mask);
    }
    for (uint64_t word = count > 0 ? next(&here) : 0; count > 0; count--, word >>= bits)
        *out++ = (uint16_t)(word & mask);
    *r = here;
}

void random_indices(random_stream *r, uint16_t *out, size_t count, unsigned bits)
{
    if (bits == 10)
        split_words(r, out, count, 10);
    else
        split_words(r, out, count, bits);
}

/* --- the binomial distribution --- */

double random_log(double x)
{
    int exponent;
    double m = frexp(x, &exponent), s, square, series = 0;

    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    /* log m = 2 (s + s^3 / 3 + s^5 / 5 + ...), |s| < 0.172: the last term below is 1e-18 of it */
    s = (m - 1) / (m + 1);
    square = s * s;
    for (int k = 23; k >= 3; k -= 2)
        series = (series + 1.0 / k) * square;
    return exponent * 0.69314718055994531 + (2 * s + 2 * s * series);
}

/* n!'s logarithm less Stirling's formula for n + 1 (Hormann 1993). */
static double stirling_error(double k)
{
    static const double few[] = { 0.08106146679532726, 0.04134069595540929, 0.02767792568499834,
                                  0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
                                  0.01189670994589177, 0.01041126526197209, 0.009255462182712733,
                                  0.008330563433362871 };
    double n = k + 1, square = n * n;

    if (k < 10)
        return few[(int)k];
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / n;
}

static double power(double x, uint64_t n)
{
    double y = 1;

    for (; n > 0; n >>= 1, x *= x)
        if (n & 1)
            y *= x;
    return y;
}

/* The chances of 0, 1, 2, ... are taken from a fraction until nothing is left of it. */
static uint64_t by_inversion(random_stream *r, uint64_t n, double chance)
{
    double none = power(1 - chance, n), odds = chance / (1 - chance);
    /* beyond, a chance is below 1e-70: what is left is rounding, and would be for billions of steps
     */
    uint64_t most = n < 110 ? n : 110;

    for (;;) {
        double left = random_fraction(r), here = none;
        for (uint64_t k = 0; k <= most; k++) {
            if (left <= here)
                return k;
            left -= here;
            here *= (double)(n - k) / (double)(k + 1) * odds;
        }
    }
}

static uint64_t by_rejection(random_stream *r, double n, double chance)
{
    double deviation = sqrt(n * chance * (1 - chance));
    double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * chance;
    double c = n * chance + 0.5, sure = 0.92 - 4.2 / b;

    for (;;) {
        double u = random_fraction(r) - 0.5, v = random_fraction(r), us = 0.5 - fabs(u);
        double k = floor((2 * a / us + b) * u + c);

        if (k < 0 || k > n)
            continue;
        if (us >= 0.07 && v <= sure)
            return (uint64_t)k;
        double odds = chance / (1 - chance), mode = floor((n + 1) * chance);
        double bound = (mode + 0.5) * random_log((mode + 1) / (odds * (n - mode + 1)));
        bound += (n + 1) * random_log((n - mode + 1) / (n - k + 1));
        bound += (k + 0.5) * random_log(odds * (n - k + 1) / (k + 1));
        bound += stirling_error(mode) + stirling_error(n - mode);
        bound -= stirling_error(k) + stirling_error(n - k);
        v *= (2.83 + 5.1 / b) * deviation / (a / (us * us) + b);
        if (random_log(v) <= bound)
            return (uint64_t)k;
    }
}

uint64_t random_binomial(random_stream *r, uint64_t n, uint64_t part, uint64_t whole)
{
    uint64_t smaller = part < whole - part ? part : whole - part, k = 0;

    if (n > 0 && smaller > 0) {
        double chance = (double)smaller / (double)whole;
        k = (double)n * chance < 10 ? by_inversion(r, n, chance)
                                    : by_rejection(r, (double)n, chance);
    }
    return smaller == part ? k : n - k;
}
