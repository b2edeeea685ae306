/* Several candidates in order, for people and for programs. */
#include "judge/judge.h"
#include "report/escape.h"
#include "report/table.h"
#include "report/words.h"
#include "thresh/rank.h"

#include <math.h>
#include <string.h>

enum { INDENT = 2 };

typedef struct printer {
    const thresh_ranking *r;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    words w;
    bool whole_paths; /* two files of one name */
} printer;

static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static const char *name_of(printer *p, const thresh_ranked *c)
{
    const thresh_side *side = &c->result->candidate;

    return fit_to_print(p, p->whole_paths ? side->path : side_name(&p->w, side));
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* Results of several models are often called alike, each in a folder of its own. */
static bool same_names(const thresh_ranking *r)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(last_part(r->candidates[i].result->candidate.path),
                       last_part(r->candidates[k].result->candidate.path))
                == 0)
                return true;
    return false;
}

/* What they are ordered by has a column already. */
static bool is_by(const thresh_ranking *r, const thresh_axis *a)
{
    return a->metric == NULL ? r->by_metric == NULL
                             : r->by_metric != NULL && strcmp(a->name, r->by_metric->name) == 0
                                   && strcmp(a->scope, r->by_metric->scope) == 0;
}

/* A value of a metric, or a plain number. */
static const char *value_words(printer *p, const thresh_judged *m, double value)
{
    char text[THRESH_TEXT_MAX];

    if (isnan(value))
        return "-";
    if (m == NULL)
        return say(&p->w, number_phrase(&p->arena, value, NAN));
    return fit_to_print(p, thresh_value_text(text, m, value));
}

static void print_headline(printer *p)
{
    const thresh_ranking *r = p->r;
    const thresh_ranked *best = r->recommended;
    const char *mark =
        best == NULL ? (p->o->ascii ? "x" : "\xE2\x9C\x97") : (p->o->ascii ? "ok" : "\xE2\x9C\x93");
    thresh_phrase text;

    if (best == NULL)
        text = SAY(&p->arena,
                   r->exit_code == 3 ? N_("no candidate of %s is accepted; some need a person's "
                                          "review")
                                     : N_("no candidate of %s is accepted"),
                   phrase_count(&p->arena, r->count));
    else
        text = SAY(&p->arena,
                   r->higher ? N_("%s is recommended: the highest %s (%s) of the %s accepted")
                             : N_("%s is recommended: the lowest %s (%s) of the %s accepted"),
                   phrase_word(name_of(p, best)), phrase_word(fit_to_print(p, r->by)),
                   phrase_word(value_words(p, r->by_metric, best->value)),
                   phrase_count(&p->arena, r->eligible));
    fprintf(p->f, "%s ", mark);
    print_wrapped(p->f, say(&p->w, text), cell_width(mark) + 1, INDENT, (size_t)p->o->width);
}

