/*
 * Random numbers for resampling: a stream for each replicate, so that what a replicate draws
 * depends on the seed and its number alone, whichever thread draws it.
 *
 * xoshiro256**: Blackman & Vigna (2021), Scrambled linear pseudorandom number generators, ACM
 * Trans. Math. Softw. 47:36, its state filled by SplitMix64 (Steele, Lea & Flood 2014, OOPSLA) as
 * the authors advise. Replicate r has the outputs 4 r + 1 to 4 r + 4 of SplitMix64: no two of a
 * seed are equal, so the states differ, and the chance that two of 2^20 streams of 2^40 numbers
 * meet in the period of 2^256 is below 2^-170. Philox, whose streams cannot meet, takes five times
 * as long.
 *
 * The draws are integers, and floating point only by + - * / sqrt(), floor() and frexp(), whose
 * results IEEE 754 leaves no choice in: they are the same on every machine, given that the compiler
 * fuses no product and sum (-ffp-contract=off, CMakeLists.txt) and evaluates doubles as doubles.
 */
#ifndef STATS_RANDOM_H
#define STATS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct random_stream {
    uint64_t s[4];
} random_stream;

/* The next output of SplitMix64. */
uint64_t random_splitmix(uint64_t *state);

/* The beginning of stream `number` of a seed. */
random_stream random_start(uint64_t seed, uint64_t number);

/* 64 random bits. */
uint64_t random_next(random_stream *r);

/* A fraction in (0, 1): the middle of one of 2^52 equal parts. */
double random_fraction(random_stream *r);

/* `count` numbers below 2^bits, bits in 1 to 16, as many from each word as it holds. */
void random_indices(random_stream *r, uint16_t *out, size_t count, unsigned bits);

/*
 * How many of n trials succeed, each with a chance of part / whole; n <= 2^32, part <= whole.
 *
 * Less than 10 expected: inversion (Kachitvichyanukul & Schmeiser 1988, Commun. ACM 31:216-222,
 * BINV), O(n p). Else BTRS (Hormann 1993, J. Stat. Comput. Simul. 46:101-110), O(1). Exact but for
 * rounding, which for the largest n moves a probability by 1e-6 of itself.
 */
uint64_t random_binomial(random_stream *r, uint64_t n, uint64_t part, uint64_t whole);

/* The natural logarithm of x > 0, normal, to a few units of the last place; the same everywhere. */
double random_log(double x);

#endif
