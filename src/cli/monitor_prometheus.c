/* Readings of thresh monitor from a Prometheus server, which is asked again and again. */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Failures in succession that a run which does not wait for more takes for an answer. */
enum { PATIENCE = 3, LONGEST_NAME = 256 };

bool is_prometheus(const char *path)
{
    return strncmp(path, "http://", 7) == 0 || strncmp(path, "https://", 8) == 0;
}

/* Microseconds since 1970. */
static int64_t clock_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void name_server(char *out, size_t size, const char *url)
{
    const char *host = strstr(url, "://") + 3;
    const char *at = strchr(host, '@');

    if (at == NULL || (size_t)(at - host) > strcspn(host, "/"))
        at = host - 1;
    snprintf(out, size, "%.*s%s", (int)(host - url), url, at + 1);
}

static bool read_query(thresh_prometheus_query *out, char *name, const char *text,
                       thresh_diags *diags)
{
    const char *equals = strchr(text, '=');
    size_t len = equals != NULL ? (size_t)(equals - text) : 0;

    if (len == 0 || len >= LONGEST_NAME || equals[1] == '\0') {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "--query: found '%s', expected METRIC=PROMQL, such as "
                         "accuracy=avg(app_accuracy)",
                         text);
        return false;
    }
    memcpy(name, text, len);
    name[len] = '\0';
    *out = (thresh_prometheus_query){ .metric = name, .promql = equals + 1 };
    return true;
}

static bool read_time(const watching *w, const char *name, int64_t otherwise, int64_t *out)
{
    const char *text = option_value(w->a, name);
    thresh_span span = { .microseconds = otherwise };

    if (text != NULL && !thresh_parse_span(&span, text, false)) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "--%s: found '%s', expected a time such as 30s, 5m or 1h", name, text);
        return false;
    }
    *out = span.microseconds;
    return true;
}

thresh_status open_server(watching *w, const char *url, const thresh_position *from)
{
    enum { STEP = 15000000 };
    thresh_prometheus_query queries[MAX_PATTERNS];
    char names[MAX_PATTERNS][LONGEST_NAME];
    thresh_prometheus_options options = { .url = url, .queries = queries };
    const char *text;
    int64_t since = 0;
    bool ok = read_time(w, "every", STEP, &w->step) && read_time(w, "since", 2 * w->step, &since);

    for (; (text = option_at(w->a, "query", options.count)) != NULL && ok; options.count++) {
        if (options.count == MAX_PATTERNS) {
            thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0, "--query can stand %d times",
                             MAX_PATTERNS);
            return THRESH_EINVAL;
        }
        ok = read_query(&queries[options.count], names[options.count], text, w->diags);
    }
    if (ok && options.count == 0) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "a Prometheus server needs at least one --query METRIC=PROMQL");
        ok = false;
    }
    if (!ok)
        return THRESH_EINVAL;
    options.step = (double)w->step / 1e6;
    w->upto = from != NULL ? (int64_t)from->offset : clock_time() - since;
    return thresh_prometheus_new(&w->server, &options, w->diags);
}

/* Looks for a signal now and then. */
static void wait_a_while(double seconds)
{
    double until = machine_seconds() + seconds, left;

    while (!is_stopped() && (left = until - machine_seconds()) > 0) {
        double piece = left < 0.2 ? left : 0.2;
        struct timespec t = { .tv_nsec = (long)(piece * 1e9) };
        nanosleep(&t, NULL);
    }
}

thresh_status watch_server(watching *w)
{
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && !is_stopped()) {
        /* what was scraped in the last step may not be there yet */
        int64_t until = clock_time() - w->step;
        thresh_prometheus_poll poll = { 0 };
        thresh_status one = thresh_prometheus_feed(&poll, w->server, w->upto, until, w->events,
                                                   take_row, w, w->diags);
        bool behind = one == THRESH_OK && until - poll.upto >= w->step;

        if (one == THRESH_OK) {
            w->upto = poll.upto;
            w->fed += poll.rows;
        } else if (one != THRESH_EIO || (!w->follow && poll.failures >= PATIENCE)) {
            rc = one;
        }
        if (rc == THRESH_OK)
            rc = settle(w);
        if (one == THRESH_OK && !behind && !w->follow)
            break;
        if (rc == THRESH_OK && !behind)
            wait_a_while(poll.wait);
    }
    return rc;
}
