/* thresh rollout: stage by stage to all users, or back. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct session {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_text_options options;
    bool json;
    int64_t now;
    thresh_rollout_plan *plan;
    thresh_store *store;
    char *where, *shown, key[THRESH_KEY_MAX];
    thresh_rollout_state *state;
    uint64_t version;
} session;

/* --- the clock --- */

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    /* from 1 March on, so that the day that may be missing is the last one */
    int64_t y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* "2026-11-25T10:00:00Z", and no other form. */
static bool read_instant(int64_t *out, const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    static const int from[] = { 0, 5, 8, 11, 14, 17 }, digits[] = { 4, 2, 2, 2, 2, 2 };
    static const int most[] = { 9999, 12, 31, 23, 59, 59 };
    int64_t part[6] = { 0 };

    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < digits[i]; k++)
            part[i] = part[i] * 10 + text[from[i] + k] - '0';
        if (part[i] > most[i])
            return false;
    }
    if (part[0] < 1970 || part[1] < 1 || part[2] < 1)
        return false;
    *out = days_of(part[0], part[1], part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
    return true;
}

static int read_clock(session *s)
{
    const char *text = option_value(s->a, "at");

    s->now = (int64_t)time(NULL);
    if (text == NULL || read_instant(&s->now, text))
        return EXIT_OK;
    return complain(s->io, "--at: found '%s', expected a time such as 2026-11-25T10:00:00Z", text);
}

/* The clock, which another machine may have read before and found a little further. */
static int64_t clock_after(const session *s, int64_t last)
{
    enum { APART = 60 };
    int64_t now = option_given(s->a, "at") ? s->now : (int64_t)time(NULL);

    return !option_given(s->a, "at") && now < last && last - now <= APART ? last : now;
}

/* --- plan and state --- */

static thresh_status read_plan(session *s)
{
    char buffer[4096];
    const thresh_lookup lookup = profile_lookup(buffer);

    return thresh_rollout_plan_read(&s->plan, s->a->positional[1], s->io->in, &lookup, s->diags);
}

/* rollout.yaml keeps its state in rollout.db. */
static thresh_status find_store(session *s)
{
    const char *given = option_value(s->a, "state"), *path = s->plan->path;
    size_t len = strlen(path);

    if (given == NULL && strcmp(path, "-") == 0) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "a plan from standard input: --state says where its state is");
        return THRESH_EINVAL;
    }
    if (given == NULL && len > 5 && strcmp(path + len - 5, ".yaml") == 0)
        len -= 5;
    if ((s->where = malloc((given != NULL ? strlen(given) : len) + 4)) == NULL)
        return THRESH_ENOMEM;
    if (given != NULL)
        strcpy(s->where, given);
    else
        sprintf(s->where, "%.*s.db", (int)len, path);
    snprintf(s->key, sizeof s->key, "rollout/%s", s->plan->name);
    s->shown = thresh_store_shown(s->where);
    return s->shown != NULL ? THRESH_OK : THRESH_ENOMEM;
}

static thresh_status no_rollout(session *s)
{
    thresh_diags_add(s->diags, THRESH_ERROR, s->shown, 0, 0,
                     "there is no rollout '%s' (thresh rollout init %s begins it)", s->plan->name,
                     s->plan->path);
    return THRESH_EINVAL;
}

/* Reads plan and state. */
static thresh_status open_rollout(session *s, bool to_read)
{
    void *bytes = NULL;
    size_t len = 0;
    thresh_status rc = s->plan == NULL ? read_plan(s) : THRESH_OK;

    if (rc == THRESH_OK && s->where == NULL)
        rc = find_store(s);
    if (rc != THRESH_OK)
        return rc;
    /* a store is made by init alone */
    if (s->store == NULL && strstr(s->where, "://") == NULL && access(s->where, F_OK) != 0)
        return no_rollout(s);
    if (s->store == NULL)
        rc = to_read ? thresh_store_open_read(&s->store, s->where, s->diags)
                     : thresh_store_open(&s->store, s->where, s->diags);
    if (rc != THRESH_OK)
        return rc == THRESH_ENOENT ? no_rollout(s) : rc;
    rc = thresh_checkpoint_get(s->store, s->key, &bytes, &len, &s->version, s->diags);
    if (rc == THRESH_ENOENT)
        return no_rollout(s);
    if (rc == THRESH_OK)
        rc = thresh_rollout_state_load(&s->state, bytes, len, s->shown, s->diags);
    free(bytes);
    return rc;
}

/* The state, and beside it what was decided, both or neither. */
static thresh_status keep(session *s, const char *text, size_t len, thresh_diags *diags)
{
    char id[THRESH_KEY_MAX + 32];
    void *bytes = NULL;
    size_t size = 0;
    thresh_status rc = thresh_rollout_state_save(&bytes, &size, s->state);

    snprintf(id, sizeof id, "%s/%llu", s->key, (unsigned long long)s->version + 1);
    const thresh_kept_alert decided = { .id = id, .text = text, .len = len };
    if (rc == THRESH_OK)
        rc = thresh_checkpoint_put(s->store, s->key, bytes, size, &decided, 1, &s->version, diags);
    free(bytes);
    return rc;
}

/* Where it stands, as the document that is kept. */
static thresh_status keep_status(session *s, int code)
{
    const thresh_rollout_info info = thresh_rollout_state_info(s->state);
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    thresh_status rc =
        f == NULL ? THRESH_ENOMEM : thresh_report_rollout_json(s->plan, &info, code, f);

    if (f != NULL && fclose(f) != 0)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        rc = keep(s, text, len, s->diags);
    free(text);
    return rc;
}

