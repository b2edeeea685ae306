/* From the digits of a decimal number to the nearest double, where that takes few instructions. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * mantissa * 10^exponent, rounded once, to the nearest; false, and nothing done, where only an
 * arbitrary precision could tell. One operation on two operands that are exact rounds correctly:
 * Clinger (1990), How to read floating point numbers accurately, PLDI.
 */
static inline bool decimal_to_double(double *out, uint64_t mantissa, int exponent)
{
    static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

    if (mantissa <= (1ull << 53) && exponent >= -22 && exponent <= 22) {
        double exact = (double)mantissa;
        *out = exponent < 0 ? exact / tens[-exponent] : exact * tens[exponent];
        return true;
    }
#if LDBL_MANT_DIG == 64 && defined(__x86_64__)
    /* 64 bits hold 10^n exactly up to n = 27, for 5^27 has 63. The result is rounded to 64 bits,
     * then to 53: twice is as good as once unless the first comes to lie exactly half-way. */
    static const long double long_tens[] = { 1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                             1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                             1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                             1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L };

    if (exponent >= -27 && exponent <= 27) {
        long double q = exponent < 0 ? (long double)mantissa / long_tens[-exponent]
                                     : (long double)mantissa * long_tens[exponent];
        uint64_t bits; /* the significand stands in the first eight bytes */
        memcpy(&bits, &q, sizeof bits);
        if ((bits & 0x7FF) != 0x400) {
            *out = (double)q;
            return true;
        }
    }
#endif
    return false;
}

static inline const char *decimal_digits(const char *p, uint64_t *mantissa)
{
    for (unsigned digit; (digit = (unsigned)(unsigned char)*p - '0') < 10; p++)
        *mantissa = *mantissa * 10 + digit;
    return p;
}

/*
 * Reads a number as JSON writes them at `*at`, which moves to behind it; false, and nothing
 * changed, for anything else and for a number that takes more than decimal_to_double(). The bytes
 * have to be readable up to one that is in no number.
 */
static inline bool decimal_read(const char **at, double *out)
{
    const char *p = *at, *first, *point;
    bool negative = *p == '-';
    uint64_t mantissa = 0; /* of more than 19 digits it runs over, and is not used */
    long digits, exponent = 0;

    first = p += negative;
    p = decimal_digits(p, &mantissa);
    digits = p - first;
    if (digits == 0 || (digits > 1 && *first == '0'))
        return false;
    if (*p == '.') {
        point = ++p;
        p = decimal_digits(p, &mantissa);
        if (p == point)
            return false;
        exponent = point - p;
        digits -= exponent;
    }
    if (*p == 'e' || *p == 'E') {
        uint64_t power = 0;
        bool below = *++p == '-';
        p += *p == '-' || *p == '+';
        first = p;
        p = decimal_digits(p, &power);
        if (p == first || p - first > 4)
            return false;
        exponent += below ? -(long)power : (long)power;
    }
    if (digits > 19 || !decimal_to_double(out, mantissa, (int)exponent))
        return false;
    if (negative)
        *out = -*out;
    *at = p;
    return true;
}

#endif
