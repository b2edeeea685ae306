/* thresh rollout: stage by stage to all users, or back. */
#include "rollout.h"

#include "dossier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where it stands, as the document that is kept. */
static thresh_status keep_status(session *s, const char *word, int code)
{
    const thresh_rollout_info info = thresh_rollout_state_info(s->state);
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    thresh_status rc =
        f == NULL ? THRESH_ENOMEM : thresh_report_rollout_json(s->plan, &info, code, f);

    rc = close_memory(f, &text, rc);
    if (rc == THRESH_OK)
        rc = keep_step(s, &(step_taken){ word, code, text, len }, s->diags);
    free(text);
    return rc;
}

static int write_status(session *s, int code)
{
    const thresh_rollout_info info = thresh_rollout_state_info(s->state);

    if (thresh_rollout_is_edited(s->plan, &info))
        thresh_diags_add(s->diags, THRESH_WARNING, s->plan->path, 0, 0,
                         "the plan, or a profile of it, was edited after the rollout '%.200s' "
                         "began: its stages are shown by their number",
                         info.name);
    thresh_status rc = s->json ? thresh_report_rollout_json(s->plan, &info, code, s->io->out)
                               : thresh_report_rollout(s->plan, &info, &s->options, s->io->out);

    print_diags(s->io, s->diags, THRESH_WARNING);
    return rc == THRESH_OK ? code : failure(s->io, s->diags, rc);
}

/* --- actions --- */

static int simulate(session *s)
{
    enum { MOST_THREADS = 8 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t runs = 0, seed = 0;
    thresh_rollout_simulation *played = NULL;
    thresh_status rc = read_plan(s);
    bool ok = whole_option(s->a, "runs", 2, 1000000, &runs, s->diags);

    ok &= whole_option(s->a, "seed", 0, MOST_WHOLE, &seed, s->diags);
    const thresh_rollout_simulate_options options = {
        .runs = (size_t)runs,
        .seed = seed,
        .threads = processors > MOST_THREADS ? MOST_THREADS
                   : processors > 0          ? (unsigned)processors
                                             : 1,
    };
    if (!ok)
        rc = THRESH_EINVAL;
    if (rc == THRESH_OK)
        rc = thresh_rollout_simulate(&played, s->plan, &options, s->diags);
    if (rc == THRESH_OK)
        rc = s->json ? thresh_report_rollout_simulation_json(played, s->io->out)
                     : thresh_report_rollout_simulation(played, &s->options, s->io->out);
    thresh_rollout_simulation_free(played);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    print_diags(s->io, s->diags, THRESH_WARNING);
    return EXIT_OK;
}

static int init(session *s)
{
    void *bytes = NULL;
    size_t len = 0;
    thresh_status rc;

    if (option_given(s->a, "simulate"))
        return simulate(s);
    rc = read_plan(s);
    if (rc == THRESH_OK && !is_again(s))
        rc = find_store(s);
    if (rc == THRESH_OK && !is_again(s))
        rc = thresh_store_open(&s->store, s->where, s->diags);
    if (rc == THRESH_OK && is_again(s)) {
        rc = thresh_rollout_begin(&s->state, s->plan, s->now);
    } else if (rc == THRESH_OK) {
        rc = thresh_checkpoint_get(s->store, s->key, &bytes, &len, &s->version, s->diags);
        free(bytes);
        if (rc == THRESH_OK) {
            thresh_diags_add(
                s->diags, THRESH_ERROR, name_of_store(s), 0, 0,
                "the rollout '%s' was begun before (thresh rollout status %s); another "
                "one needs another name",
                s->plan->name, s->plan->path);
            rc = THRESH_EINVAL;
        } else if (rc == THRESH_ENOENT) {
            s->version = 0;
            rc = thresh_rollout_begin(&s->state, s->plan, s->now);
        }
    }
    if (rc == THRESH_OK)
        rc = keep_status(s, thresh_rollout_status_name(THRESH_ROLLOUT_RUNNING), EXIT_OK);
    return rc == THRESH_OK ? write_status(s, EXIT_OK) : failure(s->io, s->diags, rc);
}

static int exit_of(thresh_step step)
{
    return step == THRESH_ADVANCE ? EXIT_OK : step == THRESH_HOLD ? EXIT_REVIEW : EXIT_REJECT;
}

/* Where rows come from: files, and a server at most, which is asked anew at each try, as the stage
 * may be another one. */
typedef struct data {
    const char *server;
    thresh_observations *of_files, *all;
} data;

static thresh_status read_files(session *s, data *d)
{
    const char **files = calloc(s->a->count, sizeof *files);
    size_t count = 0;
    bool ok = true;

    if (files == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 2; i < s->a->count; i++) {
        const char *name = s->a->positional[i];
        if (!is_prometheus(name)) {
            files[count++] = name;
        } else if (d->server != NULL) {
            ok = false;
            thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                             "DATA: expected one Prometheus server at most");
        } else {
            d->server = name;
        }
    }
    if (d->server != NULL && option_given(s->a, "increment")) {
        ok = false;
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "--increment: a Prometheus server is asked for all since the stage began");
    }
    thresh_status rc = d->server != NULL && is_again(s) ? not_on_record(d->server, s->diags)
                                                        : read_rows(s, &d->of_files, files, count);
    free(files);
    return rc != THRESH_OK || ok ? rc : THRESH_EINVAL;
}

