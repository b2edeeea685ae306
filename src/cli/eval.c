/* thresh eval: may the candidate replace the baseline? */
#include "cli.h"

#include <string.h>

enum { LONGEST_NAME = 256, LONGEST_RIVAL = 64 };

/* Positions of the files; the rivals' begin behind the last. */
enum { BASELINE, CANDIDATE, ANCHOR, RIVALS };

typedef struct evaluation {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    outputs outputs;
    thresh_policy *policy;
    input_file files[MOST_INPUTS]; /* without a path: there is none */
    thresh_rival_input rivals[MOST_RIVALS];
    char rival_names[MOST_RIVALS][LONGEST_RIVAL];
    size_t rival_count;
    thresh_samples *golden;
    output_file flips; /* of --flips */
    thresh_pairing pairing;
    thresh_roi_model *roi; /* of --roi */
    thresh_roi_options roi_options;
    thresh_result *result;
    char mapping_names[MAX_PATTERNS + 1][LONGEST_NAME];
    thresh_mapping mappings[MAX_PATTERNS];
    size_t mapping_count;
} evaluation;

static int open_flips(evaluation *e)
{
    const char *path = option_value(e->a, "flips");
    int code;

    if (path == NULL)
        return EXIT_OK;
    if ((code = check_output_path(&e->outputs, path)) == EXIT_OK
        && (code = open_output_file(&e->flips, e->io, path)) == EXIT_OK)
        fputs("scope,metric,id,flip,golden\n", e->flips.file);
    return code;
}

/* --- the work --- */

static thresh_verdict verdict_option(const arguments *a, const char *name)
{
    const char *value = option_value(a, name);

    if (value == NULL)
        return THRESH_ACCEPT;
    return strcmp(value, "review") == 0                                 ? THRESH_REVIEW
           : strcmp(value, "reject") == 0 || strcmp(value, "fail") == 0 ? THRESH_REJECT
                                                                        : THRESH_ACCEPT;
}

static thresh_status read_mappings(evaluation *e)
{
    const char *text;

    for (size_t i = 0; (text = option_at(e->a, "map", i)) != NULL; i++) {
        const char *equals = strrchr(text, '=');
        char *from = e->mapping_names[i];

        if (i == MAX_PATTERNS || equals == NULL || equals == text || equals[1] == '\0'
            || (size_t)(equals - text) >= sizeof e->mapping_names[i]) {
            thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0,
                             "--map: found '%s', expected FROM=TO, at most %d times", text,
                             MAX_PATTERNS);
            return THRESH_EINVAL;
        }
        memcpy(from, text, (size_t)(equals - text));
        from[equals - text] = '\0';
        e->mappings[e->mapping_count++] = (thresh_mapping){ from, equals + 1, 0 };
    }
    return THRESH_OK;
}

/* The names; the sets follow when they are read. */
static thresh_status read_rivals(evaluation *e)
{
    const char *text;

    for (size_t i = 0; (text = option_at(e->a, "rival", i)) != NULL; i++) {
        size_t len = strcspn(text, "=");

        if (i == MOST_RIVALS || len == 0 || len >= LONGEST_RIVAL || text[len] == '\0'
            || text[len + 1] == '\0') {
            thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0,
                             "--rival: found '%s', expected NAME=FILE with a name of at most %d "
                             "bytes, at most %d times",
                             text, LONGEST_RIVAL - 1, MOST_RIVALS);
            return THRESH_EINVAL;
        }
        memcpy(e->rival_names[i], text, len);
        for (size_t k = 0; k < i; k++)
            if (strcmp(e->rival_names[k], e->rival_names[i]) == 0) {
                thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0,
                                 "--rival: two rivals are called '%s'", e->rival_names[i]);
                return THRESH_EINVAL;
            }
        e->files[RIVALS + i].path = text + len + 1;
        e->rivals[i].name = e->rival_names[i];
        e->rival_count++;
    }
    return THRESH_OK;
}

