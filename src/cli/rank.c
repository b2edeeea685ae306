/* thresh rank: several candidates, the best that passes first. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* A candidate with all that its verdict borrows from. */
typedef struct contender {
    thresh_set *baseline; /* of its own where samples are paired with it; else NULL */
    thresh_set *set;
    thresh_pairing pairing;
} contender;

typedef struct race {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    outputs outputs;
    thresh_policy *policy;
    thresh_set *baseline;
    contender *contenders;
    const thresh_result **results;
    size_t count;
    thresh_ranking *ranking;
} race;

static thresh_status read_one(const race *r, thresh_set **out, const char *path)
{
    input_file file = { .path = path };
    thresh_status rc = read_inputs(&file, 1, r->io, r->a, NULL, r->diags);

    *out = file.set;
    return rc;
}

/* Samples are measured over those that both files have, so such a baseline is read anew each time.
 */
static thresh_status judge_one(race *r, size_t i)
{
    const thresh_judge_options options = { .score = true, .pairing = &r->contenders[i].pairing };
    contender *c = &r->contenders[i];
    thresh_set *baseline = r->baseline;
    thresh_result *result = NULL;
    thresh_status rc = read_one(r, &c->set, r->a->positional[i + 1]);

    if (rc == THRESH_OK && thresh_set_samples(baseline, 0) != NULL) {
        rc = read_one(r, &c->baseline, r->a->positional[0]);
        baseline = c->baseline;
    }
    if (rc == THRESH_OK)
        rc = thresh_measure_samples(&c->pairing, baseline, c->set, NULL, r->policy, NULL, r->diags);
    if (rc == THRESH_OK)
        rc = thresh_judge(&result, baseline, c->set, NULL, r->policy, &options, r->diags);
    r->results[i] = result;
    return rc;
}

static const char *format_at(size_t i)
{
    static const char *const names[] = { "text", "json", NULL };

    return names[i];
}

static int write_ranking(race *r)
{
    int code = r->ranking->exit_code;

    for (size_t i = 0; i < r->outputs.count; i++) {
        const output *out = &r->outputs.list[i];
        thresh_text_options options = text_options(r->io, r->a, out->path == NULL);
        FILE *f = output_stream(&r->outputs, i);
        thresh_status rc = out->format == 0 ? thresh_report_ranking(r->ranking, &options, f)
                                            : thresh_report_ranking_json(r->ranking, f);
        if (rc == THRESH_ENOMEM)
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

static int run_race(race *r)
{
    const arguments *a = r->a;
    const char *axes[MAX_PATTERNS + 1];
    const thresh_rank_options options = { .by = option_value(a, "by"), .axes = axes };
    size_t from_standard_input = 0;
    thresh_status rc, one;

    for (size_t i = 0; i < a->count; i++)
        from_standard_input += strcmp(a->positional[i], "-") == 0;
    if (from_standard_input > 0)
        return complain(r->io, "rank: files are read by name, not from standard input");
    if (!collect(a, "axis", axes))
        return complain(r->io, "rank: --axis can stand %d times", MAX_PATTERNS);
    rc = load_policy(&r->policy, a, NULL, r->diags);
    if ((one = read_one(r, &r->baseline, a->positional[0])) != THRESH_OK)
        rc = one;
    /* faults of all files are reported together */
    for (size_t i = 0; i < r->count && r->policy != NULL && r->baseline != NULL; i++)
        if ((one = judge_one(r, i)) != THRESH_OK)
            rc = one;
    if (rc == THRESH_OK)
        rc = thresh_rank(&r->ranking, r->results, r->count, &options, r->diags);
    if (rc != THRESH_OK)
        return failure(r->io, r->diags, rc);
    print_diags(r->io, r->diags, THRESH_WARNING);
    return record_ranking(r) == EXIT_OK ? write_ranking(r) : EXIT_TROUBLE;
}

static int run_rank(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { a->positional[0], a->positional[1] };
    race r = { .io = io,
               .a = a,
               .diags = new_diags(io),
               .count = a->count - 1,
               .contenders = calloc(a->count, sizeof *r.contenders),
               .results = calloc(a->count, sizeof *r.results) };
    int code = open_outputs(&r.outputs, io, a, inputs, format_at);

    for (size_t i = 2; i < a->count && code == EXIT_OK; i++)
        for (size_t k = 0; k < r.outputs.count; k++)
            if (r.outputs.list[k].path != NULL
                && strcmp(r.outputs.list[k].path, a->positional[i]) == 0)
                code = complain(io, "%s: the output '%s' is one of the inputs", a->command->name,
                                a->positional[i]);
    if (code == EXIT_OK && (r.diags == NULL || r.contenders == NULL || r.results == NULL))
        code = out_of_memory(io);
    if (code == EXIT_OK)
        code = run_race(&r);
    if (close_outputs(&r.outputs, code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_ranking_free(r.ranking);
    for (size_t i = 0; i < r.count && r.contenders != NULL && r.results != NULL; i++) {
        thresh_result_free((thresh_result *)r.results[i]);
        thresh_set_free(r.contenders[i].set);
        thresh_set_free(r.contenders[i].baseline);
    }
    free(r.contenders);
    free(r.results);
    thresh_set_free(r.baseline);
    thresh_policy_free(r.policy);
    thresh_diags_free(r.diags);
    return code;
}

static const option options[] = {
    LIMIT_OPTIONS,
    { "by", 0, "WHAT", NULL,
      N_("what to order by: score (default), or a metric by kind, name or scope/name") },
    { "axis", 0, "METRIC", NULL,
      N_("what the front weighs; repeat for several; default: the score, and latency, throughput, "
         "size, memory and cost where they are judged") },
    { "output", 'o', "FORMAT[:FILE]", &an_output,
      N_("text or json, and where; repeat for several; without FILE to standard output") },
    { "format", 0, "NAME", &a_format,
      N_("format of the inputs, instead of detecting it (thresh inspect --formats)") },
    SCALE_OPTION,
    RECORD_OPTION,
    { "quiet", 'q', NULL, NULL, N_("the first line only") },
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
    { NULL, NULL },
};

const command rank_command = {
    .name = "rank",
    .synopsis =
        "rank BASELINE CANDIDATE... [--profile NAME|FILE]... [--by WHAT] [--axis METRIC]...",
    .summary = N_("order several candidates and name the best that passes"),
    .description =
        N_("Judges each candidate as eval does, and orders those that are accepted by their score "
           "or by a metric; the others are listed with their reason. Candidates whose intervals "
           "overlap with the first are said to be tied.\n"
           "The front are those accepted that no other one equals in everything and surpasses in "
           "something."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 2,
    .most = MAX_ARGUMENTS,
    .wanted = N_("BASELINE and at least one CANDIDATE"),
    .arguments = &a_file,
    .run = run_rank,
};
