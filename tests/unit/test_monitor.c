/* Windows, levels, silence and state of a monitor: rows in, alerts out. */
#include "unit.h"

#include "thresh/monitor.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "schema: thresh/profile/v1\nname: mine\n"
enum { SECOND = 1000000, MOST = 64 };

/* What a test watches with, and what was told. */
typedef struct fixture {
    thresh_policy *policy;
    thresh_set *baseline;
    thresh_monitor_options options;
    thresh_monitor *monitor;
    thresh_events *events;
    thresh_diags *diags;
    uint64_t seed;
    size_t count, event_count;
    struct told {
        thresh_alert alert;
        thresh_judged judged, as_eval;
        char metric[32], scope[32];
    } told[MOST];
} fixture;

static void assert_near(double got, double wanted, double most)
{
    if (!(fabs(got - wanted) <= most))
        fail_msg("%.17g, expected %.17g", got, wanted);
}

static thresh_status take_alert(void *context, const thresh_alert *alert)
{
    fixture *f = context;

    assert_true(f->count < MOST);
    struct told *t = &f->told[f->count++];
    t->alert = *alert;
    if (alert->has_figures) {
        t->judged = *alert->judged;
        t->as_eval = *alert->as_eval;
    }
    snprintf(t->metric, sizeof t->metric, "%s", alert->metric);
    snprintf(t->scope, sizeof t->scope, "%s", alert->scope);
    return THRESH_OK;
}

static thresh_status take_event(void *context, const thresh_monitor_event *event)
{
    fixture *f = context;

    (void)event;
    f->event_count++;
    return THRESH_OK;
}

static thresh_monitor_sink sink(fixture *f)
{
    return (thresh_monitor_sink){ take_alert, take_event, f };
}

static void begin(fixture *f, const char *profile)
{
    memset(f, 0, sizeof *f);
    f->seed = 1;
    f->diags = thresh_diags_new();
    assert_non_null(f->diags);
    assert_int_equal(thresh_policy_new(&f->policy), THRESH_OK);
    assert_int_equal(thresh_set_new(&f->baseline), THRESH_OK);
    if (profile != NULL
        && thresh_policy_add_text(f->policy, profile, strlen(profile), "mine.yaml", NULL, f->diags)
               != THRESH_OK)
        fail_msg("%s", thresh_diags_at(f->diags, 0)->text);
    f->options.settings = thresh_policy_alert_settings(f->policy);
}

static void expect(fixture *f, const char *name, double value, double n)
{
    thresh_metric m = { .scope = "", .name = name, .value = value, .n = n, .has_n = n > 0 };

    assert_int_equal(thresh_set_add(f->baseline, &m, NULL), THRESH_OK);
}

static void watch(fixture *f, bool live)
{
    thresh_status rc = thresh_monitor_new(&f->monitor, f->policy, live ? NULL : f->baseline,
                                          &f->options, f->diags);

    if (rc != THRESH_OK)
        fail_msg("%d: %s", rc,
                 thresh_diags_count(f->diags) ? thresh_diags_at(f->diags, 0)->text : "");
    thresh_events_options reading = { .lateness = f->options.settings.lateness > 0
                                                      ? f->options.settings.lateness
                                                      : 0,
                                      .mark_every = THRESH_MONITOR_MARK };
    assert_int_equal(thresh_events_new(&f->events, &reading, f->diags), THRESH_OK);
}

static void finish(fixture *f)
{
    thresh_monitor_free(f->monitor);
    thresh_events_free(f->events);
    thresh_set_free(f->baseline);
    thresh_policy_free(f->policy);
    thresh_diags_free(f->diags);
}

static thresh_status take_row(void *context, const thresh_event *row)
{
    fixture *f = context;
    thresh_monitor_sink to = sink(f);

    return thresh_monitor_row(f->monitor, f->events, row, &to);
}

static void feed(fixture *f, const char *line)
{
    assert_int_equal(thresh_events_feed(f->events, line, strlen(line), take_row, f), THRESH_OK);
}

/* A row with one reading, or two where `other` is given. */
static void row(fixture *f, int64_t ts, const char *name, double value, const char *other)
{
    char line[256];

    if (other == NULL)
        snprintf(line, sizeof line, "{\"ts\": %lld, \"%s\": %.17g}\n", (long long)ts, name, value);
    else
        snprintf(line, sizeof line, "{\"ts\": %lld, \"%s\": %.17g, %s}\n", (long long)ts, name,
                 value, other);
    feed(f, line);
}

