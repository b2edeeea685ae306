/* thresh inspect: what was read from a file, and how it was understood. */
#include "cli.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int list_formats(const streams *io)
{
    const thresh_format *f;

    for (size_t i = 0; (f = thresh_format_at(i)) != NULL; i++)
        fprintf(io->out, "%-22s %s\n", f->name, thresh_translate(io->language, f->title));
    return EXIT_OK;
}

static int inspect_file(const streams *io, const arguments *a, const thresh_policy *policy,
                        const char *path)
{
    thresh_diags *diags = new_diags(io);
    thresh_text_options options = text_options(io, a, true);
    thresh_set *set = NULL;
    int code = EXIT_OK;
    thresh_status rc =
        diags == NULL ? THRESH_ENOMEM : read_measured(&set, path, io, a, policy, diags);

    /* a note that was lost for want of memory: what was skipped must not go unsaid */
    if (rc == THRESH_OK && thresh_diags_errors(diags) > 0)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        rc = thresh_report_set(set, policy, diags, &options, io->out);
    if (rc != THRESH_OK)
        code = failure(io, diags, rc);
    thresh_set_free(set);
    thresh_diags_free(diags);
    return code;
}

/* --- --summary: a row for each file, folders with all that lies in them --- */

typedef struct summary {
    const streams *io;
    const arguments *a;
    const thresh_policy *policy;
    thresh_inspected *files;
    size_t count, capacity;
    int code;
} summary;

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    return copy == NULL ? NULL : strcpy(copy, text);
}

/* The first error, with its line; it says why. */
static char *remark_of(const thresh_diags *diags)
{
    const thresh_language *language = thresh_diags_language(diags);
    char text[512] = "";

    for (size_t i = 0; i < thresh_diags_count(diags) && text[0] == '\0'; i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);
        char line[48] = "";

        if (d->line > 0)
            snprintf(line, sizeof line, thresh_translate(language, N_("line %u: ")),
                     (unsigned)d->line);
        if (d->severity == THRESH_ERROR || thresh_diags_errors(diags) == 0)
            snprintf(text, sizeof text, "%s%s", line, d->text);
    }
    return copy_text(text);
}

static void add_file(summary *s, const char *path)
{
    thresh_diags *diags = new_diags(s->io);
    thresh_inspected *f;

    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 64 : 2 * s->capacity;
        thresh_inspected *grown = realloc(s->files, capacity * sizeof *grown);
        if (grown == NULL) {
            s->code = out_of_memory(s->io);
            thresh_diags_free(diags);
            return;
        }
        s->files = grown;
        s->capacity = capacity;
    }
    f = &s->files[s->count++];
    *f = (thresh_inspected){ .path = copy_text(path) };
    thresh_set *set = NULL;
    if (read_measured(&set, path, s->io, s->a, s->policy, diags) != THRESH_OK)
        s->code = EXIT_TROUBLE;
    f->set = set;
    f->remark = remark_of(diags);
    thresh_diags_free(diags);
    if (f->path == NULL || f->remark == NULL)
        s->code = out_of_memory(s->io);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void add_path(summary *s, const char *path, int depth)
{
    struct dirent **entries = NULL;
    struct stat st;
    int n;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        add_file(s, path);
        return;
    }
    n = depth > 0 ? scandir(path, &entries, is_shown, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        char inner[4096];
        const char *slash = path[0] != '\0' && path[strlen(path) - 1] == '/' ? "" : "/";

        if (snprintf(inner, sizeof inner, "%s%s%s", path, slash, entries[i]->d_name)
            < (int)sizeof inner)
            add_path(s, inner, depth - 1);
        else
            s->code = complain(s->io, "inspect: a path longer than 4,095 bytes in '%s'", path);
        free(entries[i]);
    }
    free(entries);
}

