/* thresh log show, diff and replay: entries by their number. */
#include "log.h"

#include <stdlib.h>
#include <string.h>

/* --- entries by their number --- */

thresh_status get_entry(session *s, const char *text, thresh_log_entry **out)
{
    double number = 0;
    bool last = strcmp(text, "last") == 0;

    if (!last
        && !(thresh_parse_number(&number, text, strlen(text)) && number >= 1 && number < 1e15
             && number == (double)(int64_t)number)) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "log: found '%s', expected the number of an entry, or 'last'", text);
        return THRESH_EINVAL;
    }
    return thresh_log_get(out, s->store, (int64_t)number, s->diags);
}

/* A content as text, terminated. */
static thresh_status get_content(session *s, const char *sha256, char **out, size_t *len)
{
    FILE *f = open_memstream(out, len);
    thresh_status rc =
        f == NULL ? THRESH_ENOMEM : thresh_log_content(s->store, sha256, f, s->diags);

    return close_memory(f, out, rc);
}

/* The verdict of an entry of eval. */
static thresh_status read_result(session *s, const thresh_log_entry *e, thresh_result **out)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = NULL;
    thresh_status rc = get_content(s, e->document.sha256, &text, &len);

    *out = NULL;
    if (rc == THRESH_OK && (f = fmemopen(text, len > 0 ? len : 1, "rb")) == NULL)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        rc = thresh_result_read(out, "-", f, s->diags);
    if (f != NULL)
        fclose(f);
    free(text);
    return rc;
}

/* --- show --- */

static int write_stored(session *s, const thresh_log_entry *e)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { NULL };
    thresh_result *result = NULL;
    outputs o;
    thresh_status rc = read_result(s, e, &result);
    int code;

    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    code = open_reports(&o, s->io, s->a, inputs);
    if (code == EXIT_OK && !option_given(s->a, "output") && !option_given(s->a, "quiet")) {
        thresh_text_options options = text_options(s->io, s->a, true);

        rc = thresh_report_log_entry(e, &options, s->io->out);
        fputc('\n', s->io->out);
        if (rc != THRESH_OK)
            code = failure(s->io, s->diags, rc);
    }
    if (code == EXIT_OK)
        code = write_reports(&o, result);
    if (close_outputs(&o, code == EXIT_OK) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_result_free(result);
    return code;
}

/* --- what has no verdict to be read back --- */

const char *document_format(size_t i)
{
    static const char *const formats[] = { [AS_TEXT] = "text", [AS_JSON] = "json" };

    return i < sizeof formats / sizeof *formats ? formats[i] : NULL;
}

static thresh_status write_document(const session *s, const thresh_document *d, const output *out,
                                    FILE *f)
{
    thresh_text_options options = text_options(s->io, s->a, out->path == NULL);

    if (out->format == AS_TEXT)
        return thresh_report_figures(d, &options, f, s->diags);
    return fwrite(d->text, 1, d->len, f) == d->len ? THRESH_OK : THRESH_EIO;
}

/* The entry itself, where nobody asked for less or for something else. */
static thresh_status write_head(session *s, const thresh_log_entry *e)
{
    thresh_text_options options = text_options(s->io, s->a, true);
    thresh_status rc;

    if (option_given(s->a, "output"))
        return THRESH_OK;
    rc = thresh_report_log_entry(e, &options, s->io->out);
    if (!options.quiet)
        fputc('\n', s->io->out);
    return rc;
}

static int write_documents(session *s, const thresh_log_entry *e, const char *document, size_t len)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { NULL };
    const thresh_document d = { thresh_store_name(s->store), document, len };
    bool head_only = option_given(s->a, "quiet") && !option_given(s->a, "output");
    thresh_status rc;
    outputs o;
    int code = open_outputs(&o, s->io, s->a, inputs, document_format);

    rc = code == EXIT_OK ? write_head(s, e) : THRESH_OK;
    for (size_t i = 0; i < o.count && code == EXIT_OK && rc == THRESH_OK && !head_only; i++)
        rc = write_document(s, &d, &o.list[i], output_stream(&o, i));
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    if (close_outputs(&o, code == EXIT_OK) != EXIT_OK)
        code = EXIT_TROUBLE;
    return code;
}

