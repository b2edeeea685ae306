/* What reports say of a matrix. */
#include "report/matrix_words.h"

#include "judge/judge.h"

#include <math.h>
#include <string.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* Results of several models are often called alike, each in a folder of its own. */
static bool same_names(const thresh_matrix *m)
{
    for (size_t i = 0; i < m->candidate_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(last_part(m->candidates[i].path), last_part(m->candidates[k].path)) == 0)
                return true;
    return false;
}

matrix_words matrix_words_of(const thresh_matrix *m, arena *a, const thresh_language *language)
{
    return (matrix_words){ .m = m, .w = { a, language }, .whole_paths = same_names(m) };
}

const char *matrix_headline(const matrix_words *mw)
{
    const thresh_matrix *m = mw->m;
    arena *a = mw->w.arena;
    static const struct {
        thresh_matrix_state state;
        const char *text;
    } others[] = {
        { THRESH_MATRIX_REVIEW, N_("%s; %s left to review") },
        { THRESH_MATRIX_REFUSED, N_("%s; %s by none") },
        { THRESH_MATRIX_CLOSED, N_("%s; %s closed to compressed models") },
    };
    thresh_phrase text =
        SAY(a,
            m->row_count == 1 ? N_("%s of %s scenario may be served by a candidate")
                              : N_("%s of %s scenarios may be served by a candidate"),
            phrase_count(a, m->states[THRESH_MATRIX_SERVED]), phrase_count(a, m->row_count));

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (m->states[others[i].state] > 0)
            text = SAY(a, others[i].text, text, phrase_count(a, m->states[others[i].state]));
    return say(&mw->w, text);
}

const char *matrix_candidate(const matrix_words *mw, size_t c)
{
    const thresh_side *side = &mw->m->candidates[c];

    return mw->whole_paths ? side->path : side_name(&mw->w, side);
}

const char *matrix_serves(const matrix_words *mw, const thresh_matrix_row *row)
{
    return row->recommended == THRESH_MATRIX_BASELINE ? word(&mw->w, N_("the baseline"))
                                                      : matrix_candidate(mw, row->recommended);
}

const char *matrix_value(const matrix_words *mw, const thresh_matrix_cell *cell)
{
    char text[THRESH_TEXT_MAX];
    const char *value;

    if (isnan(cell->value))
        return "-";
    value = mw->m->by_metric == NULL ? say(&mw->w, number_phrase(mw->w.arena, cell->value, NAN))
                                     : thresh_value_text(text, mw->m->by_metric, cell->value);
    value = arena_printf(mw->w.arena, "%s%s", cell->tied ? "=" : "", value);
    return value != NULL ? value : "?";
}

const char *matrix_binding(const matrix_words *mw, const thresh_matrix_cell *cell)
{
    const thresh_result *r = cell->result;

    if (cell->binding != NULL)
        return path_words(&mw->w, cell->binding->scope, cell->binding->name);
    for (size_t i = 0; i < r->profile_count; i++)
        if (!r->profiles[i]->served)
            return r->profiles[i]->name;
    return cell->reason != NULL ? thresh_reason_slug(cell->reason->code) : "";
}

const char *matrix_cell_words(const matrix_words *mw, const thresh_matrix_cell *cell)
{
    const char *beside = cell->place > 0 ? matrix_value(mw, cell) : matrix_binding(mw, cell);
    const char *out = arena_printf(mw->w.arena, "%s%s%s", verdict_word(&mw->w, cell->verdict),
                                   beside[0] != '\0' ? " " : "", beside);

    return out != NULL ? out : "?";
}

const char *matrix_reason(const matrix_words *mw, const thresh_matrix_cell *cell)
{
    arena *a = mw->w.arena;
    thresh_phrase text;
    size_t more;

    if (cell->reason == NULL)
        return NULL;
    text = whole_phrase(a, cell->reason);
    if ((more = cell->result->reason_count - 1) > 0)
        text = SAY(a, more == 1 ? N_("%s; %s more reason") : N_("%s; %s more reasons"), text,
                   phrase_count(a, more));
    return say(&mw->w, text);
}

matrix_columns columns_of_matrix(const thresh_matrix *m, size_t most, arena *a)
{
    matrix_columns out = { .list = arena_alloc(a, m->candidate_count * sizeof *out.list) };
    bool *recommended = arena_alloc(a, m->candidate_count * sizeof *recommended);
    bool all = m->candidate_count <= most;

    if (out.list == NULL || recommended == NULL)
        return out;
    for (size_t c = 0; c < m->candidate_count; c++)
        recommended[c] = all;
    for (size_t i = 0; i < m->row_count; i++)
        if (m->rows[i].recommended != THRESH_MATRIX_BASELINE)
            recommended[m->rows[i].recommended] = true;
    for (int pass = 1; pass >= 0; pass--)
        for (size_t c = 0; c < m->candidate_count && out.count < most; c++)
            if (recommended[c] == (pass == 1))
                out.list[out.count++] = c;
    out.left_out = m->candidate_count - out.count;
    return out;
}

/* --- remarks --- */

size_t place_of_profile(const matrix_profiles *profiles, const thresh_profile_info *info)
{
    size_t k = 0;

    /* each row has loaded its own */
    while (k < profiles->count
           && (strcmp(profiles->list[k]->sha256, info->sha256) != 0
               || strcmp(profiles->list[k]->origin, info->origin) != 0
               || strcmp(profiles->list[k]->name, info->name) != 0))
        k++;
    return k;
}

