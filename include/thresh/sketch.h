/**
 * @file sketch.h
 * Quantiles of a stream too long to keep: a summary of bounded size that can be merged, stored and
 * asked for ranks and quantiles, with a rank error that is promised, and known afterwards.
 *
 * Karnin, Lang & Liberty (2016), Optimal quantile approximation in streams, FOCS, pp. 71-78
 * ("KLL"): compactors whose capacities fall by 2/3 from the top, sec. 3; compacted when the whole
 * is full, and with coins that alternate in pairs, as Ivkin, Liberty, Lang, Karnin & Braverman
 * (2019), Streaming quantiles algorithms with small space and update time, arXiv:1907.00236,
 * sec. 3.1 and 3.2, advise.
 *
 * **The promise.** For any value x fixed before the coins are tossed, the rank that the sketch
 * gives x lies within thresh_sketch_rank_error() times n of the true one with a probability of at
 * least 99 %, whatever the order of the values and whatever tree of merges made the sketch. Proof:
 * a compaction of a buffer of weight w moves the rank of x by -w, 0 or w; two compactions of a pair
 * have opposite coins, so that the two together move it by at most w, with mean 0. Level after
 * level these errors are independent of each other given the levels below, and the schedule depends
 * on counts alone: with V the sum of w^2 over all pairs (one that waits for its second counts), the
 * inequality of Azuma and Hoeffding gives P(|error| >= t) <= 2 exp(-t^2 / (2 V)), so that
 * t = sqrt(2 V ln 200) holds for 99 %. The sketch counts V as it compacts. Level h of H levels has
 * at least k (2/3)^(H-h) values when it is compacted, and 2^H <= 2 n / k, so V <= 6 (n / k)^2:
 * before anything was seen the error is at most 8 / k (thresh_sketch_promise()); of one stream it
 * is at most 3.3 / k, and some 2 / k when it is long. As the coins are computed, "probability"
 * means that they are as good as random: they come from the seed and from the values, by
 * SplitMix64.
 *
 * Merging is commutative and associative in what it promises, and n, the minimum and the maximum
 * are exact after any tree of merges. It is not associative to the byte: where values were left out
 * depends on the order. While all that was merged fits (thresh_sketch_is_exact()) nothing was left
 * out, and every order answers alike, to the last digit.
 */
#ifndef THRESH_SKETCH_H
#define THRESH_SKETCH_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A summary of numbers; owned by whoever made it. One thread at a time. */
typedef struct thresh_sketch thresh_sketch;

/** Least and greatest k, and one for a promise of 0.5 %: k = ceil(8 / 0.005). */
#define THRESH_SKETCH_K_LEAST 16
#define THRESH_SKETCH_K_MOST 65536
#define THRESH_SKETCH_K 1600
/** Values are kept as they are while there are no more of them than this, or than k. */
#define THRESH_SKETCH_EXACT 256

/**
 * Makes an empty sketch.
 *
 * @param k     THRESH_SKETCH_K_LEAST to THRESH_SKETCH_K_MOST: the accuracy, 8 / k at worst. A
 *              sketch takes as much memory as it has values, up to max(k, 256), then some
 *              8 (3 k + 256) bytes, and 64 bytes more whenever n doubles
 * @param seed  of the coins; same values, same seed: same sketch
 * @return THRESH_OK; THRESH_EDOMAIN when k is out of range; THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_sketch_new(thresh_sketch **out, uint32_t k, uint64_t seed);
/** Frees it; NULL is allowed. */
THRESH_API void thresh_sketch_free(thresh_sketch *sketch);
/** Forgets all values; k, the seed and the memory stay. What follows is as in a new sketch. */
THRESH_API void thresh_sketch_clear(thresh_sketch *sketch);

/**
 * Adds a value. Infinities are values, below and above all others; -0 is 0.
 *
 * @return THRESH_OK; THRESH_EDOMAIN for NaN, or when 2^53 values are there; THRESH_ENOMEM. The
 *         sketch is as it was unless THRESH_OK.
 * Cost: O(log k) amortised, some 20 ns.
 */
THRESH_API thresh_status thresh_sketch_add(thresh_sketch *sketch, double value);

/**
 * Adds to `into` all that `from` has seen; `from` stays as it is. The promise asks that no value
 * went into both by way of merges or of copies: their errors would not be independent.
 *
 * @return THRESH_OK; THRESH_EINVAL when their k differ, or both are the same; THRESH_EDOMAIN when
 *         both together have more than 2^53 values; THRESH_ENOMEM. `into` is as it was unless
 *         THRESH_OK.
 * Cost: O(k).
 */
THRESH_API thresh_status thresh_sketch_merge(thresh_sketch *into, const thresh_sketch *from);

/** @return how many values were added, those of merged sketches included. */
THRESH_API uint64_t thresh_sketch_count(const thresh_sketch *sketch);
/** @return whether every value is still there: ranks and quantiles are exact. */
THRESH_API bool thresh_sketch_is_exact(const thresh_sketch *sketch);
/** @return the rank error of this sketch as a fraction of n, at 99 %; 0 while it is exact. */
THRESH_API double thresh_sketch_rank_error(const thresh_sketch *sketch);
/** @return the rank error that no sketch of this k exceeds: min(1, 8 / k). */
THRESH_API double thresh_sketch_promise(uint32_t k);

/**
 * Quantiles, by the definition of thresh_quantile() (linear between the two values around
 * level * (n - 1)), of the values that were kept, each as often as it stands for. Level 0 is the
 * minimum and 1 the maximum, exactly. Where one of two different neighbours is infinite, the lower
 * one is the quantile.
 *
 * @param[out] out  `count` numbers, which ascend as the levels do
 * @param levels    each in [0, 1], ascending
 * @return THRESH_OK; THRESH_EEMPTY without values; THRESH_EDOMAIN for a level out of range or
 *         order; THRESH_ENOMEM
 * Cost: O(k log k), and as much memory again as the sketch has, until it returns.
 */
THRESH_API thresh_status thresh_sketch_quantiles(double *out, const thresh_sketch *sketch,
                                                 const double *levels, size_t count);

/**
 * The share of values that are <= `value`.
 *
 * @return THRESH_OK; THRESH_EEMPTY without values; THRESH_EDOMAIN for NaN
 * Cost: O(k).
 */
THRESH_API thresh_status thresh_sketch_rank(double *out, const thresh_sketch *sketch, double value);

/**
 * Writes the sketch as bytes, the same on every machine. A sketch that is loaded from them goes on
 * exactly as this one does.
 *
 * @param[out] out  `*len` bytes; the caller frees them with free()
 * @return THRESH_OK or THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_sketch_save(unsigned char **out, size_t *len,
                                            const thresh_sketch *sketch);

/**
 * Reads what thresh_sketch_save() wrote.
 *
 * @return THRESH_OK; THRESH_EFORMAT for anything else: bytes that are missing, left over or
 *         changed (a check sum tells), or that no sketch could have; THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_sketch_load(thresh_sketch **out, const void *data, size_t len);

#ifdef __cplusplus
}
#endif
#endif
