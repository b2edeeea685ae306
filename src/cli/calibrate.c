/* thresh calibrate: limits from what users did. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_COMMAND = 8192 };

typedef struct calibrating {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_policy *policy;
    thresh_set *set;
    thresh_calibration *calibration;
    outputs reports;
    output_file profile;
} calibrating;

/* --- options --- */

static thresh_status number_option(const calibrating *c, const char *name, double least,
                                   double most, double *out)
{
    const char *text = option_value(c->a, name);
    size_t len = text == NULL ? 0 : strlen(text);
    bool percent = len > 1 && text[len - 1] == '%';

    if (text == NULL)
        return THRESH_OK;
    if (thresh_parse_number(out, text, len - percent)) {
        *out = percent ? *out / 100 : *out;
        if (*out >= least && *out <= most)
            return THRESH_OK;
    }
    thresh_diags_add(c->diags, THRESH_ERROR, NULL, 0, 0,
                     "--%s: found '%.60s', expected a number from %.15g to %.15g", name, text,
                     least, most);
    return THRESH_EINVAL;
}

typedef const char *patterns[MAX_PATTERNS + 1];

typedef struct lists {
    patterns outcomes, reading, worse, perceptible, unacceptable;
} lists;

static thresh_status read_options(const calibrating *c, thresh_calibrate_options *o, lists *l)
{
    const struct {
        const char *name;
        const char **list;
    } repeated[] = { { "outcome", l->outcomes },
                     { "as", l->reading },
                     { "worse", l->worse },
                     { "perceptible", l->perceptible },
                     { "unacceptable", l->unacceptable } };
    const char *fit = option_value(c->a, "fit"), *limits = option_value(c->a, "limits");
    uint64_t resamples = 0;
    thresh_status rc;

    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++)
        if (!collect(c->a, repeated[i].name, repeated[i].list)) {
            thresh_diags_add(c->diags, THRESH_ERROR, NULL, 0, 0, "--%s can stand %d times",
                             repeated[i].name, MAX_PATTERNS);
            return THRESH_EINVAL;
        }
    *o = (thresh_calibrate_options){
        .metric = option_value(c->a, "metric"),
        .dose = option_value(c->a, "dose"),
        .baseline = option_value(c->a, "baseline"),
        .candidate = option_value(c->a, "candidate"),
        .unit = option_value(c->a, "unit"),
        .trials = option_value(c->a, "trials"),
        .outcomes = l->outcomes,
        .reading = l->reading,
        .worse = l->worse,
        .perceptible = l->perceptible,
        .unacceptable = l->unacceptable,
        .at_point = limits != NULL && strcmp(limits, "point") == 0,
        .mapping = option_given(c->a, "mapping"),
    };
    for (thresh_fit f = THRESH_FIT_AUTO; fit != NULL && f <= THRESH_FIT_MONOTONE; f++)
        if (strcmp(fit, thresh_fit_name(f)) == 0)
            o->fit = f;
    rc = number_option(c, "confidence", 0.5, 1, &o->confidence);
    bool ok = whole_option(c->a, "resamples", 100, 1000000, &resamples, c->diags);
    ok &= whole_option(c->a, "seed", 0, MOST_WHOLE, &o->seed, c->diags);
    o->resamples = (size_t)resamples;
    return ok ? rc : THRESH_EINVAL;
}

/* --- the command line, for the profile's comments --- */

static void append(char *line, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./=:,%@+";
    size_t len = strlen(line);
    bool quoted = text[strspn(text, plain)] != '\0' || text[0] == '\0';

    snprintf(line + len, LONGEST_COMMAND - len, "%s%s%s%s", len > 0 ? " " : "", quoted ? "'" : "",
             text, quoted ? "'" : "");
}

static void command_line(const arguments *a, char line[LONGEST_COMMAND])
{
    line[0] = '\0';
    append(line, "thresh");
    append(line, a->command->name);
    append(line, a->positional[0]);
    for (size_t i = 0; i < a->given_count; i++) {
        char name[64];

        snprintf(name, sizeof name, "--%s", a->given[i].option->name);
        append(line, name);
        if (a->given[i].value != NULL)
            append(line, a->given[i].value);
    }
}

/* --- what is written --- */

static thresh_status write_json(const thresh_calibration *calibration,
                                const thresh_text_options *options, FILE *stream)
{
    (void)options;
    return thresh_report_calibration_json(calibration, stream);
}

