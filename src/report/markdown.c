/* Markdown for a comment on a pull request and for a summary of a job, in the flavour of GitHub:
 * what matters is open, the rest folded, and what does not fit into a comment is counted. */
#include "report/items.h"
#include "report/markdown.h"

#include <stdlib.h>
#include <string.h>

enum { OPEN_ROWS = 20, OPEN_ACCEPTED = 10, OPEN_REASONS = 10, MOST_NAMES = 20, MOST_NOTES = 20 };

typedef struct writer {
    const thresh_result *r;
    const thresh_text_options *o;
    arena memory, row; /* the second is emptied after each row */
    words w, rw;
    buffer out;
    bool intervals;
} writer;

static const char *safe(writer *wr, const char *text)
{
    return inert(&wr->memory, wr->o->ascii, text, LONGEST_SENTENCE);
}

/* --- the parts --- */

/* What a bot looks for: its own comment, and of several the one of this comparison. */
static void add_marker(writer *wr)
{
    enum { MOST_PROFILES = 16 };
    const thresh_result *r = wr->r;
    buffer *b = &wr->out;

    add_text(b, "<!-- thresh-report -->\n<!-- thresh-report-key: ");
    for (size_t i = 0; i < r->profile_count && i < MOST_PROFILES; i++) {
        add_text(b, i > 0 ? "+" : "");
        add_key(b, r->profiles[i]->name);
    }
    add_text(b, r->profile_count == 0 ? "catalog: " : ": ");
    add_key(b, r->candidate.path);
    if (r->candidate.row != NULL) {
        add_text(b, ":");
        add_key(b, r->candidate.row);
    }
    add_text(b, " -->\n");
}

static const char *look(const writer *wr, thresh_verdict v)
{
    return wr->o->ascii ? "" : markdown_look(v);
}

static void add_headline(writer *wr)
{
    const thresh_result *r = wr->r;
    buffer *b = &wr->out;

    add_text(b, "### ");
    add_text(b, look(wr, r->verdict));
    add_text(b, wr->o->ascii ? "" : " ");
    add_text(b, verdict_headword(&wr->w, r->verdict));
    add_text(b, ": ");
    add_text(b, safe(wr, headline(&wr->w, r)));
    add_text(b, "\n\n");
    add_text(b, safe(wr, tally(&wr->w, r)));
    add_text(b, "\n");
}

/* "- ❌ text" */
static void add_item(writer *wr, buffer *b, const char *mark, const char *text)
{
    add_text(b, "- ");
    add_text(b, mark);
    add_text(b, mark[0] != '\0' ? " " : "");
    add_text(b, safe(wr, text));
    add_text(b, "\n");
}

static void add_reasons(writer *wr)
{
    const thresh_result *r = wr->r;
    size_t shown = r->reason_count < OPEN_REASONS ? r->reason_count : OPEN_REASONS;
    buffer *b = &wr->out;

    add_text(b, shown > 0 ? "\n" : "");
    for (size_t i = 0; i < shown; i++) {
        thresh_verdict v = r->reasons[i].verdict;
        add_item(wr, b, wr->o->ascii ? verdict_word(&wr->w, v) : markdown_look(v),
                 whole_words(&wr->w, r, i));
    }
    if (shown < r->reason_count) {
        size_t more = r->reason_count - shown;
        add_item(wr, b, "",
                 say(&wr->w, SAY(&wr->memory,
                                 more == 1 ? N_("%s more reason is not shown")
                                           : N_("%s more reasons are not shown"),
                                 phrase_count(&wr->memory, more))));
    }
}

