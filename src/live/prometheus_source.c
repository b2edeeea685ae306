/* Range queries, again and again: their order, their failures, and how long to wait for the next.
 */
#include "base/bytes.h"
#include "base/language.h"
#include "live/prometheus_ask.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000000, LINE = 128 };
static const int64_t LATEST = INT64_C(9000000000000000000); /* with room for a step */

struct thresh_prometheus {
    arena arena;
    thresh_prometheus_options options; /* its texts lie in the arena */
    arena header_arena;                /* but for the headers, which change */
    prometheus_server server;
    int64_t step; /* microseconds */
    unsigned failures;
};

const char *thresh_prometheus_outcome_slug(thresh_prometheus_outcome outcome)
{
    static const char *const slugs[] = {
#define X(id, slug) [THRESH_PROMETHEUS_##id] = slug,
        THRESH_PROMETHEUS_OUTCOMES(X)
#undef X
    };
    return slugs[outcome];
}

/* --- making --- */

static thresh_status check(const thresh_prometheus_options *o, thresh_diags *diags)
{
    const char *what = NULL;

    if (o->url == NULL
        || (strncmp(o->url, "http://", 7) != 0 && strncmp(o->url, "https://", 8) != 0))
        what = N_("a Prometheus server has an address such as http://localhost:9090");
    else if (o->count == 0)
        what = N_("without a query there is nothing to ask a Prometheus server");
    else if (!(o->step >= 0.001 && o->step <= 1e6))
        what = N_("the step of queries lies between a millisecond and a million seconds");
    else if (!(o->timeout > 0 && o->timeout <= 3600))
        what = N_("the time limit of a query lies between 0 and an hour");
    else if (!(o->backoff > 0 && o->max_backoff >= o->backoff && isfinite(o->max_backoff)))
        what = N_("the wait after a failure is above 0, and not longer than the longest");
    for (size_t i = 0; i < o->count && what == NULL; i++)
        if (o->queries[i].metric == NULL || o->queries[i].metric[0] == '\0'
            || o->queries[i].promql == NULL || o->queries[i].promql[0] == '\0')
            what = N_("a query has the name of a metric, and a text");
    if (what == NULL)
        return THRESH_OK;
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "%s", diag_text(diags, what));
    return THRESH_EINVAL;
}

