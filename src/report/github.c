/* What a step of GitHub Actions prints: the report for people in a group of the log, then an
 * annotation for each metric that was not accepted; and the step's outputs. The runner obeys lines
 * that begin with
 * "::", so the report stands where it was told not to, and everything else is escaped. */
#include "base/file.h"
#include "report/items.h"
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

/* As many of one kind as GitHub shows of a step. */
enum { MOST_OF_A_KIND = 10, TOKEN_SIZE = 32 };

static const char *const commands[] = {
    [THRESH_WARN] = "notice", [THRESH_REVIEW] = "warning", [THRESH_REJECT] = "error"
};

typedef struct writer {
    FILE *f;
    const thresh_result *r;
    items list;
    words w;
} writer;

/* Escaped as GitHub's own toolkit does; in a property ':' and ',' too. */
static void put_escaped(const writer *wr, const char *text, bool property)
{
    const char *special = property ? "%\r\n:," : "%\r\n";
    const char *clean = printable(wr->w.arena, text, false);

    for (const char *p = clean != NULL ? clean : "?"; *p != '\0'; p++)
        fprintf(wr->f, strchr(special, *p) != NULL ? "%%%02X" : "%c", (unsigned char)*p);
}

/* "file=…,", as GitHub finds it in the tree; nothing of standard input. */
static void put_file(const writer *wr, const char *path)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    if (strcmp(path, "-") == 0)
        return;
    fputs("file=", wr->f);
    put_escaped(wr, path, true);
    fputc(',', wr->f);
}

/* "::error file=…,title=…::" */
static void put_command(const writer *wr, thresh_verdict v, const char *title)
{
    fprintf(wr->f, "::%s ", commands[v]);
    put_file(wr, wr->r->candidate.path);
    fputs("title=", wr->f);
    put_escaped(wr, title, true);
    fputs("::", wr->f);
}

static void put_annotation(const writer *wr, const item *it)
{
    const words *w = &wr->w;

    put_command(wr, it->verdict,
                say(w, SAY(w->arena, N_("%s: %s"), phrase_word(verdict_word(w, it->verdict)),
                           phrase_word(path_words(w, it->scope, it->name)))));
    put_escaped(wr, item_sentences(w, &wr->list, it, "; "), false);
    fputc('\n', wr->f);
}

static void put_annotations(const writer *wr, thresh_verdict v)
{
    size_t of_kind = wr->list.counts[v], shown = 0;
    size_t most = of_kind <= MOST_OF_A_KIND ? of_kind : MOST_OF_A_KIND - 1;
    const words *w = &wr->w;

    for (size_t i = 0; i < wr->list.count && shown < most; i++) {
        item it = items_at(&wr->list, i);
        if (it.verdict != v)
            continue;
        put_annotation(wr, &it);
        shown++;
    }
    if (shown == of_kind)
        return;
    put_command(wr, v, verdict_word(w, v));
    put_escaped(wr,
                say(w, SAY(w->arena,
                           N_("%s more of these are left out, since GitHub shows %s of a step; the "
                              "summary and the log have more"),
                           phrase_count(w->arena, of_kind - shown),
                           phrase_count(w->arena, MOST_OF_A_KIND))),
                false);
    fputc('\n', wr->f);
}

/* The word that makes the runner obey again: made of the report, and of what does not stand in it.
 */
static void make_token(char token[TOKEN_SIZE], const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

    for (const char *p = text; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
    do
        snprintf(token, TOKEN_SIZE, "thresh-%016llx", (unsigned long long)hash++);
    while (strstr(text, token) != NULL);
}

static thresh_status put_report(const writer *wr, const thresh_text_options *options)
{
    const words *w = &wr->w;
    char *text = NULL, token[TOKEN_SIZE];
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    thresh_status rc = memory == NULL ? THRESH_ENOMEM : thresh_report_text(wr->r, options, memory);

    rc = memory_close(memory, &text, rc);
    if (rc == THRESH_EIO)
        rc = THRESH_ENOMEM; /* all that can go wrong with a stream of memory */
    if (rc == THRESH_OK) {
        make_token(token, text);
        fputs("::group::", wr->f);
        put_escaped(
            wr,
            say(w, SAY(w->arena, N_("%s: %s"), phrase_word(verdict_headword(w, wr->r->verdict)),
                       phrase_word(headline(w, wr->r)))),
            false);
        fprintf(wr->f, "\n::stop-commands::%s\n%s::%s::\n::endgroup::\n", token, text, token);
    }
    free(text);
    return rc;
}

thresh_status thresh_report_github(const thresh_result *result, const thresh_text_options *options,
                                   FILE *stream)
{
    arena memory = ARENA_INIT;
    writer wr = { .f = stream, .r = result, .w = { &memory, options->language } };
    thresh_status rc = items_init(&wr.list, result);

    if (rc == THRESH_OK)
        rc = put_report(&wr, options);
    for (int v = THRESH_REJECT; v > THRESH_ACCEPT && rc == THRESH_OK; v--)
        put_annotations(&wr, (thresh_verdict)v);
    if (rc == THRESH_OK && memory.failed)
        rc = THRESH_ENOMEM;
    items_free(&wr.list);
    arena_free(&memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}

/* Whatever kept it from judging, so that it is seen where a rejection would be. */
thresh_status thresh_report_github_errors(const thresh_diags *diags,
                                          const thresh_text_options *options, FILE *stream)
{
    arena memory = ARENA_INIT;
    const writer wr = { .f = stream, .w = { &memory, options->language } };
    size_t shown = 0;
    thresh_status rc;

    for (size_t i = 0; i < thresh_diags_count(diags) && shown < MOST_OF_A_KIND; i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);

        if (d->severity != THRESH_ERROR)
            continue;
        fputs("::error ", stream);
        if (d->file != NULL) {
            put_file(&wr, d->file);
            if (d->line > 0)
                fprintf(stream, "line=%u,", (unsigned)d->line);
            if (d->line > 0 && d->column > 0)
                fprintf(stream, "col=%u,", (unsigned)d->column);
        }
        fputs("title=thresh::", stream);
        put_escaped(&wr, d->text, false);
        fputc('\n', stream);
        shown++;
    }
    rc = memory.failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
    arena_free(&memory);
    return rc;
}

thresh_status thresh_report_step_outputs(const thresh_result *r, FILE *stream)
{
    fprintf(stream,
            "verdict=%s\nexit-code=%d\naccept=%zu\nwarn=%zu\nreview=%zu\nreject=%zu\n"
            "ungoverned=%zu\n",
            thresh_verdict_name(r->verdict), r->exit_code, r->accepts, r->warns, r->reviews,
            r->rejects, r->ungoverned_count);
    return ferror(stream) ? THRESH_EIO : THRESH_OK;
}
