/* From the digits of a decimal number to the nearest double, where that takes few instructions. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * mantissa * 10^exponent for -27 <= exponent < 0 and a mantissa > 0, by a multiplication with 64
 * bits of the reciprocal of 5^-exponent: what these leave out adds less than 3 to the 64 bits of
 * the product, of which 53 are kept. Where that could decide on the rounding, nothing is done.
 * Lemire (2021), Number parsing at a gigabyte per second, Software: Practice and Experience 51(8),
 * with fewer bits, and therefore without its exact cases.
 */
static inline bool decimal_divide(double *out, uint64_t mantissa, int exponent)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    /* floor(2^(63 + bits of 5^n) / 5^n), n = 1, 2, ... */
    static const uint64_t fifths[] = { 0xCCCCCCCCCCCCCCCC, 0xA3D70A3D70A3D70A, 0x83126E978D4FDF3B,
                                       0xD1B71758E219652B, 0xA7C5AC471B478423, 0x8637BD05AF6C69B5,
                                       0xD6BF94D5E57A42BC, 0xABCC77118461CEFC, 0x89705F4136B4A597,
                                       0xDBE6FECEBDEDD5BE, 0xAFEBFF0BCB24AAFE, 0x8CBCCC096F5088CB,
                                       0xE12E13424BB40E13, 0xB424DC35095CD80F, 0x901D7CF73AB0ACD9,
                                       0xE69594BEC44DE15B, 0xB877AA3236A4B449, 0x9392EE8E921D5D07,
                                       0xEC1E4A7DB69561A5, 0xBCE5086492111AEA, 0x971DA05074DA7BEE,
                                       0xF1C90080BAF72CB1, 0xC16D9A0095928A27, 0x9ABE14CD44753B52,
                                       0xF79687AED3EEC551, 0xC612062576589DDA, 0x9E74D1B791E07E48 };
    int n = -exponent, bits, shift;
    uint64_t high, scale_bits;
    double scale;
    wide product;

    if (n < 1 || n > 27 || mantissa == 0)
        return false;
    bits = (n * 1217359 >> 19) + 1; /* of 5^n: n * log2(5), rounded up */
    shift = __builtin_clzll(mantissa);
    product = (wide)(mantissa << shift) * fifths[n - 1];
    if ((uint64_t)(product >> 127) == 0) {
        product <<= 1;
        shift++;
    }
    high = (uint64_t)(product >> 64);
    if ((high & 0x7FF) - 0x3FE <= 2)
        return false;
    high = (high >> 11) + ((high & 0x7FF) > 0x400);
    scale_bits = (uint64_t)(1023 + 12 - bits - shift - n) << 52;
    memcpy(&scale, &scale_bits, sizeof scale);
    *out = (double)(int64_t)high * scale;
    return true;
#else
    (void)out, (void)mantissa, (void)exponent;
    return false;
#endif
}

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
    if (exponent == 0) { /* of more than 53 bits: to the nearest, once, as any conversion */
        *out = (double)mantissa;
        return true;
    }
    return decimal_divide(out, mantissa, exponent);
}

static inline const char *decimal_digits(const char *p, uint64_t *mantissa)
{
    for (unsigned digit; (digit = (unsigned)(unsigned char)*p - '0') < 10; p++)
        *mantissa = *mantissa * 10 + digit;
    return p;
}

/* Eight bytes, the first one lowest. */
static inline uint64_t decimal_load(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#define DECIMAL_NOUGHTS 0x3030303030303030u
/* Added to bytes it makes those over 9 show in their highest bit, or in that of one before them,
 * from which alone a carry can come: together with the bytes themselves it tells whether all are
 * digits. */
#define DECIMAL_OVER_NINE 0x7676767676767676u
#define DECIMAL_HIGHEST 0x8080808080808080u

/* The number of eight digits, each of which is 0 to 9 by now: neighbours come together as pairs, as
 * fours, as eight. */
static inline uint64_t decimal_eight(uint64_t digits)
{
    digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFu;
    digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFu;
    return (digits * 10000 + (digits >> 32)) & 0xFFFFFFFFu;
}

/* The same where there may be many, and bytes are readable up to `limit`. */
static inline const char *decimal_many(const char *p, const char *limit, uint64_t *mantissa)
{
    for (; limit - p >= 8; p += 8) {
        uint64_t digits = decimal_load(p) ^ DECIMAL_NOUGHTS;
        if ((((digits + DECIMAL_OVER_NINE) | digits) & DECIMAL_HIGHEST) != 0)
            break;
        *mantissa = *mantissa * 100000000 + decimal_eight(digits);
    }
    return decimal_digits(p, mantissa);
}

/*
 * Reads a number as JSON writes them at `*at`, which moves to behind it; false, and nothing
 * changed, for anything else and for a number that takes more than decimal_to_double(). The bytes
 * have to be readable up to one that is in no number, and up to `limit` where that is behind it.
 */
static inline bool decimal_read(const char **at, const char *limit, double *out)
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
        p = decimal_many(p, limit, &mantissa);
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

/* --- numbers that look alike --- */

/*
 * Where the digits of a number stand: those of the next row mostly stand there, too. When that is
 * known before it is looked at, all of them are read in one step, and the processor need not wait
 * for the end of one number to begin with the next.
 */
typedef struct decimal_shape {
    uint32_t length;           /* 0: none is known */
    uint32_t behind;           /* where the digits behind the point begin */
    uint8_t move, move_behind; /* bits that bring the digits together at the end of a word */
    uint64_t first;            /* bit that shows a leading nought where there may be none */
    uint64_t pattern, mask, mask_behind;
    uint64_t add; /* what makes bytes that are not as they should be show in their highest bit */
    double scale; /* power of ten */
} decimal_shape;

/* So many bytes have to be readable for decimal_alike(). */
enum { DECIMAL_ROOM = 16 };

/* The shape of a number that decimal_read() took, or none: of more than eight digits, for one. */
void decimal_shape_of(decimal_shape *shape, const char *text, const char *end);

/* Reads the number at `p` if it is of that shape, as decimal_read() would. What stands behind it is
 * left to be looked at, for it may go on. */
static inline bool decimal_alike(const decimal_shape *s, const char *p, double *out)
{
    /* digits become 0 to 9, and the point 0 */
    uint64_t a = (decimal_load(p) ^ s->pattern) & s->mask,
             b = (decimal_load(p + s->behind) ^ DECIMAL_NOUGHTS) & s->mask_behind;
    uint64_t wrong = ((a + s->add) | a | (b + DECIMAL_OVER_NINE) | b) & DECIMAL_HIGHEST;

    if ((wrong | ((a - 1) & s->first)) != 0)
        return false;
    *out = (double)(int64_t)decimal_eight(a << s->move | b << s->move_behind) / s->scale;
    return true;
}

#endif
