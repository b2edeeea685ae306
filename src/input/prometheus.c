/* Prometheus and OpenMetrics text: each series is a metric, its labels are its scope; of a
 * histogram the quantiles are estimated within its buckets, as histogram_quantile() does. */
#include "input/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool starts_with(const line *l, const char *text)
{
    return l->len >= strlen(text) && memcmp(l->text, text, strlen(text)) == 0;
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };

    while (l.number < 20 && next_full_line(in, &at, &l))
        if (starts_with(&l, "# TYPE ") || starts_with(&l, "# HELP "))
            return true;
    return false;
}

typedef struct sample {
    const char *name, *scope; /* labels without le and quantile, as "a=b/c=d" */
    const char *le, *quantile;
    double value;
    uint32_t line;
} sample;

/* One label; moves `*at` behind it. */
static bool read_label(const input *in, arena *a, const line *l, size_t *at, sample *s)
{
    size_t start = *at, i;
    char *value, *to;

    while (*at < l->len && l->text[*at] != '=')
        ++*at;
    const char *key = arena_strndup(a, l->text + start, *at - start);
    if (*at + 1 >= l->len || l->text[*at + 1] != '"' || key == NULL)
        return false;
    if ((value = to = arena_alloc(a, l->len)) == NULL)
        return false;
    for (i = *at + 2; i < l->len && l->text[i] != '"'; i++) {
        i += l->text[i] == '\\' && i + 1 < l->len;
        *to++ = l->text[i];
    }
    if (i >= l->len)
        return false;
    *at = i + 1;
    if (strcmp(key, "le") == 0) {
        s->le = value;
    } else if (strcmp(key, "quantile") == 0) {
        s->quantile = value;
    } else {
        const char *pair = arena_printf(a, "%s=%s", key, value);
        s->scope =
            pair == NULL ? NULL : join_scope(in, a, s->scope, pair, &(node){ .line = l->number });
    }
    return s->scope != NULL;
}

/* name{label="value",...} number [timestamp] */
static thresh_status read_sample(const input *in, arena *a, const line *l, sample *s)
{
    size_t at = 0;
    field f[2];

    while (at < l->len && strchr("{ \t", l->text[at]) == NULL)
        at++;
    *s = (sample){ .scope = "", .line = l->number };
    s->name = arena_strndup(a, l->text, at);
    if (at < l->len && l->text[at] == '{') {
        at++;
        while (at < l->len && l->text[at] != '}') {
            if (!read_label(in, a, l, &at, s))
                return a->failed
                           ? THRESH_ENOMEM
                           : text_fault(in, l->number, "expected a label such as name=\"value\"");
            while (at < l->len && (l->text[at] == ',' || l->text[at] == ' '))
                at++;
        }
        at += at < l->len;
    }
    line rest = { l->text + at, l->len - at, l->number };
    if (split_fields(&rest, f, 2) < 1
        || !(field_number(f[0], &s->value)
             || (field_is(f[0], "+Inf") && (s->value = INFINITY, true))))
        return text_fault(in, l->number, "expected a number behind the name of the series");
    return s->name == NULL ? THRESH_ENOMEM : THRESH_OK;
}

/* Buckets of one histogram stand together, with rising bounds and cumulated counts. */
typedef struct histogram {
    const char *name, *scope;
    double bounds[512], counts[512];
    size_t buckets;
    uint32_t line;
} histogram;

static double quantile_of(const histogram *h, double q)
{
    double total = h->counts[h->buckets - 1], rank = q * total, from = 0, before = 0;
    size_t i = 0;

    while (i + 1 < h->buckets && h->counts[i] < rank)
        i++;
    if (i > 0) {
        from = h->bounds[i - 1];
        before = h->counts[i - 1];
    }
    if (isinf(h->bounds[i])) /* beyond the last bound nothing is known */
        return from;
    return h->counts[i] > before
               ? from + (h->bounds[i] - from) * (rank - before) / (h->counts[i] - before)
               : h->bounds[i];
}

