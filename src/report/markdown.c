/* Markdown for a comment on a pull request and for a summary of a job, in the flavour of GitHub:
 * what matters is open, the rest folded, and what does not fit into a comment is counted. */
#include "report/items.h"
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

/* GitHub takes 65,536 characters; bytes are at least as many, whatever counts as a character. */
enum { MOST_BYTES = 65536 - 256 };
enum { OPEN_ROWS = 20, OPEN_ACCEPTED = 10, OPEN_REASONS = 10, MOST_NAMES = 20, MOST_NOTES = 20 };
/* Bytes of a text that came from a file, before it is escaped, and how many times that afterwards:
 * else a few long names of what has to be escaped would take the room of the whole comment. */
enum { LONGEST_CELL = 160, LONGEST_SENTENCE = 600, MOST_ESCAPED = 2 };

static const char *const looks[] = { [THRESH_ACCEPT] = "\xE2\x9C\x85",
                                     [THRESH_WARN] = "\xE2\x9A\xA0\xEF\xB8\x8F",
                                     [THRESH_REVIEW] = "\xE2\x9D\x93",
                                     [THRESH_REJECT] = "\xE2\x9D\x8C" };

/* A text that grows; `memory` sticks when memory ran out. */
typedef struct buffer {
    char *text;
    size_t used, capacity;
    bool failed;
} buffer;

typedef struct writer {
    const thresh_result *r;
    const thresh_text_options *o;
    arena memory, row; /* the second is emptied after each row */
    words w, rw;
    buffer out;
    bool intervals;
} writer;

static void add(buffer *b, const char *text)
{
    size_t len = strlen(text);

    if (b->failed || !array_reserve(&b->text, &b->capacity, b->used + len + 1, 1)) {
        b->failed = true;
        return;
    }
    memcpy(b->text + b->used, text, len + 1);
    b->used += len;
}

/* --- texts that come from files --- */

static bool is_letter(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

/* "ndcg@10" is neither a mention nor an address nor a commit. */
static bool is_cutoff(const char *text, const char *p)
{
    enum { SHORTEST_COMMIT = 7 };
    size_t digits = strspn(p, "0123456789");

    return p - text > 1 && is_word(p[-2]) && digits > 0 && digits < SHORTEST_COMMIT
           && !is_word(p[digits]) && p[digits] != '.';
}

/* "GH-1", and "ABC-1", which a repository may link to a tracker of its own */
static bool is_ticket(const char *text, const char *p)
{
    char before = p - text > 1 ? p[-2] : '\0';

    return *p >= '0' && *p <= '9' && (before == 'h' || (before >= 'A' && before <= 'Z'));
}

/* Whether a reader of links, mentions, issues or emoji would begin or go on between p[-1] and p[0].
 * There an invisible space stands between them. */
static bool must_part(const char *text, const char *p)
{
    char before = p > text ? p[-1] : '\0';

    return (before == '@' && !is_cutoff(text, p)) || before == '#'
           || (before == ':' && (is_word(*p) || *p == '/')) /* :emoji: and scheme:// */
           || (before == '-' && is_ticket(text, p))
           || ((before | 0x20) == 'w' && (*p | 0x20) == 'w'); /* www. */
}

/* One line, at most `most` bytes of it, that Markdown and what GitHub does after it read as plain
 * text. A heading, a cell and an item begin with something else, so nothing here begins a line. */
static const char *inert(arena *a, bool ascii, const char *text, size_t most)
{
    static const char parting[] = "&#8203;", dollar[] = "&#36;";
    enum { LONGEST = sizeof parting + sizeof dollar };
    bool whole = strlen(text) <= most;
    const char *clean = printable(a, phrase_clipped(a, text, most).text, ascii);
    char *out = clean == NULL ? NULL : arena_alloc(a, strlen(clean) * LONGEST + 4), *to = out;

    if (out == NULL)
        return "?";
    for (const char *p = clean; *p != '\0'; p++) {
        /* never inside a character */
        if ((size_t)(to - out) >= most * MOST_ESCAPED && ((unsigned char)*p & 0xC0) != 0x80) {
            whole = false;
            break;
        }
        if (must_part(clean, p))
            to = stpcpy(to, parting);
        if (*p == '$') {
            to = stpcpy(to, dollar); /* a formula may begin at an escaped one */
            continue;
        }
        if (strchr("\\`*_[]<>|~&#{}!^", *p) != NULL)
            *to++ = '\\';
        *to++ = *p;
    }
    *to = '\0';
    if (!whole)
        strcpy(to, ascii ? "..." : "\xE2\x80\xA6");
    return out;
}

static const char *safe(writer *wr, const char *text)
{
    return inert(&wr->memory, wr->o->ascii, text, LONGEST_SENTENCE);
}

/* In the marker: no two hyphens, no '>' */
static void add_key(buffer *b, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/";
    char escape[4];
    enum { LONGEST_KEY = 500 };

    for (size_t i = 0; text[i] != '\0' && i < LONGEST_KEY; i++) {
        snprintf(escape, sizeof escape, strchr(plain, text[i]) != NULL ? "%c" : "%%%02X",
                 (unsigned char)text[i]);
        add(b, escape);
    }
}

/* --- the parts --- */

/* What a bot looks for: its own comment, and of several the one of this comparison. */
static void add_marker(writer *wr)
{
    enum { MOST_PROFILES = 16 };
    const thresh_result *r = wr->r;
    buffer *b = &wr->out;

    add(b, "<!-- thresh-report -->\n<!-- thresh-report-key: ");
    for (size_t i = 0; i < r->profile_count && i < MOST_PROFILES; i++) {
        add(b, i > 0 ? "+" : "");
        add_key(b, r->profiles[i]->name);
    }
    add(b, r->profile_count == 0 ? "catalog: " : ": ");
    add_key(b, r->candidate.path);
    if (r->candidate.row != NULL) {
        add(b, ":");
        add_key(b, r->candidate.row);
    }
    add(b, " -->\n");
}

static const char *look(const writer *wr, thresh_verdict v)
{
    return wr->o->ascii ? "" : looks[v];
}

static void add_headline(writer *wr)
{
    const thresh_result *r = wr->r;
    buffer *b = &wr->out;

    add(b, "### ");
    add(b, look(wr, r->verdict));
    add(b, wr->o->ascii ? "" : " ");
    add(b, verdict_headword(&wr->w, r->verdict));
    add(b, ": ");
    add(b, safe(wr, headline(&wr->w, r)));
    add(b, "\n\n");
    add(b, safe(wr, tally(&wr->w, r)));
    add(b, "\n");
}

/* "- ❌ text" */
static void add_item(writer *wr, buffer *b, const char *mark, const char *text)
{
    add(b, "- ");
    add(b, mark);
    add(b, mark[0] != '\0' ? " " : "");
    add(b, safe(wr, text));
    add(b, "\n");
}

static void add_reasons(writer *wr)
{
    const thresh_result *r = wr->r;
    size_t shown = r->reason_count < OPEN_REASONS ? r->reason_count : OPEN_REASONS;
    buffer *b = &wr->out;

    add(b, shown > 0 ? "\n" : "");
    for (size_t i = 0; i < shown; i++) {
        thresh_verdict v = r->reasons[i].verdict;
        add_item(wr, b, wr->o->ascii ? verdict_word(&wr->w, v) : looks[v],
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
    add(b, "\n|");
    for (size_t i = 0; i < COLUMNS; i++)
        if (wr->intervals || !columns[i].of_interval) {
            add(b, " ");
            add(b, word(&wr->w, columns[i].title));
            add(b, " |");
        }
    add(b, "\n|");
    for (size_t i = 0; i < COLUMNS; i++)
        if (wr->intervals || !columns[i].of_interval)
            add(b, columns[i].right ? " ---: |" : " :--- |");
    add(b, "\n");
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

    add(b, "|");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!wr->intervals && columns[i].of_interval)
            continue;
        add(b, " ");
        if (i == COLUMNS - 1 && !wr->o->ascii) {
            add(b, looks[m->verdict]);
            add(b, " ");
        }
        add(b, inert(&wr->row, wr->o->ascii, cells[i], LONGEST_CELL));
        add(b, " |");
    }
    add(b, "\n");
    if (wr->row.failed)
        wr->memory.failed = true;
    arena_free(&wr->row);
}

/* A summary is HTML: only words of our own stand in it. */
static void add_fold(buffer *b, const char *title)
{
    add(b, "\n<details>\n<summary>");
    add(b, title);
    add(b, "</summary>\n");
}

static void add_end_of_fold(buffer *b)
{
    add(b, "\n</details>\n");
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
        add(b, "\n");
        add(b,
            safe(wr, say(&wr->w,
                         SAY(&wr->memory,
                             N_("%s metrics are left out here (%s): a comment holds no more than "
                                "65,536 characters. The JSON report has all of them."),
                             phrase_count(&wr->memory, r->metric_count - shown),
                             phrase_word(counted_from(wr, shown))))));
        add(b, "\n");
    }
}

