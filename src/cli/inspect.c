/* thresh inspect: what was read from a file, and how it was understood. */
#include "cli.h"

static int list_formats(const streams *io)
{
    const thresh_format *f;

    for (size_t i = 0; (f = thresh_format_at(i)) != NULL; i++)
        fprintf(io->out, "%-22s %s\n", f->name, f->title);
    return EXIT_OK;
}

static int inspect_file(const streams *io, const arguments *a, const thresh_policy *policy,
                        const char *path)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_text_options options = text_options(io, a, true);
    thresh_set *set = NULL;
    int code = EXIT_OK;
    thresh_status rc = diags == NULL
                           ? THRESH_ENOMEM
                           : read_measured(&set, path, io, a, policy, diags);

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
    if ((diags = thresh_diags_new()) == NULL)
        return out_of_memory(io);
    rc = load_policy(&policy, a, NULL, diags);
    if (rc != THRESH_OK)
        code = failure(io, diags, rc);
    for (size_t i = 0; i < a->count && rc == THRESH_OK; i++) {
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
    { "format", 0, "NAME", NULL, "read the files as this format, instead of detecting it" },
    { "formats", 0, NULL, NULL, "list the formats that can be read" },
    { "slice-by", 0, "COLUMN", NULL, "show each value of this column of the samples as a slice" },
    { "step", 0, "N", NULL,
      "of a log of training take the evaluation of this step or epoch, instead of the last" },
    { "all", 'a', NULL, NULL, "texts in full" },
    { "profile", 'p', "NAME|FILE", NULL, "use the kinds and scales of a profile" },
    { "scale", 0, "NAME=percent|fraction|mixed", NULL,
      "how the numbers of a metric, kind or glob are written" },
    { NULL, 0, NULL, NULL, NULL },
};

const command inspect_command = {
    .name = "inspect",
    .synopsis = "inspect FILE... [--format NAME]\ninspect --formats",
    .summary =
        "show what was read: format, metrics, kinds, standard errors, what was skipped and why",
    .description = "Lists every value of a file with the kind that its name resolves to, the scale "
                   "on which it is read, its "
                   "standard error and sample count, and says what was not understood.\n"
                   "Exit code: 0, or 2 when a file could not be read.",
    .options = options,
    .least = 0,
    .most = MAX_ARGUMENTS,
    .wanted = "at least one FILE",
    .run = run_inspect,
};