matrix_profiles profiles_of_matrix(const thresh_matrix *m, arena *a)
{
    size_t most = 0;
    matrix_profiles out = { 0 };

    for (size_t i = 0; i < m->row_count; i++)
        most += m->rows[i].profile_count;
    if ((out.list = arena_alloc(a, (most + 1) * sizeof *out.list)) == NULL)
        return out;
    for (size_t i = 0; i < m->row_count; i++)
        for (size_t k = 0; k < m->rows[i].profile_count; k++)
            if (place_of_profile(&out, m->rows[i].profiles[k]) == out.count)
                out.list[out.count++] = m->rows[i].profiles[k];
    return out;
}

static const char *closed_words(const matrix_words *mw)
{
    const thresh_matrix *m = mw->m;
    const char **names = arena_alloc(mw->w.arena, (m->row_count + 1) * sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < m->row_count && names != NULL; i++) {
        const thresh_profile_info *by = m->rows[i].closed_by;
        size_t k = 0;

        while (by != NULL && k < count && strcmp(names[k], by->name) != 0)
            k++;
        if (by != NULL && k == count)
            names[count++] = by->name;
    }
    if (count == 0)
        return NULL;
    return say(&mw->w,
               SAY(mw->w.arena,
                   N_("the baseline keeps what is closed to compressed models, whatever the "
                      "figures say: %s"),
                   phrase_word(joined_words(&mw->w, names, count, word(&mw->w, N_(", "))))));
}

static const char *ties_words(const matrix_words *mw)
{
    size_t count = 0;

    for (size_t i = 0; i < mw->m->row_count; i++)
        count += mw->m->rows[i].ties > 0;
    if (count == 0)
        return NULL;
    return say(&mw->w,
               SAY(mw->w.arena,
                   count == 1 ? N_("in %s scenario the recommended candidate cannot be told from "
                                   "others (=): equal, or their intervals overlap")
                              : N_("in %s scenarios the recommended candidate cannot be told from "
                                   "others (=): equal, or their intervals overlap"),
                   phrase_count(mw->w.arena, count)));
}

static const char *order_words(const matrix_words *mw)
{
    if (mw->m->states[THRESH_MATRIX_SERVED] == 0)
        return NULL;
    return say(&mw->w, SAY(mw->w.arena,
                           N_("recommended is the best of those accepted by %s, else the baseline"),
                           phrase_word(mw->m->by)));
}

static const char *limits_from(const matrix_words *mw)
{
    matrix_profiles all = profiles_of_matrix(mw->m, mw->w.arena);
    const char **texts = arena_alloc(mw->w.arena, (all.count + 1) * sizeof *texts);

    if (texts == NULL || all.count == 0)
        return all.count == 0 ? word(&mw->w, N_("limits from the catalog")) : "?";
    for (size_t k = 0; k < all.count; k++)
        texts[k] = profile_words(&mw->w, all.list[k]);
    return say(&mw->w,
               SAY(mw->w.arena, N_("limits from %s"),
                   phrase_word(joined_words(&mw->w, texts, all.count, word(&mw->w, N_(", "))))));
}

static bool same_evidence(thresh_evidence a, thresh_evidence b)
{
    return a.burden == b.burden && a.confidence == b.confidence;
}

/* "point, 95 % one-sided (search + core, search + free)", the rows where there are several. */
static const char *burden_words(const matrix_words *mw)
{
    const thresh_matrix *m = mw->m;
    const words *w = &mw->w;
    const char **names = arena_alloc(w->arena, m->row_count * sizeof *names);
    const char **texts = arena_alloc(w->arena, m->row_count * sizeof *texts);
    size_t count = 0;

    if (names == NULL || texts == NULL)
        return "?";
    for (size_t i = 0; i < m->row_count; i++) {
        thresh_evidence e = m->rows[i].evidence;
        size_t n = 0, k = 0;

        while (!same_evidence(m->rows[k].evidence, e))
            k++;
        if (k < i)
            continue;
        for (k = i; k < m->row_count; k++)
            if (same_evidence(m->rows[k].evidence, e))
                names[n++] = m->rows[k].name;
        thresh_phrase text =
            SAY(w->arena, N_("%s, %s %% one-sided"), phrase_word(thresh_burden_name(e.burden)),
                phrase_word(arena_printf(w->arena, "%g", e.confidence * 100)));
        if (n < m->row_count)
            text = SAY(w->arena, N_("%s (%s)"), text,
                       phrase_word(joined_words(w, names, n, word(w, N_(", ")))));
        texts[count++] = say(w, text);
    }
    return say(w, SAY(w->arena, N_("burden of proof: %s"),
                      phrase_word(joined_words(w, texts, count, word(w, N_("; "))))));
}

const char *matrix_remark(const matrix_words *mw, size_t i)
{
    static const char *(*const remarks[])(const matrix_words *) = { closed_words, order_words,
                                                                    ties_words, limits_from,
                                                                    burden_words };

    for (size_t k = 0; k < sizeof remarks / sizeof *remarks; k++) {
        const char *text = remarks[k](mw);
        if (text != NULL && i-- == 0)
            return text;
    }
    return NULL;
}
