/* thresh monitor: a running service beside its baseline, window after window. */
#include "monitor.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what is asked for --- */

static bool read_span_option(watching *w, const char *name, bool count_allowed, thresh_span *out)
{
    const char *text = option_value(w->a, name);

    if (text == NULL || thresh_parse_span(out, text, count_allowed))
        return true;
    thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                     count_allowed
                         ? N_("--%s: found '%s', expected a count such as 1000, or a time such as "
                              "30s, 5m or 1h")
                         : N_("--%s: found '%s', expected a time such as 30s, 5m or 1h"),
                     name, text);
    return false;
}

static bool read_windows(watching *w)
{
    thresh_alert_settings *s = &w->options.settings;
    thresh_span lateness = { 0 }, down = { 0 };
    const char *adaptive = option_value(w->a, "adaptive");
    bool ok = true;

    *s = thresh_policy_alert_settings(w->policy);
    if (option_given(w->a, "window"))
        s->slide = (thresh_span){ 0 };
    ok &= read_span_option(w, "window", true, &s->window);
    ok &= read_span_option(w, "slide", true, &s->slide);
    ok &= read_span_option(w, "lateness", false, &lateness);
    ok &= read_span_option(w, "down", false, &down);
    if (lateness.microseconds > 0)
        s->lateness = lateness.microseconds;
    w->options.down_after = down.microseconds;
    w->reading.lateness = s->lateness > 0 ? s->lateness : 0;
    if (adaptive != NULL)
        s->adaptive = strcmp(adaptive, "on") == 0    ? THRESH_ADAPTIVE_ON
                      : strcmp(adaptive, "off") == 0 ? THRESH_ADAPTIVE_OFF
                                                     : THRESH_ADAPTIVE_TIGHTEN;
    return ok;
}

static thresh_status read_options(watching *w)
{
    uint64_t windows = 0, bad = 0, series = 0;
    const char *format = option_value(w->a, "output");
    bool ok = read_windows(w);

    ok &= whole_option(w->a, "for", 1, 1000, &windows, w->diags);
    ok &= whole_option(w->a, "max-bad", 0, MOST_WHOLE, &bad, w->diags);
    ok &= whole_option(w->a, "max-series", 1, 100000, &series, w->diags);
    ok &= whole_option(w->a, "min-samples", 1, 1000000000, &w->options.min_samples, w->diags);
    w->most_bad = option_given(w->a, "max-bad") ? (double)bad : INFINITY;
    w->options.windows = (unsigned)windows;
    w->options.max_series = (size_t)series;
    w->reading.time = option_value(w->a, "time");
    w->reading.utc = option_given(w->a, "utc");
    w->reading.id = option_value(w->a, "id");
    for (size_t i = 0; (w->by[i] = option_at(w->a, "by", i)) != NULL; i++)
        if (i + 2 == sizeof w->by / sizeof *w->by) {
            thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0, "--by can stand 15 times");
            return THRESH_EINVAL;
        }
    w->reading.by = w->by;
    w->reading.mark_every = THRESH_MONITOR_MARK;
    if (!collect(w->a, "drift", w->drift)) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0, "--drift can stand %d times",
                         MAX_PATTERNS);
        return THRESH_EINVAL;
    }
    w->options.drift = w->drift;
    if (w->options.settings.adaptive != THRESH_ADAPTIVE_OFF && w->drift[0] == NULL
        && w->options.settings.drift.columns == NULL)
        thresh_diags_add(w->diags, THRESH_WARNING, NULL, 0, 0,
                         "limits adapt to drift, and neither --drift nor the profile names a "
                         "column: nothing will adapt");
    w->text = format != NULL && strcmp(format, "text") == 0;
    w->follow = option_given(w->a, "follow");
    w->quiet = option_given(w->a, "quiet");
    w->words = text_options(w->io, w->a, w->text);
    return ok ? THRESH_OK : THRESH_EINVAL;
}

