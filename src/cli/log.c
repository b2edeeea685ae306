/* thresh log: the decisions on record. */
#include "log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- list, export --- */

typedef struct found {
    session *s;
    thresh_log_entry **entries;
    size_t count;
} found;

static thresh_status keep_entry(void *context, const thresh_log_entry *entry)
{
    found *f = context;
    thresh_log_entry **entries = realloc(f->entries, (f->count + 1) * sizeof *entries);
    thresh_status rc;

    if (entries == NULL)
        return THRESH_ENOMEM;
    f->entries = entries;
    rc = thresh_log_get(&entries[f->count], f->s->store, entry->id, f->s->diags);
    f->count += rc == THRESH_OK;
    return rc;
}

/* "7d", "12h": so long before now; else a beginning of a time as the log has it. */
static thresh_status read_since(session *s, char out[40], const char **since)
{
    const char *text = option_value(s->a, "since");
    size_t len = text == NULL ? 0 : strlen(text);
    double number;
    time_t at;
    struct tm parts;

    *since = NULL;
    if (text == NULL)
        return THRESH_OK;
    if (len > 1 && strchr("dh", text[len - 1]) != NULL
        && thresh_parse_number(&number, text, len - 1) && number >= 0 && number < 1e6) {
        at = time(NULL) - (time_t)(number * (text[len - 1] == 'd' ? 86400 : 3600));
        gmtime_r(&at, &parts);
        strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &parts);
        *since = out;
    } else if (len >= 4 && len < 40 && strspn(text, "0123456789") == 4
               && strspn(text, "0123456789-:.TZ") == len) {
        *since = text;
    } else {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "--since: found '%s', expected a date such as 2026-11-25, or 7d or 12h",
                         text);
        return THRESH_EINVAL;
    }
    return THRESH_OK;
}

static thresh_status read_query(session *s, thresh_log_query *query, char since[40])
{
    uint64_t limit = query->limit;
    thresh_status rc = read_since(s, since, &query->since);

    query->verdict = option_value(s->a, "verdict");
    query->profile = option_value(s->a, "profile");
    if (!whole_option(s->a, "limit", 0, MOST_WHOLE, &limit, s->diags))
        return THRESH_EINVAL;
    query->limit = (size_t)limit;
    return rc;
}

/* Nothing may be an answer, or the wrong file, or a slip in a filter. */
static void say_if_none(session *s, const thresh_log_query *query, size_t count)
{
    bool filtered = query->since != NULL || query->verdict != NULL || query->profile != NULL;

    if (count > 0)
        return;
    thresh_diags_add(s->diags, THRESH_NOTE, thresh_store_name(s->store), 0, 0,
                     filtered ? N_("no entry is like that") : N_("the log is empty"));
    print_diags(s->io, s->diags, THRESH_NOTE);
}

static thresh_status write_list(session *s, const found *f, const output *out, FILE *stream)
{
    thresh_text_options options = text_options(s->io, s->a, out->path == NULL);
    thresh_status rc = THRESH_OK;

    if (out->format == AS_TEXT)
        return thresh_report_log((const thresh_log_entry *const *)f->entries, f->count, &options,
                                 stream);
    for (size_t i = 0; i < f->count && rc == THRESH_OK; i++)
        rc = thresh_log_export(f->entries[i], stream);
    return rc;
}

static int list(session *s)
{
    enum { USUAL = 50 };
    const char *inputs[MOST_OUTPUT_INPUTS] = { NULL };
    thresh_log_query query = { .newest_first = true, .limit = USUAL };
    found f = { .s = s };
    outputs o;
    char since[40];
    int code = open_outputs(&o, s->io, s->a, inputs, document_format);
    thresh_status rc = code == EXIT_OK ? read_query(s, &query, since) : THRESH_OK;

    if (code == EXIT_OK && rc == THRESH_OK)
        rc = thresh_log_each(s->store, &query, keep_entry, &f, s->diags);
    for (size_t i = 0; i < o.count && code == EXIT_OK && rc == THRESH_OK; i++)
        rc = write_list(s, &f, &o.list[i], output_stream(&o, i));
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    else if (code == EXIT_OK)
        say_if_none(s, &query, f.count);
    if (close_outputs(&o, code == EXIT_OK) != EXIT_OK)
        code = EXIT_TROUBLE;
    for (size_t i = 0; i < f.count; i++)
        thresh_log_entry_free(f.entries[i]);
    free(f.entries);
    return code;
}

