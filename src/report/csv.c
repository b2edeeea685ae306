/* CSV (RFC 4180), a row for each metric, for spreadsheets and data frames: whole numbers, stable
 * words. What is not a number and begins as a formula does gets an apostrophe before it. */
#include "report/items.h"

#include <math.h>
#include <string.h>

static const char *const titles[] = {
    "scope",   "metric",      "kind",        "family",      "direction", "slice_of",
    "unit",    "baseline",    "candidate",   "degradation", "measure",   "change_unit",
    "low",     "high",        "confidence",  "accept",      "tolerate",  "floor",
    "ceiling", "limits_from", "budget_used", "verdict",     "code",      "reasons",
};
enum { COLUMNS = sizeof titles / sizeof *titles };

typedef struct row {
    FILE *f;
    size_t at;
} row;

static void put_comma(row *to)
{
    if (to->at++ > 0)
        fputc(',', to->f);
}

static void put_text(row *to, const char *text)
{
    put_comma(to);
    if (text == NULL || text[0] == '\0')
        return;
    fputc('"', to->f);
    if (strchr("=+-@\t\r\n", text[0]) != NULL)
        fputc('\'', to->f);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', to->f);
        fputc(*text, to->f);
    }
    fputc('"', to->f);
}

static void put_word(row *to, const char *text)
{
    put_comma(to);
    fputs(text, to->f);
}

/* Nothing where there is no number. */
static void put_number(row *to, bool has, double value)
{
    char text[THRESH_NUMBER_MAX];

    put_word(to, has && isfinite(value) ? thresh_format_number(text, value) : "");
}

static void put_value(row *to, double value, const char *text)
{
    if (text != NULL)
        put_text(to, text);
    else
        put_number(to, true, value);
}

static void put_nothing(row *to, size_t until)
{
    while (to->at < until)
        put_word(to, "");
}

static void put_metric(row *to, const words *w, const thresh_judged *m)
{
    const thresh_rule *r = m->rule;

    put_text(to, m->kind->name);
    put_word(to, thresh_family_name(m->kind->family));
    put_word(to, m->kind->direction == THRESH_HIGHER ? "higher" : "lower");
    put_text(to, m->whole);
    put_text(to, m->unit);
    put_value(to, m->baseline, m->baseline_text);
    put_value(to, m->candidate, m->candidate_text);
    put_number(to, true, m->degradation);
    put_word(to, m->measure == THRESH_RELATIVE ? "relative" : "absolute");
    put_text(to, thresh_change_unit(m));
    put_number(to, m->has_interval, m->low);
    put_number(to, m->has_interval, m->high);
    put_number(to, m->has_interval, m->confidence);
    put_number(to, r->has_range, r->accept);
    put_number(to, r->has_range, r->tolerate);
    put_number(to, r->has_floor, r->floor);
    put_number(to, r->has_ceiling, r->ceiling);
    put_text(to, from_words(w, m));
    put_number(to, true, m->budget_used);
}

static void put_item(FILE *f, const words *w, const items *list, const item *it)
{
    enum { BEFORE_VERDICT = COLUMNS - 3 };
    row to = { f, 0 };

    put_text(&to, it->scope);
    put_text(&to, it->name);
    if (it->metric != NULL)
        put_metric(&to, w, it->metric);
    put_nothing(&to, BEFORE_VERDICT);
    put_word(&to, thresh_verdict_name(it->verdict));
    put_word(&to, it->code);
    put_text(&to, item_sentences(w, list, it, "; "));
    fputs("\r\n", f);
}

static void put_unjudged(FILE *f, const thresh_unjudged *u)
{
    enum { BEFORE_BASELINE = 7, BEFORE_VERDICT = COLUMNS - 3 };
    row to = { f, 0 };

    put_text(&to, u->scope);
    put_text(&to, u->name);
    put_text(&to, u->kind != NULL ? u->kind->name : NULL);
    put_nothing(&to, BEFORE_BASELINE);
    put_number(&to, true, u->baseline);
    put_number(&to, true, u->candidate);
    put_nothing(&to, BEFORE_VERDICT);
    put_word(&to, "ungoverned");
    put_nothing(&to, COLUMNS);
    fputs("\r\n", f);
}

thresh_status thresh_report_csv(const thresh_result *result, const thresh_text_options *options,
                                FILE *stream)
{
    arena memory = ARENA_INIT;
    words w = { &memory, options->language };
    row head = { stream, 0 };
    items list;
    thresh_status rc = items_init(&list, result);

    if (rc != THRESH_OK)
        goto done;
    for (size_t i = 0; i < COLUMNS; i++)
        put_word(&head, titles[i]);
    fputs("\r\n", stream);
    for (size_t i = 0; i < list.count && rc == THRESH_OK; i++) {
        item it = items_at(&list, i);
        put_item(stream, &w, &list, &it);
        rc = memory.failed ? THRESH_ENOMEM : THRESH_OK;
        arena_free(&memory);
    }
    for (size_t i = 0; i < result->ungoverned_count; i++)
        put_unjudged(stream, &result->ungoverned[i]);
done:
    items_free(&list);
    arena_free(&memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
