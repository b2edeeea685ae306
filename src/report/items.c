/* Metrics, reasons of the whole and the verdict as one list. */
#include "report/items.h"

#include <stdlib.h>
#include <string.h>

static uint32_t name_hash(const char *scope, const char *name)
{
    return hash_bytes(hash_bytes(1, scope, strlen(scope)), name, strlen(name));
}

static bool is_same_metric(const void *context, uint32_t pos, const void *key)
{
    const thresh_judged *m = (const thresh_judged *)context + pos;
    const thresh_whole_reason *reason = key;

    return strcmp(m->name, reason->metric) == 0 && strcmp(m->scope, reason->scope) == 0;
}

/* A metric that was not accepted shows its reasons itself. */
static bool shown_by_metric(const index_table *index, const thresh_result *r,
                            const thresh_whole_reason *reason)
{
    return reason->metric[0] != '\0'
           && index_find(index, name_hash(reason->scope, reason->metric), is_same_metric,
                         r->metrics, reason)
                  != UINT32_MAX;
}

thresh_status items_init(items *out, const thresh_result *r)
{
    index_table index = { 0 };
    thresh_status rc = THRESH_ENOMEM;
    thresh_verdict worst = THRESH_ACCEPT;

    *out = (items){ .result = r };
    if ((out->lone = malloc((r->reason_count + 1) * sizeof *out->lone)) == NULL)
        goto done;
    for (size_t i = 0; i < r->metric_count; i++) {
        const thresh_judged *m = &r->metrics[i];
        out->counts[m->verdict]++;
        if (m->verdict != THRESH_ACCEPT
            && !index_add(&index, name_hash(m->scope, m->name), (uint32_t)i))
            goto done;
    }
    for (size_t i = 0; i < r->reason_count; i++)
        if (!shown_by_metric(&index, r, &r->reasons[i])) {
            out->lone[out->lone_count++] = i;
            out->counts[r->reasons[i].verdict]++;
        }
    for (int v = THRESH_ACCEPT; v <= THRESH_REJECT; v++)
        if (out->counts[v] > 0)
            worst = (thresh_verdict)v;
    out->count = r->metric_count + out->lone_count;
    /* as when warnings count as rejections */
    if (r->verdict > worst) {
        out->count++;
        out->counts[r->verdict]++;
    }
    rc = THRESH_OK;
done:
    index_free(&index);
    return rc;
}

void items_free(items *list)
{
    free(list->lone);
    list->lone = NULL;
}

item items_at(const items *list, size_t i)
{
    const thresh_result *r = list->result;

    if (i < r->metric_count) {
        const thresh_judged *m = &r->metrics[i];
        return (item){ m->verdict, m, m->scope, m->name, thresh_reason_slug(m->reasons[0]), 0 };
    }
    if (i - r->metric_count < list->lone_count) {
        size_t at = list->lone[i - r->metric_count];
        const thresh_whole_reason *reason = &r->reasons[at];
        const char *code = thresh_reason_slug(reason->code);
        return (item){ reason->verdict,
                       NULL,
                       reason->scope,
                       reason->metric[0] != '\0' ? reason->metric : code,
                       code,
                       at };
    }
    return (item){ r->verdict, NULL, "", "verdict", "verdict", r->reason_count };
}

unsigned item_reasons(const item *it)
{
    return it->metric == NULL ? 1 : it->metric->reason_count;
}

const char *item_words(const words *w, const items *list, const item *it, unsigned i)
{
    const thresh_result *r = list->result;

    return it->metric != NULL            ? reason_words(w, it->metric, i)
           : it->whole < r->reason_count ? whole_words(w, r, it->whole)
                                         : headline(w, r);
}