static double uniform(fixture *f)
{
    f->seed = f->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(f->seed >> 11) / 9007199254740992.0;
}

/* `n` rows of right and wrong, of which exactly `right` are right, a second apart. */
static void shares(fixture *f, int64_t *ts, size_t n, size_t right)
{
    for (size_t i = 0; i < n; i++)
        row(f, (*ts)++, "accuracy", (i + 1) * right / n > i * right / n, NULL);
}

static void check(const fixture *f, size_t i, thresh_level from, thresh_level to,
                  thresh_alert_reason reason)
{
    assert_true(i < f->count);
    assert_int_equal(f->told[i].alert.from, from);
    assert_int_equal(f->told[i].alert.level, to);
    assert_int_equal(f->told[i].alert.reason, reason);
}

static const thresh_level NONE = THRESH_LEVEL_NONE, ORANGE = THRESH_LEVEL_ORANGE,
                          RED = THRESH_LEVEL_RED;
static const int64_t BEGIN = 1795579200;

static void levels_rise_with_evidence(void **state)
{
    fixture f;
    int64_t ts = BEGIN;

    (void)state;
    begin(&f, NULL);
    expect(&f, "accuracy", 0.94, 0);
    watch(&f, false);
    shares(&f, &ts, 1000, 940);
    shares(&f, &ts, 1000, 920); /* 2 pp worse, and as likely 1 pp: not for sure beyond 1.5 pp */
    assert_int_equal(f.count, 0);
    shares(&f, &ts, 1000, 890); /* 5 pp: for sure beyond 2.5 pp */
    assert_int_equal(f.count, 1);
    check(&f, 0, NONE, ORANGE, THRESH_ALERT_BEYOND_LIMIT);
    assert_string_equal(f.told[0].metric, "accuracy");
    assert_near(f.told[0].judged.candidate, 0.89, 1e-12);
    assert_near(f.told[0].judged.degradation, 0.05, 1e-12);
    assert_true(f.told[0].judged.low > 0.025 && f.told[0].judged.low < 0.04);
    assert_true(f.told[0].alert.n == 1000 && f.told[0].alert.line == 3000);
    shares(&f, &ts, 1000, 840);
    check(&f, 1, ORANGE, RED, THRESH_ALERT_BEYOND_LIMIT);
    shares(&f, &ts, 1000, 938); /* once is not often enough to be left */
    assert_int_equal(f.count, 2);
    assert_int_equal(thresh_monitor_level(f.monitor), RED);
    shares(&f, &ts, 1000, 938);
    check(&f, 2, RED, NONE, THRESH_ALERT_RECOVERED);
    assert_int_equal(thresh_monitor_level(f.monitor), NONE);
    assert_true(f.told[1].alert.begins && f.told[0].alert.begins && f.told[2].alert.ends);
    assert_string_not_equal(f.told[0].alert.incident, f.told[1].alert.incident);
    assert_string_equal(f.told[2].alert.incident, f.told[1].alert.incident);
    finish(&f);
}

static void hysteresis_and_for(void **state)
{
    fixture f;
    int64_t ts = BEGIN;

    (void)state;
    begin(&f, HEAD "alerts:\n  window: 400\n  for: 2\n  clear: {below: 50%, windows: 1}\n"
                   "  metrics: {accuracy: {yellow: none, orange: none, red: 4pp}}\n");
    expect(&f, "accuracy", 0.9, 0);
    watch(&f, false);
    shares(&f, &ts, 400, 300); /* 15 pp worse, once */
    shares(&f, &ts, 400, 360);
    shares(&f, &ts, 400, 300);
    assert_int_equal(f.count, 0);
    shares(&f, &ts, 400, 300);
    check(&f, 0, NONE, RED, THRESH_ALERT_BEYOND_LIMIT);
    shares(&f, &ts, 400, 350); /* 2.5 pp: below the limit, and not half of it */
    assert_int_equal(f.count, 1);
    shares(&f, &ts, 400, 354); /* 1.5 pp */
    check(&f, 1, RED, NONE, THRESH_ALERT_RECOVERED);
    finish(&f);
}

