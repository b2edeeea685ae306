/* Where the verdict comes from: limits and who set each, profiles, files, samples. */
#include "report/html.h"

#include <string.h>

enum { MOST_RULES = 100 };

/* --- limits --- */

/* Metrics for which the same limits of the same origin hold. */
typedef struct group {
    const thresh_judged *first;
    const char *limits; /* as markup */
    size_t count;
} group;

static const char *joined(page *p, const char *a, const char *b)
{
    const char *text = arena_printf(&p->arena, "%s%s", a, b);

    return text != NULL ? text : "?";
}

/* "≤ 3 pp" and below it who says so, as a cell. */
static const char *limit_cell(page *p, const char *sign, const char *amount, const char *from)
{
    const char *cell = arena_printf(&p->arena, "<td>%s %s <small>%s</small>", sign, esc(p, amount),
                                    from != NULL ? origin_name(p, from) : "");

    return cell != NULL ? cell : "?";
}

static const char *change_cell(page *p, const thresh_judged *m, thresh_measure measure,
                               const char *sign, double change, const char *from)
{
    char text[THRESH_TEXT_MAX];
    thresh_judged measured = *m; /* a gain may be measured otherwise than the degradation */

    measured.measure = measure;
    return limit_cell(p, sign, thresh_change_text(text, &measured, change), from);
}

static const char *value_cell(page *p, const thresh_judged *m, const char *sign, double value,
                              const char *from)
{
    char text[THRESH_TEXT_MAX];

    return limit_cell(p, sign, thresh_value_text(text, m, value), from);
}

#define AT_MOST "\xE2\x89\xA4"
#define AT_LEAST "\xE2\x89\xA5"

/* The cells of a rule: accept, tolerate, floor, ceiling, gain. */
static const char *limit_cells(page *p, const thresh_judged *m)
{
    static const char none[] = "<td>-";
    const thresh_rule *r = m->rule;
    const char *cells = r->has_range
                            ? change_cell(p, m, m->measure, r->accept_exclusive ? "&lt;" : AT_MOST,
                                          r->accept, r->accept_from)
                            : none;

    cells = joined(p, cells,
                   r->has_range
                       ? change_cell(p, m, m->measure, r->tolerate_exclusive ? "&lt;" : AT_MOST,
                                     r->tolerate, r->tolerate_from)
                       : none);
    cells = joined(p, cells,
                   r->has_floor ? value_cell(p, m, r->floor_exclusive ? "&gt;" : AT_LEAST, r->floor,
                                             r->floor_from)
                                : none);
    cells = joined(p, cells,
                   r->has_ceiling ? value_cell(p, m, r->ceiling_exclusive ? "&lt;" : AT_MOST,
                                               r->ceiling, r->ceiling_from)
                                  : none);
    return joined(p, cells,
                  r->has_gain ? change_cell(p, m, r->gain_measure, AT_LEAST, r->gain, r->gain_from)
                              : none);
}

static bool traded_off(const thresh_judged *m)
{
    for (unsigned i = 0; i < m->reason_count; i++)
        if (m->reasons[i] == THRESH_REASON_TRADED_OFF)
            return true;
    return false;
}

static bool alike(const thresh_judged *a, const thresh_judged *b)
{
    return (a->whole != NULL) == (b->whole != NULL) && traded_off(a) == traded_off(b);
}

/* Metrics of one rule and kind follow each other in no order: each is compared with the groups so
 * far. The texts, not the numbers, tell two rules apart: 1 pp and 1 ms may be the same number. */
static size_t group_metrics(page *p, group groups[MOST_RULES], size_t *left_out)
{
    size_t n = 0;

    for (size_t i = 0; i < p->r->metric_count; i++) {
        const thresh_judged *m = &p->r->metrics[i];
        const char *limits = NULL;
        size_t k = 0;

        while (k < n
               && !(groups[k].first->rule == m->rule && groups[k].first->kind == m->kind
                    && alike(groups[k].first, m)))
            k++;
        if (k == n) {
            limits = limit_cells(p, m);
            for (k = 0;
                 k < n && !(strcmp(groups[k].limits, limits) == 0 && alike(groups[k].first, m));)
                k++;
        }
        if (k < n)
            groups[k].count++;
        else if (n < MOST_RULES)
            groups[n++] = (group){ m, limits, 1 };
        else
            ++*left_out;
    }
    return n;
}