static int write_status(session *s, int code)
{
    const thresh_rollout_info info = thresh_rollout_state_info(s->state);
    thresh_status rc = s->json ? thresh_report_rollout_json(s->plan, &info, code, s->io->out)
                               : thresh_report_rollout(s->plan, &info, &s->options, s->io->out);

    print_diags(s->io, s->diags, THRESH_WARNING);
    return rc == THRESH_OK ? code : failure(s->io, s->diags, rc);
}

/* --- actions --- */

static bool whole_number(session *s, const char *name, double most, double *out)
{
    const char *text = option_value(s->a, name);

    if (text == NULL
        || (thresh_parse_number(out, text, strlen(text)) && *out >= 0 && *out <= most
            && *out == (double)(uint64_t)*out))
        return true;
    thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                     "--%s: found '%s', expected a whole number", name, text);
    return false;
}

static int simulate(session *s)
{
    enum { MOST_THREADS = 8 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    double runs = 0, seed = 0;
    thresh_rollout_simulation *played = NULL;
    thresh_status rc = read_plan(s);

    if (!whole_number(s, "runs", 1000000, &runs)
        || !whole_number(s, "seed", 9007199254740992.0, &seed))
        rc = THRESH_EINVAL;
    if (option_given(s->a, "runs") && runs < 2) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0, "--runs: expected 2 or more");
        rc = THRESH_EINVAL;
    }
    const thresh_rollout_simulate_options options = {
        .runs = (size_t)runs,
        .seed = (uint64_t)seed,
        .threads = processors > MOST_THREADS ? MOST_THREADS
                   : processors > 0          ? (unsigned)processors
                                             : 1,
    };
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
    if (rc == THRESH_OK)
        rc = find_store(s);
    if (rc == THRESH_OK)
        rc = thresh_store_open(&s->store, s->where, s->diags);
    if (rc == THRESH_OK) {
        rc = thresh_checkpoint_get(s->store, s->key, &bytes, &len, &s->version, s->diags);
        free(bytes);
        if (rc == THRESH_OK) {
            thresh_diags_add(
                s->diags, THRESH_ERROR, s->shown, 0, 0,
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
        rc = keep_status(s, EXIT_OK);
    return rc == THRESH_OK ? write_status(s, EXIT_OK) : failure(s->io, s->diags, rc);
}

static int exit_of(thresh_step step)
{
    return step == THRESH_ADVANCE ? EXIT_OK : step == THRESH_HOLD ? EXIT_REVIEW : EXIT_REJECT;
}

/* Where rows come from: files, and a server at most, which is asked anew at each try, as the stage
 * may be another one. */
typedef struct data {
    const char *files[MAX_ARGUMENTS], *server;
    size_t file_count;
    thresh_observations *of_files, *all;
} data;

static thresh_status read_files(session *s, data *d)
{
    bool ok = true;

    for (size_t i = 2; i < s->a->count; i++) {
        const char *name = s->a->positional[i];
        if (!is_prometheus(name)) {
            d->files[d->file_count++] = name;
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
    thresh_status rc =
        thresh_observations_read(&d->of_files, d->files, d->file_count, s->io->in, s->diags);
    return rc != THRESH_OK || ok ? rc : THRESH_EINVAL;
}

/* Judges, and keeps what came of it. THRESH_ECONFLICT: another process was quicker. */
static thresh_status observe_once(session *s, data *d, thresh_observed **observed)
{
    thresh_observe_options options = { .now = s->now,
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
    if (rc != THRESH_OK || !runs)
        return rc;
    if ((f = open_memstream(&text, &len)) == NULL)
        return THRESH_ENOMEM;
    rc = thresh_report_observed_json(*observed, exit_of((*observed)->step), f);
    if (fclose(f) != 0)
        rc = THRESH_ENOMEM;
    /* the message of a conflict is for nobody: the whole is done again */
    thresh_diags *diags = new_diags(s->io);
    if (rc == THRESH_OK && (rc = keep(s, text, len, diags)) != THRESH_ECONFLICT)
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

static int status(session *s)
{
    thresh_status rc = open_rollout(s, true);

    if (rc == THRESH_OK)
        rc = thresh_rollout_state_check(s->state, s->plan, s->diags);
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
        rc = thresh_rollout_abort(s->state, s->now, option_value(s->a, "why"), s->diags);
    if (rc == THRESH_OK && thresh_rollout_state_info(s->state).stage >= s->plan->stage_count)
        rc = thresh_rollout_state_check(s->state, s->plan, s->diags);
    if (rc == THRESH_OK)
        rc = keep_status(s, EXIT_OK);
    return rc == THRESH_OK ? write_status(s, EXIT_OK) : failure(s->io, s->diags, rc);
}

static const action actions[] = {
    { "init",
      N_("Begins the rollout of PLAN at its first stage; with --simulate plays it through "
         "instead."),
      "PLAN", 1, 1, &a_file, NULL, init },
    { "observe",
      N_("Reads what users of both arms did since the stage began, and says whether to go on to "
         "the "
         "next stage, to stay, or to go back."),
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
    thresh_rollout_state_free(s.state);
    thresh_store_close(s.store);
    thresh_rollout_plan_free(s.plan);
    thresh_diags_free(s.diags);
    free(s.where);
    free(s.shown);
    return code;
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
      N_("the time of this step, such as 2026-11-25T10:00:00Z, instead of the clock's") },
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
        "or "
        "aborted never goes on, and an edited plan is refused."),
    .actions = actions,
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 1,
    .most = MAX_ARGUMENTS,
    .wanted = N_("an action"),
    .run = run_rollout,
};