static thresh_status write_line(void *context, const thresh_log_entry *entry)
{
    found *f = context;

    f->count++;
    return thresh_log_export(entry, f->s->io->out);
}

static int export(session *s)
{
    thresh_log_query query = { .since = NULL };
    found f = { .s = s };
    char since[40];
    thresh_status rc = read_query(s, &query, since);

    if (rc == THRESH_OK)
        rc = thresh_log_each(s->store, &query, write_line, &f, s->diags);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    say_if_none(s, &query, f.count);
    return EXIT_OK;
}

/* --- verify --- */

static const char *const faults[] = {
    [THRESH_LOG_NUMBER] = N_("entry %lld: missing: one was removed, or the order was changed"),
    [THRESH_LOG_PREVIOUS] =
        N_("entry %lld: does not follow from the entry before it: one of them was "
           "edited, removed or moved"),
    [THRESH_LOG_EDITED] = N_("entry %lld: edited: it does not have its hash"),
    [THRESH_LOG_MISSING] = N_("entry %lld: a content that it was made from is missing"),
    [THRESH_LOG_CONTENT] = N_("entry %lld: a content that it was made from was edited"),
    [THRESH_LOG_CUT] = N_("entry %lld: not there, and no entry before it has the hash that --head "
                          "gives: the end was cut off, or the log was written anew"),
};

static bool is_hash(const char *text)
{
    return strlen(text) == THRESH_SHA256_MAX - 1
           && strspn(text, "0123456789abcdef") == THRESH_SHA256_MAX - 1;
}

static void say_holds(const session *s, const thresh_log_check *c)
{
    const streams *io = s->io;

    fprintf(io->out,
            thresh_translate(io->language,
                             c->entries == 1
                                 ? N_("the log holds: %llu entry, with %llu contents\n")
                                 : N_("the log holds: %llu entries, with %llu contents\n")),
            (unsigned long long)c->entries, (unsigned long long)c->contents);
    if (c->head_entry > 0 && c->head_entry < (int64_t)c->entries)
        fprintf(io->out,
                thresh_translate(io->language, N_("the hash of --head is that of entry %lld\n")),
                (long long)c->head_entry);
    fprintf(io->out, thresh_translate(io->language, N_("head: %s\n")), c->head);
}

static int verify(session *s)
{
    const char *head = option_value(s->a, "head");
    thresh_log_check c;
    thresh_status rc;

    if (head != NULL && !is_hash(head))
        return complain(s->io, "--head: found '%s', expected a hash of 64 hexadecimal digits",
                        head);
    rc = thresh_log_verify(s->store, head, &c, s->diags);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    /* all was deleted, or it is another file: of a gate's proof nothing is too little */
    if (c.fault == THRESH_LOG_HOLDS && c.entries == 0) {
        thresh_diags_add(s->diags, THRESH_ERROR, thresh_store_name(s->store), 0, 0,
                         "the log is empty: nothing was verified");
        return failure(s->io, s->diags, THRESH_EEMPTY);
    }
    if (c.fault == THRESH_LOG_HOLDS) {
        say_holds(s, &c);
        return EXIT_OK;
    }
    fprintf(s->io->out, thresh_translate(s->io->language, faults[c.fault]), (long long)c.entry);
    if (c.content[0] != '\0')
        fprintf(s->io->out, " (%s)", c.content);
    fputc('\n', s->io->out);
    return EXIT_REJECT;
}

/* --- the command --- */

static const action actions[] = {
    { "list", N_("Names the decisions, the newest first: 50 of them, or as many as --limit says."),
      N_("no further argument"), 0, 0, NULL, NULL, list },
    { "show",
      N_("Prints an entry with its files, and the report of its decision; with -o any report that "
         "its command makes of it. ID is a number, or 'last'."),
      "ID", 1, 1, NULL, NULL, show_entry },
    { "verify",
      N_("Goes through the whole log: exits with 0 if the chain and all contents hold, and with 1 "
         "if anything was edited, removed or reordered, naming the first entry that is bad. With "
         "--head also if the end was cut off. An empty log proves nothing: that is 2."),
      N_("no further argument"), 0, 0, NULL, NULL, verify },
    { "export",
      N_("Writes entries as lines of JSON, the oldest first (thresh help --schema log-v1)."),
      N_("no further argument"), 0, 0, NULL, NULL, export },
    { "files",
      N_("Writes what an entry was made from, and its document, as files into FOLDER, which is made "
         "where it is not there; nothing is overwritten. Names begin with the place in the entry."),
      N_("ID and FOLDER"), 2, 2, NULL, &a_file, write_entry_files },
    { "diff",
      N_("Says what two decisions of one command do not have in common; exits with 1 if there is "
         "anything."),
      N_("ID and ID"), 2, 2, NULL, NULL, diff_entries },
    { "replay",
      N_("Judges the files on record again, by the profiles on record, and exits with 0 if the "
         "verdict comes out the same, with 1 if not. What a monitor said cannot be judged again: "
         "its stream is not on record."),
      "ID", 1, 1, NULL, NULL, replay_again },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL },
};