/* The samples of a row are paired with those of the same row. */
static bool is_other_row(const char *row, const char *candidates)
{
    return row != candidates && (row == NULL || candidates == NULL || strcmp(row, candidates) != 0);
}

/* Puts in the place of a set what the options keep of it. */
static thresh_status select_part(evaluation *e, thresh_set **set, const char *path, const char *row)
{
    const char *select[MAX_PATTERNS + 1], *ignore[MAX_PATTERNS + 1];
    thresh_selection s = { .row = row,
                           .unpaired = is_other_row(row, option_value(e->a, "candidate-row")),
                           .select = select,
                           .ignore = ignore,
                           .mappings = e->mappings,
                           .mapping_count = e->mapping_count };
    thresh_set *kept = NULL;
    thresh_status rc;

    if (!collect(e->a, "select", select) || !collect(e->a, "ignore", ignore)) {
        thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0,
                         "--select and --ignore can stand %d times each", MAX_PATTERNS);
        return THRESH_EINVAL;
    }
    if (row == NULL && !s.unpaired && select[0] == NULL && ignore[0] == NULL
        && e->mapping_count == 0)
        return THRESH_OK;
    rc = thresh_set_select(&kept, *set, &s);
    if (rc == THRESH_ENOENT && row != NULL)
        thresh_diags_add(e->diags, THRESH_ERROR, path, 0, 0, "no row or scope '%s'", row);
    if (rc == THRESH_OK) {
        thresh_set_free(*set);
        *set = kept;
    }
    return rc;
}

/* A mapping that nothing answers to is a slip of the pen. */
static thresh_status check_mappings(const evaluation *e)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < e->mapping_count; i++)
        if (e->mappings[i].hits == 0) {
            thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0,
                             "--map: no metric or column is called '%s'", e->mappings[i].from);
            rc = THRESH_EINVAL;
        }
    return rc;
}

/* --- reading --- */

/* Options that speak of samples would do nothing where there are none. */
static thresh_status check_samples(const evaluation *e, const char *const *slice_by)
{
    static const char *const options[] = { "golden", "flips", "cluster" };
    const char *needs = slice_by[0] != NULL ? "slice-by" : NULL;

    for (size_t i = 0; needs == NULL && i < sizeof options / sizeof *options; i++)
        needs = option_given(e->a, options[i]) ? options[i] : NULL;
    for (int side = 0; needs != NULL && side < 2; side++) {
        if (thresh_set_samples(e->files[side].set, 0) != NULL)
            continue;
        thresh_diags_add(e->diags, THRESH_ERROR, e->a->positional[side], 0, 0,
                         "--%s needs samples, and this file has none (thresh inspect shows what it "
                         "has)",
                         needs);
        return THRESH_EINVAL;
    }
    if (option_given(e->a, "pair") && thresh_set_samples(e->files[BASELINE].set, 0) == NULL
        && thresh_set_samples(e->files[CANDIDATE].set, 0) == NULL) {
        thresh_diags_add(
            e->diags, THRESH_ERROR, NULL, 0, 0,
            "--pair needs samples, and neither file has any (thresh inspect shows what "
            "they have)");
        return THRESH_EINVAL;
    }
    return THRESH_OK;
}

static void put_csv(FILE *f, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, f);
        return;
    }
    fputc('"', f);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', f);
        fputc(*text, f);
    }
    fputc('"', f);
}

static void write_flip(void *context, const thresh_flip *flip)
{
    const char *const cells[] = { flip->scope, flip->metric, flip->id,
                                  flip->broken ? "broken" : "mended",
                                  flip->golden ? "golden" : "" };
    FILE *f = context;

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        put_csv(f, cells[i]);
        fputc(i + 1 < sizeof cells / sizeof *cells ? ',' : '\n', f);
    }
}

/* Columns of samples that an option names: those to slice by, and those that get another name. */
static bool wanted_columns(const evaluation *e, const char *slice_by[MAX_PATTERNS + 1],
                           const char *keep[2 * MAX_PATTERNS + 2])
{
    const char *cluster = option_value(e->a, "cluster");
    size_t n = 0;

    if (!collect(e->a, "slice-by", slice_by))
        return false;
    while (slice_by[n] != NULL) {
        keep[n] = slice_by[n];
        n++;
    }
    if (cluster != NULL)
        keep[n++] = cluster;
    for (size_t i = 0; i < e->mapping_count; i++)
        keep[n++] = e->mappings[i].from;
    keep[n] = NULL;
    return true;
}