static const struct {
    const char *name;
    thresh_status (*write)(const thresh_calibration *calibration,
                           const thresh_text_options *options, FILE *stream);
} formats[] = {
    { "text", thresh_report_calibration },
    { "json", write_json },
    { "markdown", thresh_report_calibration_markdown },
    { "html", thresh_report_calibration_html },
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *format_name(size_t i)
{
    return i < FORMATS ? formats[i].name : NULL;
}

static int open_all(calibrating *c)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { c->a->positional[0] };
    const char *profile = option_value(c->a, "write-profile");
    int code = open_outputs(&c->reports, c->io, c->a, inputs, format_name);

    if (profile == NULL || code != EXIT_OK)
        return code;
    if (option_given(c->a, "mapping"))
        return complain(c->io,
                        "calibrate: --mapping has no limits to write; leave out --write-profile");
    if ((code = check_output_path(&c->reports, profile)) == EXIT_OK)
        code = open_output_file(&c->profile, c->io, profile);
    return code;
}

static int write_all(calibrating *c)
{
    char line[LONGEST_COMMAND];
    const char *name = option_value(c->a, "name");
    int code = EXIT_OK;

    for (size_t i = 0; i < c->reports.count; i++) {
        output *out = &c->reports.list[i];
        thresh_text_options options = text_options(c->io, c->a, out->path == NULL);

        if (formats[out->format].write(c->calibration, &options, output_stream(&c->reports, i))
            == THRESH_ENOMEM)
            code = out_of_memory(c->io);
    }
    if (c->profile.file != NULL && c->calibration->known && code == EXIT_OK) {
        command_line(c->a, line);
        if (thresh_report_calibration_profile(c->calibration, name != NULL ? name : "calibrated",
                                              line, c->profile.file)
            == THRESH_ENOMEM)
            code = out_of_memory(c->io);
    }
    if (code != EXIT_OK || c->calibration->known)
        return code;
    if (c->profile.file != NULL)
        complain(c->io, "the data cannot tell: no profile is written");
    return EXIT_REVIEW;
}

static int make_calibration(calibrating *c)
{
    thresh_read_options reading = { .table = true };
    thresh_calibrate_options options;
    lists l;
    thresh_status rc = load_policy(&c->policy, c->a, NULL, c->diags);
    int code;

    if (rc == THRESH_OK)
        rc = read_options(c, &options, &l);
    if (rc == THRESH_OK)
        rc = thresh_read_file(&c->set, c->a->positional[0], c->io->in, &reading, c->diags);
    if (rc == THRESH_OK)
        rc = thresh_calibrate(&c->calibration, c->set, thresh_policy_catalog(c->policy), &options,
                              c->diags);
    if (rc == THRESH_OK && c->profile.file != NULL && c->calibration->metric == NULL) {
        thresh_diags_add(c->diags, THRESH_ERROR, NULL, 0, 0,
                         "--write-profile: whose limits are they? Name the metric with --metric");
        rc = THRESH_EINVAL;
    }
    if (rc != THRESH_OK)
        return failure(c->io, c->diags, rc);
    code = write_all(c);
    print_diags(c->io, c->diags, THRESH_WARNING);
    return code;
}

