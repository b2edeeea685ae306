/* Several candidates as one HTML page: which is recommended, what each trades for what, why the
 * others are out, and what each group of metrics adds to a score. */
#include "report/html.h"

#include <math.h>
#include <string.h>

enum { OPEN_CANDIDATES = 12, MOST_CANDIDATES = 500, MOST_AXES = 12, MOST_GROUPS = 8 };

static void put_head(ranking_page *rp)
{
    static const thresh_verdict verdicts[] = {
        [0] = THRESH_ACCEPT, [1] = THRESH_REJECT, [3] = THRESH_REVIEW
    };
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;
    thresh_verdict verdict = verdicts[r->exit_code];
    size_t counts[] = { 0, 0, 0, 0 };

    for (size_t i = 0; i < r->count; i++)
        counts[r->candidates[i].result->verdict]++;
    open_page(p, recommendation_words(&rp->rw));
    fprintf(p->f,
            "<header class=%s>\n<p class=kicker>thresh rank</p>\n"
            "<h1><strong>%s</strong> <span>%s</span></h1>\n<ul class=counts>\n",
            verdict_class(verdict), esc(p, verdict_headword(&p->w, verdict)),
            esc(p, recommendation_words(&rp->rw)));
    put_verdict_counts(p, counts);
    fputs("</ul>\n</header>\n", p->f);
}

/* --- the table --- */

static void put_column(page *p, const char *title, const char *sort)
{
    fputs("<th scope=col", p->f);
    if (sort != NULL)
        fprintf(p->f, " data-sort=%s", sort);
    fprintf(p->f, ">%s</th>", esc(p, title));
}

static void put_span(ranking_page *rp, const thresh_axis *axis, const thresh_span *span)
{
    page *p = &rp->p;

    fprintf(p->f, "<td>%s", esc(p, on_axis_words(&rp->rw, axis, span->value)));
    if (has_bounds(span))
        fprintf(p->f, " <small>%s</small>",
                esc(p, say(&p->w, SAY(&p->arena, N_("%s to %s"),
                                      phrase_word(on_axis_words(&rp->rw, axis, span->low)),
                                      phrase_word(on_axis_words(&rp->rw, axis, span->high))))));
}

static void put_candidate(ranking_page *rp, const thresh_ranked *c)
{
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;

    fprintf(p->f, "<tr data-v=%d", (int)c->result->verdict);
    if (c->place > 0)
        fprintf(p->f, " data-d=%zu", c->place);
    fprintf(p->f, "><th scope=row>%s<td>%s<td>%s<td>%s", esc(p, candidate_name(&rp->rw, c)),
            place_words(&rp->rw, c), verdict_chip(p, c->result->verdict),
            c->on_front ? esc_word(p, N_("yes")) : "-");
    put_span(rp, &r->order, &c->order);
    for (size_t k = next_axis(r, 0), n = 0; k < r->axis_count && n < MOST_AXES;
         k = next_axis(r, k + 1), n++)
        put_span(rp, &r->axes[k], &c->axes[k]);
    fputc('\n', p->f);
    recycle(p);
}

static void put_candidates(ranking_page *rp)
{
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;
    const words *w = &p->w;
    size_t counts[] = { 0, 0, 0, 0 }, axes = 0;

    for (size_t i = 0; i < r->count; i++)
        counts[r->candidates[i].result->verdict]++;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Candidates")));
    put_filter(p, counts);
    open_table(p, "\"metrics ranking\"",
               word(w, N_("Those that are accepted in their order, then the others. On the front "
                          "is what no other accepted one equals in everything and surpasses in "
                          "something; = before a place: it cannot be told from the first.")));
    fputs("<thead><tr>", p->f);
    put_column(p, word(w, N_("Candidate")), "t");
    put_column(p, word(w, N_("Place")), "d");
    put_column(p, word(w, N_("Verdict")), "v");
    put_column(p, word(w, N_("Front")), "t");
    put_column(p, r->by, "n");
    for (size_t k = next_axis(r, 0); k < r->axis_count; k = next_axis(r, k + 1))
        if (axes++ < MOST_AXES)
            put_column(p, axis_words(&rp->rw, &r->axes[k]), "n");
    fputs("</tr></thead>\n<tbody>\n", p->f);
    for (size_t i = 0; i < r->count; i++) {
        put_later_rows(p, i);
        put_candidate(rp, &r->candidates[i]);
    }
    close_table(p);
    put_more(p);
    put_left_out(p, N_("Axes without a column here: %s; the JSON report has them"),
                 axes > MOST_AXES ? axes - MOST_AXES : 0);
    if (r->ties > 0)
        fprintf(p->f, "<p>%s</p>\n", esc(p, ties_words(&rp->rw)));
    fputs("</section>\n", p->f);
}

/* --- why not --- */

static void put_refused(ranking_page *rp, const thresh_ranked *c)
{
    page *p = &rp->p;
    const char *reason;

    fprintf(p->f, "<li>%s <div><strong>%s</strong>\n", verdict_chip(p, c->result->verdict),
            esc(p, candidate_name(&rp->rw, c)));
    for (size_t k = 0; (reason = ranked_reason_words(&rp->rw, c, k)) != NULL; k++)
        fprintf(p->f, "<p>%s</p>\n", esc(p, reason));
    fputs("</div></li>\n", p->f);
    recycle(p);
}