static void floors_are_red(void **state)
{
    fixture f;
    int64_t ts = BEGIN;

    (void)state;
    begin(&f, HEAD "alerts: {window: 200, metrics: {accuracy: {floor: 90%}}}\n");
    expect(&f, "accuracy", 0.91, 0);
    watch(&f, false);
    shares(&f, &ts, 200, 180); /* on it */
    assert_int_equal(f.count, 0);
    shares(&f, &ts, 200, 179);
    check(&f, 0, NONE, RED, THRESH_ALERT_BELOW_FLOOR);
    assert_string_equal(f.told[0].alert.profile, "mine");
    finish(&f);
    /* the profile's own floor counts as well */
    begin(&f, HEAD "metrics: {latency_ms: {ceiling: 50ms}}\nalerts: {window: 10}\n");
    expect(&f, "latency_ms", 48, 0);
    watch(&f, false);
    for (int i = 0; i < 10; i++)
        row(&f, ts++, "latency_ms", 51, NULL);
    check(&f, 0, NONE, RED, THRESH_ALERT_ABOVE_CEILING);
    finish(&f);
}

/* What thresh_judge() says of a file with the window's value, error and count. */
static void check_same_as_eval(fixture *f, const struct told *t, const thresh_metric *window)
{
    thresh_set *candidate;
    thresh_result *result;

    assert_int_equal(thresh_set_new(&candidate), THRESH_OK);
    assert_int_equal(thresh_set_add(candidate, window, NULL), THRESH_OK);
    assert_int_equal(thresh_judge(&result, f->baseline, candidate, NULL, f->policy, NULL, f->diags),
                     THRESH_OK);
    for (size_t i = 0; i < result->metric_count; i++) {
        const thresh_judged *m = &result->metrics[i];
        if (strcmp(m->name, window->name) != 0)
            continue;
        assert_int_equal(m->verdict, t->as_eval.verdict);
        assert_int_equal(m->reason_count, t->as_eval.reason_count);
        for (unsigned r = 0; r < m->reason_count; r++)
            assert_int_equal(m->reasons[r], t->as_eval.reasons[r]);
        assert_near(m->degradation, t->as_eval.degradation, 0);
        assert_int_equal(m->has_interval, t->as_eval.has_interval);
        if (m->has_interval) {
            assert_near(m->low, t->as_eval.low, 0);
            assert_near(m->high, t->as_eval.high, 0);
        }
        thresh_result_free(result);
        thresh_set_free(candidate);
        return;
    }
    fail_msg("%s is not in the result", window->name);
}

static void windows_are_judged_as_eval_does(void **state)
{
    static const char *const burdens[] = { "point", "prove-safe", "prove-harm" };
    static const size_t rights[] = { 460, 450, 440, 430, 425, 400, 300 };
    fixture f;

    (void)state;
    for (size_t b = 0; b < COUNT(burdens); b++)
        for (size_t r = 0; r < COUNT(rights); r++)
            for (int n = 0; n <= 3000; n += 3000) {
                char profile[512];
                int64_t ts = BEGIN;
                snprintf(profile, sizeof profile,
                         HEAD "evidence: {burden: %s}\nfamilies: {proportion: {accept: 1pp, "
                              "tolerate: 3pp}}\nalerts:\n  window: 500\n  metrics: {accuracy: "
                              "{floor: 100%%}}\n",
                         burdens[b]);
                begin(&f, profile);
                expect(&f, "accuracy", 0.92, n);
                watch(&f, false);
                shares(&f, &ts, 500, rights[r]);
                assert_int_equal(f.count, 1);
                check_same_as_eval(&f, &f.told[0],
                                   &(thresh_metric){ .scope = "",
                                                     .name = "accuracy",
                                                     .value = (double)rights[r] / 500,
                                                     .n = 500,
                                                     .has_n = true });
                finish(&f);
            }
}

