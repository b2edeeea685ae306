/* thresh report: any report of a verdict that was stored. */
#include "cli.h"

#include <string.h>

static int list_formats(const streams *io)
{
    const thresh_report_format *f;

    for (size_t i = 0; (f = thresh_report_format_at(i)) != NULL; i++)
        fprintf(io->out, "  %-10s %s\n", f->name, f->help);
    return EXIT_OK;
}

static int make_reports(const streams *io, const arguments *a, outputs *o)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_result *result = NULL;
    thresh_status rc = diags == NULL ? THRESH_ENOMEM
                                     : thresh_result_read(&result, a->positional[0], io->in, diags);
    int code;

    if (rc != THRESH_OK)
        code = failure(io, diags, rc);
    else if ((code = write_outputs(o, result)) == EXIT_OK && !option_given(a, "exit-zero"))
        code = result->exit_code;
    thresh_result_free(result);
    thresh_diags_free(diags);
    return code;
}

static int run_report(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { a->positional[0] };
    outputs o;
    int code;

    if (option_given(a, "formats"))
        return list_formats(io);
    if (a->count != 1)
        return complain(io, "report: expected VERDICT, found %zu arguments (thresh report --help)",
                        a->count);
    if ((code = open_outputs(&o, io, a, inputs)) == EXIT_OK)
        code = make_reports(io, a, &o);
    if (close_outputs(&o, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    return code;
}

static const option options[] = {
    { "output", 'o', "FORMAT[:FILE]", NULL,
      "what to write, and where; repeat for several; without FILE to standard output; --formats "
      "lists the formats" },
    { "formats", 0, NULL, NULL, "list the formats" },
    { "exit-zero", 0, NULL, NULL,
      "exit with 0 once the reports are written, whatever the verdict says" },
    { "quiet", 'q', NULL, NULL, "the verdict line only" },
    { "all", 'a', NULL, NULL, "every metric and every reason, however many" },
    { NULL, 0, NULL, NULL, NULL },
};

const command report_command = {
    .name = "report",
    .synopsis = "report VERDICT [-o FORMAT[:FILE]]...\nreport --formats",
    .summary = "make reports of a stored verdict",
    .description =
        "Reads a verdict document that thresh eval -o json:FILE wrote, and makes any report of it: "
        "the same bytes that eval would have written. '-' is standard input.\n"
        "A document that was changed since it was written, or that another version of the format "
        "was written in, is refused.\n"
        "Exit code: that of the verdict (0 accept, 1 reject, 3 review), so that a report of a "
        "rejection does not look like a success; 2 trouble.",
    .options = options,
    .least = 0,
    .most = 1,
    .wanted = "VERDICT",
    .run = run_report,
};