/* Profiles, baseline and windows: a state of others would be continued wrongly. */
static thresh_status find_fingerprint(watching *w)
{
    const thresh_alert_settings *s = &w->options.settings;
    const char *hash = w->baseline == NULL ? "live" : thresh_set_source(w->baseline)->sha256;
    FILE *f = open_room(&w->fingerprint);

    if (f == NULL)
        return THRESH_ENOMEM;
    fprintf(f, "baseline %s;", hash != NULL ? hash : "");
    for (size_t p = 0; p < thresh_policy_count(w->policy); p++)
        for (const thresh_profile_info *i = thresh_policy_at(w->policy, p); i != NULL;
             i = i->extended)
            fprintf(f, " %s", i->sha256);
    fprintf(f, "; %llu %lld / %llu %lld / %lld / %d / %u / %zu / %llu;",
            (unsigned long long)s->window.count, (long long)s->window.microseconds,
            (unsigned long long)s->slide.count, (long long)s->slide.microseconds,
            (long long)s->lateness, (int)s->adaptive, w->options.windows, w->options.max_series,
            (unsigned long long)w->options.min_samples);
    if (w->reading.utc)
        fputs(" utc", f);
    for (size_t i = 0; w->by[i] != NULL; i++)
        fprintf(f, " by %s", w->by[i]);
    for (size_t i = 0; w->drift[i] != NULL; i++)
        fprintf(f, " drift %s", w->drift[i]);
    for (size_t i = 0; option_at(w->a, "query", i) != NULL; i++)
        fprintf(f, " query %s", option_at(w->a, "query", i));
    return close_room(f, &w->fingerprint, THRESH_OK);
}

/* --- making --- */

static thresh_status open_actions(watching *w)
{
    const char *folder = option_value(w->a, "actions"), *state = option_value(w->a, "state");
    char beside[4096];

    if (!option_given(w->a, "allow-actions"))
        return THRESH_OK;
    if (folder == NULL && (state == NULL || strstr(state, "://") != NULL)) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "--allow-actions needs --state FILE, or --actions FOLDER: what was run is "
                         "kept there, so that nothing is run twice");
        return THRESH_EINVAL;
    }
    if (!check_secrets(w))
        return THRESH_EINVAL;
    snprintf(beside, sizeof beside, "%s.actions", state != NULL ? state : "");
    return thresh_actions_open(&w->actions, folder != NULL ? folder : beside, w->diags);
}

/* Calls of another stream are others, though they share a folder, a line and a second. */
static void name_source(watching *w, const char *path)
{
    char folder[4096] = "";

    if (is_prometheus(path))
        snprintf(w->source, sizeof w->source, "%s", w->server_name);
    else if (strcmp(path, "-") == 0 || path[0] == '/' || getcwd(folder, sizeof folder) == NULL)
        snprintf(w->source, sizeof w->source, "%s", path);
    else
        snprintf(w->source, sizeof w->source, "%s/%s", folder, path);
}

static thresh_status open_all(watching *w)
{
    const char *path = w->a->count > 0 ? w->a->positional[0] : "-";
    const char *baseline = option_value(w->a, "baseline");
    thresh_position position = { 0 };
    bool found = false, waits = option_given(w->a, "follow") || strcmp(path, "-") == 0;
    thresh_status rc = load_policy(&w->policy, w->a, NULL, w->diags), one;

    if (rc != THRESH_OK)
        return rc;
    rc = read_options(w);
    if (option_given(w->a, "down") && !waits) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "--down needs --follow: an input that ends is not waited for");
        rc = THRESH_EINVAL;
    }
    warn_of_commands(w->policy, w->diags);
    if (strcmp(baseline, "live") != 0
        && (one = read_measured(&w->baseline, baseline, w->io, w->a, w->policy, w->diags))
               != THRESH_OK)
        rc = one;
    if (rc == THRESH_OK)
        rc = find_fingerprint(w);
    if (rc == THRESH_OK)
        rc = thresh_monitor_new(&w->monitor, w->policy, w->baseline, &w->options, w->diags);
    if (rc == THRESH_OK)
        rc = open_actions(w);
    if (is_prometheus(path))
        name_server(w->server_name, sizeof w->server_name, path);
    w->reading.path = is_prometheus(path) ? w->server_name : strcmp(path, "-") == 0 ? NULL : path;
    name_source(w, path);
    snprintf(w->key, sizeof w->key, "monitor %.480s", is_prometheus(path) ? w->server_name : path);
    if (rc == THRESH_OK && option_given(w->a, "state"))
        rc = take_up(w, &position, &found);
    if (rc == THRESH_OK && !found)
        rc = thresh_events_new(&w->events, &w->reading, w->diags);
    if (rc == THRESH_OK && is_prometheus(path))
        rc = open_server(w, path, found ? &position : NULL);
    else if (rc == THRESH_OK)
        rc = thresh_follow_open(&w->input, path, w->io->in, w->follow, found ? &position : NULL,
                                w->diags);
    /* so that a file that is rotated before the first checkpoint is known again */
    return rc == THRESH_OK && w->store != NULL && !found ? keep_state(w) : rc;
}

/* --- the run --- */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    stopped = number;
}

static void catch_signals(void)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
    struct sigaction caught = { .sa_handler = stop };

    sigemptyset(&caught.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &caught, NULL);
}