static void numbers_are_judged_as_eval_does(void **state)
{
    fixture f;
    double sum = 0, squares = 0;
    int64_t ts = BEGIN;
    enum { N = 200 };

    (void)state;
    begin(&f, HEAD "evidence: {burden: prove-harm}\nalerts: {window: 200}\n");
    thresh_metric b = {
        .scope = "", .name = "latency_ms", .value = 30, .stderr_value = 0.5, .has_stderr = true
    };
    assert_int_equal(thresh_set_add(f.baseline, &b, NULL), THRESH_OK);
    watch(&f, false);
    for (int i = 0; i < N; i++) {
        double value = 36 + 8 * uniform(&f);
        sum += value;
        squares += value * value;
        row(&f, ts++, "latency_ms", value, NULL);
    }
    assert_int_equal(f.count, 1);
    check(&f, 0, NONE, ORANGE, THRESH_ALERT_BEYOND_LIMIT);
    double variance = (squares - sum * sum / N) / (N - 1);
    assert_near(f.told[0].as_eval.candidate, sum / N, 1e-9);
    thresh_metric window = { .scope = "",
                             .name = "latency_ms",
                             .value = f.told[0].as_eval.candidate,
                             .has_stderr = true,
                             .stderr_value = sqrt(variance / N),
                             .n = N,
                             .has_n = true };
    thresh_interval i;
    assert_int_equal(thresh_ratio_fieller(&i, 30, 0.5, window.value, window.stderr_value, 0, 0.95),
                     THRESH_OK);
    assert_near(f.told[0].as_eval.low, i.low - 1, 1e-9);
    assert_near(f.told[0].as_eval.high, i.high - 1, 1e-9);
    finish(&f);
}

static void percentiles_come_from_their_series(void **state)
{
    fixture f;
    int64_t ts = BEGIN;
    thresh_watched w;

    (void)state;
    begin(&f, HEAD "alerts: {window: 1000}\n");
    expect(&f, "latency_p99_ms", 99, 0);
    expect(&f, "latency_p50", 50, 0);
    expect(&f, "latency_mean", 50, 0);
    watch(&f, false);
    for (int i = 0; i < 1000; i++) /* 0 to 100, each share of it in its place */
        row(&f, ts++, "latency_ms", (i * 37 % 1000) / 999.0 * 100, NULL);
    assert_true(thresh_monitor_watched(f.monitor, 0, &w));
    assert_string_equal(w.statistic, "p99");
    assert_near(w.value, 99, 1e-9);
    assert_true(thresh_monitor_watched(f.monitor, 1, &w));
    assert_near(w.value, 50, 1e-9);
    assert_true(thresh_monitor_watched(f.monitor, 2, &w));
    assert_string_equal(w.statistic, "mean");
    assert_near(w.value, 50, 1e-9);
    assert_false(thresh_monitor_watched(f.monitor, 3, &w));
    assert_int_equal(f.count, 0);
    for (int i = 0; i < 1000; i++)
        row(&f, ts++, "latency_ms", (i * 37 % 1000) / 999.0 * 130, NULL);
    assert_int_equal(f.count, 3);
    for (size_t i = 0; i < f.count; i++) {
        check(&f, i, NONE, f.told[i].alert.level, THRESH_ALERT_BEYOND_LIMIT);
        assert_true(f.told[i].judged.low < 0.3 && f.told[i].judged.high > 0.3);
        assert_near(f.told[i].judged.degradation, 0.3, 1e-9);
    }
    finish(&f);
}

static void percentages_stay_percentages(void **state)
{
    fixture f;
    int64_t ts = BEGIN;
    thresh_watched w;

    (void)state;
    begin(&f, HEAD "alerts: {window: 50}\n");
    expect(&f, "error_rate", 0.01, 0);
    watch(&f, false);
    for (int i = 0; i < 50; i++)
        row(&f, ts++, "error_rate", 1.1 - 0.2 * (i % 2), NULL); /* per cent */
    for (int i = 0; i < 50; i++)
        row(&f, ts++, "error_rate", 0.8, NULL); /* still */
    assert_int_equal(f.count, 0);
    assert_true(thresh_monitor_watched(f.monitor, 0, &w));
    assert_near(w.value, 0.008, 1e-12);
    finish(&f);
}