/* Judges, and keeps what came of it. THRESH_ECONFLICT: another process was quicker. */
static thresh_status observe_once(session *s, data *d, thresh_observed **observed)
{
    thresh_observe_options options = { .now = s->now,
                                       .now_from = option_given(s->a, "at") ? "--at" : NULL,
                                       .increment = option_given(s->a, "increment"),
                                       .stage = option_value(s->a, "stage") };
    char *text = NULL;
    size_t len = 0;
    FILE *f;
    thresh_status rc = open_rollout(s, false);

    if (rc != THRESH_OK)
        return rc;
    options.now = s->now = clock_after(s, thresh_rollout_state_info(s->state).last);
    bool runs = thresh_rollout_state_info(s->state).status == THRESH_ROLLOUT_RUNNING;
    rc = thresh_rollout_state_check(s->state, s->plan, s->diags);
    if (rc == THRESH_OK && runs && d->server != NULL)
        rc = thresh_observations_ask(&d->all, d->of_files, s->plan, s->state, d->server, s->now,
                                     s->diags);
    if (rc == THRESH_OK)
        rc = thresh_rollout_observe(observed, s->state, s->plan,
                                    d->all != NULL ? d->all : d->of_files, &options, s->diags);
    if (rc != THRESH_OK || (!runs && !is_recorded(s->a)))
        return rc;
    f = open_memstream(&text, &len);
    rc = f == NULL ? THRESH_ENOMEM
                   : thresh_report_observed_json(*observed, exit_of((*observed)->step), f);
    rc = close_memory(f, &text, rc);
    const step_taken step = { thresh_step_name((*observed)->step), exit_of((*observed)->step), text,
                              len };
    /* the message of a conflict is for nobody: the whole is done again */
    thresh_diags *diags = new_diags(s->io);
    if (rc == THRESH_OK && !runs)
        rc = record_only(s, &step);
    else if (rc == THRESH_OK && (rc = keep_step(s, &step, diags)) != THRESH_ECONFLICT)
        thresh_diags_append(s->diags, diags);
    thresh_diags_free(diags);
    free(text);
    return rc;
}

static int observe(session *s)
{
    enum { TRIES = 20 };
    data d = { .server = NULL };
    thresh_observed *observed = NULL;
    thresh_status rc = read_plan(s), one = read_files(s, &d);
    int code = EXIT_TROUBLE;

    rc = rc != THRESH_OK ? rc : one;
    for (int i = 0; i < TRIES && rc == THRESH_OK; i++) {
        rc = observe_once(s, &d, &observed);
        if (rc != THRESH_ECONFLICT || i + 1 == TRIES)
            break;
        thresh_observed_free(observed);
        thresh_rollout_state_free(s->state);
        thresh_observations_free(d.all);
        observed = NULL;
        s->state = NULL;
        d.all = NULL;
        rc = THRESH_OK;
    }
    if (rc == THRESH_OK) {
        code = exit_of(observed->step);
        rc = s->json ? thresh_report_observed_json(observed, code, s->io->out)
                     : thresh_report_observed(observed, &s->options, s->io->out);
        print_diags(s->io, s->diags, THRESH_WARNING);
    }
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    thresh_observed_free(observed);
    thresh_observations_free(d.of_files);
    thresh_observations_free(d.all);
    return code;
}