static thresh_status map_columns(evaluation *e, const char *path, thresh_set *set)
{
    thresh_status rc = THRESH_OK;
    thresh_samples *s;

    for (size_t i = 0; set != NULL && (s = thresh_set_samples(set, i)) != NULL; i++)
        for (size_t m = 0; m < e->mapping_count; m++) {
            thresh_mapping *map = &e->mappings[m];
            if (thresh_samples_find(s, map->from) != NULL
                && thresh_samples_find(s, map->to) != NULL) {
                thresh_diags_add(e->diags, THRESH_ERROR, path, 0, 0,
                                 "--map: the samples have a column '%s' and a column '%s'",
                                 map->from, map->to);
                rc = THRESH_EINVAL;
            } else {
                map->hits += thresh_samples_rename(s, map->from, map->to);
            }
        }
    return rc;
}

static thresh_pair_mode pair_mode(const arguments *a)
{
    const char *value = option_value(a, "pair");

    return value == NULL                 ? THRESH_PAIR_REVIEW
           : strcmp(value, "inner") == 0 ? THRESH_PAIR_INNER
                                         : THRESH_PAIR_STRICT;
}

static thresh_status measure_all(evaluation *e, const thresh_pair_options *options)
{
    /* a rival is measured by itself, with all samples that it has; nobody asks for its slices and
     * intervals */
    const thresh_pair_options alone = { .no_resampling = true };
    const input_file *f = e->files;
    thresh_status rc = thresh_measure_samples(&e->pairing, f[BASELINE].set, f[CANDIDATE].set,
                                              f[ANCHOR].set, e->policy, options, e->diags);

    for (size_t i = 0; i < e->rival_count && rc == THRESH_OK; i++)
        rc = thresh_measure_samples(NULL, f[RIVALS + i].set, NULL, NULL, e->policy, &alone,
                                    e->diags);
    return rc;
}

/* Faults of all files are reported together. */
static thresh_status read_all(evaluation *e)
{
    static const char *const rows[RIVALS] = { "baseline-row", "candidate-row", "anchor-row" };
    const char *slice_by[MAX_PATTERNS + 1], *keep[2 * MAX_PATTERNS + 2];
    const char *golden = option_value(e->a, "golden");
    input_file *files = e->files;
    size_t count = RIVALS + e->rival_count;
    uint64_t resamples = 0;
    thresh_pair_options options = { .mode = pair_mode(e->a),
                                    .slice_by = slice_by,
                                    .cluster = option_value(e->a, "cluster"),
                                    .flip = e->flips.file != NULL ? write_flip : NULL,
                                    .flip_context = e->flips.file };
    thresh_status rc, one;

    bool ok = whole_option(e->a, "seed", 0, MOST_WHOLE, &options.seed, e->diags);

    ok &= whole_option(e->a, "resamples", 0, MOST_WHOLE, &resamples, e->diags);
    if (!ok)
        return THRESH_EINVAL;
    options.resamples = (size_t)resamples;
    options.no_resampling = option_given(e->a, "resamples") && resamples == 0;
    if (!wanted_columns(e, slice_by, keep)) {
        thresh_diags_add(e->diags, THRESH_ERROR, NULL, 0, 0, "--slice-by can stand %d times",
                         MAX_PATTERNS);
        return THRESH_EINVAL;
    }
    rc = read_inputs(files, count, e->io, e->a, keep, e->diags);
    for (size_t i = 0; i < count; i++)
        if ((one = map_columns(e, files[i].path, files[i].set)) != THRESH_OK)
            rc = one;
    if (golden != NULL
        && (one = thresh_read_ids(&e->golden, noted_path(e->a, golden), e->io->in, e->diags))
               != THRESH_OK)
        rc = one;
    options.golden = e->golden;
    if (rc == THRESH_OK)
        rc = check_samples(e, slice_by);
    if (rc == THRESH_OK && e->policy != NULL)
        rc = measure_all(e, &options);
    for (size_t i = 0; i < count; i++)
        if (files[i].set != NULL && rc == THRESH_OK)
            rc = select_part(e, &files[i].set, files[i].path,
                             i < RIVALS ? option_value(e->a, rows[i]) : NULL);
    for (size_t i = 0; i < e->rival_count; i++)
        e->rivals[i].set = files[RIVALS + i].set;
    return rc;
}