static void windows_of_time(void **state)
{
    fixture f;
    thresh_watched w;

    (void)state;
    begin(&f, HEAD "alerts: {window: 60s, slide: 20s, lateness: 10s}\n");
    expect(&f, "latency_ms", 10, 0);
    watch(&f, false);
    for (int64_t ts = BEGIN; ts < BEGIN + 200; ts++) /* 10 ms, from second 100 on 20 ms */
        row(&f, ts, "latency_ms", ts < BEGIN + 100 ? 10 : 20, NULL);
    /* the window [60, 120) has 20 of 60 seconds of it, and is told of when 130 is there */
    assert_int_equal(f.count, 2);
    assert_true(f.told[0].alert.begin == (BEGIN + 60) * SECOND);
    assert_true(f.told[0].alert.end == (BEGIN + 119) * SECOND);
    assert_true(f.told[0].alert.ts == (BEGIN + 130) * SECOND);
    assert_true(f.told[1].alert.end == (BEGIN + 139) * SECOND);
    assert_true(f.told[0].alert.n == 60);
    thresh_monitor_sink to = sink(&f);
    assert_int_equal(thresh_monitor_end(f.monitor, &to), THRESH_OK);
    assert_true(thresh_monitor_watched(f.monitor, 0, &w));
    assert_true(w.windows == 10 && w.value == 20);
    finish(&f);
}

static void silence_is_red(void **state)
{
    fixture f;
    int64_t ts = BEGIN;

    (void)state;
    begin(&f, HEAD "alerts: {no_data: 60s, window: 10}\n");
    expect(&f, "latency_ms", 10, 0);
    expect(&f, "accuracy", 0.9, 0);
    watch(&f, false);
    for (int i = 0; i < 30; i++)
        row(&f, ts++, "latency_ms", 10, "\"accuracy\": 0.9");
    for (int i = 0; i < 59; i++)
        row(&f, ts++, "latency_ms", 10, NULL);
    assert_int_equal(f.count, 0);
    for (int i = 0; i < 10; i++)
        row(&f, ts++, "latency_ms", 10, NULL);
    assert_int_equal(f.count, 1);
    check(&f, 0, NONE, RED, THRESH_ALERT_NO_DATA);
    assert_string_equal(f.told[0].metric, "accuracy");
    assert_true(f.told[0].alert.silence > 60 * (int64_t)SECOND);
    row(&f, ts++, "latency_ms", 10, "\"accuracy\": 0.9");
    check(&f, 1, RED, NONE, THRESH_ALERT_RECOVERED);
    /* a clock that jumps silences nobody */
    ts += 80000;
    row(&f, ts++, "latency_ms", 10, "\"accuracy\": 0.9");
    row(&f, ts++, "latency_ms", 10, NULL);
    assert_int_equal(f.count, 2);
    finish(&f);
}

static void a_service_is_down(void **state)
{
    fixture f;
    thresh_monitor_sink to;

    (void)state;
    begin(&f, NULL);
    expect(&f, "latency_ms", 10, 0);
    f.options.down_after = 30 * SECOND;
    watch(&f, false);
    to = sink(&f);
    row(&f, BEGIN, "latency_ms", 10, "\"up\": 1");
    row(&f, BEGIN + 1, "up", 0, NULL);
    check(&f, 0, NONE, RED, THRESH_ALERT_DOWN);
    row(&f, BEGIN + 2, "up", 1, NULL);
    assert_int_equal(f.count, 1);
    row(&f, BEGIN + 3, "up", 1, NULL);
    check(&f, 1, RED, NONE, THRESH_ALERT_RECOVERED);
    /* by the caller's clock */
    assert_int_equal(thresh_monitor_tick(f.monitor, 1000 * SECOND, &to), THRESH_OK);
    assert_int_equal(thresh_monitor_tick(f.monitor, 1030 * (int64_t)SECOND, &to), THRESH_OK);
    assert_int_equal(f.count, 2);
    assert_int_equal(thresh_monitor_tick(f.monitor, 1031 * (int64_t)SECOND, &to), THRESH_OK);
    check(&f, 2, NONE, RED, THRESH_ALERT_DOWN);
    assert_string_equal(f.told[2].metric, "*");
    row(&f, BEGIN + 40, "up", 1, NULL);
    check(&f, 3, RED, NONE, THRESH_ALERT_RECOVERED);
    finish(&f);
}

