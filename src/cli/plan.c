/* thresh plan: how many samples does a proof take? */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct planning {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_policy *policy;
    thresh_set *baseline, *candidate;
    thresh_result *result;
    thresh_planned *plans;
    size_t count;
} planning;

/* "5%" or "0.05"; 0 where the option is not given. */
static thresh_status number_option(const planning *p, const char *name, double *out)
{
    const char *text = option_value(p->a, name);
    size_t len = text == NULL ? 0 : strlen(text);
    bool percent = len > 1 && text[len - 1] == '%';

    *out = 0;
    if (text == NULL)
        return THRESH_OK;
    if (!thresh_parse_number(out, text, len - percent)) {
        thresh_diags_add(p->diags, THRESH_ERROR, NULL, 0, 0, "--%s: found '%s', expected a number",
                         name, text);
        return THRESH_EINVAL;
    }
    *out = percent ? *out / 100 : *out;
    return THRESH_OK;
}

static thresh_status read_options(const planning *p, thresh_plan_options *o)
{
    struct {
        const char *name;
        double *to;
    } numbers[] = { { "power", &o->power },
                    { "disagreement", &o->disagreement },
                    { "expect", &o->expected },
                    { "sd", &o->sd },
                    { "samples", &o->samples } };
    thresh_status rc = THRESH_OK, one;

    o->unpaired = option_given(p->a, "unpaired");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((one = number_option(p, numbers[i].name, numbers[i].to)) != THRESH_OK)
            rc = one;
    return rc;
}

/* A limit named on the command line is a profile of one rule. */
static thresh_status add_limit(const planning *p)
{
    const char *limit = option_value(p->a, "limit"), *metric = option_value(p->a, "metric");
    char text[512];
    int len;

    if (limit == NULL)
        return THRESH_OK;
    if (strpbrk(limit, "\"\\\n") != NULL || strpbrk(metric, "\"\\\n") != NULL) {
        thresh_diags_add(p->diags, THRESH_ERROR, NULL, 0, 0, "--limit and --metric take no quotes");
        return THRESH_EINVAL;
    }
    len =
        snprintf(text, sizeof text,
                 "schema: thresh/profile/v1\nname: limit\nmetrics:\n  \"%s\": {tolerate: \"%s\"}\n",
                 metric, limit);
    if (len < 0 || (size_t)len >= sizeof text) {
        thresh_diags_add(p->diags, THRESH_ERROR, NULL, 0, 0, "--limit and --metric are too long");
        return THRESH_EINVAL;
    }
    return thresh_policy_add_text(p->policy, text, (size_t)len, "--limit", NULL, p->diags);
}

/* Without files: one metric of the value that is expected. */
static thresh_status make_baseline(planning *p)
{
    const char *value = option_value(p->a, "baseline"), *name = option_value(p->a, "metric");
    size_t len = value == NULL ? 0 : strlen(value);
    bool percent = len > 1 && value[len - 1] == '%';
    thresh_metric m = { .scope = "", .name = name, .unit = percent ? "%" : NULL };
    thresh_status rc;

    if (value == NULL || name == NULL || !thresh_parse_number(&m.value, value, len - percent)) {
        thresh_diags_add(p->diags, THRESH_ERROR, NULL, 0, 0,
                         "expected a BASELINE file, or --metric NAME with --baseline VALUE");
        return THRESH_EINVAL;
    }
    rc = thresh_set_new(&p->baseline);
    return rc == THRESH_OK ? thresh_set_add(p->baseline, &m, NULL) : rc;
}

static thresh_status read_baseline(planning *p)
{
    input_file files[] = { { .path = p->a->count > 0 ? p->a->positional[0] : NULL },
                           { .path = p->a->count > 1 ? p->a->positional[1] : NULL } };
    thresh_status rc;

    if (p->a->count == 0)
        return make_baseline(p);
    rc = read_inputs(files, p->a->count, p->io, p->a, NULL, p->diags);
    p->baseline = files[0].set;
    p->candidate = files[1].set;
    if (rc == THRESH_OK)
        rc = thresh_measure_samples(NULL, p->baseline, p->candidate, NULL, p->policy, NULL,
                                    p->diags);
    return rc;
}