static thresh_status print_candidates(printer *p)
{
    const thresh_ranking *r = p->r;
    column columns[MAX_COLUMNS];
    size_t count = 0, axes = 0, shown[MAX_COLUMNS];
    cell *cells, *row;

    columns[count++] = (column){ word(&p->w, N_("CANDIDATE")), 0, false };
    columns[count++] = (column){ word(&p->w, N_("PLACE")), 0, true };
    columns[count++] = (column){ word(&p->w, N_("VERDICT")), 0, false };
    columns[count++] = (column){ fit_to_print(p, r->by), 0, true };
    for (size_t k = 0; k < r->axis_count && count + 1 < MAX_COLUMNS; k++)
        if (!is_by(r, &r->axes[k])) {
            shown[axes++] = k;
            columns[count++] =
                (column){ fit_to_print(p, path_words(&p->w, r->axes[k].scope, r->axes[k].name)),
                          (int)axes + 1, true };
        }
    columns[count++] = (column){ word(&p->w, N_("FRONT")), 1, false };
    if ((row = cells = arena_alloc(&p->arena, r->count * count * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->count; i++) {
        const thresh_ranked *c = &r->candidates[i];
        const char *place =
            c->place == 0 ? "-" : arena_printf(&p->arena, "%s%zu", c->tied ? "=" : "", c->place);

        *row++ = (cell){ name_of(p, c), NULL };
        *row++ = (cell){ place != NULL ? place : "?", NULL };
        *row++ = (cell){ verdict_word(&p->w, c->result->verdict), NULL };
        *row++ = (cell){ value_words(p, r->by_metric, c->value), NULL };
        for (size_t k = 0; k < axes; k++)
            *row++ = (cell){ value_words(p, r->axes[shown[k]].metric, c->axes[shown[k]]), NULL };
        *row++ = (cell){ c->on_front ? word(&p->w, N_("yes")) : "-", NULL };
    }
    fputc('\n', p->f);
    print_table(p->f, &p->arena,
                &(table){ columns, count, cells, r->count, INDENT, (size_t)p->o->width, p->o->ascii,
                          p->o->colour ? "\033[2m" : "", p->o->colour ? "\033[0m" : "" });
    return THRESH_OK;
}

static void print_remark(printer *p, const char *text)
{
    fprintf(p->f, "%*s- ", INDENT, "");
    print_wrapped(p->f, fit_to_print(p, text), INDENT + 2, INDENT + 2, (size_t)p->o->width);
}

static void print_remarks(printer *p)
{
    const thresh_ranking *r = p->r;

    fputc('\n', p->f);
    for (size_t i = r->eligible; i < r->count; i++) {
        const thresh_ranked *c = &r->candidates[i];
        if (c->result->reason_count > 0)
            print_remark(p, say(&p->w, SAY(&p->arena, N_("%s: %s"), phrase_word(name_of(p, c)),
                                           whole_phrase(&p->arena, &c->result->reasons[0]))));
    }
    if (r->ties > 0)
        print_remark(
            p,
            say(&p->w, SAY(&p->arena,
                           r->ties == 1 ? N_("%s other candidate cannot be told from the first: "
                                             "equal, or their intervals overlap")
                                        : N_("%s other candidates cannot be told from the first: "
                                             "equal, or their intervals overlap"),
                           phrase_count(&p->arena, r->ties))));
    print_remark(p, origin_words(&p->w, r->candidates[0].result));
}

thresh_status thresh_report_ranking(const thresh_ranking *ranking,
                                    const thresh_text_options *options, FILE *stream)
{
    printer p = { .r = ranking, .o = options, .f = stream, .arena = ARENA_INIT };
    thresh_status rc = THRESH_OK;

    p.w = (words){ &p.arena, options->language };
    p.whole_paths = same_names(ranking);
    print_headline(&p);
    if (!options->quiet) {
        rc = print_candidates(&p);
        print_remarks(&p);
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}

/* --- JSON --- */

static void put_member(FILE *f, const char *key, double value)
{
    fprintf(f, ", \"%s\": ", key);
    put_json_number(f, value);
}

static void put_candidate(FILE *f, const thresh_ranking *r, const thresh_ranked *c)
{
    const thresh_result *result = c->result;

    fputs("{\"path\": ", f);
    put_json(f, result->candidate.path);
    fputs(", \"sha256\": ", f);
    put_json(f, result->candidate.sha256);
    fprintf(f, ", \"verdict\": \"%s\"", thresh_verdict_name(result->verdict));
    put_member(f, "place", c->place > 0 ? (double)c->place : NAN);
    fprintf(f, ", \"tied\": %s, \"on_front\": %s", c->tied ? "true" : "false",
            c->on_front ? "true" : "false");
    put_member(f, "value", c->value);
    put_member(f, "low", c->low);
    put_member(f, "high", c->high);
    put_member(f, "score", result->score->value);
    fputs(", \"axes\": [", f);
    for (size_t k = 0; k < r->axis_count; k++) {
        fputs(k > 0 ? ", " : "", f);
        put_json_number(f, c->axes[k]);
    }
    fputs("], \"reasons\": [", f);
    for (size_t i = 0; i < result->reason_count; i++) {
        char text[THRESH_TEXT_MAX];
        fputs(i > 0 ? ", " : "", f);
        put_json(f, thresh_whole_reason_text(text, &result->reasons[i], NULL));
    }
    fputs("]}", f);
}

thresh_status thresh_report_ranking_json(const thresh_ranking *r, FILE *f)
{
    const thresh_result *first = r->candidates[0].result;

    fputs("{\n\"schema\": \"thresh/rank/v1\",\n\"thresh_version\": ", f);
    put_json(f, thresh_version());
    fprintf(f, ",\n\"exit_code\": %d,\n\"by\": ", r->exit_code);
    put_json(f, r->by);
    fprintf(f, ",\n\"higher\": %s,\n\"baseline\": {\"path\": ", r->higher ? "true" : "false");
    put_json(f, first->baseline.path);
    fputs(", \"sha256\": ", f);
    put_json(f, first->baseline.sha256);
    fputs("},\n\"profiles\": [", f);
    for (size_t i = 0; i < first->profile_count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_json(f, first->profiles[i]->name);
    }
    fputs("],\n\"axes\": [", f);
    for (size_t k = 0; k < r->axis_count; k++) {
        const thresh_axis *a = &r->axes[k];
        fputs(k > 0 ? ", {\"scope\": " : "{\"scope\": ", f);
        put_json(f, a->scope);
        fputs(", \"name\": ", f);
        put_json(f, a->name);
        fprintf(f, ", \"higher\": %s}", a->higher ? "true" : "false");
    }
    fprintf(f, "],\n\"recommended\": %s,\n\"candidates\": [",
            r->recommended != NULL ? "0" : "null");
    for (size_t i = 0; i < r->count; i++) {
        fputs(i > 0 ? ",\n" : "\n", f);
        put_candidate(f, r, &r->candidates[i]);
    }
    fputs("\n]\n}\n", f);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}
