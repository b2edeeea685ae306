/* Judging: decimals on their limits, the burden of proof, slices, and what must never pass. */
#include "unit.h"

#include "judge/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "schema: thresh/profile/v1\nname: mine\n"

static thresh_policy *policy;
static thresh_set *baseline, *candidate;
static thresh_result *result;

static int set_up(void **state)
{
    (void)state;
    return thresh_policy_new(&policy) == THRESH_OK && thresh_set_new(&baseline) == THRESH_OK
                   && thresh_set_new(&candidate) == THRESH_OK
               ? 0
               : 1;
}

static int tear_down(void **state)
{
    (void)state;
    thresh_result_free(result);
    result = NULL;
    thresh_set_free(baseline);
    thresh_set_free(candidate);
    thresh_policy_free(policy);
    return 0;
}

static void add_profile(const char *text)
{
    assert_int_equal(thresh_policy_add_text(policy, text, strlen(text), "mine.yaml", NULL, NULL),
                     THRESH_OK);
}

static void add_named(const char *name)
{
    assert_int_equal(thresh_policy_add(policy, name, NULL, NULL, NULL), THRESH_OK);
}

static void put(thresh_set *set, thresh_metric m)
{
    m.scope = m.scope != NULL ? m.scope : "";
    assert_int_equal(thresh_set_add(set, &m, NULL), THRESH_OK);
}

static void pair(const char *scope, const char *name, double b, double c)
{
    put(baseline, (thresh_metric){ .scope = scope, .name = name, .value = b });
    put(candidate, (thresh_metric){ .scope = scope, .name = name, .value = c });
}

static void pair_with_errors(const char *scope, const char *name, double b, double c, double error,
                             double n)
{
    put(baseline, (thresh_metric){ .scope = scope,
                                   .name = name,
                                   .value = b,
                                   .has_stderr = true,
                                   .stderr_value = error,
                                   .has_n = n > 0,
                                   .n = n });
    put(candidate, (thresh_metric){ .scope = scope,
                                    .name = name,
                                    .value = c,
                                    .has_stderr = true,
                                    .stderr_value = error,
                                    .has_n = n > 0,
                                    .n = n });
}

static const thresh_result *judge(const thresh_judge_options *options)
{
    thresh_result_free(result);
    result = NULL;
    assert_int_equal(thresh_judge(&result, baseline, candidate, NULL, policy, options, NULL),
                     THRESH_OK);
    return result;
}

static const thresh_judged *metric(const char *scope, const char *name)
{
    for (size_t i = 0; i < result->metric_count; i++)
        if (strcmp(result->metrics[i].scope, scope) == 0
            && strcmp(result->metrics[i].name, name) == 0)
            return &result->metrics[i];
    fail_msg("%s/%s was not judged", scope, name);
    return NULL;
}

static void check(const char *scope, const char *name, thresh_verdict verdict,
                  thresh_reason_code reason)
{
    const thresh_judged *m = metric(scope, name);

    if (m->verdict != verdict || m->reasons[0] != reason)
        fail_msg("%s/%s: %s (%s), expected %s (%s)", scope, name, thresh_verdict_name(m->verdict),
                 thresh_reason_slug(m->reasons[0]), thresh_verdict_name(verdict),
                 thresh_reason_slug(reason));
}

/* --- decimals --- */

typedef struct decimal_case {
    const char *metric, *rule;
    double baseline, candidate;
    bool on_limit;
} decimal_case;