static thresh_status write_document(const void *result, FILE *f)
{
    return thresh_report_json(result, f);
}

static int run_evaluation(evaluation *e, const char *const inputs[MOST_OUTPUT_INPUTS])
{
    const arguments *a = e->a;
    const char *review = option_value(a, "review"), *roi = option_value(a, "roi");
    thresh_judge_options options = { .unknown = verdict_option(a, "unknown"),
                                     .warn = verdict_option(a, "warn"),
                                     .review = review != NULL && strcmp(review, "fail") == 0
                                                   ? EXIT_REJECT
                                                   : 0,
                                     .review_passes = review != NULL && strcmp(review, "pass") == 0,
                                     .score = option_given(a, "score"),
                                     .rivals = e->rivals,
                                     .rival_count = e->rival_count,
                                     .pairing = &e->pairing };
    thresh_status rc, one;
    size_t from_standard_input = 0;

    for (size_t i = 0; i < MOST_OUTPUT_INPUTS; i++)
        from_standard_input += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
    if (from_standard_input > 1)
        return complain(e->io, "eval: only one input can be standard input");
    /* faults of all files and profiles are reported together */
    rc = load_policy(&e->policy, a, NULL, e->diags);
    if ((one = read_mappings(e)) != THRESH_OK)
        rc = one;
    if ((one = read_all(e)) != THRESH_OK)
        rc = one;
    if (roi == NULL && option_given(a, "draws"))
        return complain(e->io, "eval: --draws needs --roi MODEL, whose draws they are");
    if (roi != NULL && e->policy != NULL
        && (one = read_roi(&e->roi, &e->roi_options, roi, e->io, a, e->policy, e->diags))
               != THRESH_OK)
        rc = one;
    options.roi = e->roi;
    options.roi_options = &e->roi_options;
    if (rc == THRESH_OK)
        rc = check_mappings(e);
    if (rc == THRESH_OK)
        rc = thresh_judge(&e->result, e->files[BASELINE].set, e->files[CANDIDATE].set,
                          e->files[ANCHOR].set, e->policy, &options, e->diags);
    if (rc != THRESH_OK)
        return failure(e->io, e->diags, rc);
    print_diags(e->io, e->diags, THRESH_WARNING);
    if (record_decision(e->io, a, thresh_verdict_name(e->result->verdict), e->result->exit_code,
                        write_document, e->result)
        != EXIT_OK)
        return EXIT_TROUBLE;
    return write_reports(&e->outputs, e->result) == EXIT_OK ? e->result->exit_code : EXIT_TROUBLE;
}

/* The files that the arguments name. */
static thresh_status name_files(evaluation *e)
{
    const arguments *a = e->a;
    const char *baseline_format = option_value(a, "baseline-format");

    e->files[BASELINE] = (input_file){ .path = a->positional[0], .format = baseline_format };
    e->files[CANDIDATE] =
        (input_file){ .path = a->positional[1], .format = option_value(a, "candidate-format") };
    e->files[ANCHOR] = (input_file){ .path = option_value(a, "anchor"), .format = baseline_format };
    return read_rivals(e);
}