static void a_live_baseline(void **state)
{
    fixture f;
    int64_t ts = BEGIN;

    (void)state;
    begin(&f, HEAD "alerts: {window: 500}\n");
    watch(&f, true);
    shares(&f, &ts, 500, 450);
    assert_int_equal(f.event_count, 1);
    shares(&f, &ts, 500, 440);
    assert_int_equal(f.count, 0);
    shares(&f, &ts, 500, 350);
    check(&f, 0, NONE, RED, THRESH_ALERT_BEYOND_LIMIT);
    assert_near(f.told[0].judged.baseline, 0.9, 1e-12);
    assert_string_equal(f.told[0].judged.method, "Newcombe hybrid score, independent counts");
    finish(&f);
}

static void series_are_bounded(void **state)
{
    fixture f;

    (void)state;
    begin(&f, NULL);
    f.options.max_series = 3;
    watch(&f, true);
    for (int i = 0; i < 10; i++) {
        char line[128];
        snprintf(line, sizeof line,
                 "{\"metric\": \"accuracy\", \"value\": 1, \"scope\": \"c%d\"}\n", i);
        feed(&f, line);
    }
    assert_true(thresh_monitor_counted(f.monitor)->readings == 3);
    assert_true(thresh_monitor_counted(f.monitor)->dropped == 7);
    finish(&f);
    begin(&f, HEAD "alerts: {statistic: p95, window: 1h}\n");
    f.options.memory = 1 << 20;
    watch(&f, true);
    for (int i = 0; i < 50; i++) {
        char line[128];
        snprintf(line, sizeof line,
                 "{\"ts\": %lld, \"metric\": \"latency\", \"value\": 1, \"scope\": \"c%d\"}\n",
                 (long long)BEGIN, i);
        feed(&f, line);
    }
    assert_in_range(thresh_monitor_counted(f.monitor)->readings, 1, 30);
    assert_true(thresh_monitor_counted(f.monitor)->dropped > 0);
    finish(&f);
}

static void windows_that_make_no_sense(void **state)
{
    static const struct {
        thresh_span window, slide;
    } rows[] = { { { 100, 0 }, { 30, 0 } },        { { 100, 0 }, { 0, SECOND } },
                 { { 0, 10 * SECOND }, { 5, 0 } }, { { 0, 10 * SECOND }, { 0, 3 * SECOND } },
                 { { 100000, 0 }, { 10, 0 } },     { { 0, 10 * SECOND }, { 0, 10000 } } };
    fixture f;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin(&f, NULL);
        expect(&f, "accuracy", 0.9, 0);
        f.options.settings.window = rows[i].window;
        f.options.settings.slide = rows[i].slide;
        assert_int_equal(thresh_monitor_new(&f.monitor, f.policy, f.baseline, &f.options, f.diags),
                         THRESH_EINVAL);
        assert_int_equal(thresh_diags_errors(f.diags), 1);
        finish(&f);
    }
    begin(&f, NULL);
    expect(&f, "steps", 3, 0);
    assert_int_equal(thresh_monitor_new(&f.monitor, f.policy, f.baseline, &f.options, f.diags),
                     THRESH_EEMPTY);
    finish(&f);
}

/* The monitor is saved, and another one goes on. */
static void restart(fixture *f, bool live)
{
    unsigned char *data;
    size_t len;
    thresh_monitor *next;

    assert_int_equal(thresh_monitor_save(f->monitor, &data, &len), THRESH_OK);
    assert_int_equal(thresh_monitor_new(&next, f->policy, live ? NULL : f->baseline, &f->options,
                                        f->diags),
                     THRESH_OK);
    assert_int_equal(thresh_monitor_load(next, data, len), THRESH_OK);
    thresh_monitor_free(f->monitor);
    f->monitor = next;
    free(data);
}

/* Good rows but for those from `first` to `last`, of which every so manieth is `bad`. */
static void spoil(fixture *f, const char *profile, const char *bad, size_t every, size_t restarts)
{
    enum { FIRST = 1000, LAST = 1500, ROWS = 4000 };

    begin(f, profile);
    expect(f, "latency_ms", 10, 0);
    watch(f, false);
    for (size_t i = 0; i < ROWS; i++) {
        if (i >= FIRST && i < LAST && i % every == 0)
            feed(f, bad);
        else
            row(f, BEGIN + (int64_t)i, "latency_ms", 10, NULL);
        if (restarts > 0 && i % restarts == 0)
            restart(f, false);
    }
}

