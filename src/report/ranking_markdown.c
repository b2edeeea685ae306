/* Several candidates in order, in Markdown for a comment or a summary of a job. The candidates come
 * first and in their order, so that what does not fit is what matters least; it is counted. */
#include "report/markdown.h"
#include "report/ranking_words.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_AXES = 6, MOST_GROUPS = 6, OPEN_REFUSED = 10 };

typedef struct writer {
    const thresh_ranking *r;
    const thresh_text_options *o;
    arena memory, row; /* the second is emptied after each row */
    ranking_words rw, rrw;
    buffer out;
    size_t room; /* bytes that rows may fill */
} writer;

static const char *safe(writer *wr, const char *text)
{
    return inert(&wr->memory, wr->o->ascii, text, LONGEST_SENTENCE);
}

static void add_cell(writer *wr, const char *text)
{
    add_text(&wr->out, " ");
    add_text(&wr->out, inert(&wr->row, wr->o->ascii, text, LONGEST_CELL));
    add_text(&wr->out, " |");
}

static void end_row(writer *wr)
{
    add_text(&wr->out, "\n");
    wr->memory.failed = wr->memory.failed || wr->row.failed;
    arena_free(&wr->row);
}

static void add_item(writer *wr, const char *text)
{
    add_text(&wr->out, "- ");
    add_text(&wr->out, safe(wr, text));
    add_text(&wr->out, "\n");
}

/* Takes back what was added since `before` where it is too much. */
static bool fits(writer *wr, size_t before)
{
    if (wr->out.failed)
        return false;
    if (wr->out.used <= wr->room)
        return true;
    wr->out.used = before;
    wr->out.text[before] = '\0';
    return false;
}

/* What a bot looks for: its own comment, and of several the one of this comparison. */
static void add_marker(writer *wr)
{
    enum { MOST_PROFILES = 16 };
    const thresh_result *first = wr->r->candidates[0].result;
    buffer *b = &wr->out;

    add_text(b, "<!-- thresh-report -->\n<!-- thresh-report-key: rank ");
    for (size_t i = 0; i < first->profile_count && i < MOST_PROFILES; i++) {
        add_text(b, i > 0 ? "+" : "");
        add_key(b, first->profiles[i]->name);
    }
    add_text(b, first->profile_count == 0 ? "catalog: " : ": ");
    add_key(b, first->baseline.path);
    add_text(b, " -->\n");
}

static const char *look(const writer *wr, thresh_verdict v)
{
    return wr->o->ascii ? "" : markdown_look(v);
}

static void add_headline(writer *wr)
{
    thresh_verdict v = wr->r->recommended != NULL ? THRESH_ACCEPT
                       : wr->r->exit_code == 3    ? THRESH_REVIEW
                                                  : THRESH_REJECT;

    add_text(&wr->out, "### ");
    add_text(&wr->out, look(wr, v));
    add_text(&wr->out, wr->o->ascii ? "" : " ");
    add_text(&wr->out, safe(wr, recommendation_words(&wr->rw)));
    add_text(&wr->out, "\n\n");
    add_text(&wr->out, safe(wr, candidates_words(&wr->rw)));
    add_text(&wr->out, "\n");
}

/* --- tables --- */

static void add_head(writer *wr)
{
    const thresh_ranking *r = wr->r;
    const words *w = &wr->rrw.w;
    size_t axes = 0;

    add_text(&wr->out, "\n|");
    add_cell(wr, word(w, N_("Candidate")));
    add_cell(wr, word(w, N_("Place")));
    add_cell(wr, r->by);
    for (size_t k = next_axis(r, 0); k < r->axis_count && axes < MOST_AXES;
         k = next_axis(r, k + 1), axes++)
        add_cell(wr, axis_words(&wr->rrw, &r->axes[k]));
    add_cell(wr, word(w, N_("Front")));
    add_cell(wr, word(w, N_("Verdict")));
    add_text(&wr->out, "\n| :--- | ---: | ---: |");
    for (size_t k = 0; k < axes; k++)
        add_text(&wr->out, " ---: |");
    add_text(&wr->out, " :--- | :--- |");
    end_row(wr);
}

static void add_candidate(writer *wr, const thresh_ranked *c)
{
    const thresh_ranking *r = wr->r;
    const ranking_words *rw = &wr->rrw;
    thresh_verdict v = c->result->verdict;

    add_text(&wr->out, "|");
    add_cell(wr, candidate_name(rw, c));
    add_cell(wr, place_words(rw, c));
    add_cell(wr, span_words(rw, &r->order, &c->order));
    for (size_t k = next_axis(r, 0), n = 0; k < r->axis_count && n < MOST_AXES;
         k = next_axis(r, k + 1), n++)
        add_cell(wr, span_words(rw, &r->axes[k], &c->axes[k]));
    add_cell(wr, c->on_front ? word(&rw->w, N_("yes")) : "-");
    add_text(&wr->out, wr->o->ascii ? "" : " ");
    add_text(&wr->out, look(wr, v));
    add_cell(wr, verdict_word(&rw->w, v));
    end_row(wr);
}

static void add_candidates(writer *wr)
{
    const thresh_ranking *r = wr->r;
    size_t shown = 0;

    add_head(wr);
    for (; shown < r->count; shown++) {
        size_t before = wr->out.used;
        add_candidate(wr, &r->candidates[shown]);
        if (!fits(wr, before))
            break;
    }
    if (shown == r->count)
        return;
    add_text(&wr->out, "\n");
    add_text(&wr->out,
             safe(wr, say(&wr->rw.w,
                          SAY(&wr->memory,
                              N_("%s candidates are left out here: a comment holds no more than "
                                 "65,536 characters. The JSON report has all of them."),
                              phrase_count(&wr->memory, r->count - shown)))));
    add_text(&wr->out, "\n");
}

