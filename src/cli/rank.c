/* thresh rank: several candidates, the best that passes first. They are judged at the same time,
 * and each writes what is its own. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* A candidate with all that its verdict borrows from. */
typedef struct contender {
    thresh_set *baseline; /* of its own where samples are paired with it; else NULL */
    thresh_set *set;
    thresh_pairing pairing;
    thresh_diags *diags; /* of its own: several are judged at the same time */
    thresh_status rc;
} contender;

typedef struct race {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    outputs outputs;
    thresh_policy *policy;
    thresh_roi_model *roi; /* of --roi */
    thresh_roi_options roi_options;
    thresh_set *baseline;
    contender *contenders;
    const thresh_result **results;
    size_t count;
    thresh_ranking *ranking;
} race;

static thresh_status read_one(const race *r, thresh_set **out, const char *path,
                              thresh_diags *diags)
{
    const thresh_read_options options = { .format = option_value(r->a, "format") };

    return read_noted(out, path, r->io, r->a, &options, diags);
}

/* Samples are measured over those that both files have, so such a baseline is read anew each time.
 */
static void judge_one(void *context, size_t i)
{
    race *r = context;
    contender *c = &r->contenders[i];
    const thresh_judge_options options = {
        .score = true, .pairing = &c->pairing, .roi = r->roi, .roi_options = &r->roi_options
    };
    thresh_set *baseline = r->baseline;
    thresh_result *result = NULL;

    if ((c->diags = new_diags(r->io)) == NULL) {
        c->rc = THRESH_ENOMEM;
        return;
    }
    c->rc = read_one(r, &c->set, r->a->positional[i + 1], c->diags);
    if (c->rc == THRESH_OK && thresh_set_samples(baseline, 0) != NULL) {
        c->rc = read_one(r, &c->baseline, r->a->positional[0], c->diags);
        baseline = c->baseline;
    }
    if (c->rc == THRESH_OK)
        c->rc =
            thresh_measure_samples(&c->pairing, baseline, c->set, NULL, r->policy, NULL, c->diags);
    if (c->rc == THRESH_OK)
        c->rc = thresh_judge(&result, baseline, c->set, NULL, r->policy, &options, c->diags);
    r->results[i] = result;
}

/* Faults of all files are reported together, in the order of the files. */
static thresh_status judge_all(race *r)
{
    thresh_status rc = THRESH_OK;

    work_through(r->count, judge_one, r, r->io);
    for (size_t i = 0; i < r->count; i++) {
        contender *c = &r->contenders[i];

        thresh_diags_append(r->diags, c->diags);
        if (c->rc != THRESH_OK)
            rc = c->rc;
    }
    return rc;
}

static thresh_status write_json(const thresh_ranking *ranking, const thresh_text_options *options,
                                FILE *f)
{
    (void)options;
    return thresh_report_ranking_json(ranking, f);
}

static const struct {
    const char *name;
    thresh_status (*write)(const thresh_ranking *ranking, const thresh_text_options *options,
                           FILE *f);
} formats[] = { { "text", thresh_report_ranking },
                { "json", write_json },
                { "markdown", thresh_report_ranking_markdown },
                { "html", thresh_report_ranking_html } };
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *format_at(size_t i)
{
    return i < FORMATS ? formats[i].name : NULL;
}

static int write_ranking(race *r)
{
    int code = r->ranking->exit_code;

    for (size_t i = 0; i < r->outputs.count; i++) {
        const output *out = &r->outputs.list[i];
        thresh_text_options options = text_options(r->io, r->a, out->path == NULL);

        if (formats[out->format].write(r->ranking, &options, output_stream(&r->outputs, i))
            == THRESH_ENOMEM)
            code = out_of_memory(r->io);
    }
    return code;
}

static thresh_status write_document(const void *ranking, FILE *f)
{
    return thresh_report_ranking_json(ranking, f);
}