static int make_plan(planning *p)
{
    thresh_text_options options = text_options(p->io, p->a, true);
    thresh_plan_options plan = { 0 };
    thresh_status rc = load_policy(&p->policy, p->a, NULL, p->diags), one;

    if (option_value(p->a, "limit") != NULL && option_value(p->a, "metric") == NULL)
        return complain(p->io, "plan: --limit needs --metric NAME, whose limit it is");
    if (rc == THRESH_OK)
        rc = add_limit(p);
    if ((one = read_options(p, &plan)) != THRESH_OK)
        rc = one;
    if (rc == THRESH_OK)
        rc = read_baseline(p);
    if (rc == THRESH_OK)
        rc =
            thresh_judge(&p->result, p->baseline, p->candidate != NULL ? p->candidate : p->baseline,
                         NULL, p->policy, NULL, p->diags);
    if (rc == THRESH_OK)
        rc = thresh_plan(&p->plans, &p->count, p->result, p->baseline, p->candidate, &plan,
                         p->diags);
    if (rc == THRESH_OK)
        rc = thresh_report_plan(p->plans, p->count, p->result, &plan, &options, p->io->out);
    if (rc != THRESH_OK)
        return failure(p->io, p->diags, rc);
    print_diags(p->io, p->diags, THRESH_WARNING);
    return EXIT_OK;
}

static int run_plan(const streams *io, const arguments *a)
{
    planning p = { .io = io, .a = a, .diags = new_diags(io) };
    int code = p.diags == NULL ? out_of_memory(io) : make_plan(&p);

    free(p.plans);
    thresh_result_free(p.result);
    thresh_set_free(p.baseline);
    thresh_set_free(p.candidate);
    thresh_policy_free(p.policy);
    thresh_diags_free(p.diags);
    return code;
}

static const option options[] = {
    { "profile", 'p', "NAME|FILE", &a_profile, N_("limits and confidence; repeat for several") },
    { "tier", 0, "T", &a_tier, N_("a profile of the axis tier") },
    { "layer", 0, "L", &a_layer, N_("a profile of the axis layer") },
    { "group", 0, "G", &a_group, N_("a profile of the axis group") },
    { "metric", 'm', "NAME", NULL, N_("without files: the metric to plan for, such as accuracy") },
    { "baseline", 'b', "VALUE", NULL, N_("without files: its value, such as 0.94 or 94%") },
    { "limit", 'l', "LIMIT", NULL, N_("of --metric, such as 1pp or 2%, instead of a profile's") },
    { "disagreement", 'd', "SHARE", NULL,
      N_("of the samples that only one model gets right; default: counted in the pilot, else 5%") },
    { "sd", 0, "SD", NULL,
      N_("standard deviation of the differences of pairs, of a metric of numbers") },
    { "expect", 0, "D", NULL,
      /* xgettext:no-c-format */
      N_("degradation that is expected, in the unit of the limit (2% and 2pp are 0.02); default: "
         "0") },
    { "samples", 'n', "N", NULL, N_("what can N samples show? Default: those of the files") },
    { "unpaired", 0, NULL, NULL, N_("the two models will see different samples") },
    { "confidence", 0, "C", NULL, N_("one-sided, instead of the profiles'") },
    { "power", 0, "P", NULL, N_("probability of the proof; default: 80%") },
    { "format", 0, "NAME", &a_format, N_("format of the files, instead of detecting it") },
    { "id", 0, "COLUMN", NULL, N_("the column that holds the ids of samples") },
    { "allow-weaker", 0, NULL, NULL, N_("let --confidence be less than a strict profile's") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("planned") },
    { EXIT_TROUBLE, N_("trouble: usage, an unreadable file, nothing that could be planned") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh plan --metric accuracy --baseline 94% --profile medical --samples 1000",
      N_("Can 1,000 samples show what medical asks for?") },
    { "thresh plan baseline.json --profile search",
      N_("How many does each metric of a file need?") },
    { NULL, NULL },
};

const command plan_command = {
    .name = "plan",
    .synopsis = "plan BASELINE [PILOT] [--profile NAME|FILE]... [--samples N]\n"
                "plan --metric NAME --baseline VALUE [--limit LIMIT] [--disagreement SHARE]",
    .summary = N_("tell how many samples it takes to show that a limit holds"),
    .description = N_("For each metric of BASELINE: the samples needed to prove, at the confidence "
                      "of the profile and with the power given, that the candidate is within its "
                      "limit; and what the samples at hand, or --samples, can prove.\n"
                      "How much paired models differ is counted in PILOT, another model's log of "
                      "the same samples, or supposed. Without files one metric is planned for."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 2,
    .wanted = N_("BASELINE and PILOT, or --metric and --baseline"),
    .arguments = &a_file,
    .run = run_plan,
};
