/**
 * @file prometheus.h
 * Readings from a Prometheus server: what its range queries answer, as the rows of events.h.
 *
 * Points are asked for at whole multiples of the step since 1970, each once: what a poll has handed
 * out, no later one does, and one that fails hands out nothing, so that it can be repeated. The
 * caller has the clock, and waits.
 */
#ifndef THRESH_PROMETHEUS_H
#define THRESH_PROMETHEUS_H

#include <thresh/base.h>
#include <thresh/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most points in time that one poll asks for; of a longer span the beginning. */
#define THRESH_PROMETHEUS_POINTS 1000

/** A metric, and the query that gives it. Labels of the result become its scope, "a=b/c=d". */
typedef struct thresh_prometheus_query {
    const char *metric;
    const char *promql;
} thresh_prometheus_query;

/** Where and what; zero means the default. All texts are copied. */
typedef struct thresh_prometheus_options {
    const char *url; /**< "http://host:9090", a path before /api/v1 included. A name and password in
                          it are sent, and never shown. */
    const thresh_prometheus_query *queries;
    size_t count;
    const char *const *headers; /**< "Authorization: Bearer ...", ends with NULL; or NULL. With them, or
                                     a name in the address, no redirect is followed. */
    thresh_tls tls;
    double step;                /**< seconds between points, from 0.001; default 15 */
    double timeout;             /**< seconds of each query; default 10 */
    size_t max_bytes;           /**< of each answer; default 4 MiB */
    double backoff;             /**< seconds to wait after a failure; default 1; it doubles .. */
    double max_backoff;         /**< .. up to this; default 60 */
} thresh_prometheus_options;

/** How a poll went: identifier, slug. */
#define THRESH_PROMETHEUS_OUTCOMES(X)                                                              \
    X(ANSWERED, "answered")                                                                        \
    X(DOWN, "down")                                                                                \
    X(TIMED_OUT, "timed-out")                                                                      \
    X(STATUS, "http-status")                                                                       \
    X(TOO_LARGE, "too-large")                                                                      \
    X(RUBBISH, "rubbish")                                                                          \
    X(ERROR, "error")                                                                              \
    X(REFUSED, "refused")

typedef enum thresh_prometheus_outcome {
#define X(id, slug) THRESH_PROMETHEUS_##id,
    THRESH_PROMETHEUS_OUTCOMES(X)
#undef X
        THRESH_PROMETHEUS_OUTCOME_COUNT
} thresh_prometheus_outcome;

/** @return the slug, such as "timed-out". */
THRESH_API const char *thresh_prometheus_outcome_slug(thresh_prometheus_outcome outcome);

/** What a poll did. */
typedef struct thresh_prometheus_poll {
    thresh_prometheus_outcome outcome;
    int status;           /**< of HTTP; 0: none came */
    int64_t upto;         /**< all points up to here are handed out: where the next one begins */
    uint64_t rows;        /**< handed out */
    uint64_t not_numbers; /**< points that are NaN or infinite: left out */
    double wait;          /**< seconds to wait: the step, or longer and longer after failures */
    unsigned failures;    /**< on end */
} thresh_prometheus_poll;

/** A server that is asked again and again. */
typedef struct thresh_prometheus thresh_prometheus;

/**
 * @param[out] out  free with thresh_prometheus_free()
 * @return THRESH_OK; THRESH_EINVAL, with a message, for options that make no sense; THRESH_ENOENT,
 *         with a message, where libcurl is not installed; THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_prometheus_new(thresh_prometheus **out,
                                               const thresh_prometheus_options *options,
                                               thresh_diags *diags);
/** Takes other headers from here on, copied, as of a token that was renewed; NULL: none. */
THRESH_API thresh_status thresh_prometheus_set_headers(thresh_prometheus *source,
                                                       const char *const *headers);
/** NULL is allowed. */
THRESH_API void thresh_prometheus_free(thresh_prometheus *source);

/** A point of a series; its texts are borrowed until the callback returns. */
typedef struct thresh_prometheus_row {
    int64_t ts; /**< microseconds since 1970 */
    const char *metric, *scope;
    double value; /**< finite */
} thresh_prometheus_row;

/** Takes a row; anything but THRESH_OK ends the poll with that status. */
typedef thresh_status thresh_prometheus_fn(void *context, const thresh_prometheus_row *row);

/**
 * Asks for all points in (after, until], and hands them out in order of time, then of queries.
 *
 * @param[out] out     filled whatever is returned
 * @param after, until microseconds since 1970, >= 0; at first `after` is where to begin, and then
 *                     `upto`. Where no point lies between them, nothing is asked. What a server
 *                     will still scrape it cannot know: `until` had better lie a scrape behind the
 *                     clock
 * @param diags        what went wrong, under the server's address
 * @return THRESH_OK; THRESH_EIO when the server could not be had, or not answer, this time;
 *         THRESH_EINVAL when it refused a query, as it always will; THRESH_EDOMAIN for a time out
 * of range; THRESH_ENOMEM; what `take` returned
 */
THRESH_API thresh_status thresh_prometheus_poll_rows(thresh_prometheus_poll *out,
                                                     thresh_prometheus *source, int64_t after,
                                                     int64_t until, thresh_prometheus_fn *take,
                                                     void *context, thresh_diags *diags);

/**
 * The same into a parser of events, as lines of JSON: a row for each point, through the limits,
 * slices and counters of all other input. Times are microseconds: the parser's unit is to be
 * THRESH_TIME_BY_SIZE or THRESH_TIME_MICROSECONDS, and its fields those that are usual.
 */
THRESH_API thresh_status thresh_prometheus_feed(thresh_prometheus_poll *out,
                                                thresh_prometheus *source, int64_t after,
                                                int64_t until, thresh_events *events,
                                                thresh_event_fn *take, void *context,
                                                thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