/* "accept": there is one to recommend. */
static int record_ranking(const race *r)
{
    const thresh_ranking *ranking = r->ranking;
    thresh_verdict verdict = ranking->recommended != NULL        ? THRESH_ACCEPT
                             : ranking->exit_code == EXIT_REJECT ? THRESH_REJECT
                                                                 : THRESH_REVIEW;

    return record_decision(r->io, r->a, thresh_verdict_name(verdict), ranking->exit_code,
                           write_document, ranking);
}

/* The model is read by one, and its draws are made by each. */
static thresh_status read_model(race *r)
{
    const char *model = option_value(r->a, "roi");
    thresh_status rc;

    if (model == NULL)
        return THRESH_OK;
    rc = read_roi(&r->roi, &r->roi_options, model, r->io, r->a, r->policy, r->diags);
    r->roi_options.threads = 1;
    return rc;
}

int check_rank_arguments(const outputs *o, const arguments *a)
{
    const char *by = option_value(a, "by"), *model = option_value(a, "roi");

    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->positional[i], "-") == 0)
            return complain(o->io, "rank: files are read by name, not from standard input");
    if (model == NULL && (option_given(a, "draws") || option_given(a, "seed")))
        return complain(o->io, "rank: --draws and --seed need --roi MODEL, whose draws they are");
    if (model == NULL && by != NULL && strcmp(by, "roi") == 0)
        return complain(o->io, "rank: --by roi needs --roi MODEL, the model of the return");
    for (size_t i = 2; i < a->count; i++)
        for (size_t k = 0; k < o->count; k++)
            if (o->list[k].path != NULL && strcmp(o->list[k].path, a->positional[i]) == 0)
                return complain(o->io, "%s: the output '%s' is one of the inputs", a->command->name,
                                a->positional[i]);
    return EXIT_OK;
}

static int run_race(race *r)
{
    const char *axes[MAX_PATTERNS + 1];
    const thresh_rank_options options = { .by = option_value(r->a, "by"), .axes = axes };
    thresh_status rc, one;

    if (!collect(r->a, "axis", axes))
        return complain(r->io, "rank: --axis can stand %d times", MAX_PATTERNS);
    rc = load_policy(&r->policy, r->a, NULL, r->diags);
    if (r->policy != NULL && (one = read_model(r)) != THRESH_OK)
        rc = one;
    if ((one = read_one(r, &r->baseline, r->a->positional[0], r->diags)) != THRESH_OK)
        rc = one;
    if (r->policy != NULL && r->baseline != NULL && (one = judge_all(r)) != THRESH_OK)
        rc = one;
    if (rc == THRESH_OK)
        rc = thresh_rank(&r->ranking, r->results, r->count, &options, r->diags);
    if (rc != THRESH_OK)
        return failure(r->io, r->diags, rc);
    print_diags(r->io, r->diags, THRESH_WARNING);
    return record_ranking(r) == EXIT_OK ? write_ranking(r) : EXIT_TROUBLE;
}

static void free_contenders(race *r)
{
    for (size_t i = 0; i < r->count && r->contenders != NULL && r->results != NULL; i++) {
        thresh_result_free((thresh_result *)r->results[i]);
        thresh_set_free(r->contenders[i].set);
        thresh_set_free(r->contenders[i].baseline);
        thresh_diags_free(r->contenders[i].diags);
    }
    free(r->contenders);
    free(r->results);
}