static const struct {
    const char *title;
    bool right, of_interval;
} columns[] = {
    { N_("Metric"), false, false },   { N_("Baseline"), true, false },
    { N_("Candidate"), true, false }, { N_("Degradation"), true, false },
    { N_("Interval"), true, true },   { N_("Limits"), false, false },
    { N_("Budget"), true, false },    { N_("From"), false, false },
    { N_("Verdict"), false, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_table_head(writer *wr, buffer *b)
{
    add_text(b, "\n|");
    for (size_t i = 0; i < COLUMNS; i++)
        if (wr->intervals || !columns[i].of_interval) {
            add_text(b, " ");
            add_text(b, word(&wr->w, columns[i].title));
            add_text(b, " |");
        }
    add_text(b, "\n|");
    for (size_t i = 0; i < COLUMNS; i++)
        if (wr->intervals || !columns[i].of_interval)
            add_text(b, columns[i].right ? " ---: |" : " :--- |");
    add_text(b, "\n");
}

static void add_row(writer *wr, buffer *b, const thresh_judged *m)
{
    const words *w = &wr->rw;
    const char *const cells[COLUMNS] = {
        path_words(w, m->scope, m->name),
        baseline_words(w, m),
        candidate_words(w, m),
        degradation_words(w, m),
        interval_words(w, m),
        limits_words(w, m),
        budget_words(w, m),
        from_words(w, m),
        verdict_word(w, m->verdict),
    };

    add_text(b, "|");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!wr->intervals && columns[i].of_interval)
            continue;
        add_text(b, " ");
        if (i == COLUMNS - 1 && !wr->o->ascii) {
            add_text(b, markdown_look(m->verdict));
            add_text(b, " ");
        }
        add_text(b, inert(&wr->row, wr->o->ascii, cells[i], LONGEST_CELL));
        add_text(b, " |");
    }
    add_text(b, "\n");
    if (wr->row.failed)
        wr->memory.failed = true;
    arena_free(&wr->row);
}

/* A summary is HTML: only words of our own stand in it. */
static void add_fold(buffer *b, const char *title)
{
    add_text(b, "\n<details>\n<summary>");
    add_text(b, title);
    add_text(b, "</summary>\n");
}

static void add_end_of_fold(buffer *b)
{
    add_text(b, "\n</details>\n");
}

/* Rows [from, until) of the metrics, as far as they fit. @return how many were added */
static size_t add_rows(writer *wr, size_t from, size_t until, size_t room)
{
    size_t i = from;

    add_table_head(wr, &wr->out);
    for (; i < until; i++) {
        size_t before = wr->out.used;
        add_row(wr, &wr->out, &wr->r->metrics[i]);
        if (wr->out.failed || wr->out.used > room) {
            wr->out.used = wr->out.failed ? 0 : before;
            break;
        }
    }
    return i - from;
}

static const char *counted_from(writer *wr, size_t from)
{
    size_t counts[] = { 0, 0, 0, 0 };

    for (size_t i = from; i < wr->r->metric_count; i++)
        counts[wr->r->metrics[i].verdict]++;
    return counted_verdicts(&wr->w, counts);
}

/* What was not accepted stands open, or what came nearest to its limits; the others are folded. */
static void add_metrics(writer *wr, size_t room)
{
    const thresh_result *r = wr->r;
    size_t bad = r->warns + r->reviews + r->rejects;
    size_t open = bad > 0 ? bad < OPEN_ROWS ? bad : OPEN_ROWS : OPEN_ACCEPTED, shown;
    buffer *b = &wr->out;

    if (r->metric_count == 0)
        return;
    if (open > r->metric_count)
        open = r->metric_count;
    shown = add_rows(wr, 0, open, room);
    if (shown == open && open < r->metric_count) {
        add_fold(b, say(&wr->w, SAY(&wr->memory, N_("The other metrics (%s)"),
                                    phrase_word(counted_from(wr, open)))));
        shown += add_rows(wr, open, r->metric_count, room);
        add_end_of_fold(b);
    }
    if (shown < r->metric_count) {
        add_text(b, "\n");
        add_text(
            b,
            safe(wr, say(&wr->w,
                         SAY(&wr->memory,
                             N_("%s metrics are left out here (%s): a comment holds no more than "
                                "65,536 characters. The JSON report has all of them."),
                             phrase_count(&wr->memory, r->metric_count - shown),
                             phrase_word(counted_from(wr, shown))))));
        add_text(b, "\n");
    }
}

static void add_cell(writer *wr, buffer *b, const char *text)
{
    add_text(b, " ");
    add_text(b, inert(&wr->row, wr->o->ascii, text, LONGEST_CELL));
    add_text(b, " |");
}

