/* thresh roi: does it pay to bring the compressed model out? */
#include "cli.h"

#include <string.h>
#include <unistd.h>

thresh_status read_roi(thresh_roi_model **out, thresh_roi_options *options, const char *path,
                       const streams *io, const arguments *a, const thresh_policy *policy,
                       thresh_diags *diags)
{
    enum { MOST_THREADS = 8 };
    uint64_t draws = 0;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    bool ok = whole_option(a, "draws", 2, THRESH_MOST_DRAWS, &draws, diags);
    thresh_status rc;

    *out = NULL;
    options->seed = 0;
    ok &= whole_option(a, "seed", 0, MOST_WHOLE, &options->seed, diags);
    options->draws = (size_t)draws;
    options->threads = processors > MOST_THREADS ? MOST_THREADS
                       : processors > 0          ? (unsigned)processors
                                                 : 1;
    rc = thresh_roi_model_read(out, noted_path(a, path), io->in, thresh_policy_catalog(policy),
                               diags);
    /* in a replay it lies elsewhere than its name says */
    if (rc == THRESH_OK && (*out)->title == (*out)->path)
        (*out)->title = path;
    if (rc == THRESH_OK)
        (*out)->path = path;
    return ok ? rc : THRESH_EINVAL;
}

typedef struct estimation {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    outputs outputs;
    thresh_policy *policy;
    thresh_roi_model *model;
    thresh_set *baseline, *candidate;
    thresh_result *result;
    thresh_roi *roi;
} estimation;

/* The degradations of the two files, judged as eval does. */
static thresh_status judge_files(estimation *e)
{
    const arguments *a = e->a;
    input_file files[] = { { .path = a->positional[1] }, { .path = a->positional[2] } };
    thresh_status rc = read_inputs(files, 2, e->io, a, NULL, e->diags);

    e->baseline = files[0].set;
    e->candidate = files[1].set;
    if (rc == THRESH_OK)
        rc = thresh_measure_samples(NULL, e->baseline, e->candidate, NULL, e->policy, NULL,
                                    e->diags);
    if (rc == THRESH_OK)
        rc = thresh_judge(&e->result, e->baseline, e->candidate, NULL, e->policy, NULL, e->diags);
    return rc;
}

static int exit_of(thresh_verdict verdict)
{
    return verdict == THRESH_REJECT   ? EXIT_REJECT
           : verdict == THRESH_REVIEW ? EXIT_REVIEW
                                      : EXIT_OK;
}

/* --- what is written --- */

static thresh_status write_json(const thresh_roi *roi, const thresh_text_options *options,
                                FILE *stream)
{
    (void)options;
    return thresh_report_roi_json(roi, exit_of(roi->verdict), stream);
}

static const struct {
    const char *name;
    thresh_status (*write)(const thresh_roi *roi, const thresh_text_options *options, FILE *stream);
} formats[] = {
    { "text", thresh_report_roi },
    { "json", write_json },
    { "markdown", thresh_report_roi_markdown },
    { "html", thresh_report_roi_html },
};

static const char *format_name(size_t i)
{
    return i < sizeof formats / sizeof *formats ? formats[i].name : NULL;
}

static int write_roi(const estimation *e)
{
    int code = exit_of(e->roi->verdict);

    for (size_t i = 0; i < e->outputs.count; i++) {
        const output *out = &e->outputs.list[i];
        thresh_text_options options = text_options(e->io, e->a, out->path == NULL);

        /* what went wrong with a stream is said when it is closed */
        if (formats[out->format].write(e->roi, &options, output_stream(&e->outputs, i))
            == THRESH_ENOMEM)
            return out_of_memory(e->io);
    }
    print_diags(e->io, e->diags, THRESH_WARNING);
    if (e->result != NULL && e->result->verdict > THRESH_WARN && code == EXIT_OK)
        complain(e->io,
                 e->result->verdict == THRESH_REJECT
                     ? N_("roi judges the return alone; by its limits the candidate would be "
                          "rejected (thresh eval --roi judges both)")
                     : N_("roi judges the return alone; by its limits the candidate would "
                          "need a review (thresh eval --roi judges both)"));
    return code;
}

