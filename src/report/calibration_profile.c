/* A calibration as a profile: the limits, and in comments what they were made of, so that whoever
 * meets them later can make them anew. In English, as everything that other programs read. */
#include "report/calibration.h"
#include "report/escape.h"

#include <string.h>

/* A comment ends with its line: what a path or a name may hold does not. */
static void put_comment(FILE *f, const char *text)
{
    fputs("# ", f);
    for (; text != NULL && *text != '\0'; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, f);
    fputc('\n', f);
}

static void put_outcome(FILE *f, const words *w, const thresh_calibration *c,
                        const thresh_calibrated *of)
{
    arena *a = w->arena;

    for (size_t i = 0; i < 2; i++) {
        const thresh_threshold *t = &of->thresholds[i];

        put_comment(
            f,
            arena_printf(a, "%s, %s (worse by %s than %s): %s by the %s fit; curve %s, monotone %s",
                         of->name, t->name, t->worse_by, outcome_words(w, of, of->at_zero),
                         dose_words(w, c, &t->chosen), thresh_fit_name(of->fit),
                         dose_words(w, c, &t->curve), dose_words(w, c, &t->monotone)));
    }
    for (size_t i = 0; i < of->note_count; i++)
        put_comment(f, arena_printf(a, "%s: %s", of->name, say(w, of->notes[i])));
}

static void put_head(FILE *f, const words *w, const thresh_calibration *c, const char *command)
{
    arena *a = w->arena;

    put_comment(
        f, arena_printf(a, "made by thresh %s from the history %s", thresh_version(), c->path));
    put_comment(f, arena_printf(a, "sha256 of the history: %s", c->sha256));
    put_comment(f, arena_printf(a, "command: %s", command));
    put_comment(f, arena_printf(a,
                                "confidence of each bound: %s one-sided; %zu resamples, seed %.0f; "
                                "limits at the %s",
                                three_digits(w, c->confidence), c->resamples, (double)c->seed,
                                c->at_point ? "points" : "lower bounds"));
    for (size_t i = 0; i < c->outcome_count; i++)
        put_outcome(f, w, c, &c->outcomes[i]);
}

/* What the limits stand on, for those who read the profile. */
static const char *why(const words *w, const thresh_calibration *c)
{
    arena *a = w->arena;
    const char *list = "", *text;

    for (size_t i = 0; i < c->outcome_count && list != NULL; i++) {
        const thresh_calibrated *of = &c->outcomes[i];
        list = arena_printf(a, "%s%s%s (%s, then %s)", list, i > 0 ? "; " : "", of->name,
                            of->thresholds[0].worse_by, of->thresholds[1].worse_by);
    }
    text = arena_printf(
        a,
        "calibrated from what users did in %zu comparisons: up to accept no outcome is worse by "
        "its perceptible amount, up to tolerate none by its unacceptable one: %s",
        c->rows, list != NULL ? list : "?");
    return text != NULL ? text : "?";
}

thresh_status thresh_report_calibration_profile(const thresh_calibration *c, const char *name,
                                                const char *command, FILE *f)
{
    char accept[THRESH_NUMBER_MAX], tolerate[THRESH_NUMBER_MAX];
    arena a = ARENA_INIT;
    words w = { &a, NULL };
    thresh_status rc;

    put_head(f, &w, c, command);
    fputs("schema: thresh/profile/v1\nname: ", f);
    put_json(f, name);
    fputs("\naxis: scenario\ntitle: ", f);
    const char *title = arena_printf(&a, "Limits of %s, calibrated", c->metric);
    put_json(f, title != NULL ? title : "?");
    fputs("\nwhy: ", f);
    put_json(f, why(&w, c));
    fputs("\nmetrics:\n  ", f);
    put_json(f, c->metric);
    fprintf(f, ": {accept: \"%s%s\", tolerate: \"%s%s\"}\n",
            thresh_format_number(accept, c->accept), c->unit,
            thresh_format_number(tolerate, c->tolerate), c->unit);
    rc = a.failed ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
    arena_free(&a);
    return rc;
}