static void input_of_no_use(void **state)
{
    static const char broken[] = "{\"latency_ms\": 10\n",
                      none[] = "{\"ts\": 1795579900, \"latency_ms\": null}\n",
                      late[] = "{\"ts\": 1795570000, \"latency_ms\": 10}\n";
    static const struct {
        const char *settings, *line;
        size_t every;
        thresh_alert_reason reason; /* RECOVERED: no alert */
        uint64_t at, n, back;
        double share;
    } rows[] = {
        { "", broken, 1, THRESH_ALERT_UNREADABLE, 1050, 50, 2500, 1 },
        { "", late, 3, THRESH_ALERT_LATE, 1050, 50, 2500, 0.32 },
        { "", broken, 25, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 }, /* 4 % */
        { "", none, 1, THRESH_ALERT_MISSING, 1500, 500, 2500, 1 },
        { "", none, 2, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 }, /* half of them, not more */
        { "max_bad: none", broken, 1, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 },
        { "max_bad: 60%", broken, 2, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 },
        { "max_late: none", late, 1, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 },
        { "max_missing: 20%", none, 2, THRESH_ALERT_MISSING, 1500, 500, 2500, 0.5 },
        { "metrics: {latency: {max_missing: none}}", none, 1, THRESH_ALERT_RECOVERED, 0, 0, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char profile[256];
        fixture once, again;
        bool told = rows[i].reason != THRESH_ALERT_RECOVERED;

        snprintf(profile, sizeof profile, HEAD "alerts:\n  window: 100\n  %s\n", rows[i].settings);
        spoil(&once, profile, rows[i].line, rows[i].every, 0);
        assert_int_equal(once.count, told ? 2 : 0);
        if (told) {
            const thresh_alert *a = &once.told[0].alert;
            check(&once, 0, NONE, RED, rows[i].reason);
            check(&once, 1, RED, NONE, THRESH_ALERT_RECOVERED);
            assert_string_equal(once.told[0].metric,
                                rows[i].reason == THRESH_ALERT_MISSING ? "latency_ms" : "*");
            assert_int_equal(a->line, rows[i].at);
            assert_int_equal(a->n, rows[i].n);
            assert_near(a->share, rows[i].share, 1e-12);
            assert_int_equal(once.told[1].alert.line, rows[i].back);
        }
        spoil(&again, profile, rows[i].line, rows[i].every, 37);
        assert_int_equal(once.count, again.count);
        for (size_t k = 0; k < once.count; k++)
            assert_string_equal(once.told[k].alert.id, again.told[k].alert.id);
        finish(&once);
        finish(&again);
    }
}

/* What nobody can read is no silence. */
static void a_stream_that_is_heard(void **state)
{
    fixture f;
    thresh_monitor_sink to;
    thresh_watched w;

    (void)state;
    begin(&f, NULL);
    expect(&f, "latency_ms", 10, 0);
    f.options.down_after = 30 * SECOND;
    watch(&f, false);
    to = sink(&f);
    row(&f, BEGIN, "latency_ms", 10, NULL);
    assert_int_equal(thresh_monitor_tick(f.monitor, 1000 * SECOND, &to), THRESH_OK);
    thresh_monitor_heard(f.monitor);
    assert_int_equal(thresh_monitor_tick(f.monitor, 1040 * (int64_t)SECOND, &to), THRESH_OK);
    assert_int_equal(f.count, 0);
    assert_false(thresh_monitor_watched(f.monitor, 1, &w));
    assert_int_equal(thresh_monitor_tick(f.monitor, 1080 * (int64_t)SECOND, &to), THRESH_OK);
    check(&f, 0, NONE, RED, THRESH_ALERT_DOWN);
    assert_true(thresh_monitor_watched(f.monitor, 1, &w));
    assert_string_equal(w.metric, "*");
    assert_int_equal(w.level, RED);
    assert_false(thresh_monitor_watched(f.monitor, 2, &w));
    finish(&f);
}

/* A stream with something of everything; saved, loaded into another monitor every `every` rows. */
static void play(fixture *f, const char *profile, bool live, size_t every)
{
    thresh_monitor_sink to;

    begin(f, profile);
    expect(f, "accuracy", 0.9, 0);
    expect(f, "latency_p95_ms", 25, 0);
    expect(f, "up", 1, 0);
    watch(f, live);
    for (size_t i = 0; i < 3000; i++) {
        char other[96];
        bool bad = i > 800 && i < 1800;
        snprintf(other, sizeof other, "\"latency_ms\": %.6f, \"up\": %d",
                 20 + (bad ? 15 : 6) * uniform(f), i % 1000 != 700);
        row(f, BEGIN + (int64_t)i, i > 2200 ? "latency_ms" : "accuracy",
            i > 2200 ? 30 : uniform(f) < (bad ? 0.7 : 0.9), i > 2200 ? NULL : other);
        if (every > 0 && i % every == 0)
            restart(f, live);
    }
    to = sink(f);
    assert_int_equal(thresh_monitor_end(f->monitor, &to), THRESH_OK);
}

static void a_state_goes_on(void **state)
{
    static const char *const profiles[] = {
        HEAD "alerts: {window: 100, no_data: 60s}\n",
        HEAD "alerts: {window: 200, slide: 20, for: 2}\n",
        HEAD "alerts: {window: 100s, slide: 10s, lateness: 5s, no_data: 60s}\n"
    };

    (void)state;
    for (size_t p = 0; p < COUNT(profiles); p++)
        for (int live = 0; live < 2; live++) {
            fixture once, again;
            play(&once, profiles[p], live, 0);
            play(&again, profiles[p], live, 7);
            assert_true(once.count > 3);
            assert_int_equal(once.count, again.count);
            for (size_t i = 0; i < once.count; i++) {
                assert_string_equal(once.told[i].alert.id, again.told[i].alert.id);
                assert_string_equal(once.told[i].alert.incident, again.told[i].alert.incident);
                assert_int_equal(once.told[i].alert.level, again.told[i].alert.level);
                assert_near(once.told[i].judged.candidate, again.told[i].judged.candidate,
                                   0);
            }
            assert_memory_equal(thresh_monitor_counted(once.monitor),
                                thresh_monitor_counted(again.monitor),
                                sizeof(thresh_monitor_counts));
            finish(&once);
            finish(&again);
        }
}

static void a_damaged_state_is_refused(void **state)
{
    fixture f;
    unsigned char *data;
    size_t len;

    (void)state;
    play(&f, HEAD "alerts: {window: 100, no_data: 60s}\n", false, 0);
    assert_int_equal(thresh_monitor_save(f.monitor, &data, &len), THRESH_OK);
    for (size_t i = 0; i < len; i += i < 200 ? 1 : 7) {
        thresh_monitor *other;
        assert_int_equal(thresh_monitor_new(&other, f.policy, f.baseline, &f.options, f.diags),
                         THRESH_OK);
        assert_int_equal(thresh_monitor_load(other, data, i), THRESH_EFORMAT);
        thresh_monitor_free(other);
        /* changed bytes may be another state, and never a crash */
        assert_int_equal(thresh_monitor_new(&other, f.policy, f.baseline, &f.options, f.diags),
                         THRESH_OK);
        data[i] ^= 0x5a;
        thresh_monitor_load(other, data, len);
        data[i] ^= 0x5a;
        thresh_monitor_free(other);
    }
    f.options.settings.window.count = 50;
    thresh_monitor *other;
    assert_int_equal(thresh_monitor_new(&other, f.policy, f.baseline, &f.options, f.diags),
                     THRESH_OK);
    assert_int_equal(thresh_monitor_load(other, data, len), THRESH_EFORMAT);
    thresh_monitor_free(other);
    free(data);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_rise_with_evidence),
        cmocka_unit_test(hysteresis_and_for),
        cmocka_unit_test(floors_are_red),
        cmocka_unit_test(windows_are_judged_as_eval_does),
        cmocka_unit_test(numbers_are_judged_as_eval_does),
        cmocka_unit_test(percentiles_come_from_their_series),
        cmocka_unit_test(percentages_stay_percentages),
        cmocka_unit_test(windows_of_time),
        cmocka_unit_test(silence_is_red),
        cmocka_unit_test(a_service_is_down),
        cmocka_unit_test(a_live_baseline),
        cmocka_unit_test(series_are_bounded),
        cmocka_unit_test(windows_that_make_no_sense),
        cmocka_unit_test(input_of_no_use),
        cmocka_unit_test(a_stream_that_is_heard),
        cmocka_unit_test(a_state_goes_on),
        cmocka_unit_test(a_damaged_state_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