/* The row of metric `i`, or, where that is none of them, the head. */
static void add_rival_row(writer *wr, buffer *b, size_t i)
{
    const thresh_result *r = wr->r;
    const words *w = &wr->rw;
    bool head = i == r->metric_count;
    const thresh_judged *m = head ? NULL : &r->metrics[i];

    add_text(b, "|");
    add_cell(wr, b, head ? word(w, N_("Metric")) : path_words(w, m->scope, m->name));
    add_cell(wr, b, head ? word(w, N_("Baseline")) : baseline_words(w, m));
    add_cell(wr, b, head ? word(w, N_("Candidate")) : candidate_words(w, m));
    for (size_t k = 0; k < r->rival_count; k++)
        add_cell(wr, b, head ? r->rivals[k].name : rival_words(w, r, k, i));
    add_cell(wr, b, head ? word(w, N_("Stands")) : standing_words(w, r, i));
    add_text(b, "\n");
    if (wr->row.failed)
        wr->memory.failed = true;
    arena_free(&wr->row);
}

/* Where the candidate stands among the rivals; bounded, as what add_origin() makes. */
static void add_rivals(writer *wr, buffer *b)
{
    enum { MOST_OF_RIVALS = 16384 };
    const thresh_result *r = wr->r;
    size_t left_out = 0;

    if (r->rival_count == 0)
        return;
    add_fold(b, word(&wr->w, N_("Where the candidate stands among the rivals")));
    add_text(b, "\n");
    add_rival_row(wr, b, r->metric_count);
    add_text(b, "| :--- | ---: | ---: |");
    for (size_t k = 0; k < r->rival_count; k++)
        add_text(b, " ---: |");
    add_text(b, " :--- |\n");
    for (size_t i = 0; i < r->metric_count; i++) {
        size_t before = b->used;
        if (!has_rival(r, i))
            continue;
        if (left_out == 0)
            add_rival_row(wr, b, i);
        if (left_out > 0 || b->used > MOST_OF_RIVALS) {
            b->used = before;
            left_out++;
        }
    }
    if (b->text != NULL)
        b->text[b->used] = '\0';
    if (left_out > 0) {
        add_text(b, "\n");
        add_item(wr, b, "",
                 say(&wr->w, SAY(&wr->memory,
                                 left_out == 1 ? N_("%s more metric is not shown")
                                               : N_("%s more metrics are not shown"),
                                 phrase_count(&wr->memory, left_out))));
    }
    add_end_of_fold(b);
}

/* Each group's part of the score; its metrics only where they are few. */
static void add_score(writer *wr, buffer *b)
{
    enum { MOST_GROUPS = 20, MOST_METRICS = 6 };
    static const char *const titles[] = { N_("Group"), N_("Weight"), N_("Score"), N_("Metrics") };
    const thresh_score *s = wr->r->score;

    if (s == NULL)
        return;
    add_fold(b, safe(wr, score_words(&wr->w, wr->r)));
    add_text(b, "\n|");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        add_cell(wr, b, word(&wr->w, titles[i]));
    add_text(b, "\n| :--- | ---: | ---: | :--- |\n");
    for (size_t g = 0; g < s->group_count && g < MOST_GROUPS; g++) {
        const thresh_scored_group *group = &s->groups[g];
        const char *weight = arena_printf(&wr->row, "%.4g %%", group->share * 100);

        add_text(b, "|");
        add_cell(wr, b, group->name);
        add_cell(wr, b, group->metric_count == 0 || weight == NULL ? "-" : weight);
        add_cell(wr, b, group_score_words(&wr->rw, group));
        add_cell(wr, b, scored_words(&wr->rw, group, MOST_METRICS));
        add_text(b, "\n");
        if (wr->row.failed)
            wr->memory.failed = true;
        arena_free(&wr->row);
    }
    add_end_of_fold(b);
}

