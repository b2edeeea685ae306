/* MLPerf inference: accuracy.txt ("accuracy=75.586%, good=774, total=1024", or a JSON line, with a
 * hash below) and mlperf_log_summary.txt. */
#include "base/words.h"
#include "input/reader.h"

#include <stdio.h>
#include <string.h>

static const char summary_title[] = "MLPerf Results Summary";

static bool starts_with(const line *l, const char *text)
{
    return l->len >= strlen(text) && memcmp(l->text, text, strlen(text)) == 0;
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };
    bool first = true;

    while (l.number < 12 && next_full_line(in, &at, &l)) {
        if (starts_with(&l, summary_title) || (!first && starts_with(&l, "hash="))
            || (first && starts_with(&l, "accuracy=")))
            return true;
        first = false;
    }
    return false;
}

/* "accuracy=75.586%, good=774, total=1024" */
static thresh_status read_pairs(const input *in, thresh_set *set, arena *a, const line *l)
{
    thresh_status rc = THRESH_OK;
    double total;
    bool has_total = false;

    for (size_t i = 0; i < l->len && rc == THRESH_OK;) {
        const char *comma = memchr(l->text + i, ',', l->len - i);
        size_t len = comma == NULL ? l->len - i : (size_t)(comma - l->text) - i;
        field pair = trimmed((field){ l->text + i, len });
        const char *equals = memchr(pair.text, '=', pair.len);

        i += len + 1;
        if (equals == NULL)
            return text_fault(in, l->number, "expected name=value");
        const char *name = arena_strndup(a, pair.text, (size_t)(equals - pair.text));
        field value = { equals + 1, pair.len - (size_t)(equals + 1 - pair.text) };
        if (name == NULL)
            return THRESH_ENOMEM;
        if (strcmp(name, "hash") == 0)
            continue;
        if (strcmp(name, "total") == 0)
            has_total = field_number(value, &total);
        rc = add_field(in, set, a, "", name, value, l->number);
    }
    if (has_total && total >= 1)
        thresh_set_annotate(set, "", "accuracy", NULL, &total);
    return rc;
}

static thresh_status read_json_line(const input *in, thresh_set *set, arena *a, const line *l)
{
    const node *root = NULL;
    thresh_status rc = json_read(&root, a, l->text, l->len, in->path, l->number, in->diags);

    if (rc != THRESH_OK)
        return rc;
    input inner = *in;
    inner.root = root;
    return json_reader.read(&inner, set);
}

/* "Mean latency (ns)    : 32691302575"; the settings of the run are not its results */
static thresh_status read_summary(const input *in, thresh_set *set, arena *a)
{
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l) && !starts_with(&l, "Test Parameters")) {
        const char *colon = memchr(l.text, ':', l.len);
        thresh_metric m = { .scope = "", .line = l.number };
        char *name, *open;

        if (colon == NULL)
            continue;
        field value = trimmed((field){ colon + 1, l.len - (size_t)(colon + 1 - l.text) });
        field key = trimmed((field){ l.text, (size_t)(colon - l.text) });
        if ((name = arena_strndup(a, key.text, key.len)) == NULL)
            return THRESH_ENOMEM;
        if (strcmp(name, "Result is") == 0 && !field_is(value, "VALID"))
            return text_fault(in, l.number, "the run says of itself that it is not valid");
        if (!field_number(value, &m.value)) {
            rc = add_field(in, set, a, "", name, value, l.number);
            continue;
        }
        if ((open = strstr(name, " (")) != NULL) {
            const unit *u = unit_find(open + 2, strcspn(open + 2, ")"));
            m.unit = u == NULL ? NULL : u->name;
            *open = '\0';
        }
        m.name = name;
        rc = add_measured(in, set, &m);
    }
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;
    bool summary = false;

    while (!summary && l.number < 12 && next_full_line(in, &at, &l))
        summary = starts_with(&l, summary_title);
    at = 0;
    l.number = 0;
    if (summary)
        rc = read_summary(in, set, &a);
    while (!summary && rc == THRESH_OK && next_full_line(in, &at, &l))
        rc = l.text[0] == '{' ? read_json_line(in, set, &a, &l) : read_pairs(in, set, &a, &l);
    arena_free(&a);
    return rc;
}

const reader mlperf_reader = {
    .format = { "mlperf", N_("MLPerf inference, accuracy.txt and mlperf_log_summary.txt") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