static void put_refused_list(ranking_page *rp, size_t from, size_t to)
{
    fputs("<ul class=\"reasons refused\">\n", rp->p.f);
    for (size_t i = from; i < to; i++)
        put_refused(rp, &rp->r->candidates[i]);
    fputs("</ul>\n", rp->p.f);
}

static void put_reasons(ranking_page *rp)
{
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;
    size_t from = r->eligible, open = from + OPEN_CANDIDATES, most = from + MOST_CANDIDATES;

    open = open < r->count ? open : r->count;
    most = most < r->count ? most : r->count;
    if (from == r->count)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Why not the others")));
    put_refused_list(rp, from, open);
    if (most > open) {
        fprintf(p->f, "<details>\n<summary>%s</summary>\n",
                esc(p, say(&p->w, SAY(&p->arena, N_("further candidates (%s)"),
                                      phrase_count(&p->arena, most - open)))));
        put_refused_list(rp, open, most);
        fputs("</details>\n", p->f);
    }
    put_left_out(p, N_("Left out here: %s; the JSON report has them"), r->count - most);
    fputs("</section>\n", p->f);
}

/* --- the parts of the score --- */

static void put_part(page *p, double value, const char *text)
{
    fprintf(p->f, "<td>%s", esc(p, text));
    if (!isnan(value))
        put_bar(p, value, NAN, esc(p, text));
}

static void put_parts(ranking_page *rp)
{
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;
    const words *w = &p->w;
    size_t all = r->candidates[0].result->score->group_count;
    size_t groups = all < MOST_GROUPS ? all : MOST_GROUPS;
    size_t shown = r->count < MOST_CANDIDATES ? r->count : MOST_CANDIDATES;

    if (!has_score_parts(r))
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Parts of the score")));
    open_table(
        p, "\"groups parts\"",
        word(w, N_("The score, from 0 to 1, and what each group of metrics adds: the mean of "
                   "its metrics, with the group's weight in the head of its column")));
    fputs("<thead><tr>", p->f);
    put_column(p, word(w, N_("Candidate")), NULL);
    put_column(p, word(w, N_("Score")), NULL);
    for (size_t g = 0; g < groups; g++)
        put_column(p, score_group_title(&rp->rw, g), NULL);
    fputs("</tr></thead>\n<tbody>\n", p->f);
    for (size_t i = 0; i < shown; i++) {
        const thresh_ranked *c = &r->candidates[i];
        const thresh_score *s = c->result->score;

        fprintf(p->f, "<tr><th scope=row>%s", esc(p, candidate_name(&rp->rw, c)));
        put_part(p, s->value, score_value_words(w, s->value));
        for (size_t g = 0; g < groups; g++)
            put_part(p, s->groups[g].value, group_score_words(w, &s->groups[g]));
        fputc('\n', p->f);
        recycle(p);
    }
    close_table(p);
    put_left_out(p, N_("Groups without a column here: %s; the JSON report has them"), all - groups);
    put_left_out(p, N_("Left out here: %s; the JSON report has them"), r->count - shown);
    fputs("</section>\n", p->f);
}

/* --- where it comes from --- */

static void put_file(page *p, const char *role, const thresh_side *side)
{
    fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s<td class=hash>%s\n", esc_word(p, role),
            esc(p, side->path), esc(p, side->format), esc(p, side->sha256));
    recycle(p);
}

static void put_origin(ranking_page *rp)
{
    static const char *const titles[] = { N_("Role"), N_("File"), N_("Format"), "SHA-256" };
    const thresh_ranking *r = rp->r;
    page *p = &rp->p;
    const char *model = ranking_model_words(&rp->rw);
    size_t shown = r->count < MOST_CANDIDATES ? r->count : MOST_CANDIDATES;

    fprintf(p->f, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", esc_word(p, N_("Sources")),
            esc(p, ranking_origin_words(&rp->rw)));
    if (model != NULL)
        fprintf(p->f, "<p>%s</p>\n", esc(p, model));
    open_table(p, "files", word(&p->w, N_("Files that were compared")));
    put_columns(p, titles, COUNT_OF(titles));
    put_file(p, N_("Baseline"), &p->r->baseline);
    for (size_t i = 0; i < shown; i++)
        put_file(p, N_("Candidate"), &r->candidates[i].result->candidate);
    close_table(p);
    put_left_out(p, N_("Left out here: %s; the JSON report has them"), r->count - shown);
    put_profiles(p);
    fputs("</section>\n", p->f);
}

thresh_status thresh_report_ranking_html(const thresh_ranking *ranking,
                                         const thresh_text_options *options, FILE *stream)
{
    /* the order in which the page is read */
    static void (*const sections[])(ranking_page *) = { put_scatter, put_candidates, put_reasons,
                                                        put_parts, put_origin };
    arena names = ARENA_INIT; /* only to find out whether two are called alike */
    ranking_page rp = {
        .p = { .r = ranking->candidates[0].result, .f = stream, .arena = ARENA_INIT }, .r = ranking
    };
    bool failed;

    rp.rw = ranking_words_of(ranking, &names, options->language);
    rp.p.w = rp.rw.w = (words){ &rp.p.arena, options->language };
    put_head(&rp);
    fputs("<main>\n", stream);
    put_shapes(&rp.p);
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        sections[i](&rp);
        recycle(&rp.p);
    }
    fputs("</main>\n", stream);
    close_page(&rp.p, ranking->candidates[0].result->version);
    failed = rp.p.arena.failed || names.failed;
    arena_free(&rp.p.arena);
    arena_free(&names);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
