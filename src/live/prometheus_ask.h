/* One query of a Prometheus server, at a time or over a range. */
#ifndef LIVE_PROMETHEUS_ASK_H
#define LIVE_PROMETHEUS_ASK_H

#include "input/prometheus_api.h"
#include "live/http.h"
#include "thresh/prometheus.h"

/* Texts are borrowed. */
typedef struct prometheus_server {
    http *client;
    const char *url;   /* without '/' at its end */
    const char *shown; /* the same without name and password */
    const char *const *headers;
    thresh_tls tls;
    double timeout; /* seconds */
    size_t most;    /* bytes of an answer */
} prometheus_server;

/* The address without what stands before '@'; NULL when memory ran out. */
const char *without_secret(arena *a, const char *url);

typedef struct prometheus_reply {
    thresh_prometheus_outcome outcome;
    int status;         /* of HTTP; 0: none came */
    double retry_after; /* seconds the server asks to wait; 0: nothing asked */
} prometheus_reply;

/*
 * What a query gives at `at`, or from `first` to `last` each `step`; times are microseconds since
 * 1970.
 *
 * @param result  free with api_result_free() whatever is returned
 * @param diags   what went wrong, under the server's address
 * @return THRESH_OK; THRESH_EIO when the server could not be had, or not answer, this time;
 *         THRESH_EINVAL when it refused the query, as it always will; THRESH_ENOMEM
 */
thresh_status prometheus_ask_now(prometheus_reply *out, const prometheus_server *server,
                                 const char *promql, int64_t at, api_result *result,
                                 thresh_diags *diags);
thresh_status prometheus_ask_range(prometheus_reply *out, const prometheus_server *server,
                                   const char *promql, int64_t first, int64_t last, int64_t step,
                                   api_result *result, thresh_diags *diags);

#endif