/* Judged again it comes out as it is on record; without a message where it does not. */
static bool comes_out_again(session *s, const thresh_log_entry *e, const char *document, size_t len)
{
    char *again = NULL, *said = NULL;
    size_t again_len = 0, said_len = 0;
    FILE *quiet = open_memstream(&said, &said_len);
    const streams io = { .out = quiet, .err = quiet, .language = s->io->language };
    thresh_diags *diags = new_diags(s->io);
    bool same = quiet != NULL && diags != NULL
                && replay_entry(&io, s->store, e, &again, &again_len, diags) == e->exit_code
                && again_len == len && memcmp(again, document, len) == 0;

    if (quiet != NULL)
        fclose(quiet);
    free(said);
    free(again);
    thresh_diags_free(diags);
    return same;
}

/* Of a command that writes no files, what is asked for goes into them here. */
static int write_again(session *s, const thresh_log_entry *e, const char *document, size_t len)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { NULL };
    const thresh_document d = { thresh_store_name(s->store), document, len };
    given_option *given = calloc(s->a->given_count + 1, sizeof *given);
    arguments asked = *s->a;
    outputs o;
    int code;

    if (given == NULL)
        return out_of_memory(s->io);
    asked.given = given;
    asked.given_count = 0;
    for (size_t i = 0; i < s->a->given_count; i++)
        if (strcmp(s->a->given[i].option->name, "output") != 0)
            given[asked.given_count++] = s->a->given[i];
    code = open_outputs(&o, s->io, s->a, inputs, document_format);
    for (size_t i = 0; i < o.count && code == EXIT_OK; i++) {
        streams io = *s->io;
        io.out = output_stream(&o, i);
        if (o.list[i].format == AS_TEXT)
            code = report_entry(&io, s->store, e, &asked, s->diags);
        else if (write_document(s, &d, &o.list[i], io.out) == THRESH_ENOMEM)
            code = out_of_memory(s->io);
    }
    if (close_outputs(&o, code == EXIT_OK) != EXIT_OK)
        code = EXIT_TROUBLE;
    free(given);
    return code;
}

static bool asks_for_json_alone(const arguments *a)
{
    const char *format;
    size_t n = 0;

    for (; (format = option_at(a, "output", n)) != NULL; n++)
        if (strcmp(format, "json") != 0 && strncmp(format, "json:", 5) != 0)
            return false;
    return n > 0;
}

/* A report of another command is made by that command, from what is on record; and only where its
 * document comes out as it was, so that no report shows another decision. */
static int show_again(session *s, const thresh_log_entry *e, const char *document, size_t len)
{
    thresh_status rc;

    if (!comes_out_again(s, e, document, len)) {
        if (!option_given(s->a, "output")) {
            thresh_diags_add(
                s->diags, THRESH_WARNING, NULL, 0, 0,
                "judged again, entry %lld does not come out as it is on record (thresh "
                "log replay %lld): here are the figures of its document",
                (long long)e->id, (long long)e->id);
            print_diags(s->io, s->diags, THRESH_WARNING);
            return write_documents(s, e, document, len);
        }
        return complain(s->io,
                        "log show: judged again, entry %lld does not come out as it is on record "
                        "(thresh log replay %lld), so that it has no report but -o json",
                        (long long)e->id, (long long)e->id);
    }
    rc = option_given(s->a, "quiet") ? THRESH_OK : write_head(s, e);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    return writes_one_report(e) ? write_again(s, e, document, len)
                                : report_entry(s->io, s->store, e, s->a, s->diags);
}

static int show_other(session *s, const thresh_log_entry *e)
{
    char *document = NULL;
    size_t len = 0;
    thresh_status rc = get_content(s, e->document.sha256, &document, &len);
    int code = rc != THRESH_OK ? failure(s->io, s->diags, rc)
               : is_replayable(e) && !asks_for_json_alone(s->a)
                   ? show_again(s, e, document, len)
                   : write_documents(s, e, document, len);

    free(document);
    return code;
}

int show_entry(session *s)
{
    thresh_log_entry *e = NULL;
    thresh_status rc = get_entry(s, s->a->positional[1], &e);
    int code = rc != THRESH_OK                ? failure(s->io, s->diags, rc)
               : strcmp(e->kind, "eval") == 0 ? write_stored(s, e)
                                              : show_other(s, e);

    thresh_log_entry_free(e);
    return code;
}

/* --- diff, replay --- */

static thresh_status diff_results(session *s, thresh_log_entry *const entries[2],
                                  const char *const names[2], const thresh_text_options *options,
                                  bool *differ)
{
    thresh_result *results[2] = { NULL, NULL };
    thresh_status rc = THRESH_OK;

    for (int i = 0; i < 2 && rc == THRESH_OK; i++)
        rc = read_result(s, entries[i], &results[i]);
    if (rc == THRESH_OK)
        rc = thresh_report_difference(results[0], results[1], names, options, differ, s->io->out);
    thresh_result_free(results[0]);
    thresh_result_free(results[1]);
    return rc;
}