static void put_group(page *p, const group *g)
{
    const words *w = &p->w;
    const char *name = path_words(w, g->first->scope, g->first->name);

    if (g->count > 1)
        name = say(w, SAY(&p->arena, N_("%s and %s more"), phrase_word(name),
                          phrase_count(&p->arena, g->count - 1)));
    fprintf(p->f, "<tr><th scope=row>%s", esc(p, name));
    if (g->first->whole != NULL)
        fprintf(p->f, " <small>%s</small>", esc_word(p, N_("by the slice rule")));
    if (traded_off(g->first))
        fprintf(p->f, " <small>%s</small>",
                esc_word(p, thresh_reason_meaning(THRESH_REASON_TRADED_OFF)));
    fprintf(p->f, "%s\n", g->limits);
}

void put_limits(page *p)
{
    static const char *const titles[] = { N_("Metrics"), N_("Accept"),  N_("Tolerate"),
                                          N_("Floor"),   N_("Ceiling"), N_("Gain") };
    group groups[MOST_RULES];
    size_t left_out = 0, count = group_metrics(p, groups, &left_out);

    if (count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Limits")));
    open_table(
        p, "limits",
        word(
            &p->w,
            N_("Each limit that was applied, with the profile that set it; of several profiles the "
               "strictest limit binds.")));
    put_columns(p, titles, COUNT_OF(titles));
    for (size_t i = 0; i < count; i++)
        put_group(p, &groups[i]);
    close_table(p);
    put_left_out(p, N_("Metrics with other limits, left out here: %s"), left_out);
    fprintf(p->f, "<p>%s</p>\n</section>\n", esc(p, origin_words(&p->w, p->r)));
}

/* --- sources --- */

static void put_profile(page *p, const thresh_profile_info *info, const char *extended_by)
{
    const char *name = esc(p, info->name);
    bool built_in = strcmp(info->origin, "built in") == 0;

    if (extended_by != NULL)
        name = esc(p, say(&p->w, SAY(&p->arena, N_("%s, extended by %s"), phrase_word(info->name),
                                     phrase_word(extended_by))));
    fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s<td class=hash>%s\n", name, esc(p, info->axis),
            built_in ? esc_word(p, N_("built in")) : esc(p, info->origin), esc(p, info->sha256));
}

void put_profiles(page *p)
{
    static const char *const titles[] = { N_("Profile"), N_("Axis"), N_("Origin"), "SHA-256" };

    if (p->r->profile_count == 0)
        return;
    open_table(p, "profiles", word(&p->w, N_("Profiles, with what they extend")));
    put_columns(p, titles, COUNT_OF(titles));
    for (size_t i = 0; i < p->r->profile_count; i++) {
        const thresh_profile_info *named = p->r->profiles[i];
        put_profile(p, named, NULL);
        for (const thresh_profile_info *e = named->extended; e != NULL; e = e->extended)
            put_profile(p, e, named->name);
    }
    close_table(p);
}

static void put_side(page *p, const char *role, const thresh_side *side)
{
    if (side->path == NULL)
        return;
    fprintf(p->f, "<tr><th scope=row>%s<td>%s", esc_word(p, role), esc(p, side->path));
    if (side->row != NULL)
        fprintf(p->f, " <small>%s</small>", esc(p, side->row));
    fprintf(p->f, "<td>%s<td>%zu<td class=hash>%s\n", esc(p, side->format), side->metrics,
            esc(p, side->sha256));
}

static void put_files(page *p)
{
    static const char *const titles[] = { N_("Role"), N_("File"), N_("Format"), N_("Values"),
                                          "SHA-256" };

    open_table(p, "files", word(&p->w, N_("Files that were compared")));
    put_columns(p, titles, COUNT_OF(titles));
    put_side(p, N_("Baseline"), &p->r->baseline);
    put_side(p, N_("Candidate"), &p->r->candidate);
    put_side(p, N_("Anchor"), &p->r->anchor);
    for (size_t i = 0; i < p->r->rival_count; i++) {
        const thresh_rival *rival = &p->r->rivals[i];
        const char *role = say(&p->w, SAY(&p->arena, N_("Rival %s"), phrase_word(rival->name)));
        fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s<td>-<td class=hash>%s\n", esc(p, role),
                esc(p, rival->path), esc(p, rival->format), esc(p, rival->sha256));
    }
    close_table(p);
}

void put_sources(page *p)
{
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Sources")));
    put_files(p);
    put_profiles(p);
    fputs("</section>\n", p->f);
}
