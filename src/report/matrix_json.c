/* A matrix for programs, schema thresh/matrix/v1. */
#include "judge/judge.h"
#include "report/escape.h"
#include "report/matrix_words.h"
#include "thresh/report.h"

#include <math.h>

static void put_member(FILE *f, const char *key, double value)
{
    fprintf(f, ", \"%s\": ", key);
    put_json_number(f, value);
}

static void put_text(FILE *f, const char *before, const char *key, const char *value)
{
    fprintf(f, "%s\"%s\": ", before, key);
    put_json(f, value);
}

static void put_side(FILE *f, const thresh_side *side)
{
    put_text(f, "{", "path", side->path);
    put_text(f, ", ", "format", side->format);
    put_text(f, ", ", "sha256", side->sha256);
    fputs("}", f);
}

static void put_cell(FILE *f, const thresh_matrix_cell *c, arena *a)
{
    const thresh_result *r = c->result;

    fprintf(f, "{\"verdict\": \"%s\"", thresh_verdict_name(c->verdict));
    put_member(f, "place", c->place > 0 ? (double)c->place : NAN);
    fprintf(f, ", \"tied\": %s", c->tied ? "true" : "false");
    put_member(f, "value", c->value);
    put_member(f, "score", r->score->value);
    fputs(", \"binding\": ", f);
    if (c->binding == NULL) {
        fputs("null", f);
    } else {
        put_text(f, "{", "scope", c->binding->scope);
        put_text(f, ", ", "name", c->binding->name);
        put_member(f, "budget_used", c->binding->budget_used);
        fputs("}", f);
    }
    fputs(", \"reasons\": [", f);
    for (size_t i = 0; i < r->reason_count; i++) {
        thresh_phrase sentence = whole_phrase(a, &r->reasons[i]);
        const char *text = phrase_said(a, &sentence, NULL);

        put_text(f, i > 0 ? ", {" : "{", "code", thresh_reason_slug(r->reasons[i].code));
        put_text(f, ", ", "metric", r->reasons[i].metric);
        put_text(f, ", ", "scope", r->reasons[i].scope);
        put_text(f, ", ", "text", text != NULL ? text : "?");
        fputs("}", f);
    }
    fputs("]}", f);
}

static void put_row(FILE *f, const thresh_matrix *m, const thresh_matrix_row *row,
                    const matrix_profiles *profiles, bool *failed)
{
    arena sentences = ARENA_INIT;

    put_text(f, "{", "name", row->name);
    fputs(", \"profiles\": [", f);
    for (size_t i = 0; i < row->profile_count; i++)
        fprintf(f, "%s%zu", i > 0 ? ", " : "", place_of_profile(profiles, row->profiles[i]));
    put_text(f, "], ", "state", thresh_matrix_state_name(row->state));
    fputs(", \"closed_by\": ", f);
    if (row->closed_by != NULL)
        put_json(f, row->closed_by->name);
    else
        fputs("null", f);
    put_member(f, "recommended",
               row->recommended == THRESH_MATRIX_BASELINE ? NAN : (double)row->recommended);
    put_member(f, "ties", (double)row->ties);
    put_text(f, ", \"evidence\": {", "burden", thresh_burden_name(row->evidence.burden));
    put_member(f, "confidence", row->evidence.confidence);
    fputs("}, \"cells\": [", f);
    for (size_t c = 0; c < m->candidate_count; c++) {
        fputs(c > 0 ? ",\n  " : "\n  ", f);
        put_cell(f, &row->cells[c], &sentences);
    }
    fputs("]}", f);
    *failed = *failed || sentences.failed;
    arena_free(&sentences);
}

thresh_status thresh_report_matrix_json(const thresh_matrix *m, const thresh_text_options *options,
                                        FILE *f)
{
    arena a = ARENA_INIT;
    matrix_profiles profiles = profiles_of_matrix(m, &a);
    bool failed = a.failed;

    (void)options;
    put_text(f, "{\n", "schema", "thresh/matrix/v1");
    put_text(f, ",\n", "thresh_version", thresh_version());
    fprintf(f, ",\n\"exit_code\": %d", m->exit_code);
    put_text(f, ",\n", "by", m->by);
    fputs(",\n\"summary\": {", f);
    for (int s = 0; s <= THRESH_MATRIX_CLOSED; s++)
        fprintf(f, "%s\"%s\": %zu", s > 0 ? ", " : "",
                thresh_matrix_state_name((thresh_matrix_state)s), m->states[s]);
    fputs("},\n\"profiles\": [", f);
    for (size_t i = 0; i < profiles.count; i++) {
        put_text(f, i > 0 ? ",\n{" : "\n{", "name", profiles.list[i]->name);
        put_text(f, ", ", "axis", profiles.list[i]->axis);
        put_text(f, ", ", "origin", profiles.list[i]->origin);
        put_text(f, ", ", "sha256", profiles.list[i]->sha256);
        fputs("}", f);
    }
    fputs("],\n\"baseline\": ", f);
    put_side(f, &m->baseline);
    fputs(",\n\"candidates\": [", f);
    for (size_t c = 0; c < m->candidate_count; c++) {
        fputs(c > 0 ? ",\n" : "\n", f);
        put_side(f, &m->candidates[c]);
    }
    fputs("],\n\"rows\": [", f);
    for (size_t i = 0; i < m->row_count; i++) {
        fputs(i > 0 ? ",\n" : "\n", f);
        put_row(f, m, &m->rows[i], &profiles, &failed);
    }
    fputs("\n]\n}\n", f);
    arena_free(&a);
    return failed ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
}