static int estimate(estimation *e)
{
    const arguments *a = e->a;
    thresh_roi_options options = { .break_even = true };
    size_t from_standard_input = 0;
    double minimum;
    thresh_status rc, one;

    if (a->count == 2)
        return complain(e->io, "roi: expected MODEL, or MODEL, BASELINE and CANDIDATE, found 2 "
                               "arguments (thresh roi --help)");
    for (size_t i = 0; i < a->count; i++)
        from_standard_input += strcmp(a->positional[i], "-") == 0;
    if (from_standard_input > 1)
        return complain(e->io, "roi: only one input can be standard input");
    rc = load_policy(&e->policy, a, NULL, e->diags);
    if (rc != THRESH_OK)
        return failure(e->io, e->diags, rc);
    minimum = thresh_policy_roi_minimum(e->policy, &options.minimum_from);
    options.has_minimum = options.minimum_from != NULL;
    options.minimum = options.has_minimum ? minimum : 0;
    rc = read_roi(&e->model, &options, a->positional[0], e->io, a, e->policy, e->diags);
    if (a->count > 1 && (one = judge_files(e)) != THRESH_OK)
        rc = one;
    if (rc == THRESH_OK)
        rc = thresh_roi_compute(&e->roi, e->model, e->result, &options, e->diags);
    return rc != THRESH_OK ? failure(e->io, e->diags, rc) : write_roi(e);
}

static int run_roi(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { NULL };
    estimation e = { .io = io, .a = a, .diags = new_diags(io) };
    int code = EXIT_OK;

    for (size_t i = 0; i < a->count; i++)
        inputs[i] = a->positional[i];
    code =
        e.diags == NULL ? out_of_memory(io) : open_outputs(&e.outputs, io, a, inputs, format_name);
    if (code == EXIT_OK)
        code = estimate(&e);
    if (close_outputs(&e.outputs, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_roi_free(e.roi);
    thresh_result_free(e.result);
    thresh_set_free(e.baseline);
    thresh_set_free(e.candidate);
    thresh_roi_model_free(e.model);
    thresh_policy_free(e.policy);
    thresh_diags_free(e.diags);
    return code;
}

static const option options[] = {
    { "profile", 'p', "NAME|FILE", &a_profile,
      N_("a profile whose roi: sets a minimum, or that knows the metrics; repeat for several") },
    { "tier", 0, "T", &a_tier, N_("a profile of the axis tier") },
    { "layer", 0, "L", &a_layer, N_("a profile of the axis layer") },
    { "group", 0, "G", &a_group, N_("a profile of the axis group") },
    { "output", 'o', "FORMAT[:FILE]", &a_page_output,
      N_("text (default), json (the document thresh/roi-result/v1), markdown or html, and where; "
         "repeat for several; without FILE to standard output") },
    { "draws", 'n', "N", NULL, N_("of the Monte Carlo, up to 20,000,000; default: 100,000") },
    { "seed", 0, "N", NULL, N_("of the draws (default: 0); the same seed gives the same bytes") },
    { "format", 0, "NAME", &a_format, N_("format of the files, instead of detecting it") },
    { "id", 0, "COLUMN", NULL, N_("the column that holds the ids of samples") },
    { "quiet", 'q', NULL, NULL, N_("the verdict line only") },
    { "all", 'a', NULL, NULL, N_("every assumption, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("the return reaches its minimum") },
    { EXIT_REJECT, N_("it does not") },
    { EXIT_TROUBLE,
      N_("trouble: usage, a fault of the model, an unreadable file, a metric missing") },
    { EXIT_REVIEW,
      N_("the uncertainty cannot tell: the minimum lies between the bounds of the return") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh roi roi.yaml", N_("Does it pay, if the model degrades as the file supposes?") },
    { "thresh roi roi.yaml baseline.json compressed.json --draws 1000000",
      N_("Does it pay, as measured?") },
    { "thresh eval baseline.json compressed.json --profile search --roi roi.yaml",
      N_("Judge the limits and the return together.") },
    { NULL, NULL },
};

const command roi_command = {
    .name = "roi",
    .synopsis = "roi MODEL [BASELINE CANDIDATE] [--profile NAME|FILE]... [--draws N] [--seed N] "
                "[-o FORMAT[:FILE]]...",
    .summary = N_("compute what a compressed model returns on its cost"),
    .description = N_(
        "MODEL is a YAML file (schema thresh/roi/v1) of what the compressed model saves, what its "
        "degradation loses and what it costs to bring it out. The return is (savings - loss) / "
        "cost, and 1 pays the cost back.\n"
        "With BASELINE and CANDIDATE the metrics that losses are tied to degrade as measured, "
        "within their intervals; without, as the model states.\n"
        "Ranges and distributions are drawn by Monte Carlo: the report tells the chance that the "
        "return reaches its minimum (the larger of the model's and the profiles'; 1 where nobody "
        "sets one), how much drop the savings pay for, and which assumption moves the return "
        "most."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 1,
    .most = 3,
    .wanted = N_("MODEL, and BASELINE and CANDIDATE"),
    .arguments = &a_file,
    .run = run_roi,
};