thresh_status take_row(void *context, const thresh_event *row)
{
    watching *w = context;

    return thresh_monitor_row(w->monitor, w->events, row, &w->sink);
}

/* Messages that came since the last time. */
static void print_news(watching *w)
{
    thresh_diags *news;

    if (w->printed == thresh_diags_count(w->diags) || (news = new_diags(w->io)) == NULL)
        return;
    for (; w->printed < thresh_diags_count(w->diags); w->printed++) {
        const thresh_diag *d = thresh_diags_at(w->diags, w->printed);
        thresh_diags_add(news, d->severity, d->file, d->line, d->column, "%s", d->text);
    }
    print_diags(w->io, news, THRESH_WARNING);
    thresh_diags_free(news);
}

static thresh_status check_bad(watching *w)
{
    uint64_t bad = thresh_events_counted(w->events)->malformed;

    if ((double)bad <= w->most_bad)
        return THRESH_OK;
    thresh_diags_add(w->diags, THRESH_ERROR, w->reading.path, 0, 0,
                     "%llu malformed lines are more than --max-bad allows",
                     (unsigned long long)bad);
    return THRESH_EFORMAT;
}

bool is_stopped(void)
{
    return stopped != 0;
}

thresh_status settle(watching *w)
{
    thresh_status rc =
        thresh_monitor_tick(w->monitor, (int64_t)(machine_seconds() * 1e6), &w->sink);

    if (rc == THRESH_OK && (w->told_count > 0 || is_due(w)))
        rc = keep_state(w);
    if (rc == THRESH_OK)
        rc = gather(w, 0);
    record_told(w);
    print_news(w);
    return rc;
}

static thresh_status step(watching *w, thresh_followed what, const char *bytes, size_t len)
{
    thresh_status rc = THRESH_OK;

    if (what == THRESH_FOLLOWED_BYTES) {
        thresh_monitor_heard(w->monitor);
        rc = thresh_events_feed(w->events, bytes, len, take_row, w);
        w->fed += len;
    } else if (what == THRESH_FOLLOWED_CUT) {
        rc = thresh_events_cut(w->events, take_row, w);
    }
    if (rc == THRESH_OK)
        rc = check_bad(w);
    if (rc == THRESH_OK && (w->follow || what == THRESH_FOLLOWED_WAIT))
        rc = thresh_monitor_tick(w->monitor, (int64_t)(machine_seconds() * 1e6), &w->sink);
    return rc;
}

static thresh_status watch_input(watching *w)
{
    enum { WAIT = 500 };
    thresh_followed what = THRESH_FOLLOWED_WAIT;
    const char *bytes;
    size_t len;
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && stopped == 0) {
        rc = thresh_follow_read(w->input, &what, &bytes, &len);
        if (rc == THRESH_OK)
            rc = step(w, what, bytes, len);
        if (rc == THRESH_OK && (w->told_count > 0 || is_due(w)))
            rc = keep_state(w);
        if (rc == THRESH_OK)
            rc = gather(w, 0);
        record_told(w);
        print_news(w);
        if (what == THRESH_FOLLOWED_END)
            break;
        if (rc == THRESH_OK && what == THRESH_FOLLOWED_WAIT)
            thresh_follow_wait(w->input, WAIT);
    }
    return rc;
}

/* Without a state that goes on, what is there of a window is judged as it is. */
static thresh_status finish(watching *w)
{
    thresh_status rc = THRESH_OK;

    if (w->store == NULL) {
        rc = thresh_events_end(w->events, take_row, w);
        if (rc == THRESH_OK)
            rc = thresh_monitor_look(w->monitor, w->events, &w->sink);
        if (rc == THRESH_OK)
            rc = thresh_monitor_end(w->monitor, &w->sink);
    }
    if (rc == THRESH_OK)
        rc = keep_state(w);
    while (rc == THRESH_OK && w->actions != NULL && thresh_actions_pending(w->actions) > 0
           && stopped == 0)
        rc = gather(w, 1);
    return rc;
}

static int conclude(const watching *w)
{
    static const int codes[THRESH_LEVELS] = {
        [THRESH_LEVEL_RED] = EXIT_REJECT, [THRESH_LEVEL_ORANGE] = EXIT_REVIEW
    };
    thresh_level level = thresh_monitor_level(w->monitor);

    if (w->failed > 0)
        complain(w->io,
                 w->failed == 1 ? N_("%llu action FAILED in this run")
                                : N_("%llu actions FAILED in this run"),
                 (unsigned long long)w->failed);
    if (w->failed_at_red > 0)
        return EXIT_REJECT; /* a rollback that never ran is no good end */
    if (w->held_back)
        complain(w->io, "actions were due and not run: --allow-actions allows them");
    if (level >= THRESH_LEVEL_ORANGE)
        return codes[level];
    return is_unreadable(w) || is_blind(w) ? EXIT_TROUBLE : is_doubtful(w) ? EXIT_REVIEW : EXIT_OK;
}

