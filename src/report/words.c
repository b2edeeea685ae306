/* What every report says of a verdict. */
#include "report/words.h"

#include "judge/judge.h"

#include <math.h>
#include <string.h>

const char *say(const words *w, thresh_phrase phrase)
{
    const char *text = phrase_said(w->arena, &phrase, w->language);

    return text != NULL ? text : "?";
}

const char *word(const words *w, const char *text)
{
    return thresh_translate(w->language, text);
}

static const char *kept(const words *w, const char *text)
{
    const char *copy = arena_strdup(w->arena, text);

    return copy != NULL ? copy : "?";
}

const char *joined_words(const words *w, const char *const *texts, size_t count,
                         const char *separator)
{
    size_t len = 0;
    char *out, *to;

    for (size_t i = 0; i < count; i++)
        len += strlen(texts[i]) + strlen(separator);
    if ((to = out = arena_alloc(w->arena, len + 1)) == NULL)
        return "?";
    for (size_t i = 0; i < count; i++)
        to = stpcpy(stpcpy(to, i > 0 ? separator : ""), texts[i]);
    *to = '\0';
    return out;
}

const char *verdict_word(const words *w, thresh_verdict v)
{
    static const char *const texts[] = { [THRESH_ACCEPT] = N_("accept"),
                                         [THRESH_WARN] = N_("warn"),
                                         [THRESH_REVIEW] = N_("review"),
                                         [THRESH_REJECT] = N_("reject") };
    return word(w, texts[v]);
}

const char *verdict_headword(const words *w, thresh_verdict v)
{
    static const char *const texts[] = { [THRESH_ACCEPT] = N_("ACCEPT"),
                                         [THRESH_WARN] = N_("WARN"),
                                         [THRESH_REVIEW] = N_("REVIEW"),
                                         [THRESH_REJECT] = N_("REJECT") };
    return word(w, texts[v]);
}

static thresh_phrase side_phrase(const words *w, const thresh_side *side)
{
    const char *slash = strrchr(side->path, '/');
    thresh_phrase file = strcmp(side->path, "-") == 0        ? SAID(N_("standard input"))
                         : slash != NULL && slash[1] != '\0' ? phrase_word(slash + 1)
                                                             : phrase_word(side->path);

    return side->row == NULL ? file : SAY(w->arena, N_("%s of %s"), phrase_word(side->row), file);
}

const char *side_name(const words *w, const thresh_side *side)
{
    return say(w, side_phrase(w, side));
}

const char *headline(const words *w, const thresh_result *r)
{
    static const char *const says[] = {
        [THRESH_ACCEPT] = N_("%s may replace %s"),
        [THRESH_REVIEW] = N_("%s needs a person's review before it replaces %s"),
        [THRESH_REJECT] = N_("%s must not replace %s"),
    };
    thresh_phrase text = SAY(w->arena, says[r->verdict], side_phrase(w, &r->candidate),
                             side_phrase(w, &r->baseline));
    const char **names = arena_alloc(w->arena, (r->profile_count + 1) * sizeof *names);

    for (size_t i = 0; i < r->profile_count && names != NULL; i++)
        names[i] = r->profiles[i]->name;
    if (r->profile_count > 0 && names != NULL)
        text = SAY(w->arena, N_("%s for %s"), text,
                   phrase_word(joined_words(w, names, r->profile_count, " + ")));
    return say(w, text);
}

const char *counted_verdicts(const words *w, const size_t counts[THRESH_REJECT + 1])
{
    const char *text = "";

    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT && text != NULL; v--)
        if (counts[v] > 0)
            text = arena_printf(w->arena, "%s%s%zu %s", text, text[0] ? word(w, N_(", ")) : "",
                                counts[v], verdict_word(w, (thresh_verdict)v));
    return text != NULL ? text : "?";
}

const char *tally(const words *w, const thresh_result *r)
{
    const size_t counts[] = { r->accepts, r->warns, r->reviews, r->rejects };
    thresh_phrase text = SAY(w->arena, r->metric_count == 1 ? N_("%s metric") : N_("%s metrics"),
                             phrase_count(w->arena, r->metric_count));

    if (r->metric_count > 0)
        text = SAY(w->arena, N_("%s: %s"), text, phrase_word(counted_verdicts(w, counts)));
    if (r->ungoverned_count > 0)
        text = SAY(w->arena, N_("%s; %s not judged"), text,
                   phrase_count(w->arena, r->ungoverned_count));
    return say(w, text);
}

const char *path_words(const words *w, const char *scope, const char *name)
{
    const char *path = scope[0] == '\0' ? arena_strdup(w->arena, name)
                                        : arena_printf(w->arena, "%s/%s", scope, name);

    return path != NULL ? path : "?";
}

static const char *value_words(const words *w, const thresh_judged *m, double value,
                               const char *text)
{
    char out[THRESH_TEXT_MAX];

    return text != NULL ? text : kept(w, thresh_value_text(out, m, value));
}

const char *baseline_words(const words *w, const thresh_judged *m)
{
    return value_words(w, m, m->baseline, m->baseline_text);
}