static int run_eval(const streams *io, const arguments *a)
{
    const char *inputs[MOST_OUTPUT_INPUTS] = { [MOST_INPUTS] = option_value(a, "golden"),
                                               option_value(a, "roi") };
    evaluation e = { .io = io, .a = a, .diags = new_diags(io) };
    thresh_status named = name_files(&e);
    int code;

    for (size_t i = 0; i < MOST_INPUTS; i++)
        inputs[i] = e.files[i].path;
    code = open_reports(&e.outputs, io, a, inputs);
    if (code == EXIT_OK)
        code = open_flips(&e);
    if (code == EXIT_OK && e.diags == NULL)
        code = out_of_memory(io);
    if (code == EXIT_OK && named != THRESH_OK)
        code = failure(io, e.diags, named);
    if (code == EXIT_OK)
        code = run_evaluation(&e, inputs);
    if (code == EXIT_TROUBLE)
        report_trouble(&e.outputs, e.diags);
    bool whole = code != EXIT_TROUBLE;
    if (close_outputs(&e.outputs, whole) != EXIT_OK)
        code = EXIT_TROUBLE;
    if (close_output_file(&e.flips, io, whole) != EXIT_OK)
        code = EXIT_TROUBLE;
    thresh_result_free(e.result);
    for (size_t i = 0; i < MOST_INPUTS; i++)
        thresh_set_free(e.files[i].set);
    thresh_samples_free(e.golden);
    thresh_roi_model_free(e.roi);
    thresh_policy_free(e.policy);
    thresh_diags_free(e.diags);
    return code;
}

static const value_set pairs = { .words = (const char *const[]){ "inner", "strict", NULL } };
static const value_set burdens = { .words = (const char *const[]){ "point", "prove-safe",
                                                                   "prove-harm", NULL } };
static const value_set unknowns = { .words =
                                        (const char *const[]){ "list", "review", "reject", NULL } };
static const value_set warns = { .words = (const char *const[]){ "pass", "review", "fail", NULL } };
static const value_set reviews = { .words = (const char *const[]){ "pass", "fail", NULL } };