static int watch_all(watching *w)
{
    thresh_status rc = open_all(w);
    if (rc == THRESH_OK)
        rc = record_beginning(w);
    if (rc == THRESH_OK && w->baseline != NULL && w->follow)
        name_unmet(w); /* nobody waits for the end of such a run */
    print_news(w);
    if (rc != THRESH_OK)
        return thresh_diags_errors(w->diags) > 0 && rc != THRESH_ENOMEM ? EXIT_TROUBLE
                                                                        : failure(w->io, NULL, rc);
    catch_signals();
    w->before = *thresh_events_counted(w->events);
    rc = w->server != NULL ? watch_server(w) : watch_input(w);
    if (rc == THRESH_OK)
        rc = finish(w);
    else if (w->store == NULL)
        deliver(w);
    name_unseen(w);
    name_unmet(w);
    name_unsliced(w);
    print_news(w);
    if (!w->quiet) {
        thresh_text_options options = text_options(w->io, w->a, false);
        thresh_status told = thresh_report_monitor(w->monitor, thresh_events_counted(w->events),
                                                   &options, w->io->err);
        rc = rc == THRESH_OK ? told : rc;
    }
    if (rc != THRESH_OK)
        return record_end(w, thresh_diags_errors(w->diags) > 0 && rc != THRESH_ENOMEM
                                 ? EXIT_TROUBLE
                                 : failure(w->io, NULL, rc));
    return record_end(w, conclude(w));
}

static int run_monitor(const streams *io, const arguments *a)
{
    watching w = { .io = io, .a = a, .diags = new_diags(io) };
    int code;

    w.sink = telling_sink(&w);
    if (option_value(a, "baseline") == NULL)
        code = complain(io, "monitor: expected --baseline FILE or --baseline live "
                            "(thresh monitor --help)");
    else if (option_at(a, "baseline", 1) != NULL)
        code = complain(io, "monitor: --baseline can stand once: a stream has one");
    else if (strcmp(option_value(a, "baseline"), "-") == 0
             && (a->count == 0 || strcmp(a->positional[0], "-") == 0))
        code = complain(io, "monitor: only one input can be standard input");
    else
        code = w.diags == NULL ? out_of_memory(io) : watch_all(&w);
    forget_told(&w);
    forget_all_due(&w);
    forget_record(&w);
    free(w.told);
    free(w.due);
    free(w.out.text);
    free(w.err.text);
    free(w.fingerprint);
    thresh_actions_free(w.actions);
    thresh_store_close(w.store);
    thresh_follow_free(w.input);
    close_server(&w);
    thresh_events_free(w.events);
    thresh_monitor_free(w.monitor);
    thresh_set_free(w.baseline);
    thresh_policy_free(w.policy);
    thresh_diags_free(w.diags);
    return code;
}

static const value_set a_monitor_format = { .words =
                                                (const char *const[]){ "json", "text", NULL } };
static const value_set an_adaptive = { .words = (const char *const[]){ "on", "tighten-only", "off",
                                                                       NULL } };

