/* A score in Markdown and HTML: its groups, and what would have to change for it to pass. */
#include "report/score_words.h"

#include "judge/judge.h"

#include <math.h>

enum { MOST_METRICS = 12 };

static void group_row(const words *w, const void *of, size_t i, const char **cells)
{
    const thresh_scored_group *g = &((const thresh_score *)of)->groups[i];

    *cells++ = g->name;
    *cells++ = g->metric_count == 0 ? "-" : arena_printf(w->arena, "%.4g %%", g->share * 100);
    *cells++ = group_score_words(w, g);
    *cells++ = scored_words(w, g, MOST_METRICS);
}

grid score_grid(const thresh_result *r)
{
    static const grid_column columns[] = { { N_("Group"), N_("GROUP"), 0, false },
                                           { N_("Weight"), N_("WEIGHT"), 1, true },
                                           { N_("Score"), N_("SCORE"), 0, true },
                                           { N_("Metrics"), N_("METRICS"), 2, false } };

    return (grid){ .caption = N_("Groups, each with its weight and the mean of its metrics"),
                   .columns = columns,
                   .column_count = COUNT_OF(columns),
                   .rows = r->score != NULL ? r->score->group_count : 0,
                   .of = r->score,
                   .row = group_row };
}

static const char *way_words(const words *w, const thresh_scored *s)
{
    const thresh_judged *m = s->metric;
    arena *a = w->arena;
    thresh_phrase name = phrase_word(path_words(w, m->scope, m->name)),
                  wanted = value_phrase(a, m, s->would_pass),
                  now = phrase_word(candidate_words(w, m));

    return say(w,
               SAY(a,
                   m->kind->direction == THRESH_HIGHER
                       ? N_("the score would pass with %s at %s or more, all else as it is (it is "
                            "%s)")
                       : N_("the score would pass with %s at %s or less, all else as it is (it is "
                            "%s)"),
                   name, wanted, now));
}

const char *const *score_ways(const words *w, const thresh_result *r, size_t most, size_t *count)
{
    const thresh_score *s = r->score;
    const char **out = arena_alloc(w->arena, (most + 1) * sizeof *out);

    *count = 0;
    if (out == NULL || s->passed)
        return out;
    for (size_t g = 0; g < s->group_count; g++)
        for (size_t i = 0; i < s->groups[g].metric_count && *count < most; i++)
            if (!isnan(s->groups[g].metrics[i].would_pass))
                out[(*count)++] = way_words(w, &s->groups[g].metrics[i]);
    if (*count == 0)
        out[(*count)++] = word(w, N_("no change of a single metric would let the score pass"));
    return out;
}