static int run_rank(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { a->positional[0], a->positional[1],
                                               option_value(a, "roi") };
    race r = { .io = io,
               .a = a,
               .diags = new_diags(io),
               .count = a->count - 1,
               .contenders = calloc(a->count, sizeof *r.contenders),
               .results = calloc(a->count, sizeof *r.results) };
    int code = open_outputs(&r.outputs, io, a, inputs, format_at);

    if (code == EXIT_OK)
        code = check_rank_arguments(&r.outputs, a);
    if (code == EXIT_OK && (r.diags == NULL || r.contenders == NULL || r.results == NULL))
        code = out_of_memory(io);
    if (code == EXIT_OK)
        code = run_race(&r);
    if (close_outputs(&r.outputs, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_ranking_free(r.ranking);
    free_contenders(&r);
    thresh_set_free(r.baseline);
    thresh_roi_model_free(r.roi);
    thresh_policy_free(r.policy);
    thresh_diags_free(r.diags);
    return code;
}

static int run_rank_or_matrix(const streams *io, const arguments *a)
{
    return option_given(a, "matrix") ? run_matrix(io, a) : run_rank(io, a);
}

static const option options[] = {
    LIMIT_OPTIONS,
    { "matrix", 0, NULL, NULL,
      N_("a row for each scenario: values of one option (--profile, --tier, --layer, --group) are "
         "alternatives, and options are crossed") },
    { "by", 0, "WHAT", NULL,
      N_("what to order by: score (default), roi (the return, with --roi), or a metric by kind, "
         "name or scope/name") },
    { "axis", 0, "WHAT", NULL,
      N_("what the front weighs beside what they are ordered by: score, roi or a metric; repeat "
         "for several; default: the score, the return with --roi, and latency, cost, size, memory "
         "and throughput where they are judged") },
    { "roi", 0, "MODEL", &a_file,
      N_("with the return on bringing each candidate out, by this model (thresh roi --help); one "
         "that misses its minimum is rejected") },
    { "draws", 0, "N", NULL, N_("of the Monte Carlo of --roi; default: 100,000") },
    { "seed", 0, "N", NULL, N_("of the draws (default: 0); the same seed gives the same bytes") },
    { "output", 'o', "FORMAT[:FILE]", &a_page_output,
      N_("text, json, markdown or html, and where; repeat for several; without FILE to standard "
         "output") },
    { "format", 0, "NAME", &a_format,
      N_("format of the inputs, instead of detecting it (thresh inspect --formats)") },
    SCALE_OPTION,
    RECORD_OPTION,
    { "quiet", 'q', NULL, NULL, N_("the first line only") },
    { "all", 'a', NULL, NULL, N_("every candidate, and why each is out, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("a candidate is accepted, and recommended") },
    { EXIT_REJECT, N_("all candidates are rejected") },
    { EXIT_TROUBLE,
      N_("trouble: usage, unreadable or malformed input, nothing that could be judged") },
    { EXIT_REVIEW, N_("none is accepted, and at least one is left to review") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh rank baseline.json compressed.json compressed-5.json --profile search",
      N_("Which of these may replace the original, and which of them is the best?") },
    { "thresh rank baseline.json compressed.json compressed-5.json --by roi --roi roi.yaml -o text "
      "-o html:rank.html",
      N_("Which one pays best? The order on the terminal, and a page that draws the trade.") },
    { "thresh rank baseline.json compressed.json compressed-5.json --layer core --layer auxiliary "
      "--group vip --group free --matrix",
      N_("Which layer and group may be served by which of them?") },
    { NULL, NULL },
};

const command rank_command = {
    .name = "rank",
    .synopsis = "rank BASELINE CANDIDATE... [--profile NAME|FILE]... [--by WHAT] [--axis WHAT]... "
                "[--roi MODEL] [-o FORMAT[:FILE]]...",
    .summary = N_("order several candidates and name the best that passes"),
    .description =
        N_("Judges each candidate as eval does, and orders those that are accepted by their score, "
           "their return or a metric; the others are listed with their reason. Candidates whose "
           "intervals overlap with the first are said to be tied.\n"
           "The front are those accepted that no other one equals in everything and surpasses in "
           "something.\n"
           "--matrix judges each candidate in several scenarios, one row for each way to take one "
           "value of each option of limits, and names for each row the candidate that may serve "
           "it, else the baseline. It exits with 0 where each scenario has one, scenarios that a "
           "profile closes to compressed models excepted; with 1 where one has none, or all are "
           "closed; with 3 where one has none but some to review."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 2,
    .most = MAX_ARGUMENTS,
    .wanted = N_("BASELINE and at least one CANDIDATE"),
    .arguments = &a_file,
    .run = run_rank_or_matrix,
};