static const option options[] = {
    { "baseline", 'b', "FILE|live", &a_file,
      N_("what is compared with: a file as eval reads it, or live: the first window of each "
         "metric") },
    LIMIT_OPTIONS,
    { "window", 'w', "N|TIME", NULL,
      N_("readings, or time, that are summed up and judged together (default: 1000)") },
    { "slide", 0, "N|TIME", NULL,
      N_("how far the window moves on each time (default: as far as it is long)") },
    { "for", 0, "N", NULL, N_("windows in a row that have to be beyond a limit (default: 1)") },
    { "min-samples", 0, "N", NULL,
      N_("readings without which a window is not judged (default: 30 at the end of the input, 2 "
         "of a window of time)") },
    { "by", 0, "COLUMN", NULL,
      N_("watch each value of a column as a slice of its own too; repeat for several") },
    { "time", 0, "COLUMN", NULL, N_("the column of the time (default: ts, timestamp or time)") },
    { "utc", 0, NULL, NULL, N_("times that have no zone are in UTC; without it they are refused") },
    { "id", 0, "COLUMN", NULL,
      N_("the column of the id by which duplicates are known (default: id, event_id or "
         "request_id)") },
    { "lateness", 0, "TIME", NULL,
      N_("how much older than the newest a row may be and still count (default: 60s)") },
    { "follow", 'f', NULL, NULL,
      N_("wait for more at the end of the file, also when it is rotated or truncated") },
    { "query", 0, "METRIC=PROMQL", NULL,
      N_("where INPUT is a Prometheus server: what gives a metric; its labels become slices; "
         "repeat for several") },
    { "every", 0, "TIME", NULL, N_("between two points of a query (default: 15s)") },
    { "since", 0, "TIME", NULL,
      N_("how far back the queries begin (default: twice --every); without --follow they end now") },
    { "token-file", 0, "FILE", &a_file,
      N_("the token that the server is sent, read for each query (default: what "
         "THRESH_PROMETHEUS_TOKEN holds)") },
    { "password-file", 0, "FILE", &a_file,
      N_("the password of the user in the server's address (default: what "
         "THRESH_PROMETHEUS_PASSWORD holds)") },
    { "ca-file", 0, "FILE", &a_file,
      N_("certificates of authorities that the server is trusted by, instead of the system's") },
    { "cert-file", 0, "FILE", &a_file, N_("the certificate that the server is shown") },
    { "key-file", 0, "FILE", &a_file, N_("its key, where that is not in the same file") },
    { "down", 0, "TIME", NULL,
      N_("red when nothing at all comes for so long, while the input is waited for") },
    { "state", 0, "FILE|URL", &a_file,
      N_("keep the state in this database, and go on where it stands: after a kill no alert is "
         "lost or told twice") },
    { "allow-actions", 0, NULL, NULL, N_("run what the profile's actions: say") },
    { "actions", 0, "FOLDER", &a_file,
      N_("keep there what was run (default: FILE.actions, beside the state)") },
    { "adaptive", 0, "WHEN", &an_adaptive,
      N_("whether yellow and orange follow drift: on, tighten-only or off (default: as the profile "
         "says, else off)") },
    { "drift", 0, "COLUMN", NULL,
      N_("watch this column for drift, besides those of the profile; repeat for several") },
    { "max-bad", 0, "N", NULL, N_("stop when more lines than that are malformed") },
    { "max-series", 0, "N", NULL,
      N_("metrics and slices that are watched at most (default: 1000); the others are counted") },
    SCALE_OPTION,
    RECORD_OPTION,
    { "output", 'o', "FORMAT", &a_monitor_format,
      N_("json (default): a line for each alert, and sentences on standard error; or text: "
         "sentences on standard output") },
    { "quiet", 'q', NULL, NULL, N_("the alerts only, on standard output") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("at the end no metric is at a level, or yellow at most") },
    { EXIT_REJECT, N_("one is red, or an action for a red alert failed") },
    { EXIT_TROUBLE,
      N_("trouble: usage, an input most of which cannot be read, a state that is of another run, nothing that could "
         "be judged") },
    { EXIT_REVIEW,
      N_("one is orange, and none is red; or stream and baseline seem to be on different scales") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh monitor events.jsonl --baseline baseline.json",
      N_("Which metrics of a recorded stream got worse, and when?") },
    { "thresh monitor events.jsonl --baseline live --window 5m --slide 1m",
      N_("Compare with the stream's own first five minutes, each minute.") },
    { "thresh monitor events.jsonl --baseline baseline.json --profile my-search.yaml --state "
      "monitor.db --allow-actions",
      N_("Watch a service, run what the profile says for each level, and go on here the next time "
         "(--follow waits for more).") },
    { NULL, NULL },
};

const command monitor_command = {
    .name = "monitor",
    .synopsis = "monitor [INPUT] --baseline FILE|live [--profile NAME|FILE]... [--window N|TIME] "
                "[--follow] [--state FILE] [--allow-actions]",
    .summary = N_("watch live metrics, and raise alerts in levels"),
    .description =
        N_("INPUT is a file of JSON lines or CSV (- or nothing: standard input), wide (a metric in "
           "each field) or long (metric and value), with the time in ts; or the address of a "
           "Prometheus server, which is asked by --query. Windows of readings are "
           "summed up, judged as eval judges a candidate, and compared with the limits of yellow, "
           "orange and red.\n"
           "A level is raised when the whole interval of the degradation lies beyond its limit, so "
           "often in a row as the profile says, and left when the degradation is clearly below it. "
           "Floors, ceilings, a metric that is no longer seen and a service that is down are red.\n"
           "Alerts are lines of JSON on standard output (schema thresh/alert/v1). Limits, windows "
           "and actions are the profile's alerts: (thresh-profile(5))."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 1,
    .wanted = N_("one INPUT, or none"),
    .arguments = &a_file,
    .endless = true,
    .run = run_monitor,
};