/* Of an edited plan the state is as good as it was; one that does not fit its own plan is not. */
static thresh_status check_state(session *s)
{
    const thresh_rollout_info info = thresh_rollout_state_info(s->state);

    return thresh_rollout_is_edited(s->plan, &info)
               ? THRESH_OK
               : thresh_rollout_state_check(s->state, s->plan, s->diags);
}

static int status(session *s)
{
    thresh_status rc = open_rollout(s, true);

    if (rc == THRESH_OK)
        rc = check_state(s);
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    thresh_rollout_status stands = thresh_rollout_state_info(s->state).status;
    return write_status(s, stands == THRESH_ROLLOUT_RUNNING || stands == THRESH_ROLLOUT_DONE
                               ? EXIT_OK
                               : EXIT_REJECT);
}

/* An edited plan can be aborted: that is what its message advises. */
static int abort_rollout(session *s)
{
    thresh_status rc = open_rollout(s, false);

    if (rc == THRESH_OK)
        rc = check_state(s);
    if (rc == THRESH_OK)
        rc = thresh_rollout_abort(s->state, s->now, option_value(s->a, "why"), s->diags);
    if (rc == THRESH_OK)
        rc = keep_status(s, thresh_rollout_status_name(THRESH_ROLLOUT_ABORTED), EXIT_OK);
    return rc == THRESH_OK ? write_status(s, EXIT_OK) : failure(s->io, s->diags, rc);
}

static const action actions[] = {
    { "init",
      N_("Begins the rollout of PLAN at its first stage; with --simulate plays it through "
         "instead."),
      "PLAN", 1, 1, &a_file, NULL, init },
    { "observe",
      N_("Reads what users of both arms did since the stage began, and says whether to go on to "
         "the next stage, to stay, or to go back."),
      N_("PLAN and DATA"), 2, MAX_ARGUMENTS, &a_file, &a_file, observe },
    { "status", N_("Says at which stage the rollout stands, and how it came there."), "PLAN", 1, 1,
      &a_file, NULL, status },
    { "abort", N_("Ends the rollout for good."), "PLAN", 1, 1, &a_file, NULL, abort_rollout },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL },
};
enum { ACTIONS = sizeof actions / sizeof *actions - 1 };

static int run_action(const action *what, const streams *io, const arguments *a)
{
    const char *format = option_value(a, "output");
    session s = { .io = io,
                  .a = a,
                  .diags = new_diags(io),
                  .options = text_options(io, a, true),
                  .json = format != NULL && strcmp(format, "json") == 0 };
    int code = s.diags == NULL ? out_of_memory(io) : read_clock(&s);

    if (code == EXIT_OK)
        code = what->run(&s);
    /* who could not read the answer has to know that there is one */
    errno = 0;
    if (s.kept && (fflush(io->out) != 0 || ferror(io->out)))
        code = complain(io,
                        "rollout: the answer could not be written (%s); the step was taken all the "
                        "same, and is kept: thresh rollout status %s shows where it stands",
                        thresh_translate(io->language, strerror(errno != 0 ? errno : EIO)),
                        s.plan->path);
    thresh_rollout_state_free(s.state);
    thresh_store_close(s.store);
    thresh_rollout_plan_free(s.plan);
    thresh_diags_free(s.diags);
    free(s.where);
    free(s.shown);
    return code;
}

/* A look at where it stands, or at what might come, decides nothing. */
static bool decides(const arguments *a)
{
    return a->count > 0 && strcmp(a->positional[0], "status") != 0
           && !(strcmp(a->positional[0], "init") == 0 && option_given(a, "simulate"));
}

