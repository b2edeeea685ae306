/* JUnit XML, for whatever shows test results: a test case for each metric, valid against the schema
 * of Jenkins (junit-10.xsd). There is no clock here, so there are no times and no timestamp. */
#include "report/escape.h"
#include "report/items.h"

typedef struct writer {
    FILE *f;
    items list;
    words w;
} writer;

/* What becomes of a verdict; NULL: the test case passed. */
static const char *element(const writer *wr, thresh_verdict v)
{
    static const char *const elements[] = {
        [THRESH_REVIEW] = "error", [THRESH_REJECT] = "failure"
    };

    return v < THRESH_REVIEW                             ? NULL
           : v == THRESH_REVIEW && wr->list.skip_reviews ? "skipped"
                                                         : elements[v];
}

static void put_attribute(FILE *f, const char *name, const char *value)
{
    fprintf(f, " %s=\"", name);
    put_xml(f, value);
    fputc('"', f);
}

static void put_property(FILE *f, const char *name, const char *value)
{
    fputs("      <property", f);
    put_attribute(f, "name", name);
    put_attribute(f, "value", value);
    fputs("/>\n", f);
}

static void put_case(const writer *wr, const item *it)
{
    const char *what = element(wr, it->verdict);
    FILE *f = wr->f;

    /* runners split a class name at its dots, and file names of a scope hold some */
    fputs("    <testcase", f);
    put_attribute(f, "name", it->name);
    put_attribute(f, "classname", it->scope[0] != '\0' ? it->scope : "thresh");
    if (it->verdict == THRESH_ACCEPT) {
        fputs("/>\n", f);
        return;
    }
    fputs(">\n      <", f);
    fputs(what != NULL ? what : "system-out", f);
    if (what != NULL) {
        put_attribute(f, "type", it->code);
        put_attribute(f, "message", item_words(&wr->w, &wr->list, it, 0));
    }
    fputc('>', f);
    if (what == NULL) {
        put_xml(f, verdict_word(&wr->w, it->verdict));
        fputs(": ", f);
    }
    put_xml(f, item_sentences(&wr->w, &wr->list, it, "\n"));
    fprintf(f, "</%s>\n    </testcase>\n", what != NULL ? what : "system-out");
}

static void put_counts(const writer *wr)
{
    const size_t *counts = wr->list.counts;
    size_t reviews = counts[THRESH_REVIEW];

    fprintf(wr->f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", wr->list.count,
            counts[THRESH_REJECT], wr->list.skip_reviews ? 0 : reviews);
}

static void put_head(const writer *wr)
{
    const thresh_result *r = wr->list.result;
    FILE *f = wr->f;

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"thresh\"", f);
    put_counts(wr);
    fputs(">\n  <testsuite", f);
    put_attribute(f, "name", headline(&wr->w, r));
    put_counts(wr);
    fprintf(f, " skipped=\"%zu\">\n    <properties>\n",
            wr->list.skip_reviews ? wr->list.counts[THRESH_REVIEW] : 0);
    put_property(f, "verdict", thresh_verdict_name(r->verdict));
    put_property(f, "baseline", side_name(&wr->w, &r->baseline));
    put_property(f, "candidate", side_name(&wr->w, &r->candidate));
    put_property(f, "limits", origin_words(&wr->w, r));
    fputs("    </properties>\n", f);
}

thresh_status thresh_report_junit(const thresh_result *result, const thresh_text_options *options,
                                  FILE *stream)
{
    arena memory = ARENA_INIT;
    writer wr = { .f = stream, .w = { &memory, options->language } };
    thresh_status rc = items_init(&wr.list, result);

    if (rc != THRESH_OK)
        goto done;
    put_head(&wr);
    for (size_t i = 0; i < wr.list.count && rc == THRESH_OK; i++) {
        item it = items_at(&wr.list, i);
        put_case(&wr, &it);
        rc = memory.failed ? THRESH_ENOMEM : THRESH_OK;
        arena_free(&memory);
    }
    if (result->note_count > 0)
        fputs("    <system-out>", stream);
    for (size_t i = 0; i < result->note_count; i++) {
        fputs(i > 0 ? "\n" : "", stream);
        put_xml(stream, note_words(&wr.w, result, i));
    }
    if (result->note_count > 0)
        fputs("</system-out>\n", stream);
    fputs("  </testsuite>\n</testsuites>\n", stream);
    if (rc == THRESH_OK && memory.failed)
        rc = THRESH_ENOMEM;
done:
    items_free(&wr.list);
    arena_free(&memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