const char *candidate_words(const words *w, const thresh_judged *m)
{
    return value_words(w, m, m->candidate, m->candidate_text);
}

const char *degradation_words(const words *w, const thresh_judged *m)
{
    if (isnan(m->degradation))
        return "-";
    if (m->degradation == 0)
        return word(w, N_("unchanged"));
    return say(w, SAY(w->arena, m->degradation > 0 ? N_("%s worse") : N_("%s better"),
                      change_phrase(w->arena, m, fabs(m->degradation))));
}

static const char *change_words(const words *w, const thresh_judged *m, double change)
{
    return say(w, change_phrase(w->arena, m, change));
}

const char *limits_words(const words *w, const thresh_judged *m)
{
    char value[THRESH_TEXT_MAX];
    const thresh_rule *r = m->rule;
    const char *out = "";

    if (r->has_range) {
        const char *lt = r->tolerate_exclusive ? "<" : "";
        const char *a = change_words(w, m, r->accept), *t = change_words(w, m, r->tolerate);
        out = strcmp(a, t) == 0
                  ? arena_printf(w->arena, "%s%s", lt, t)
                  : arena_printf(w->arena, "%s%s / %s%s", r->accept_exclusive ? "<" : "", a, lt, t);
    }
    if (out != NULL && r->has_floor)
        out = arena_printf(w->arena, "%s%s%s %s", out, out[0] ? ", " : "",
                           r->floor_exclusive ? ">" : ">=", thresh_value_text(value, m, r->floor));
    if (out != NULL && r->has_ceiling)
        out = arena_printf(
            w->arena, "%s%s%s %s", out, out[0] ? ", " : "",
            r->ceiling_exclusive ? "<" : "<=", thresh_value_text(value, m, r->ceiling));
    return out == NULL ? "?" : out[0] == '\0' ? "-" : out;
}

const char *interval_words(const words *w, const thresh_judged *m)
{
    const char *low, *high, *unit;

    if (!m->has_interval)
        return "-";
    low = change_words(w, m, m->low);
    high = change_words(w, m, m->high);
    /* the unit once */
    if ((unit = strrchr(low, ' ')) != NULL && strrchr(high, ' ') != NULL
        && strcmp(unit, strrchr(high, ' ')) == 0)
        low = arena_strndup(w->arena, low, (size_t)(unit - low));
    return say(w, SAY(w->arena, N_("%s to %s"), phrase_word(low), phrase_word(high)));
}

const char *budget_words(const words *w, const thresh_judged *m)
{
    const char *out;

    if (isnan(m->budget_used) || m->degradation <= 0)
        return "-";
    out = m->budget_used >= 99.995 ? "> 9999 %"
                                   : arena_printf(w->arena, "%.0f %%", m->budget_used * 100);
    return out != NULL ? out : "?";
}

const char *from_words(const words *w, const thresh_judged *m)
{
    const thresh_rule *r = m->rule;
    const char *from = r->has_range     ? r->tolerate_from
                       : r->has_floor   ? r->floor_from
                       : r->has_ceiling ? r->ceiling_from
                                        : NULL;

    return from == NULL ? "-" : strcmp(from, "catalog") == 0 ? word(w, N_("catalog")) : from;
}

const char *reason_words(const words *w, const thresh_judged *m, unsigned i)
{
    return say(w, reason_phrase(w->arena, m, i));
}

const char *whole_words(const words *w, const thresh_result *r, size_t i)
{
    return say(w, whole_phrase(w->arena, &r->reasons[i]));
}

const char *note_words(const words *w, const thresh_result *r, size_t i)
{
    return say(w, r->notes[i]);
}

const char *score_words(const words *w, const thresh_result *r)
{
    const thresh_score *s = r->score;
    arena *a = w->arena;
    thresh_phrase text = SAY(a, N_("score %s"), number_phrase(a, s->value, s->pass));

    if (s->low < s->value || s->high > s->value)
        text = SAY(a, N_("%s (%s to %s)"), text, number_phrase(a, s->low, s->pass),
                   number_phrase(a, s->high, s->pass));
    if (!isnan(s->pass))
        text = SAY(a, N_("%s, %s needed"), text, number_phrase(a, s->pass, s->value));
    return say(w, text);
}

const char *score_value_words(const words *w, double value)
{
    return say(w, number_phrase(w->arena, value, NAN));
}

const char *group_score_words(const words *w, const thresh_scored_group *g)
{
    return g->metric_count == 0 ? "-" : score_value_words(w, g->value);
}

const char *scored_words(const words *w, const thresh_scored_group *g, size_t most)
{
    size_t shown = g->metric_count < most ? g->metric_count : most;
    const char **texts = arena_alloc(w->arena, (shown + 1) * sizeof *texts), *list;

    if (shown == 0 || texts == NULL)
        return texts == NULL ? "?" : "-";
    for (size_t i = 0; i < shown; i++) {
        const thresh_judged *m = g->metrics[i].metric;
        const char *text = arena_printf(w->arena, "%s %s", path_words(w, m->scope, m->name),
                                        say(w, number_phrase(w->arena, g->metrics[i].value, NAN)));
        texts[i] = text != NULL ? text : "?";
    }
    list = joined_words(w, texts, shown, word(w, N_(", ")));
    return shown == g->metric_count ? list
                                    : say(w, SAY(w->arena, N_("%s and %s more"), phrase_word(list),
                                                 phrase_count(w->arena, g->metric_count - shown)));
}