static thresh_status diff_documents(session *s, thresh_log_entry *const entries[2],
                                    const char *const names[2], const thresh_text_options *options,
                                    bool *differ)
{
    char *texts[2] = { NULL, NULL };
    size_t lens[2] = { 0, 0 };
    thresh_status rc = get_content(s, entries[0]->document.sha256, &texts[0], &lens[0]);

    if (rc == THRESH_OK)
        rc = get_content(s, entries[1]->document.sha256, &texts[1], &lens[1]);
    const thresh_document documents[2] = { { names[0], texts[0], lens[0] },
                                           { names[1], texts[1], lens[1] } };
    if (rc == THRESH_OK)
        rc = thresh_report_entry_difference((const thresh_log_entry *const *)entries, documents,
                                            options, differ, s->io->out, s->diags);
    free(texts[0]);
    free(texts[1]);
    return rc;
}

int diff_entries(session *s)
{
    const char *const names[2] = { s->a->positional[1], s->a->positional[2] };
    thresh_text_options options = text_options(s->io, s->a, true);
    thresh_log_entry *entries[2] = { NULL, NULL };
    thresh_status rc = get_entry(s, names[0], &entries[0]);
    bool differ = false;
    int code = EXIT_OK;

    if (rc == THRESH_OK)
        rc = get_entry(s, names[1], &entries[1]);
    if (rc == THRESH_OK && strcmp(entries[0]->kind, entries[1]->kind) != 0) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "log diff compares decisions of one command: entry %s is of '%s', and "
                         "entry %s of '%s'",
                         names[0], entries[0]->kind, names[1], entries[1]->kind);
        rc = THRESH_EINVAL;
    }
    if (rc == THRESH_OK)
        rc = (strcmp(entries[0]->kind, "eval") == 0 ? diff_results : diff_documents)(
            s, entries, names, &options, &differ);
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    else if (differ)
        code = EXIT_REJECT;
    else
        fputs(thresh_translate(s->io->language, N_("the two say the same\n")), s->io->out);
    thresh_log_entry_free(entries[0]);
    thresh_log_entry_free(entries[1]);
    return code;
}

/* The verdict of a document, as eval and rank write it near its beginning. */
static int compare_replay(session *s, const thresh_log_entry *e, int code, const char *document,
                          size_t len)
{
    FILE *out = s->io->out;
    char *stored = NULL;
    size_t stored_len = 0;
    thresh_status rc = get_content(s, e->document.sha256, &stored, &stored_len);
    bool same = rc == THRESH_OK && len == stored_len && memcmp(document, stored, len) == 0;

    free(stored);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    if (code != e->exit_code) {
        fprintf(
            out,
            thresh_translate(s->io->language,
                             N_("entry %lld: the replay differs: exit code %d, on record %d\n")),
            (long long)e->id, code, e->exit_code);
        return EXIT_REJECT;
    }
    if (same)
        fprintf(
            out,
            thresh_translate(s->io->language, N_("entry %lld: the same verdict, byte for byte\n")),
            (long long)e->id);
    else if (strcmp(e->version, thresh_version()) != 0)
        fprintf(
            out,
            thresh_translate(s->io->language,
                             N_("entry %lld: the same verdict; its document differs, for it was "
                                "made by thresh %s\n")),
            (long long)e->id, e->version);
    else
        fprintf(
            out,
            thresh_translate(s->io->language,
                             N_("entry %lld: the replay differs: the same exit code, but another "
                                "document\n")),
            (long long)e->id);
    return same || strcmp(e->version, thresh_version()) != 0 ? EXIT_OK : EXIT_REJECT;
}

int replay_again(session *s)
{
    thresh_log_entry *e = NULL;
    char *document = NULL;
    size_t len = 0;
    thresh_status rc = get_entry(s, s->a->positional[1], &e);
    int code;

    if (rc != THRESH_OK) {
        code = failure(s->io, s->diags, rc);
    } else {
        code = replay_entry(s->io, s->store, e, &document, &len, s->diags);
        if (code != EXIT_TROUBLE)
            code = compare_replay(s, e, code, document, len);
    }
    free(document);
    thresh_log_entry_free(e);
    return code;
}
