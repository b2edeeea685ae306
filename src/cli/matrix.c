/* thresh rank --matrix: values of one option are alternatives, and options are crossed, so that the
 * rows follow from the command line alone. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 1000 };

static const char *const scenario_options[] = { "profile", "tier", "layer", "group" };
enum { SCENARIO_OPTIONS = sizeof scenario_options / sizeof *scenario_options };

typedef struct matrix_run {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    outputs outputs;
    thresh_policy **policies;
    size_t row_count;
    thresh_roi_model *roi; /* of --roi */
    thresh_roi_options roi_options;
    thresh_set *baseline, **candidates;
    size_t candidate_count;
    thresh_matrix *matrix;
} matrix_run;

/* Of the options of scenarios in `wanted`, the value of that number; all other options as given. */
static thresh_status load_one(matrix_run *r, thresh_policy **out, const size_t *wanted,
                              bool scenario_only)
{
    arguments some = *r->a;
    given_option *given = calloc(r->a->given_count + 1, sizeof *given);
    size_t seen[SCENARIO_OPTIONS] = { 0 };
    thresh_status rc;

    *out = NULL;
    if (given == NULL)
        return THRESH_ENOMEM;
    some.given = given;
    some.given_count = 0;
    for (size_t g = 0; g < r->a->given_count; g++) {
        size_t x = 0;

        while (x < SCENARIO_OPTIONS
               && strcmp(r->a->given[g].option->name, scenario_options[x]) != 0)
            x++;
        if (x < SCENARIO_OPTIONS ? seen[x]++ == wanted[x] : !scenario_only)
            given[some.given_count++] = r->a->given[g];
    }
    rc = load_policy(out, &some, NULL, r->diags);
    free(given);
    return rc;
}

/* Loads each profile by itself first: a fault is said once, not once for each row; and one named
 * twice would make each of its rows twice. */
static thresh_status check_profiles(matrix_run *r, size_t x)
{
    const char *values[MAX_PATTERNS + 1];
    char hashes[MAX_PATTERNS][65];
    thresh_status rc = THRESH_OK, one;

    if (!collect(r->a, scenario_options[x], values)) {
        thresh_diags_add(r->diags, THRESH_ERROR, NULL, 0, 0, "--%s can stand %d times",
                         scenario_options[x], MAX_PATTERNS);
        return THRESH_EINVAL;
    }
    for (size_t i = 0; values[i] != NULL; i++) {
        size_t wanted[SCENARIO_OPTIONS] = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX };
        thresh_policy *policy;

        wanted[x] = i;
        hashes[i][0] = '\0';
        if ((one = load_one(r, &policy, wanted, true)) != THRESH_OK) {
            rc = one;
            continue;
        }
        strcpy(hashes[i], thresh_policy_at(policy, 0)->sha256);
        thresh_policy_free(policy);
        for (size_t k = 0; k < i; k++)
            if (strcmp(hashes[k], hashes[i]) == 0) {
                thresh_diags_add(r->diags, THRESH_ERROR, NULL, 0, 0,
                                 "--matrix: --%s %s and --%s %s are the same profile, and would "
                                 "make the same row twice",
                                 scenario_options[x], values[k], scenario_options[x], values[i]);
                rc = THRESH_EINVAL;
                break;
            }
    }
    return rc;
}

static size_t count_values(const arguments *a, const char *name)
{
    size_t n = 0;

    while (option_at(a, name, n) != NULL)
        n++;
    return n;
}

/* One policy for each way to take one value of each option that was given. The last option turns
 * fastest. */