static int run_calibrate(const streams *io, const arguments *a)
{
    calibrating c = { .io = io, .a = a, .diags = new_diags(io) };
    int code = c.diags == NULL ? out_of_memory(io) : open_all(&c);
    bool opened = code == EXIT_OK, known;

    if (opened)
        code = make_calibration(&c);
    known = code == EXIT_OK;
    if (close_outputs(&c.reports, opened && code != EXIT_TROUBLE) != EXIT_OK)
        code = EXIT_TROUBLE;
    if (c.profile.path != NULL && close_output_file(&c.profile, io, known) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_calibration_free(c.calibration);
    thresh_set_free(c.set);
    thresh_policy_free(c.policy);
    thresh_diags_free(c.diags);
    return code;
}

static const value_set fits = { .kind = VALUE_WORDS,
                                .words =
                                    (const char *const[]){ "auto", "curve", "monotone", NULL } },
                       limits = { .kind = VALUE_WORDS,
                                  .words = (const char *const[]){ "lower", "point", NULL } };

static const option options[] = {
    { "metric", 'm', "NAME", NULL,
      N_("the metric that degrades; default: what the name of its column says") },
    { "dose", 'd', "COLUMN", NULL,
      N_("its degradation, positive where the candidate is worse; default: the first column such "
         "as 'degradation' or 'accuracy_drop_pp'") },
    { "baseline", 0, "COLUMN", NULL, N_("instead of --dose: the metric's value before") },
    { "candidate", 0, "COLUMN", NULL, N_("and after") },
    { "unit", 'u', "UNIT", NULL,
      /* xgettext:no-c-format */
      N_("of the degradation: pp, %, points, ms; default: what the title says") },
    { "trials", 'n', "COLUMN", NULL,
      N_("users, sessions or other counts; default: a column of such a name") },
    { "outcome", 'y', "COLUMN", NULL,
      N_("what users did, such as complaints, retention, satisfaction; repeat for several") },
    { "as", 0, "[OUTCOME=]WORD", NULL,
      N_("how to read an outcome: count (of the trials), rate or mean; default: by its numbers") },
    { "worse", 0, "[OUTCOME=]WORD", NULL,
      N_("which way an outcome is worse: higher or lower; default: by its name") },
    { "perceptible", 0, "[OUTCOME=]AMOUNT", NULL,
      /* xgettext:no-c-format */
      N_("users perceive what makes the outcome worse by this: 1pp, 10% of its value, or of a mean "
         "0.1; default of shares: 0.5pp") },
    { "unacceptable", 0, "[OUTCOME=]AMOUNT", NULL,
      N_("users do not accept this; default of shares: 2pp") },
    { "fit", 0, "CURVE", &fits,
      N_("where limits come from: the curve (logistic, or a line of means), the monotone one, or "
         "auto: the first unless the other contradicts it") },
    { "limits", 0, "WHERE", &limits,
      N_("at the lower bound of the intervals (the default: what users surely do not perceive "
         "yet), or "
         "at the point") },
    { "confidence", 0, "C", NULL, N_("one-sided, of each bound; default: 0.95") },
    { "resamples", 0, "N", NULL, N_("of the bootstrap of the monotone curve; default: 1,999") },
    { "seed", 0, "N", NULL, N_("of the bootstrap; default: 0") },
    { "mapping", 0, NULL, NULL,
      N_("only what each unit of degradation changes in the outcome, for a model of thresh roi") },
    { "write-profile", 'w', "FILE", &a_file,
      N_("write the limits as a profile, with what they were made of; none where the data cannot "
         "tell") },
    { "name", 0, "NAME", NULL, N_("of that profile; default: calibrated") },
    { "profile", 'p', "NAME|FILE", &a_profile, N_("use the kinds of a profile") },
    { "output", 'o', "FORMAT[:FILE]", &a_page_output,
      N_("text (default), json, markdown or html (with the curves drawn), and where; repeat for "
         "several; without FILE to standard output") },
    { "quiet", 'q', NULL, NULL, N_("the first line only") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("calibrated") },
    { EXIT_TROUBLE,
      N_("trouble: usage, an unreadable history, too few rows, one and the same outcome") },
    { EXIT_REVIEW, N_("the data cannot tell: no limits, and no profile") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh calibrate history.csv --write-profile shop.yaml",
      N_("Limits from the columns accuracy_drop_pp, sessions and complaints.") },
    { "thresh calibrate ranking.csv --metric ndcg --baseline before --candidate after -y retention",
      N_("The degradation as the difference of two columns.") },
    { "thresh calibrate revenue.csv --mapping -y revenue",
      N_("What a point of accuracy is worth.") },
    { NULL, NULL },
};

const command calibrate_command = {
    .name = "calibrate",
    .synopsis = "calibrate HISTORY [--metric NAME] [--dose COLUMN] [--outcome COLUMN]... "
                "[--write-profile FILE]\n"
                "calibrate HISTORY --mapping [--outcome COLUMN]...",
    .summary = N_("find the limits in what users did"),
    .description = N_(
        "HISTORY is CSV or JSON Lines with a row for each comparison: how much worse the "
        "candidate's "
        "metric was, how many users or sessions there were, and what they did. '-' is standard "
        "input.\n"
        "The perceptible point is the least degradation at which an outcome is worse than without "
        "any by --perceptible, the unacceptable one by --unacceptable: each with an interval, by a "
        "logistic curve and by a monotone one, with a change point as a check. The limits of the "
        "profile are the lower bounds: accept that of the perceptible, tolerate that of the "
        "unacceptable point, of all outcomes the least.\n"
        "Where no trend is seen, the outcome gets better again, a point is not reached, or an "
        "interval begins at 0, the data cannot tell, and no figure is made up."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 1,
    .most = 1,
    .wanted = N_("HISTORY"),
    .arguments = &a_file,
    .run = run_calibrate,
};