static thresh_status flush(const input *in, thresh_set *set, arena *a, histogram *h)
{
    static const struct {
        const char *suffix;
        double q;
    } wanted[] = { { "p50", 0.5 }, { "p95", 0.95 }, { "p99", 0.99 } };
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < 3 && rc == THRESH_OK && h->buckets > 0; i++) {
        thresh_metric m = { .name = wanted[i].suffix,
                            .value = quantile_of(h, wanted[i].q),
                            .line = h->line,
                            .n = h->counts[h->buckets - 1] };
        m.has_n = m.n >= 1;
        m.scope = join_scope(in, a, h->name, h->scope, &(node){ .line = h->line });
        if (m.scope == NULL)
            return a->failed ? THRESH_ENOMEM : THRESH_EFORMAT;
        if (strstr(h->name, "_seconds") != NULL)
            m.unit = "s";
        if (m.has_n) /* an empty histogram has no quantiles */
            rc = add_measured(in, set, &m);
    }
    h->buckets = 0;
    return rc;
}

static thresh_status add_bucket(const input *in, thresh_set *set, arena *a, histogram *h,
                                const sample *s)
{
    size_t len = strlen(s->name) - strlen("_bucket");
    double bound;
    thresh_status rc = THRESH_OK;

    if (strcmp(s->le, "+Inf") == 0)
        bound = INFINITY;
    else if (!thresh_parse_number(&bound, s->le, strlen(s->le)))
        return text_fault(in, s->line, "the bound of a bucket (le) is no number");
    if (h->buckets > 0
        && (strncmp(h->name, s->name, len) != 0 || strcmp(h->scope, s->scope) != 0
            || bound <= h->bounds[h->buckets - 1]))
        rc = flush(in, set, a, h);
    if (rc != THRESH_OK)
        return rc;
    if (h->buckets == sizeof h->bounds / sizeof *h->bounds)
        return text_fault(in, s->line, "a histogram of more than 512 buckets");
    if (h->buckets > 0 && s->value < h->counts[h->buckets - 1])
        return text_fault(in, s->line, "a bucket with fewer than the one below it");
    h->name = arena_strndup(a, s->name, len);
    h->scope = s->scope;
    h->line = s->line;
    h->bounds[h->buckets] = bound;
    h->counts[h->buckets++] = s->value;
    return h->name == NULL ? THRESH_ENOMEM : THRESH_OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);

    return a > b && strcmp(text + a - b, end) == 0;
}

/* A summary's quantile: 0.99 → p99 under the series' name. */
static thresh_status add_quantile(const input *in, thresh_set *set, arena *a, const sample *s)
{
    double q;
    thresh_metric m = { .value = s->value, .line = s->line };

    if (!thresh_parse_number(&q, s->quantile, strlen(s->quantile)))
        return text_fault(in, s->line, "a quantile that is no number");
    m.name = arena_printf(a, "p%g", q * 100);
    m.scope = join_scope(in, a, s->name, s->scope, &(node){ .line = s->line });
    if (m.name == NULL || m.scope == NULL)
        return a->failed ? THRESH_ENOMEM : THRESH_EFORMAT;
    m.unit = strstr(s->name, "_seconds") != NULL ? "s" : NULL;
    return add_measured(in, set, &m);
}

static thresh_status read(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    histogram *h = calloc(1, sizeof *h);
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = h == NULL ? THRESH_ENOMEM : THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        sample s;

        if (l.text[0] == '#')
            continue;
        if ((rc = read_sample(in, &a, &l, &s)) != THRESH_OK)
            break;
        if (s.le != NULL && ends_with(s.name, "_bucket"))
            rc = add_bucket(in, set, &a, h, &s);
        else if (s.quantile != NULL)
            rc = add_quantile(in, set, &a, &s);
        else
            rc = add_measured(
                in, set,
                &(thresh_metric){
                    .scope = s.scope, .name = s.name, .value = s.value, .line = s.line });
    }
    if (rc == THRESH_OK)
        rc = flush(in, set, &a, h);
    free(h);
    arena_free(&a);
    return rc;
}

const reader prometheus_reader = {
    .format = { "prometheus", N_("Prometheus and OpenMetrics, text") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