static void decimals_named_in_the_design(void **state)
{
    static const decimal_case cases[] = {
        { "accuracy", "1pp", 0.942, 0.932, true },
        { "accuracy", "1pp", 94.2, 93.2, true },
        { "accuracy", "1pp", 0.942, 0.9319999, false },
        { "accuracy", "5%", 0.9, 0.855, true },
        { "accuracy", "1%", 76.46, 75.6954, true },
        { "accuracy", "1%", 76.46, 75.6953, false },
        { "human_rating", "0.3", 4.3, 4.0, true },
        { "human_rating", "0.3", 4.3, 3.9999, false },
        { "wer", "0.5pp", 0.1, 0.105, true },
        { "wer", "0.5pp", 5.3, 5.8, true },
        { "perplexity", "10%", 15.2, 16.72, true },
        { "latency", "20%", 31.7, 38.04, true },
        { "latency", "20ms", 31.1, 51.1, true },
        { "bleu", "2 points", 27.3, 25.3, true },
        { "bleu", "2pp", 0.273, 0.253, true },
        { "ndcg", "3%", 0.8, 0.776, true },
        { "auc", "0.01", 0.873, 0.863, true },
        { "psnr", "2%", -10, -10.2, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const decimal_case *c = &cases[i];
        char text[160];

        tear_down(NULL);
        set_up(NULL);
        snprintf(text, sizeof text, HEAD "metrics:\n  %s: {tolerate: %s}\n", c->metric, c->rule);
        add_profile(text);
        pair("", c->metric, c->baseline, c->candidate);
        judge(NULL);
        const thresh_judged *m = metric("", c->metric);
        if ((m->verdict == THRESH_ACCEPT) != c->on_limit)
            fail_msg("%s %.17g to %.17g at %s: %s, degradation %.17g", c->metric, c->baseline,
                     c->candidate, c->rule, thresh_verdict_name(m->verdict), m->degradation);
        if (c->on_limit)
            assert_true(m->degradation == m->rule->tolerate && m->budget_used == 1);
    }
}

/* Every decimal with three digits, minus every limit with one: on the limit, whatever binary says.
 * A millionth beyond it is out. */
static void all_short_decimals(void **state)
{
    (void)state;
    for (int b = 1; b <= 1000; b++)
        for (int l = 1; l <= 100 && l <= b; l += 3) {
            double from = b / 1000.0, to = (b - l) / 1000.0, limit = l / 1000.0;

            assert_int_equal(compare_with_limit(from - to, limit, from, to), 0);
            assert_int_equal(compare_with_limit(from - (to - 1e-6), limit, from, to - 1e-6), 1);
            assert_int_equal(compare_with_limit(from - (to + 1e-6), limit, from, to + 1e-6), -1);
        }
    /* relative: b * (1 - p/100), in decimal */
    for (int b = 1; b <= 2000; b += 7)
        for (int p = 1; p <= 50; p++) {
            double from = b / 10.0, to = b * (100 - p) / 1000.0, limit = p / 100.0 * from;

            assert_int_equal(compare_with_limit(from - to, limit, from, to), 0);
            assert_int_equal(compare_with_limit(from - to * (1 - 1e-9), limit, from, to), 1);
        }
}

/* --- the burden of proof --- */

static void burdens(void **state)
{
    static const struct {
        const char *burden;
        double candidate, error; /* error 0: none known */
        thresh_verdict verdict;
        thresh_reason_code reason;
    } rows[] = {
        /* baseline 0.9, accept 1 pp, tolerate 2 pp; one-sided bounds lie 1.645 * 1.414 * error away
         */
        { "point", 0.895, 0, THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT },
        { "point", 0.885, 0, THRESH_WARN, THRESH_REASON_WITHIN_TOLERANCE },
        { "point", 0.875, 0, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "point", 0.875, 0.1, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "point", 0.895, 0.1, THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT },
        { "prove-safe", 0.895, 0, THRESH_REVIEW, THRESH_REASON_NO_EVIDENCE },
        { "prove-safe", 0.95, 0, THRESH_REVIEW, THRESH_REASON_NO_EVIDENCE },
        { "prove-safe", 0.875, 0, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "prove-safe", 0.895, 0.001, THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT },
        { "prove-safe", 0.885, 0.001, THRESH_WARN, THRESH_REASON_WITHIN_TOLERANCE },
        { "prove-safe", 0.895, 0.01, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE },
        { "prove-safe", 0.87, 0.01, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE },
        { "prove-safe", 0.87, 0.001, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "prove-safe", 0.5, 0.4, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE },
        { "prove-harm", 0.87, 0.01, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE },
        { "prove-harm", 0.87, 0.001, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "prove-harm", 0.87, 0, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE },
        { "prove-harm", 0.895, 0.01, THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT },
        { "prove-harm", 0.885, 0.01, THRESH_WARN, THRESH_REASON_WITHIN_TOLERANCE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[200];

        tear_down(NULL);
        set_up(NULL);
        snprintf(text, sizeof text,
                 HEAD
                 "evidence: {burden: %s}\nmetrics:\n  accuracy: {accept: 1pp, tolerate: 2pp}\n",
                 rows[i].burden);
        add_profile(text);
        if (rows[i].error > 0)
            pair_with_errors("", "accuracy", 0.9, rows[i].candidate, rows[i].error, 0);
        else
            pair("", "accuracy", 0.9, rows[i].candidate);
        judge(NULL);
        check("", "accuracy", rows[i].verdict, rows[i].reason);
    }
}

/* From zero there is no relative change and no interval of one, so nothing is proved. */
static void zero_proves_nothing(void **state)
{
    (void)state;
    add_named("medical");
    pair_with_errors("", "throughput", 0, 0, 0.1, 0);
    pair_with_errors("", "loss", 0, -1, 0.1, 0);
    judge(NULL);
    check("", "throughput", THRESH_REVIEW, THRESH_REASON_NO_EVIDENCE);
    check("", "loss", THRESH_REVIEW, THRESH_REASON_NO_EVIDENCE);
}

static void an_interval_has_the_confidence_asked_for(void **state)
{
    (void)state;
    add_profile(HEAD "evidence: {burden: point, confidence: 0.975}\n");
    pair_with_errors("", "accuracy", 0.9, 0.89, 0.01, 0);
    pair_with_errors("", "wer", 0.1, 0.12, 0.01, 0);
    judge(NULL);
    const thresh_judged *m = metric("", "accuracy"), *w = metric("", "wer");
    double half = 1.959963984540054 * sqrt(2) * 0.01;
    assert_true(m->has_interval && fabs(m->low - (0.01 - half)) < 1e-12
                && fabs(m->high - (0.01 + half)) < 1e-12);
    assert_true(w->has_interval && fabs(w->low - (0.02 - half)) < 1e-12
                && fabs(w->high - (0.02 + half)) < 1e-12);
    assert_true(m->confidence == 0.975);
}

/* Percentages bring their standard errors along in percent. */
static void errors_are_scaled_with_their_values(void **state)
{
    (void)state;
    add_named("finance");
    pair_with_errors("", "accuracy", 94.0, 93.8, 0.1, 0);
    judge(NULL);
    const thresh_judged *m = metric("", "accuracy");
    assert_true(fabs(m->high - (0.002 + 1.6448536269514722 * sqrt(2) * 0.001)) < 1e-12);
    check("", "accuracy", THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT);
}

/* --- slices --- */

static void holm_holds_chance_down(void **state)
{
    char scope[32];

    (void)state;
    /* Forty slices, one of them 2.2 standard errors beyond its limit: alone it would be significant
     * (p = 0.014), among forty it is not. */
    add_profile(HEAD
                "metrics:\n  accuracy: {tolerate: 2pp}\nslices: {tolerate: 4pp, min_samples: 0}\n");
    pair("", "accuracy", 0.9, 0.9);
    for (int i = 0; i < 40; i++) {
        snprintf(scope, sizeof scope, "class/%d", i);
        pair_with_errors(scope, "accuracy", 0.9, i == 0 ? 0.9 - 0.04 - 2.2 * 0.02 * sqrt(2) : 0.9,
                         0.02, 200);
    }
    judge(NULL);
    check("class/0", "accuracy", THRESH_WARN, THRESH_REASON_INCONCLUSIVE);
    /* the same slice alone */
    tear_down(NULL);
    set_up(NULL);
    add_profile(HEAD
                "metrics:\n  accuracy: {tolerate: 2pp}\nslices: {tolerate: 4pp, min_samples: 0}\n");
    pair("", "accuracy", 0.9, 0.9);
    pair_with_errors("class/0", "accuracy", 0.9, 0.9 - 0.04 - 2.2 * 0.02 * sqrt(2), 0.02, 200);
    judge(NULL);
    check("class/0", "accuracy", THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE);
}

static void few_samples_never_reject_alone(void **state)
{
    (void)state;
    add_profile(
        HEAD "metrics:\n  accuracy: {tolerate: 2pp}\nslices: {tolerate: 4pp, min_samples: 30}\n");
    pair("", "accuracy", 0.9, 0.9);
    pair_with_errors("few", "accuracy", 0.9, 0.1, 0.001, 29);
    pair_with_errors("enough", "accuracy", 0.9, 0.1, 0.001, 30);
    judge(NULL);
    check("few", "accuracy", THRESH_WARN, THRESH_REASON_TOO_FEW_SAMPLES);
    check("enough", "accuracy", THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE);
}

static void a_slice_named_in_a_profile_is_a_metric(void **state)
{
    (void)state;
    add_profile(HEAD "metrics:\n  class/cat/accuracy: {tolerate: 1pp}\n");
    pair("", "accuracy", 0.9, 0.9);
    pair("class/cat", "accuracy", 0.9, 0.88);
    pair("class/dog", "accuracy", 0.9, 0.88);
    judge(NULL);
    check("class/cat", "accuracy", THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE);
    check("class/dog", "accuracy", THRESH_ACCEPT, THRESH_REASON_WITHIN_TOLERANCE);
    assert_null(metric("class/cat", "accuracy")->whole);
    assert_string_equal(metric("class/dog", "accuracy")->whole, "");
}

/* --- what must never pass --- */

static thresh_metric nothing(const char *name, thresh_value_state state, const char *text)
{
    return (thresh_metric){ .scope = "", .name = name, .state = state, .text = text, .value = NAN };
}

static void no_number_never_passes(void **state)
{
    static const struct {
        thresh_value_state b, c;
        const char *b_text, *c_text;
    } rows[] = {
        { THRESH_VALUE_NUMBER, THRESH_VALUE_NAN, NULL, "NaN" },
        { THRESH_VALUE_NUMBER, THRESH_VALUE_NAN, NULL, "Infinity" },
        { THRESH_VALUE_NUMBER, THRESH_VALUE_NULL, NULL, "null" },
        { THRESH_VALUE_NUMBER, THRESH_VALUE_TEXT, NULL, "n/a" },
        { THRESH_VALUE_NAN, THRESH_VALUE_NUMBER, "NaN", NULL },
        { THRESH_VALUE_NULL, THRESH_VALUE_NUMBER, "null", NULL },
        { THRESH_VALUE_TEXT, THRESH_VALUE_NUMBER, "x", NULL },
        { THRESH_VALUE_NAN, THRESH_VALUE_NAN, "NaN", "NaN" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        thresh_metric b = nothing("accuracy", rows[i].b, rows[i].b_text),
                      c = nothing("accuracy", rows[i].c, rows[i].c_text);

        tear_down(NULL);
        set_up(NULL);
        if (rows[i].b == THRESH_VALUE_NUMBER)
            b.value = 0.9;
        if (rows[i].c == THRESH_VALUE_NUMBER)
            c.value = 0.9;
        put(baseline, b);
        put(candidate, c);
        pair("", "f1", 0.9, 0.9);
        judge(NULL);
        check("", "accuracy", THRESH_REJECT, THRESH_REASON_NOT_A_NUMBER);
        assert_int_equal(result->exit_code, 1);
    }
}

static void metadata_is_not_judged(void **state)
{
    (void)state;
    put(baseline, nothing("accuracy", THRESH_VALUE_TEXT, "see below"));
    put(candidate, nothing("accuracy", THRESH_VALUE_TEXT, "see above"));
    put(baseline, nothing("model", THRESH_VALUE_TEXT, "a"));
    pair("", "f1", 0.9, 0.9);
    judge(NULL);
    assert_int_equal(result->metric_count, 1);
    assert_int_equal(result->exit_code, 0);
}

static void nothing_judged_is_no_verdict(void **state)
{
    thresh_diags *diags = thresh_diags_new();

    (void)state;
    assert_int_equal(thresh_judge(&result, baseline, candidate, NULL, policy, NULL, diags),
                     THRESH_EEMPTY);
    assert_null(result);
    pair("", "foo", 1, 1);
    pair("", "epoch", 1, 1);
    put(baseline, (thresh_metric){ .name = "accuracy", .value = 1 });
    assert_int_equal(thresh_judge(&result, baseline, candidate, NULL, policy, NULL, diags),
                     THRESH_EEMPTY);
    assert_int_equal(thresh_diags_errors(diags), 2);
    thresh_diags_free(diags);
}

/* Whatever is done to one metric of a good candidate, it is not accepted with fewer metrics than
 * before: taking values away, or making them worse, never improves the verdict. */
static void worse_is_never_better(void **state)
{
    static const char *const profiles[] = { "search", "medical", "classification", "core",
                                            "academic" };
    static const char *const names[] = {
        "accuracy",   "f1",         "ndcg@10",       "wer",
        "latency_ms", "perplexity", "model_size_mb", "satisfaction"
    };
    static const bool lower[] = { false, false, false, true, true, true, true, false };
    uint64_t draw = 42;

    (void)state;
    for (int round = 0; round < 400; round++) {
        thresh_verdict before[COUNT(names)];
        double values[COUNT(names)], worse[COUNT(names)];

        tear_down(NULL);
        set_up(NULL);
        add_named(profiles[round % (int)COUNT(profiles)]);
        for (size_t i = 0; i < COUNT(names); i++) {
            double base, change;
            draw = draw * 6364136223846793005u + 1442695040888963407u;
            base = 0.5 + (double)(draw >> 40) / (1 << 24) * 0.4;
            draw = draw * 6364136223846793005u + 1442695040888963407u;
            change = ((double)(draw >> 40) / (1 << 24) - 0.5) * 0.1;
            values[i] = base + change;
            worse[i] = lower[i] ? values[i] * 1.01 : values[i] * 0.99;
            put(baseline, (thresh_metric){ .name = names[i], .value = base });
            put(candidate, (thresh_metric){ .name = names[i], .value = values[i] });
        }
        judge(NULL);
        for (size_t i = 0; i < COUNT(names); i++)
            before[i] = metric("", names[i])->verdict;
        for (size_t i = 0; i < COUNT(names); i++)
            put(candidate, (thresh_metric){ .name = names[i], .value = worse[i] });
        /* set again: the sets remember that, which only a new set forgets */
        thresh_set *fresh;
        assert_int_equal(thresh_set_new(&fresh), THRESH_OK);
        for (size_t i = 0; i < COUNT(names); i++)
            put(fresh, (thresh_metric){ .name = names[i], .value = worse[i] });
        thresh_set_free(candidate);
        candidate = fresh;
        judge(NULL);
        for (size_t i = 0; i < COUNT(names); i++)
            if (metric("", names[i])->verdict < before[i])
                fail_msg("round %d, %s: %.17g was judged better than %.17g", round, names[i],
                         worse[i], values[i]);
    }
}

static void conflicting_values_are_reviewed(void **state)
{
    (void)state;
    pair("", "accuracy", 0.9, 0.2);
    put(candidate, (thresh_metric){ .name = "accuracy", .value = 0.9 });
    judge(NULL);
    check("", "accuracy", THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE);
}

static void options_move_the_borders(void **state)
{
    (void)state;
    pair("", "accuracy", 0.9, 0.885);
    pair("", "foo", 1, 2);
    judge(&(thresh_judge_options){ 0 });
    assert_int_equal(result->verdict, THRESH_ACCEPT);
    judge(&(thresh_judge_options){ .warn = THRESH_REVIEW });
    assert_int_equal(result->exit_code, 3);
    judge(&(thresh_judge_options){ .warn = THRESH_REJECT });
    assert_int_equal(result->exit_code, 1);
    judge(&(thresh_judge_options){ .unknown = THRESH_REVIEW, .review_passes = true });
    assert_int_equal(result->verdict, THRESH_REVIEW);
    assert_int_equal(result->exit_code, 0);
    judge(&(thresh_judge_options){ .unknown = THRESH_REVIEW, .review = 1 });
    assert_int_equal(result->exit_code, 1);
}

static void the_worst_stands_first(void **state)
{
    (void)state;
    pair("", "f1", 0.9, 0.9);
    pair("", "accuracy", 0.9, 0.885);
    pair("", "recall", 0.9, 0.7);
    pair("", "precision", 0.9, 0.6);
    judge(NULL);
    assert_string_equal(result->metrics[0].name, "precision");
    assert_string_equal(result->metrics[1].name, "recall");
    assert_string_equal(result->metrics[2].name, "accuracy");
    assert_string_equal(result->metrics[3].name, "f1");
    assert_int_equal(result->rejects, 2);
    assert_string_equal(result->reasons[0].metric, "precision");
}

/* What would have passed does pass, and what lies just beyond it does not. */
static void would_pass_is_true(void **state)
{
    static const char *const names[] = { "accuracy", "ndcg", "wer", "latency", "bleu" };
    static const double from[] = { 0.9, 0.8, 0.1, 31, 30 }, to[] = { 0.5, 0.5, 0.4, 90, 10 };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        tear_down(NULL);
        set_up(NULL);
        pair("", names[i], from[i], to[i]);
        judge(NULL);
        double limit = metric("", names[i])->would_pass;
        assert_true(limit == limit);
        thresh_set_free(candidate);
        assert_int_equal(thresh_set_new(&candidate), THRESH_OK);
        put(candidate, (thresh_metric){ .name = names[i], .value = limit });
        judge(NULL);
        if (metric("", names[i])->verdict == THRESH_REJECT)
            fail_msg("%s: %.17g would pass, and does not", names[i], limit);
        thresh_set_free(candidate);
        assert_int_equal(thresh_set_new(&candidate), THRESH_OK);
        put(candidate,
            (thresh_metric){ .name = names[i], .value = limit + (to[i] - limit) * 1e-6 });
        judge(NULL);
        check("", names[i], THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE);
    }
}

static void every_limit_can_be_proved(void **state)
{
    static const char *const limits[] = { "accept",   "tolerate", "floor",        "ceiling", "gain",
                                          "surprise", "absolute", "not a number", "missing" };
    thresh_probe *probes = NULL;
    size_t count = 0;

    (void)state;
    add_profile(
        HEAD
        "metrics:\n  accuracy: {accept: 1pp, tolerate: \"<3pp\", floor: 80%, surprise: 2pp}\n"
        "  latency_ms: {ceiling: \"<200ms\", gain: 20%}\n  wer: {tolerate: 5%, absolute: 0.01}\n");
    put(baseline, (thresh_metric){ .name = "accuracy", .value = 94.2 });
    put(baseline, (thresh_metric){ .name = "latency_ms", .value = 150 });
    put(baseline, (thresh_metric){ .name = "wer", .value = 0 });
    assert_int_equal(thresh_prove(&probes, &count, baseline, policy, NULL), THRESH_OK);
    for (size_t i = 0; i < count; i++)
        if (!probes[i].ok)
            fail_msg("%s, %s, %s", probes[i].name, probes[i].limit,
                     probes[i].inside ? "inside" : "outside");
    for (size_t l = 0; l < COUNT(limits); l++) {
        size_t inside = 0, outside = 0;
        for (size_t i = 0; i < count; i++)
            if (strcmp(probes[i].limit, limits[l]) == 0)
                ++*(probes[i].inside ? &inside : &outside);
        if (outside == 0 || (inside == 0 && l < 7))
            fail_msg("no probe for '%s'", limits[l]);
    }
    free(probes);
}

/* A limit in a unit that its metric cannot have judges nothing: the proof has to say so. */
static void a_rule_without_effect_is_not_proved(void **state)
{
    thresh_probe *probes = NULL;
    size_t count = 0, failed = 0;

    (void)state;
    add_profile(
        HEAD "metrics:\n  \"acc*\": {tolerate: 5ms}\n"); /* a glob is not checked against a kind */
    put(baseline, (thresh_metric){ .name = "accuracy", .value = 0.9 });
    put(baseline, (thresh_metric){ .name = "f1", .value = 0.9 });
    assert_int_equal(thresh_prove(&probes, &count, baseline, policy, NULL), THRESH_OK);
    for (size_t i = 0; i < count; i++)
        failed += !probes[i].ok && strcmp(probes[i].name, "accuracy") == 0;
    assert_int_equal(failed, 1);
    free(probes);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(decimals_named_in_the_design),
        WITH(all_short_decimals),
        WITH(burdens),
        WITH(zero_proves_nothing),
        WITH(an_interval_has_the_confidence_asked_for),
        WITH(errors_are_scaled_with_their_values),
        WITH(holm_holds_chance_down),
        WITH(few_samples_never_reject_alone),
        WITH(a_slice_named_in_a_profile_is_a_metric),
        WITH(no_number_never_passes),
        WITH(metadata_is_not_judged),
        WITH(nothing_judged_is_no_verdict),
        WITH(worse_is_never_better),
        WITH(conflicting_values_are_reviewed),
        WITH(options_move_the_borders),
        WITH(the_worst_stands_first),
        WITH(would_pass_is_true),
        WITH(every_limit_can_be_proved),
        WITH(a_rule_without_effect_is_not_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
