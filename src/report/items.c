/* Metrics, reasons of the whole and the verdict as one list. */
#include "report/items.h"

#include <stdlib.h>

thresh_status items_init(items *out, const thresh_result *r)
{
    thresh_verdict worst = THRESH_ACCEPT;

    *out = (items){ .result = r, .skip_reviews = r->verdict == THRESH_REVIEW && r->exit_code == 0 };
    if ((out->lone = malloc((r->reason_count + 1) * sizeof *out->lone)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->metric_count; i++)
        out->counts[r->metrics[i].verdict]++;
    for (size_t i = 0; i < r->reason_count; i++)
        if (r->reasons[i].judged == NULL) {
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
    return THRESH_OK;
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

const char *item_sentences(const words *w, const items *list, const item *it, const char *separator)
{
    const char *all = item_words(w, list, it, 0);

    for (unsigned i = 1; i < item_reasons(it) && all != NULL; i++)
        all = arena_printf(w->arena, "%s%s%s", all, separator, item_words(w, list, it, i));
    return all != NULL ? all : "?";
}