/* --- why not --- */

static void add_refused(writer *wr, const thresh_ranked *c)
{
    const char *reason;

    add_text(&wr->out, "- ");
    add_text(&wr->out, wr->o->ascii ? verdict_word(&wr->rrw.w, c->result->verdict)
                                    : markdown_look(c->result->verdict));
    add_text(&wr->out, " **");
    add_text(&wr->out, inert(&wr->row, wr->o->ascii, candidate_name(&wr->rrw, c), LONGEST_CELL));
    add_text(&wr->out, "**\n");
    for (size_t i = 0; (reason = ranked_reason_words(&wr->rrw, c, i)) != NULL; i++) {
        add_text(&wr->out, "  - ");
        add_text(&wr->out, inert(&wr->row, wr->o->ascii, reason, LONGEST_SENTENCE));
        add_text(&wr->out, "\n");
    }
    wr->memory.failed = wr->memory.failed || wr->row.failed;
    arena_free(&wr->row);
}

static void add_reasons(writer *wr)
{
    const thresh_ranking *r = wr->r;
    size_t shown = r->eligible, most = r->eligible + OPEN_REFUSED;

    add_text(&wr->out, r->eligible < r->count ? "\n" : "");
    for (; shown < r->count && shown < most; shown++) {
        size_t before = wr->out.used;
        add_refused(wr, &r->candidates[shown]);
        if (!fits(wr, before))
            break;
    }
    if (shown < r->count)
        add_item(wr, say(&wr->rw.w,
                         SAY(&wr->memory,
                             r->count - shown == 1
                                 ? N_("%s more candidate is not accepted; its reasons are left out")
                                 : N_("%s more candidates are not accepted; their reasons are left "
                                      "out"),
                             phrase_count(&wr->memory, r->count - shown))));
}

/* --- folded --- */

/* A summary is HTML: only words of our own stand in it. */
static void add_fold(writer *wr, const char *title)
{
    add_text(&wr->out, "\n<details>\n<summary>");
    add_text(&wr->out, title);
    add_text(&wr->out, "</summary>\n\n");
}

static void add_part_row(writer *wr, const thresh_ranked *c, size_t groups)
{
    const thresh_score *s = c->result->score;

    add_text(&wr->out, "|");
    add_cell(wr, candidate_name(&wr->rrw, c));
    add_cell(wr, score_value_words(&wr->rrw.w, s->value));
    for (size_t g = 0; g < groups; g++)
        add_cell(wr, group_score_words(&wr->rrw.w, &s->groups[g]));
    end_row(wr);
}

static void add_parts(writer *wr)
{
    const thresh_ranking *r = wr->r;
    size_t all = r->candidates[0].result->score->group_count, shown = 0;
    size_t groups = all < MOST_GROUPS ? all : MOST_GROUPS;

    if (!has_score_parts(r))
        return;
    add_fold(wr, word(&wr->rw.w, N_("Parts of the score")));
    add_text(&wr->out, "|");
    add_cell(wr, word(&wr->rrw.w, N_("Candidate")));
    add_cell(wr, word(&wr->rrw.w, N_("Score")));
    for (size_t g = 0; g < groups; g++)
        add_cell(wr, score_group_title(&wr->rrw, g));
    add_text(&wr->out, "\n| :--- | ---: |");
    for (size_t g = 0; g < groups; g++)
        add_text(&wr->out, " ---: |");
    end_row(wr);
    for (; shown < r->count; shown++) {
        size_t before = wr->out.used;
        add_part_row(wr, &r->candidates[shown], groups);
        if (!fits(wr, before))
            break;
    }
    add_text(&wr->out, "\n");
    if (shown < r->count)
        add_item(wr, say(&wr->rw.w, SAY(&wr->memory,
                                        N_("Left out here: %s; the JSON report has "
                                           "them"),
                                        phrase_count(&wr->memory, r->count - shown))));
    add_text(&wr->out, "</details>\n");
}

static void add_origin(writer *wr)
{
    const char *model = ranking_model_words(&wr->rw), *ties = ties_words(&wr->rw);

    add_text(&wr->out, "\n");
    if (ties != NULL)
        add_item(wr, ties);
    if (model != NULL)
        add_item(wr, model);
    add_item(wr, ranking_origin_words(&wr->rw));
}

thresh_status thresh_report_ranking_markdown(const thresh_ranking *ranking,
                                             const thresh_text_options *options, FILE *stream)
{
    /* of the comment: the table may take half, what is refused and the parts of scores a quarter
     * more each, and what remains is for the sentences between and behind them */
    enum { FOR_REST = 6 * LONGEST_SENTENCE, ROWS = MOST_BYTES - FOR_REST };
    writer wr = { .r = ranking, .o = options, .memory = ARENA_INIT, .row = ARENA_INIT };
    thresh_status rc;

    wr.rw = ranking_words_of(ranking, &wr.memory, options->language);
    wr.rrw = wr.rw;
    wr.rrw.w.arena = &wr.row;
    add_marker(&wr);
    add_headline(&wr);
    if (!options->quiet) {
        wr.room = ROWS / 2;
        add_candidates(&wr);
        wr.room = ROWS / 4 * 3;
        add_reasons(&wr);
        wr.room = ROWS;
        add_parts(&wr);
        add_origin(&wr);
    }
    rc = wr.out.failed || wr.memory.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK)
        fwrite(wr.out.text, 1, wr.out.used, stream);
    free(wr.out.text);
    arena_free(&wr.row);
    arena_free(&wr.memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