static int run_log(const streams *io, const arguments *a)
{
    const action *chosen = choose_action(io, a);
    const char *where = option_value(a, "record");
    session s = { .io = io, .a = a };
    thresh_status rc;
    int code;

    if (chosen == NULL)
        return EXIT_TROUBLE;
    if (where == NULL)
        where = getenv("THRESH_LOG");
    if (where == NULL || where[0] == '\0')
        return complain(io, "log: no log is named: give --record FILE|URL, or set THRESH_LOG");
    if ((s.diags = new_diags(io)) == NULL)
        return out_of_memory(io);
    rc = thresh_store_open_read(&s.store, where, s.diags);
    code = rc == THRESH_OK ? chosen->run(&s) : failure(io, s.diags, rc);
    thresh_store_close(s.store);
    thresh_diags_free(s.diags);
    return code;
}

static const value_set verdicts = {
    .words = (const char *const[]){ "accept", "review", "reject", "advance", "hold", "rollback",
                                    "running", "aborted", "none", "yellow", "orange", "red", NULL }
};

static const option options[] = {
    { "record", 0, "FILE|URL", &a_file,
      N_("the log: a file of SQLite, or PostgreSQL (postgresql://...); default: $THRESH_LOG") },
    { "since", 0, "TIME", NULL,
      N_("list and export: decisions since a date or time (UTC) such as 2026-11-25, or of the last "
         "7d or 12h") },
    { "verdict", 0, "VERDICT", &verdicts, N_("list and export: decisions of this verdict") },
    { "profile", 'p', "NAME|FILE", &a_profile, N_("list and export: decisions by this profile") },
    { "limit", 0, "N", NULL, N_("list and export: no more than this; 0: all") },
    { "head", 0, "HASH", NULL,
      N_("verify: a hash that an entry has to have, such as the head of an earlier verify") },
    { "output", 'o', "FORMAT[:FILE]", &an_output,
      N_("show: what to write, and where; repeat for several: of eval what thresh report --formats "
         "lists, of rank text, json, markdown or html, of the others text or json; list: text "
         "(default), or lines of JSON") },
    { "quiet", 'q', NULL, NULL, N_("show: the verdict line only") },
    { "all", 'a', NULL, NULL, N_("show: every metric and every reason, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("done; the log holds, the two say the same, the replay came out the same") },
    { EXIT_REJECT, N_("the log does not hold, the two differ, the replay differs") },
    { EXIT_TROUBLE,
      N_("trouble: usage, no such entry, a log that cannot be read; verify: an empty log") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh log list --record decisions.db --verdict reject --since 7d",
      N_("What was rejected in the last seven days?") },
    { "thresh log verify --record decisions.db", N_("Was anything on record changed?") },
    { "thresh log files last evidence --record decisions.db",
      N_("Which data, plan and profiles was the newest decision made from?") },
    { "thresh log replay last --record decisions.db",
      N_("Does the newest decision come out the same from what is on record of it?") },
    { NULL, NULL },
};

const command log_command = {
    .name = "log",
    .synopsis =
        "log list [--since TIME] [--verdict VERDICT] [--profile NAME] [--limit N]\n"
        "log show ID [-o FORMAT[:FILE]]...\nlog files ID FOLDER\nlog verify [--head HASH]\nlog export\n"
        "log diff ID ID\nlog replay ID",
    .summary = N_("look at the decisions on record, and prove that none was changed"),
    .description = N_(
        "thresh eval, rank, rollout and monitor put their decisions on record with --record, or "
        "where THRESH_LOG names a log: when, who, on which host and commit, the command line, what "
        "it was made from, and the verdict. Of a rollout each step is a decision, of a monitor "
        "each change of a level, and how a run began and ended.\n"
        "A log is only ever added to, and each entry holds the hash of the one before. Without an "
        "action the decisions are listed."),
    .actions = actions,
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 3,
    .wanted = N_("an action"),
    .run = run_log,
};
