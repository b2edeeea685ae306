/**
 * @file rollout_data.h
 * What users of two arms did: counts and means, as the result of a query has them.
 */
#ifndef THRESH_ROLLOUT_DATA_H
#define THRESH_ROLLOUT_DATA_H

#include <thresh/base.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known of a metric's samples. */
typedef enum thresh_counted {
    THRESH_OBSERVED_TRAFFIC, /**< their number only */
    THRESH_OBSERVED_COUNT,   /**< how many of them succeeded */
    THRESH_OBSERVED_MEAN     /**< mean and standard deviation */
} thresh_counted;

/** A row. Texts live as long as the list. */
typedef struct thresh_observation {
    bool candidate; /**< else of the baseline */
    const char *metric;
    const char *stratum; /**< of users, or "" */
    const char *time;    /**< a piece of time, such as a day, which sorts as a text; or "" */
    thresh_counted what;
    double n;
    double successes; /**< THRESH_OBSERVED_COUNT */
    double mean, sd;  /**< THRESH_OBSERVED_MEAN */
    double slack;     /**< by as much counts may seem to fall from one look to the next: estimates */
    const char *file;
    uint32_t line;
} thresh_observation;

/** Rows, each of another arm, metric, stratum and time, in that order of these four. */
typedef struct thresh_observations {
    const thresh_observation *rows;
    size_t count;
    const struct thresh_observed_file {
        const char *path;
        char sha256[65];
    } * files; /**< that they are of, in the order of the paths */
    size_t file_count;
} thresh_observations;

/** Most rows of all files together. */
#define THRESH_MOST_OBSERVATIONS ((size_t)200000)

/**
 * Reads CSV with a header, or JSON (a list of objects, or one under "rows"): columns arm, metric, n, and
 * successes, or mean and sd (or stderr), or neither; stratum and time where there are any. Arms are
 * called baseline, control, original or a; candidate, treatment, compressed, variant or b.
 *
 * @param[out] out  free with thresh_observations_free()
 * @param paths     "-" is `standard_input`, which may be NULL; none of them: an empty list
 * @return THRESH_EFORMAT or THRESH_EIO, with every fault in `diags` at its line
 */
THRESH_API thresh_status thresh_observations_read(thresh_observations **out,
                                                  const char *const *paths, size_t count,
                                                  FILE *standard_input, thresh_diags *diags);
THRESH_API void thresh_observations_free(thresh_observations *observations);

#ifdef __cplusplus
}
#endif
#endif