/* "not judged, of no known kind (30): a, b, and 28 more" */
static void add_names(writer *wr, buffer *b, const char *what, const char *const *names,
                      size_t count)
{
    size_t shown = count < MOST_NAMES ? count : MOST_NAMES;
    const char *list = "";

    if (count == 0)
        return;
    for (size_t i = 0; i < shown && list != NULL; i++)
        list = arena_printf(&wr->memory, "%s%s%s", list, i > 0 ? word(&wr->w, N_(", ")) : "",
                            phrase_clipped(&wr->memory, names[i], LONGEST_CELL / 4).text);
    add_item(wr, b, "",
             say(&wr->w, shown < count
                             ? SAY(&wr->memory, N_("%s (%s): %s, and %s more"), phrase_word(what),
                                   phrase_count(&wr->memory, count), phrase_word(list),
                                   phrase_count(&wr->memory, count - shown))
                             : SAY(&wr->memory, N_("%s (%s): %s"), phrase_word(what),
                                   phrase_count(&wr->memory, count), phrase_word(list))));
}

static void add_unjudged(writer *wr, buffer *b)
{
    const thresh_result *r = wr->r;
    const char **names = arena_alloc(&wr->memory, (r->ungoverned_count + 1) * sizeof *names);

    for (int c = 0; names != NULL && c < UNJUDGED_CLASSES; c++) {
        size_t n = 0;
        for (size_t i = 0; i < r->ungoverned_count; i++)
            if (class_of_unjudged(&r->ungoverned[i]) == (unjudged_class)c)
                names[n++] = path_words(&wr->w, r->ungoverned[i].scope, r->ungoverned[i].name);
        add_names(wr, b, unjudged_title(&wr->w, (unjudged_class)c), names, n);
    }
    add_names(wr, b, word(&wr->w, N_("only in the candidate")), r->candidate_only,
              r->candidate_only_count);
}

/* Where it all comes from: bounded, and made first, so that its room is known. */
static void add_origin(writer *wr, buffer *b)
{
    const thresh_result *r = wr->r;
    size_t notes = r->note_count < MOST_NOTES ? r->note_count : MOST_NOTES;
    const char *methods = methods_words(&wr->w, r);

    add_fold(b, word(&wr->w, N_("Limits, remarks, and what was not judged")));
    add_text(b, "\n");
    add_item(wr, b, "", origin_words(&wr->w, r));
    if (methods != NULL)
        add_item(wr, b, "", methods);
    for (size_t i = 0; i < notes; i++)
        add_item(wr, b, "", note_words(&wr->w, r, i));
    if (notes < r->note_count)
        add_item(wr, b, "",
                 say(&wr->w, SAY(&wr->memory, N_("%s more remarks are not shown"),
                                 phrase_count(&wr->memory, r->note_count - notes))));
    add_unjudged(wr, b);
    add_end_of_fold(b);
}

thresh_status thresh_report_markdown(const thresh_result *result,
                                     const thresh_text_options *options, FILE *stream)
{
    writer wr = { .r = result, .o = options, .memory = ARENA_INIT, .row = ARENA_INIT };
    enum { FOR_LEFT_OUT = 512 }; /* ends of folds, and the sentence on what was left out */
    buffer origin = { 0 };
    thresh_status rc;

    wr.w = (words){ &wr.memory, options->language };
    wr.rw = (words){ &wr.row, options->language };
    for (size_t i = 0; i < result->metric_count && !wr.intervals; i++)
        wr.intervals = result->metrics[i].has_interval;
    add_marker(&wr);
    add_headline(&wr);
    if (!options->quiet) {
        add_reasons(&wr);
        add_score(&wr, &origin);
        add_rivals(&wr, &origin);
        add_origin(&wr, &origin);
        add_metrics(&wr, origin.used + FOR_LEFT_OUT < MOST_BYTES
                             ? MOST_BYTES - FOR_LEFT_OUT - origin.used
                             : 0);
        add_text(&wr.out, origin.text != NULL ? origin.text : "");
    }
    rc = wr.out.failed || origin.failed || wr.memory.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK)
        fwrite(wr.out.text, 1, wr.out.used, stream);
    free(wr.out.text);
    free(origin.text);
    arena_free(&wr.row);
    arena_free(&wr.memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
