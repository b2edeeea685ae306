/* thresh report: any report of a verdict that was stored. */
#include "cli.h"

#include <string.h>

static int list_formats(const streams *io)
{
    const thresh_report_format *f;

    for (size_t i = 0; (f = thresh_report_format_at(i)) != NULL; i++)
        fprintf(io->out, "  %-10s %s\n", f->name, thresh_translate(io->language, f->help));
    return EXIT_OK;
}

static int make_reports(const streams *io, const arguments *a, outputs *o)
{
    thresh_diags *diags = new_diags(io);
    thresh_result *result = NULL;
    thresh_status rc = diags == NULL ? THRESH_ENOMEM
                                     : thresh_result_read(&result, a->positional[0], io->in, diags);
    int code;

    if (rc != THRESH_OK)
        code = failure(io, diags, rc);
    else if ((code = write_reports(o, result)) == EXIT_OK && !option_given(a, "exit-zero"))
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
        return complain(io, "%s: expected %s, found %zu arguments (thresh %s --help)", "report",
                        "VERDICT", a->count, "report");
    if ((code = open_reports(&o, io, a, inputs)) == EXIT_OK)
        code = make_reports(io, a, &o);
    if (close_outputs(&o, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    return code;
}

static const option options[] = {
    { "output", 'o', "FORMAT[:FILE]", &an_output,
      N_("what to write, and where; repeat for several; without FILE to standard output; --formats "
         "lists the formats") },
    { "formats", 0, NULL, NULL, N_("list the formats") },
    { "exit-zero", 0, NULL, NULL,
      N_("exit with 0 once the reports are written, whatever the verdict says") },
    { "quiet", 'q', NULL, NULL, N_("the verdict line only") },
    { "all", 'a', NULL, NULL, N_("every metric and every reason, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("the verdict is accept; or the reports are written, with --exit-zero") },
    { EXIT_REJECT, N_("the verdict is reject") },
    { EXIT_TROUBLE,
      N_("trouble: usage, not a verdict document, a changed one, an unwritable file") },
    { EXIT_REVIEW, N_("the verdict is review") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh report verdict.json", N_("The text report of a verdict that eval stored.") },
    { "thresh report verdict.json -o html:report.html -o junit:report.xml --exit-zero",
      N_("A page and a file for the CI system; the step goes on whatever the verdict.") },
    { NULL, NULL },
};

const command report_command = {
    .name = "report",
    .synopsis = "report VERDICT [-o FORMAT[:FILE]]...\nreport --formats",
    .summary = N_("make reports of a stored verdict"),
    .description =
        N_("Reads a verdict document that thresh eval -o json:FILE wrote, and makes any report of "
           "it: the same bytes that eval would have written. '-' is standard input.\n"
           "A document that was changed since it was written, or that another version of the "
           "format was written in, is refused.\n"
           "The exit code is that of the verdict, so that a report of a rejection does not look "
           "like a success."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 1,
    .wanted = N_("VERDICT"),
    .arguments = &a_file,
    .run = run_report,
};