static thresh_status load_rows(matrix_run *r)
{
    size_t counts[SCENARIO_OPTIONS], wanted[SCENARIO_OPTIONS];
    thresh_status rc = THRESH_OK, one;

    for (size_t x = 0; x < SCENARIO_OPTIONS; x++)
        if ((one = check_profiles(r, x)) != THRESH_OK)
            rc = one;
    if (rc != THRESH_OK)
        return rc;
    r->row_count = 1;
    for (size_t x = 0; x < SCENARIO_OPTIONS; x++) {
        counts[x] = count_values(r->a, scenario_options[x]);
        counts[x] = counts[x] > 0 ? counts[x] : 1;
        r->row_count *= counts[x]; /* at most 64 to the fourth */
    }
    if (r->row_count > MOST_ROWS) {
        thresh_diags_add(r->diags, THRESH_ERROR, NULL, 0, 0,
                         "--matrix: %zu scenarios, expected at most %d", r->row_count, MOST_ROWS);
        r->row_count = 0;
        return THRESH_EINVAL;
    }
    if ((r->policies = calloc(r->row_count, sizeof *r->policies)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->row_count && rc == THRESH_OK; i++) {
        size_t rest = i;

        for (size_t x = SCENARIO_OPTIONS; x-- > 0;) {
            wanted[x] = rest % counts[x];
            rest /= counts[x];
        }
        rc = load_one(r, &r->policies[i], wanted, false);
    }
    return rc;
}

static thresh_status read_one(matrix_run *r, thresh_set **out, const char *path)
{
    input_file file = { .path = path };
    thresh_status rc = read_inputs(&file, 1, r->io, r->a, NULL, r->diags);

    *out = file.set;
    return rc;
}

/* Each file once, however many rows there are. */
static thresh_status read_all(matrix_run *r)
{
    thresh_status rc = read_one(r, &r->baseline, r->a->positional[0]), one;

    for (size_t c = 0; c < r->candidate_count; c++)
        if ((one = read_one(r, &r->candidates[c], r->a->positional[c + 1])) != THRESH_OK)
            rc = one;
    return rc;
}

static const struct {
    const char *name;
    thresh_status (*write)(const thresh_matrix *matrix, const thresh_text_options *options,
                           FILE *f);
} formats[] = { { "text", thresh_report_matrix },
                { "json", thresh_report_matrix_json },
                { "markdown", thresh_report_matrix_markdown },
                { "html", thresh_report_matrix_html } };
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *format_at(size_t i)
{
    return i < FORMATS ? formats[i].name : NULL;
}

static int write_matrix(matrix_run *r)
{
    int code = r->matrix->exit_code;

    for (size_t i = 0; i < r->outputs.count; i++) {
        const output *out = &r->outputs.list[i];
        thresh_text_options options = text_options(r->io, r->a, out->path == NULL);

        if (formats[out->format].write(r->matrix, &options, output_stream(&r->outputs, i))
            == THRESH_ENOMEM)
            code = out_of_memory(r->io);
    }
    return code;
}

static int check_arguments(const matrix_run *r)
{
    bool any = false;

    for (size_t x = 0; x < SCENARIO_OPTIONS; x++)
        any = any || option_given(r->a, scenario_options[x]);
    if (!any)
        return complain(r->io, "rank: --matrix needs scenarios: --profile, --tier, --layer or "
                               "--group, each as often as there are values");
    if (option_given(r->a, "axis"))
        return complain(r->io, "rank: --axis does not go with --matrix, which shows no front");
    return check_rank_arguments(&r->outputs, r->a);
}

/* The draws of a return are made by as many threads as there are processors, for each cell anew. */
static thresh_status read_model(matrix_run *r)
{
    const char *model = option_value(r->a, "roi");

    return model == NULL
               ? THRESH_OK
               : read_roi(&r->roi, &r->roi_options, model, r->io, r->a, r->policies[0], r->diags);
}

static thresh_status write_document(const void *matrix, FILE *f)
{
    return thresh_report_matrix_json(matrix, NULL, f);
}

/* "accept": every open scenario has a candidate that may serve it. */
static int record_matrix(const matrix_run *r)
{
    int code = r->matrix->exit_code;
    thresh_verdict verdict = code == EXIT_OK       ? THRESH_ACCEPT
                             : code == EXIT_REVIEW ? THRESH_REVIEW
                                                   : THRESH_REJECT;

    return record_decision(r->io, r->a, thresh_verdict_name(verdict), code, write_document,
                           r->matrix);
}

static int judge_and_write(matrix_run *r)
{
    thresh_judge_options judge = { .roi_options = &r->roi_options };
    thresh_matrix_input input = { .by = option_value(r->a, "by"), .judge = &judge };
    thresh_status rc = load_rows(r), one;

    if (rc == THRESH_OK)
        rc = read_model(r);
    if ((one = read_all(r)) != THRESH_OK)
        rc = one;
    judge.roi = r->roi;
    input.baseline = r->baseline;
    input.candidates = r->candidates;
    input.candidate_count = r->candidate_count;
    input.policies = (const thresh_policy *const *)r->policies;
    input.policy_count = r->row_count;
    if (rc == THRESH_OK)
        rc = thresh_judge_matrix(&r->matrix, &input, r->diags);
    if (rc != THRESH_OK)
        return failure(r->io, r->diags, rc);
    print_diags(r->io, r->diags, THRESH_WARNING);
    return record_matrix(r) == EXIT_OK ? write_matrix(r) : EXIT_TROUBLE;
}

int run_matrix(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { a->positional[0], a->positional[1],
                                               option_value(a, "roi") };
    matrix_run r = { .io = io,
                     .a = a,
                     .diags = new_diags(io),
                     .candidate_count = a->count - 1,
                     .candidates = calloc(a->count, sizeof *r.candidates) };
    int code = open_outputs(&r.outputs, io, a, inputs, format_at);

    if (code == EXIT_OK)
        code = check_arguments(&r);
    if (code == EXIT_OK && (r.diags == NULL || r.candidates == NULL))
        code = out_of_memory(io);
    if (code == EXIT_OK)
        code = judge_and_write(&r);
    if (close_outputs(&r.outputs, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_matrix_free(r.matrix);
    for (size_t c = 0; c < r.candidate_count && r.candidates != NULL; c++)
        thresh_set_free(r.candidates[c]);
    thresh_set_free(r.baseline);
    thresh_roi_model_free(r.roi);
    for (size_t i = 0; i < r.row_count && r.policies != NULL; i++)
        thresh_policy_free(r.policies[i]);
    free(r.candidates);
    free(r.policies);
    thresh_diags_free(r.diags);
    return code;
}
