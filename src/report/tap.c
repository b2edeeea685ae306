/* TAP version 14: a test point for each metric, with a YAML block of what stands behind it. */
#include "report/escape.h"
#include "report/items.h"
#include "report/table.h"

typedef struct writer {
    FILE *f;
    items list;
    words w;
} writer;

/* A description ends at the line, and '#' would begin a directive. */
static void put_description(const writer *wr, const char *text)
{
    const char *clean = printable(wr->w.arena, text, false);

    for (const char *p = clean != NULL ? clean : "?"; *p != '\0'; p++) {
        if (*p == '#' || *p == '\\')
            fputc('\\', wr->f);
        fputc(*p, wr->f);
    }
}

static void put_number(FILE *f, const char *key, double value)
{
    fprintf(f, "  %s: ", key);
    put_json_number(f, value);
    fputc('\n', f);
}

static void put_text(FILE *f, const char *key, const char *text)
{
    fprintf(f, "  %s: ", key);
    put_json(f, text);
    fputc('\n', f);
}

static void put_block(const writer *wr, const item *it)
{
    const thresh_judged *m = it->metric;
    FILE *f = wr->f;

    fputs("  ---\n", f);
    put_text(f, "verdict", thresh_verdict_name(it->verdict));
    put_text(f, "code", it->code);
    put_text(f, "message", item_sentences(&wr->w, &wr->list, it, "; "));
    if (m != NULL) {
        put_number(f, "baseline", m->baseline);
        put_number(f, "candidate", m->candidate);
        put_number(f, "degradation", m->degradation);
        put_text(f, "unit", thresh_change_unit(m));
        put_text(f, "limits", limits_words(&wr->w, m));
    }
    fputs("  ...\n", f);
}

static void put_point(const writer *wr, const item *it, size_t number)
{
    bool skipped = it->verdict == THRESH_REVIEW && wr->list.skip_reviews;

    fprintf(wr->f, "%s %zu - ", it->verdict < THRESH_REVIEW || skipped ? "ok" : "not ok", number);
    put_description(wr, path_words(&wr->w, it->scope, it->name));
    if (skipped) {
        fputs(" # SKIP ", wr->f);
        put_description(wr, item_words(&wr->w, &wr->list, it, 0));
    }
    fputc('\n', wr->f);
    if (it->verdict != THRESH_ACCEPT && !skipped)
        put_block(wr, it);
}

thresh_status thresh_report_tap(const thresh_result *result, const thresh_text_options *options,
                                FILE *stream)
{
    arena memory = ARENA_INIT;
    writer wr = { .f = stream, .w = { &memory, options->language } };
    thresh_status rc = items_init(&wr.list, result);

    if (rc != THRESH_OK)
        goto done;
    fprintf(stream, "TAP version 14\n1..%zu\n# ", wr.list.count);
    put_description(&wr, headline(&wr.w, result));
    fputc('\n', stream);
    for (size_t i = 0; i < wr.list.count && rc == THRESH_OK; i++) {
        item it = items_at(&wr.list, i);
        put_point(&wr, &it, i + 1);
        rc = memory.failed ? THRESH_ENOMEM : THRESH_OK;
        arena_free(&memory);
    }
done:
    items_free(&wr.list);
    arena_free(&memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