static const option options[] = {
    LIMIT_OPTIONS,
    { "output", 'o', "FORMAT[:FILE]", &an_output,
      N_("what to write, and where; repeat for several; without FILE to standard output; thresh "
         "report --formats lists the formats") },
    { "format", 0, "NAME", &a_format,
      N_("format of the inputs, instead of detecting it (thresh inspect --formats)") },
    { "baseline-format", 0, "NAME", &a_format, N_("format of the baseline and the anchor") },
    { "candidate-format", 0, "NAME", &a_format, N_("format of the candidate") },
    { "anchor", 0, "FILE", &a_file,
      N_("the first model of the line: the candidate is judged against it too, and the worse "
         "verdict counts") },
    { "rival", 0, "NAME=FILE", &a_named_file,
      N_("another system beside baseline and candidate: the report says where the candidate stands "
         "on each metric; it changes no verdict; repeat for several") },
    { "baseline-row", 0, "NAME", NULL,
      N_("judge only the row of a table (or the scope) of this name as the baseline") },
    { "candidate-row", 0, "NAME", NULL,
      N_("judge only the row of this name as the candidate; both may be rows of one file") },
    { "anchor-row", 0, "NAME", NULL, N_("judge only the row of this name as the anchor") },
    { "map", 0, "FROM=TO", NULL,
      N_("read what a file calls FROM (a name or scope/name) as TO; repeat for several") },
    { "select", 0, "GLOB", NULL,
      N_("judge only metrics of such a name or scope/name; repeat for several") },
    { "ignore", 0, "GLOB", NULL,
      N_("leave out metrics of such a name or scope/name; repeat for several") },
    { "id", 0, "COLUMN", NULL,
      N_("the column that holds the ids of samples, where it has no usual name (id, sample_id, "
         "doc_id and the like)") },
    { "pair", 0, "HOW", &pairs,
      N_("samples that only one file has: inner judges the others alone, strict refuses to judge; "
         "by default samples that the candidate lacks are left to review") },
    { "slice-by", 0, "COLUMN", NULL,
      N_("judge each value of this column of the samples as a slice, of a column of numbers each "
         "decile; repeat for several") },
    { "cluster", 0, "COLUMN", NULL,
      N_("the document, passage or user that several samples come from: they depend on each other, "
         "and intervals say so") },
    { "seed", 0, "N", NULL,
      N_("of what is resampled (default: 0); the same seed gives the same bytes") },
    { "resamples", 0, "N", NULL,
      N_("bootstrap replicates for figures that are no means, such as F1 and P99; 0: none; "
         "default: 10,000, or as many as take about a second") },
    { "golden", 0, "FILE", &a_file,
      N_("ids of golden samples, one on each line, beside those that a column 'golden' marks: one "
         "that was right and is wrong now rejects") },
    { "flips", 0, "FILE", &a_file,
      N_("write a CSV of the samples that one model gets right and the other wrong") },
    { "step", 0, "N", NULL,
      N_("of a log of training take the evaluation of this step or epoch, instead of the last") },
    SCALE_OPTION,
    { "burden", 0, "HOW", &burdens,
      N_("who has to prove what: point (the values alone), prove-safe (the candidate that it is no "
         "worse), prove-harm (noise must not block); instead of what the profiles say") },
    { "confidence", 0, "C", NULL,
      N_("of each bound, such as 0.95 or 95%, instead of the profiles'") },
    { "allow-weaker", 0, NULL, NULL,
      N_("let --burden and --confidence ask for less than a strict profile; the verdict says so") },
    { "roi", 0, "MODEL", &a_file,
      N_("with the return on bringing the candidate out, by this model (thresh roi --help); one "
         "that misses its minimum rejects, a good one outvotes nothing") },
    { "draws", 0, "N", NULL, N_("of the Monte Carlo of --roi; default: 100,000") },
    { "score", 0, NULL, NULL,
      N_("with a score over groups of metrics, also where no profile asks for one; it never "
         "outvotes a "
         "rejection") },
    { "unknown", 0, "HOW", &unknowns,
      N_("metrics of no known kind: list (default), review or reject") },
    { "warn", 0, "HOW", &warns, N_("what warnings count as: pass (default), review or fail") },
    { "review", 0, "HOW", &reviews,
      N_("exit code of a review: pass (0) or fail (1) instead of 3") },
    { "pin-profile", 0, "SHA256", NULL,
      N_("refuse to run unless every profile has a pinned SHA-256 (12 to 64 hex digits); repeat "
         "for several") },
    RECORD_OPTION,
    { "quiet", 'q', NULL, NULL, N_("the verdict line only") },
    { "all", 'a', NULL, NULL, N_("every metric and every reason, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("accept, with or without warnings") },
    { EXIT_REJECT, N_("reject") },
    { EXIT_TROUBLE,
      N_("trouble: usage, unreadable or malformed input, nothing that could be judged") },
    { EXIT_REVIEW, N_("review: the data cannot decide") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh eval baseline.json compressed.json --profile search",
      N_("May the compressed model replace the original behind a search?") },
    { "thresh eval baseline.json compressed.json -p search --tier edge -o text -o "
      "json:verdict.json",
      N_("The strictest limits of two profiles; the report on the terminal, the verdict document "
         "in a file.") },
    { "thresh eval baseline.json compressed.json -p ./my-search.yaml --review=fail",
      N_("A gate with limits of one's own, which what cannot be decided does not pass.") },
    { NULL, NULL },
};

const command eval_command = {
    .name = "eval",
    .synopsis = "eval BASELINE CANDIDATE [--profile NAME|FILE]... [--tier T] [--layer L] [--group "
                "G] [-o FORMAT[:FILE]]...",
    .summary = N_("judge whether a compressed model may replace the original"),
    .description = N_("Reads the evaluation results of the original (BASELINE) and of the "
                      "compressed model (CANDIDATE), applies the limits of the profiles, and says "
                      "accept, review or reject, with the reason for each metric.\n"
                      "Formats are told apart by content (thresh inspect --formats); '-' is "
                      "standard input. Without --profile the ranges of the catalog apply."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 2,
    .most = 2,
    .wanted = N_("BASELINE and CANDIDATE"),
    .arguments = &a_file,
    .run = run_eval,
};