static int summarise(const streams *io, const arguments *a, const thresh_policy *policy)
{
    enum { DEEPEST = 32 };
    summary s = { .io = io, .a = a, .policy = policy, .code = EXIT_OK };
    thresh_text_options options = text_options(io, a, true);
    bool complete = true;

    for (size_t i = 0; i < a->count; i++)
        add_path(&s, a->positional[i], DEEPEST);
    for (size_t i = 0; i < s.count; i++)
        complete = complete && s.files[i].path != NULL && s.files[i].remark != NULL;
    if (complete
        && thresh_report_files(s.files, s.count, policy, &options, io->out) == THRESH_ENOMEM)
        s.code = out_of_memory(io);
    if (s.count == 0 && s.code == EXIT_OK)
        s.code = complain(io, "inspect: no files there");
    for (size_t i = 0; i < s.count; i++) {
        free((char *)(uintptr_t)s.files[i].path);
        free((char *)(uintptr_t)s.files[i].remark);
        thresh_set_free((thresh_set *)(uintptr_t)s.files[i].set);
    }
    free(s.files);
    return s.code;
}

static int run_inspect(const streams *io, const arguments *a)
{
    thresh_diags *diags;
    thresh_policy *policy = NULL;
    thresh_status rc;
    int code = EXIT_OK;

    if (option_given(a, "formats"))
        return list_formats(io);
    if (a->count == 0)
        return complain(io, "inspect: expected at least one FILE (thresh inspect --help)");
    if ((diags = new_diags(io)) == NULL)
        return out_of_memory(io);
    rc = load_policy(&policy, a, NULL, diags);
    if (rc != THRESH_OK)
        code = failure(io, diags, rc);
    else if (option_given(a, "summary"))
        code = summarise(io, a, policy);
    for (size_t i = 0; i < a->count && rc == THRESH_OK && !option_given(a, "summary"); i++) {
        if (i > 0)
            fputc('\n', io->out);
        if (inspect_file(io, a, policy, a->positional[i]) != EXIT_OK)
            code = EXIT_TROUBLE;
    }
    thresh_policy_free(policy);
    thresh_diags_free(diags);
    return code;
}

static const option options[] = {
    { "format", 0, "NAME", &a_format,
      N_("read the files as this format, instead of detecting it") },
    { "formats", 0, NULL, NULL, N_("list the formats that can be read") },
    { "summary", 's', NULL, NULL,
      N_("a row for each file: format, values, how many are judged, samples, and why it was "
         "refused; folders with all that lies in them") },
    { "id", 0, "COLUMN", NULL,
      N_("the column that holds the ids of samples, where it has no usual name (id, sample_id, "
         "doc_id and the like)") },
    { "slice-by", 0, "COLUMN", NULL,
      N_("show each value of this column of the samples as a slice") },
    { "step", 0, "N", NULL,
      N_("of a log of training take the evaluation of this step or epoch, instead of the last") },
    { "all", 'a', NULL, NULL, N_("texts in full") },
    { "profile", 'p', "NAME|FILE", &a_profile, N_("use the kinds and scales of a profile") },
    { "scale", 0, "NAME=percent|fraction|mixed", NULL,
      N_("how the numbers of a metric, kind or glob are written") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("every file was read") },
    { EXIT_TROUBLE, N_("trouble: usage, or a file that could not be read") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh inspect baseline.json", N_("What does thresh see in this file, and what not?") },
    { "thresh inspect --summary results/", N_("All files of this folder, a row for each.") },
    { NULL, NULL },
};

const command inspect_command = {
    .name = "inspect",
    .synopsis = "inspect FILE... [--format NAME]\ninspect --summary FILE|FOLDER...\n"
                "inspect --formats",
    .summary = N_("show what was read, as what, and what was skipped"),
    .description = N_(
        "Lists every value of a file with the kind that its name resolves to, the scale on which "
        "it is read, its standard error and sample count, and says what was not understood."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = MAX_ARGUMENTS,
    .wanted = N_("at least one FILE"),
    .arguments = &a_file,
    .run = run_inspect,
};