static void add_cell(writer *wr, buffer *b, const char *text)
{
    add(b, " ");
    add(b, inert(&wr->row, wr->o->ascii, text, LONGEST_CELL));
    add(b, " |");
}

/* The row of metric `i`, or, where that is none of them, the head. */
static void add_rival_row(writer *wr, buffer *b, size_t i)
{
    const thresh_result *r = wr->r;
    const words *w = &wr->rw;
    bool head = i == r->metric_count;
    const thresh_judged *m = head ? NULL : &r->metrics[i];

    add(b, "|");
    add_cell(wr, b, head ? word(w, N_("Metric")) : path_words(w, m->scope, m->name));
    add_cell(wr, b, head ? word(w, N_("Baseline")) : baseline_words(w, m));
    add_cell(wr, b, head ? word(w, N_("Candidate")) : candidate_words(w, m));
    for (size_t k = 0; k < r->rival_count; k++)
        add_cell(wr, b, head ? r->rivals[k].name : rival_words(w, r, k, i));
    add_cell(wr, b, head ? word(w, N_("Stands")) : standing_words(w, r, i));
    add(b, "\n");
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
    add(b, "\n");
    add_rival_row(wr, b, r->metric_count);
    add(b, "| :--- | ---: | ---: |");
    for (size_t k = 0; k < r->rival_count; k++)
        add(b, " ---: |");
    add(b, " :--- |\n");
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
        add(b, "\n");
        add_item(wr, b, "",
                 say(&wr->w, SAY(&wr->memory,
                                 left_out == 1 ? N_("%s more metric is not shown")
                                               : N_("%s more metrics are not shown"),
                                 phrase_count(&wr->memory, left_out))));
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
    add(b, "\n");
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
        add_rivals(&wr, &origin);
        add_origin(&wr, &origin);
        add_metrics(&wr, origin.used + FOR_LEFT_OUT < MOST_BYTES
                             ? MOST_BYTES - FOR_LEFT_OUT - origin.used
                             : 0);
        add(&wr.out, origin.text != NULL ? origin.text : "");
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