bool has_rival(const thresh_result *r, size_t i)
{
    for (size_t k = 0; k < r->rival_count; k++)
        if (!isnan(r->rivals[k].metrics[i].value))
            return true;
    return false;
}

const char *rival_words(const words *w, const thresh_result *r, size_t rival, size_t i)
{
    double value = r->rivals[rival].metrics[i].value;

    return isnan(value) ? "-" : value_words(w, &r->metrics[i], value, NULL);
}

/* The systems to which metric `i` stands so: "the baseline, A"; "" for none. */
static const char *standing_so(const words *w, const thresh_result *r, size_t i,
                               thresh_better better)
{
    const char *list = thresh_stands(&r->metrics[i], r->metrics[i].baseline) == better
                           ? word(w, N_("the baseline"))
                           : "";

    for (size_t k = 0; k < r->rival_count && list != NULL; k++) {
        const thresh_rival *rival = &r->rivals[k];
        if (!isnan(rival->metrics[i].value) && rival->metrics[i].better == better)
            list = arena_printf(w->arena, "%s%s%s", list, list[0] != '\0' ? word(w, N_(", ")) : "",
                                rival->name);
    }
    return list != NULL ? list : "?";
}

const char *standing_words(const words *w, const thresh_result *r, size_t i)
{
    const char *ahead = standing_so(w, r, i, THRESH_BETTER_RIVAL);
    const char *beside = standing_so(w, r, i, THRESH_BETTER_TIE);
    size_t systems = 2; /* baseline and candidate */
    thresh_phrase text;

    for (size_t k = 0; k < r->rival_count; k++)
        systems += isnan(r->rivals[k].metrics[i].value) ? 0 : 1;
    text = ahead[0] != '\0' ? SAY(w->arena, N_("behind %s"), phrase_word(ahead))
                            : SAY(w->arena, N_("1st of %s"), phrase_count(w->arena, systems));
    if (beside[0] != '\0')
        text = SAY(w->arena, N_("%s; not told apart from %s"), text, phrase_word(beside));
    return say(w, text);
}

unjudged_class class_of_unjudged(const thresh_unjudged *u)
{
    return u->kind == NULL          ? UNJUDGED_UNKNOWN
           : u->kind->informational ? UNJUDGED_INFORMATIONAL
                                    : UNJUDGED_LOST;
}

const char *unjudged_title(const words *w, unjudged_class c)
{
    static const char *const titles[UNJUDGED_CLASSES] = {
        [UNJUDGED_UNKNOWN] = N_("not judged, of no known kind"),
        [UNJUDGED_LOST] = N_("not judged, no number on either side"),
        [UNJUDGED_INFORMATIONAL] = N_("not judged, they describe the run and not the model"),
    };
    return word(w, titles[c]);
}

const char *origin_words(const words *w, const thresh_result *r)
{
    const char **texts = arena_alloc(w->arena, (r->profile_count + 1) * sizeof *texts);
    thresh_phrase from;

    if (texts == NULL)
        return "?";
    for (size_t i = 0; i < r->profile_count; i++) {
        const thresh_profile_info *info = r->profiles[i];
        thresh_phrase origin = strcmp(info->origin, "built in") == 0 ? SAID(N_("built in"))
                                                                     : phrase_word(info->origin);
        texts[i] = say(w, SAY(w->arena, N_("%s %s (%s, sha256 %s)"), phrase_word(info->axis),
                              phrase_word(info->name), origin,
                              phrase_clipped(w->arena, info->sha256, 12)));
    }
    from = r->profile_count == 0
               ? SAID(N_("the catalog"))
               : phrase_word(joined_words(w, texts, r->profile_count, word(w, N_(", "))));
    return say(w, SAY(w->arena, N_("limits from %s; burden of proof: %s, %s %% one-sided"), from,
                      phrase_word(thresh_burden_name(r->evidence.burden)),
                      phrase_word(arena_printf(w->arena, "%g", r->evidence.confidence * 100))));
}

const char *methods_words(const words *w, const thresh_result *r)
{
    enum { MOST = 16 };
    const char *methods[MOST], *list = "";
    size_t n = 0;

    for (size_t i = 0; i < r->metric_count && n < MOST; i++) {
        const thresh_judged *m = &r->metrics[i];
        size_t k = 0;
        if (!m->has_interval)
            continue;
        while (k < n && strcmp(methods[k], m->method) != 0)
            k++;
        if (k == n)
            methods[n++] = m->method;
    }
    for (size_t k = 0; k < n && list != NULL; k++)
        list = arena_printf(w->arena, "%s%s%s", list, k > 0 ? word(w, N_("; ")) : "",
                            word(w, methods[k]));
    return n == 0 ? NULL : say(w, SAY(w->arena, N_("intervals by %s"), phrase_word(list)));
}