static int run_rollout(const streams *io, const arguments *a)
{
    const char *wanted = a->positional[0], *names[ACTIONS + 1];
    char hint[THRESH_HINT_MAX];
    size_t given = a->count - 1;

    for (size_t i = 0; i < ACTIONS; i++) {
        names[i] = actions[i].name;
        if (strcmp(actions[i].name, wanted) != 0)
            continue;
        if (given >= actions[i].least && given <= actions[i].most)
            return run_action(&actions[i], io, a);
        return complain(
            io,
            given == 1 ? N_("rollout %s: expected %s, found %zu argument (thresh rollout --help)")
                       : N_("rollout %s: expected %s, found %zu arguments (thresh rollout --help)"),
            wanted, thresh_translate(io->language, actions[i].wanted), given);
    }
    names[ACTIONS] = NULL;
    return complain(io, "rollout: unknown action '%s'; expected init, observe, status or abort%s",
                    wanted, thresh_hint(hint, thresh_nearest_word(wanted, names), io->language));
}

static const char *const formats[] = { "text", "json", NULL };
static const value_set a_rollout_format = { .words = formats };

static const option options[] = {
    { "state", 0, "FILE|URL", &a_file,
      N_("where the state is kept: a file of SQLite, or postgresql://HOST/NAME; default: PLAN with "
         ".db for "
         ".yaml") },
    { "increment", 0, NULL, NULL,
      N_("DATA are what came since the last look; default: all since the stage began") },
    { "stage", 0, "NAME", NULL, N_("refuse DATA unless this stage runs") },
    { "at", 0, "TIME", NULL,
      N_("the time of this step, such as 2026-11-25T10:00:00Z, instead of the clock's; no later "
         "one") },
    RECORD_OPTION,
    { "why", 0, "TEXT", NULL, N_("abort: the reason, for the record") },
    { "simulate", 0, NULL, NULL,
      N_("init: keep nothing, and show how long the plan takes and how often it errs") },
    { "runs", 'n', "N", NULL, N_("of a simulation, up to 1,000,000; default: 10,000") },
    { "seed", 0, "N", NULL,
      N_("of a simulation (default: 0); the same seed gives the same bytes") },
    { "output", 'o', "FORMAT", &a_rollout_format, N_("text (default) or json") },
    { "quiet", 'q', NULL, NULL, N_("the first line only") },
    { "all", 'a', NULL, NULL, N_("every stratum, however many") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("observe: on to the next stage, or done; else: carried out") },
    { EXIT_REJECT, N_("observe: back to the original; status: it was rolled back or aborted") },
    { EXIT_TROUBLE,
      N_("trouble: usage, a faulty plan, unreadable or contradictory data, no state") },
    { EXIT_REVIEW, N_("observe: stay at this stage") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh rollout init rollout.yaml --simulate",
      N_("How long will it take, and how often does it err?") },
    { "thresh rollout init rollout.yaml", N_("Begin at the first stage.") },
    { "thresh rollout observe rollout.yaml counts.csv",
      N_("May it go on to the next stage, by what users did so far?") },
    { NULL, NULL },
};

const command rollout_command = {
    .name = "rollout",
    .synopsis = "rollout init PLAN [--simulate] [--runs N] [--seed N]\n"
                "rollout observe PLAN DATA... [--increment] [--stage NAME]\n"
                "rollout status PLAN\nrollout abort PLAN [--why TEXT]",
    .summary = N_("bring a model to its users stage by stage, or take it back"),
    .description = N_(
        "PLAN is a YAML file (schema thresh/rollout/v1): stages with their share of the traffic, "
        "least time and least samples, and metrics, whose limits come from profiles.\n"
        "DATA are counts or means of both arms, CSV or JSON, with the columns arm, metric, n, and "
        "successes, or mean and sd; stratum and time where there are any; or the address of a "
        "Prometheus server, which is asked by the plan's queries. They may be looked at as "
        "often as one likes: the bounds hold at every look.\n"
        "Traffic that was not split as planned blocks every step. A rollout that was rolled back "
        "or aborted never goes on, and nothing is judged by an edited plan."),
    .actions = actions,
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 1,
    .most = MAX_ARGUMENTS,
    .wanted = N_("an action"),
    .decides = decides,
    .run = run_rollout,
};
