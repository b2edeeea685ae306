/* What reports say of candidates in order. */
#include "report/ranking_words.h"

#include "judge/judge.h"
#include "thresh/roi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Results of several models are often called alike, each in a folder of its own. */
static bool same_names(const thresh_ranking *r, arena *a)
{
    const char **names = arena_alloc(a, r->count * sizeof *names);

    for (size_t i = 0; i < r->count && names != NULL; i++)
        names[i] = last_part(r->candidates[i].result->candidate.path);
    if (names != NULL)
        qsort(names, r->count, sizeof *names, compare_names);
    for (size_t i = 1; i < r->count && names != NULL; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return true;
    return false;
}

ranking_words ranking_words_of(const thresh_ranking *r, arena *a, const thresh_language *language)
{
    return (ranking_words){ r, { a, language }, same_names(r, a) };
}

static const char *kept(const ranking_words *rw, const char *text)
{
    const char *copy = arena_strdup(rw->w.arena, text);

    return copy != NULL ? copy : "?";
}

const char *candidate_name(const ranking_words *rw, const thresh_ranked *c)
{
    const thresh_side *side = &c->result->candidate;

    return rw->whole_paths ? side->path : side_name(&rw->w, side);
}

const char *place_words(const ranking_words *rw, const thresh_ranked *c)
{
    const char *text =
        c->place == 0 ? "-" : arena_printf(rw->w.arena, "%s%zu", c->tied ? "=" : "", c->place);

    return text != NULL ? text : "?";
}

const char *axis_words(const ranking_words *rw, const thresh_axis *axis)
{
    return path_words(&rw->w, axis->scope, axis->name);
}

const char *on_axis_words(const ranking_words *rw, const thresh_axis *axis, double value)
{
    char text[THRESH_TEXT_MAX];

    if (isnan(value))
        return "-";
    switch (axis->kind) {
    case THRESH_AXIS_SCORE:
        return score_value_words(&rw->w, value);
    case THRESH_AXIS_ROI:
        snprintf(text, sizeof text, "%.3g", value + 0.0);
        return kept(rw, text);
    case THRESH_AXIS_METRIC:
        break;
    }
    return kept(rw, thresh_value_text(text, axis->metric, value));
}

bool has_bounds(const thresh_span *span)
{
    return span->low < span->high;
}

const char *span_words(const ranking_words *rw, const thresh_axis *axis, const thresh_span *span)
{
    const char *value = on_axis_words(rw, axis, span->value);

    return !has_bounds(span) ? value
                             : say(&rw->w, SAY(rw->w.arena, N_("%s (%s to %s)"), phrase_word(value),
                                               phrase_word(on_axis_words(rw, axis, span->low)),
                                               phrase_word(on_axis_words(rw, axis, span->high))));
}

size_t next_axis(const thresh_ranking *r, size_t i)
{
    while (i < r->axis_count && r->axes[i].kind == r->order.kind
           && strcmp(r->axes[i].name, r->order.name) == 0
           && strcmp(r->axes[i].scope, r->order.scope) == 0)
        i++;
    return i;
}

const char *recommendation_words(const ranking_words *rw)
{
    const thresh_ranking *r = rw->r;
    arena *a = rw->w.arena;

    if (r->recommended == NULL)
        return say(&rw->w, SAY(a,
                               r->exit_code == 3 ? N_("no candidate of %s is accepted; some need a "
                                                      "person's review")
                                                 : N_("no candidate of %s is accepted"),
                               phrase_count(a, r->count)));
    return say(&rw->w,
               SAY(a,
                   r->order.higher ? N_("%s is recommended: the highest %s (%s) of the %s accepted")
                                   : N_("%s is recommended: the lowest %s (%s) of the %s accepted"),
                   phrase_word(candidate_name(rw, r->recommended)), phrase_word(r->by),
                   phrase_word(on_axis_words(rw, &r->order, r->recommended->order.value)),
                   phrase_count(a, r->eligible)));
}

const char *candidates_words(const ranking_words *rw)
{
    const thresh_ranking *r = rw->r;
    size_t counts[] = { 0, 0, 0, 0 };

    for (size_t i = 0; i < r->count; i++)
        counts[r->candidates[i].result->verdict]++;
    return say(&rw->w,
               SAY(rw->w.arena, r->count == 1 ? N_("%s candidate: %s") : N_("%s candidates: %s"),
                   phrase_count(rw->w.arena, r->count),
                   phrase_word(counted_verdicts(&rw->w, counts))));
}

const char *ties_words(const ranking_words *rw)
{
    const thresh_ranking *r = rw->r;

    return r->ties == 0
               ? NULL
               : say(&rw->w,
                     SAY(rw->w.arena,
                         r->ties == 1 ? N_("%s other candidate cannot be told from the first: "
                                           "equal, or their intervals overlap")
                                      : N_("%s other candidates cannot be told from the first: "
                                           "equal, or their intervals overlap"),
                         phrase_count(rw->w.arena, r->ties)));
}

const char *ranked_reason_words(const ranking_words *rw, const thresh_ranked *c, size_t i)
{
    enum { MOST = 3 };
    const thresh_result *r = c->result;
    size_t all = 0, shown;

    /* the worst stand first */
    while (all < r->reason_count && r->reasons[all].verdict >= THRESH_REVIEW)
        all++;
    shown = all < MOST ? all : MOST;
    if (i < shown)
        return whole_words(&rw->w, r, i);
    return i > shown || all == shown
               ? NULL
               : say(&rw->w,
                     SAY(rw->w.arena,
                         all - shown == 1 ? N_("and %s more reason, which thresh eval names")
                                          : N_("and %s more reasons, which thresh eval "
                                               "names"),
                         phrase_count(rw->w.arena, all - shown)));
}

bool has_score_parts(const thresh_ranking *r)
{
    const thresh_score *s = r->candidates[0].result->score;
    size_t groups = 0;

    for (size_t g = 0; g < s->group_count; g++)
        groups += s->groups[g].metric_count > 0;
    return groups > 1;
}

const char *score_group_title(const ranking_words *rw, size_t g)
{
    const thresh_scored_group *group = &rw->r->candidates[0].result->score->groups[g];
    const char *share = arena_printf(rw->w.arena, "%.4g %%", group->share * 100);

    return group->metric_count == 0 || share == NULL
               ? group->name
               : say(&rw->w,
                     SAY(rw->w.arena, N_("%s (%s)"), phrase_word(group->name), phrase_word(share)));
}

const char *ranking_origin_words(const ranking_words *rw)
{
    return origin_words(&rw->w, rw->r->candidates[0].result);
}

const char *ranking_model_words(const ranking_words *rw)
{
    const thresh_roi *roi = rw->r->candidates[0].result->roi;
    arena *a = rw->w.arena;

    return roi == NULL
               ? NULL
               : say(&rw->w, SAY(a, N_("returns by %s (sha256 %s), bounds at %s %% one-sided"),
                                 phrase_word(roi->model), phrase_clipped(a, roi->sha256, 12),
                                 phrase_word(arena_printf(a, "%g", roi->confidence * 100))));
}