static const char *copy_of(arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

/* Copies what has to last. */
static bool keep(thresh_prometheus *p, const thresh_prometheus_options *o)
{
    arena *a = &p->arena;
    size_t url = strlen(o->url);
    thresh_prometheus_query *queries = arena_alloc(a, o->count * sizeof *queries);

    if (queries == NULL)
        return false;
    for (size_t i = 0; i < o->count; i++)
        queries[i] = (thresh_prometheus_query){ arena_strdup(a, o->queries[i].metric),
                                                arena_strdup(a, o->queries[i].promql) };
    while (url > 0 && o->url[url - 1] == '/')
        url--;
    p->options.queries = queries;
    p->options.tls = (thresh_tls){ copy_of(a, o->tls.ca_file), copy_of(a, o->tls.cert_file),
                                   copy_of(a, o->tls.key_file) };
    p->options.url = arena_strndup(a, o->url, url);
    p->server =
        (prometheus_server){ .url = p->options.url,
                             .shown =
                                 p->options.url == NULL ? NULL : without_secret(a, p->options.url),
                             .tls = p->options.tls,
                             .timeout = o->timeout,
                             .most = o->max_bytes };
    return !a->failed && thresh_prometheus_set_headers(p, o->headers) == THRESH_OK;
}

thresh_status thresh_prometheus_set_headers(thresh_prometheus *p, const char *const *headers)
{
    arena *a = &p->header_arena;
    size_t count = 0;
    const char **copies;

    arena_free(a);
    *a = (arena)ARENA_INIT;
    p->server.headers = NULL;
    while (headers != NULL && headers[count] != NULL)
        count++;
    if (count == 0)
        return THRESH_OK;
    if ((copies = arena_alloc(a, (count + 1) * sizeof *copies)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i <= count; i++)
        copies[i] = copy_of(a, headers[i]);
    p->server.headers = copies;
    return a->failed ? THRESH_ENOMEM : THRESH_OK;
}

thresh_status thresh_prometheus_new(thresh_prometheus **out,
                                    const thresh_prometheus_options *options, thresh_diags *diags)
{
    thresh_prometheus *p = calloc(1, sizeof *p);
    thresh_prometheus_options o = *options;
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    o.step = o.step == 0 ? 15 : o.step;
    o.timeout = o.timeout == 0 ? 10 : o.timeout;
    o.max_bytes = o.max_bytes == 0 ? (size_t)4 << 20 : o.max_bytes;
    o.backoff = o.backoff == 0 ? 1 : o.backoff;
    o.max_backoff = o.max_backoff == 0 ? fmax(60, o.backoff) : o.max_backoff;
    if (p == NULL || (rc = check(&o, diags)) != THRESH_OK)
        goto done;
    p->options = o;
    p->step = (int64_t)llround(o.step * SECOND);
    if (!keep(p, &o)) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    if ((rc = http_open(&p->server.client, diags)) != THRESH_OK)
        goto done;
    *out = p;
    p = NULL;
done:
    thresh_prometheus_free(p);
    return rc;
}

void thresh_prometheus_free(thresh_prometheus *p)
{
    if (p == NULL)
        return;
    http_close(p->server.client);
    arena_free(&p->header_arena);
    arena_free(&p->arena);
    free(p);
}

/* --- a poll --- */

/* A sample of query `query`; they are handed out in the order of these. */
typedef struct point {
    api_sample sample;
    size_t query;
} point;

static int compare_points(const void *a, const void *b)
{
    const point *x = a, *y = b;

    if (x->sample.ts != y->sample.ts)
        return x->sample.ts < y->sample.ts ? -1 : 1;
    if (x->query != y->query)
        return x->query < y->query ? -1 : 1;
    return (x->sample.series > y->sample.series) - (x->sample.series < y->sample.series);
}

static thresh_status hand_out(thresh_prometheus_poll *out, const thresh_prometheus *p,
                              const api_result *results, thresh_prometheus_fn *take, void *context)
{
    size_t total = 0, n = 0;
    point *points;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < p->options.count; i++) {
        total += results[i].count;
        out->not_numbers += results[i].not_numbers;
    }
    if ((points = malloc((total + 1) * sizeof *points)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < p->options.count; i++)
        for (size_t k = 0; k < results[i].count; k++)
            points[n++] = (point){ results[i].samples[k], i };
    qsort(points, n, sizeof *points, compare_points);
    for (size_t i = 0; i < n && rc == THRESH_OK; i++) {
        const api_sample *s = &points[i].sample;
        thresh_prometheus_row row = { s->ts, p->options.queries[points[i].query].metric,
                                      results[points[i].query].list[s->series].scope, s->value };
        rc = take(context, &row);
        out->rows += rc == THRESH_OK;
    }
    free(points);
    return rc;
}

thresh_status thresh_prometheus_poll_rows(thresh_prometheus_poll *out, thresh_prometheus *p,
                                          int64_t after, int64_t until, thresh_prometheus_fn *take,
                                          void *context, thresh_diags *diags)
{
    int64_t first, last;
    api_result *results;
    double asked = 0;
    thresh_status rc = THRESH_OK;

    *out = (thresh_prometheus_poll){ .upto = after, .wait = p->options.step };
    if (after < 0 || until < 0 || after > LATEST || until > LATEST)
        return THRESH_EDOMAIN;
    first = after / p->step * p->step + p->step;
    last = until / p->step * p->step;
    if ((results = calloc(p->options.count, sizeof *results)) == NULL)
        return THRESH_ENOMEM;
    if (last - first >= THRESH_PROMETHEUS_POINTS * p->step)
        last = first + (THRESH_PROMETHEUS_POINTS - 1) * p->step;
    for (size_t i = 0; i < p->options.count && first <= last && rc == THRESH_OK; i++) {
        prometheus_reply reply;
        rc = prometheus_ask_range(&reply, &p->server, p->options.queries[i].promql, first, last,
                                  p->step, &results[i], diags);
        out->outcome = reply.outcome;
        out->status = reply.status;
        asked = reply.retry_after;
    }
    if (rc == THRESH_OK && first <= last) {
        p->failures = 0;
        if ((rc = hand_out(out, p, results, take, context)) == THRESH_OK)
            out->upto = last;
    } else if (rc == THRESH_EIO || rc == THRESH_EINVAL) {
        out->failures = ++p->failures;
        out->wait = fmin(p->options.max_backoff,
                         ldexp(p->options.backoff, p->failures < 60 ? (int)p->failures - 1 : 60));
        out->wait = fmax(out->wait, fmin(asked, p->options.max_backoff));
    }
    for (size_t i = 0; i < p->options.count; i++)
        api_result_free(&results[i]);
    free(results);
    return rc;
}

/* --- into a parser of events --- */

typedef struct feeding {
    thresh_events *events;
    thresh_event_fn *take;
    void *context;
    bytes line;
} feeding;

static void put_quoted(bytes *b, const char *text)
{
    bytes_put(b, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        char code[8];
        if (c >= ' ' && c != '"' && c != '\\')
            bytes_put(b, text, 1);
        else
            bytes_put(b, code, (size_t)snprintf(code, sizeof code, "\\u%04x", (unsigned)c));
    }
    bytes_put(b, "\"", 1);
}

static thresh_status feed_row(void *context, const thresh_prometheus_row *row)
{
    feeding *f = context;
    bytes *b = &f->line;
    char text[LINE], number[THRESH_NUMBER_MAX];

    b->len = 0;
    bytes_put(b, text,
              (size_t)snprintf(text, sizeof text, "{\"ts\":%lld,\"metric\":", (long long)row->ts));
    put_quoted(b, row->metric);
    if (row->scope[0] != '\0') {
        bytes_put(b, ",\"scope\":", 9);
        put_quoted(b, row->scope);
    }
    bytes_put(b, text,
              (size_t)snprintf(text, sizeof text, ",\"value\":%s}\n",
                               thresh_format_number(number, row->value)));
    if (b->failed)
        return THRESH_ENOMEM;
    return thresh_events_feed(f->events, (const char *)b->data, b->len, f->take, f->context);
}

thresh_status thresh_prometheus_feed(thresh_prometheus_poll *out, thresh_prometheus *source,
                                     int64_t after, int64_t until, thresh_events *events,
                                     thresh_event_fn *take, void *context, thresh_diags *diags)
{
    feeding f = { events, take, context, BYTES_INIT };
    thresh_status rc = thresh_prometheus_poll_rows(out, source, after, until, feed_row, &f, diags);

    bytes_free(&f.line);
    return rc;
}
