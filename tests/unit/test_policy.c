/* Composition of profiles: the strictest limit, its origin, and what none of them governs. */
#include "unit.h"

#include "thresh/alerts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEAD "schema: thresh/profile/v1\nname: "

static thresh_policy *policy;
static thresh_diags *diags;

static int set_up(void **state)
{
    (void)state;
    diags = thresh_diags_new();
    return diags != NULL && thresh_policy_new(&policy) == THRESH_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    thresh_policy_free(policy);
    thresh_diags_free(diags);
    return 0;
}

static void add_text(const char *text)
{
    thresh_status rc = thresh_policy_add_text(policy, text, strlen(text), "test.yaml", NULL, diags);

    if (rc != THRESH_OK)
        fail_msg("%s", thresh_diags_count(diags) > 0 ? thresh_diags_at(diags, 0)->text : "?");
}

static void add_named(const char *name)
{
    assert_int_equal(thresh_policy_add(policy, name, NULL, NULL, diags), THRESH_OK);
}

static thresh_rule rule_for(const char *scope, const char *name, double baseline)
{
    thresh_rule rule;
    const thresh_kind *kind = thresh_catalog_resolve(thresh_policy_catalog(policy), name).kind;

    assert_non_null(kind);
    thresh_policy_resolve(policy, &(thresh_query){ scope, name, kind, baseline, 1, 0 }, &rule);
    return rule;
}

static void check_range(const char *name, double baseline, double accept, double tolerate,
                        thresh_measure measure, const char *from)
{
    thresh_rule r = rule_for("", name, baseline);

    assert_true(r.has_range);
    if (fabs(r.accept - accept) > 1e-12 || fabs(r.tolerate - tolerate) > 1e-12)
        fail_msg("%s: %g / %g, expected %g / %g", name, r.accept, r.tolerate, accept, tolerate);
    assert_int_equal(r.measure, measure);
    assert_string_equal(r.tolerate_from, from);
}

static void without_profiles_the_catalog_holds(void **state)
{
    (void)state;
    check_range("accuracy", 0.9, 0.01, 0.03, THRESH_ABSOLUTE, "catalog");
    check_range("perplexity", 8, 0.1, 0.2, THRESH_RELATIVE, "catalog");
}

/* The table of the design's section 5: pp for proportion and error_rate, % for the other two. */
static void built_in_figures(void **state)
{
    static const struct {
        const char *name, *axis;
        double accept, tolerate;
        bool exclusive;
    } rows[] = {
        { "medical", "scenario", 0.005, 0.01, false },
        { "finance", "scenario", 0.01, 0.02, false },
        { "driving", "scenario", 0.01, 0.01, true },
        { "search", "scenario", 0.02, 0.03, false },
        { "recommendation", "scenario", 0.03, 0.05, false },
        { "speech", "scenario", 0.02, 0.04, false },
        { "chatbot", "scenario", 0.03, 0.05, false },
        { "iot", "scenario", 0.05, 0.10, false },
        { "cloud", "tier", 0.01, 0.02, false },
        { "edge", "tier", 0.02, 0.03, false },
        { "iot", "tier", 0.03, 0.05, false },
        { "core", "layer", 0.015, 0.015, true },
        { "important", "layer", 0.03, 0.03, true },
        { "auxiliary", "layer", 0.05, 0.05, true },
        { "regular", "group", 0.02, 0.02, false },
        { "free", "group", 0.04, 0.04, false },
        { "academic", "norm", 0.01, 0.01, true },
        { "industry", "norm", 0.03, 0.05, false },
    };
    static const struct {
        const char *metric;
        thresh_measure measure;
    } families[] = { { "accuracy", THRESH_ABSOLUTE },
                     { "wer", THRESH_ABSOLUTE },
                     { "ndcg", THRESH_RELATIVE },
                     { "ctr", THRESH_RELATIVE } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        thresh_policy_free(policy);
        assert_int_equal(thresh_policy_new(&policy), THRESH_OK);
        assert_int_equal(thresh_policy_add(policy, rows[i].name, rows[i].axis, NULL, diags),
                         THRESH_OK);
        assert_string_equal(thresh_policy_at(policy, 0)->axis, rows[i].axis);
        for (size_t f = 0; f < COUNT(families); f++) {
            check_range(families[f].metric, 0.5, rows[i].accept, rows[i].tolerate,
                        families[f].measure, rows[i].name);
            assert_int_equal(rule_for("", families[f].metric, 0.5).tolerate_exclusive,
                             rows[i].exclusive);
        }
    }
}

static void built_in_profiles_are_complete(void **state)
{
    size_t count = 0;

    (void)state;
    for (const char *name; (name = thresh_builtin_profile(count, NULL, NULL)) != NULL; count++) {
        char bare[64];
        thresh_policy *one = NULL;

        snprintf(bare, sizeof bare, "%.*s", (int)(strlen(name) - strlen(".yaml")), name);
        assert_int_equal(thresh_policy_new(&one), THRESH_OK);
        assert_int_equal(thresh_policy_add(one, bare, NULL, NULL, diags), THRESH_OK);
        assert_true(strlen(thresh_policy_at(one, 0)->why) > 40);
        assert_string_equal(thresh_policy_at(one, 0)->origin, "built in");
        assert_int_equal(strlen(thresh_policy_at(one, 0)->sha256), 64);
        thresh_policy_free(one);
    }
    assert_int_equal(count, 22);
}

static void the_strictest_wins_key_by_key(void **state)
{
    (void)state;
    add_text(HEAD "a\nmetrics:\n  accuracy: {accept: 0.5pp, tolerate: 4pp}\n");
    add_text(HEAD "b\nmetrics:\n  accuracy: {accept: 1pp, tolerate: 2pp}\n");
    thresh_rule r = rule_for("", "accuracy", 0.9);
    assert_true(r.accept == 0.005 && r.tolerate == 0.02);
    assert_string_equal(r.accept_from, "a");
    assert_string_equal(r.tolerate_from, "b");
}

/* 1 % of 0.5 is 0.5 pp, of 0.05 it is 0.05 pp: which of the two binds depends on the baseline. */
static void units_meet_at_the_baseline(void **state)
{
    (void)state;
    add_text(HEAD "points\nmetrics:\n  accuracy: {tolerate: 0.6pp}\n");
    add_text(HEAD "percent\nmetrics:\n  accuracy: {tolerate: 1%}\n");
    check_range("accuracy", 0.5, 0.01, 0.01, THRESH_RELATIVE, "percent");
    check_range("accuracy", 0.9, 0.006, 0.006, THRESH_ABSOLUTE, "points");
}

static void an_exclusive_limit_is_the_stricter_of_equals(void **state)
{
    (void)state;
    add_text(HEAD "a\nmetrics:\n  accuracy: {tolerate: 1pp, ceiling: 99%}\n");
    add_text(HEAD "b\nmetrics:\n  accuracy: {tolerate: \"<1pp\", ceiling: \"<99%\"}\n");
    thresh_rule r = rule_for("", "accuracy", 0.9);
    assert_true(r.tolerate_exclusive && r.ceiling_exclusive);
    assert_string_equal(r.tolerate_from, "b");
    assert_string_equal(r.ceiling_from, "b");
}

static void hard_limits_take_the_stricter(void **state)
{
    (void)state;
    add_text(HEAD "a\nmetrics:\n  accuracy: {floor: 80%}\n  latency: {ceiling: 200ms, gain: 10%, "
                  "surprise: 50%}\n");
    add_text(HEAD "b\nmetrics:\n  accuracy: {floor: 0.85}\n  latency: {ceiling: 0.1s, gain: 20%, "
                  "surprise: 40%}\n");
    thresh_rule acc = rule_for("", "accuracy", 0.9), lat = rule_for("", "latency", 150);
    assert_true(acc.has_floor && acc.floor == 0.85);
    assert_true(lat.has_ceiling && fabs(lat.ceiling - 100) < 1e-9);
    assert_true(lat.gain == 0.2 && lat.surprise == 0.4);
    assert_string_equal(acc.floor_from, "b");
}

static void the_more_exact_entry_wins(void **state)
{
    (void)state;
    add_text(
        HEAD
        "p\nfamilies:\n  proportion: {tolerate: 9pp}\nmetrics:\n  accuracy: {tolerate: 8pp}\n"
        "  \"acc*\": {tolerate: 7pp}\n  acc_norm: {tolerate: 6pp}\n  \"arc/*\": {tolerate: 5pp}\n"
        "  arc/acc: {tolerate: 4pp}\n");
    assert_true(rule_for("", "f1", 0.9).tolerate == 0.09);
    assert_true(rule_for("", "top1", 0.9).tolerate == 0.08);
    assert_true(rule_for("", "acc", 0.9).tolerate == 0.07);
    assert_true(rule_for("", "acc_norm", 0.9).tolerate == 0.06);
    assert_true(rule_for("arc", "f1", 0.9).tolerate == 0.05);
    assert_true(rule_for("arc", "acc", 0.9).tolerate == 0.04);
    assert_true(rule_for("arc", "acc", 0.9).named_path);
    assert_false(rule_for("", "f1", 0.9).named);
}

static void a_strict_profile_narrows_what_it_does_not_govern(void **state)
{
    (void)state;
    add_named("medical");
    check_range("perplexity", 8, 0.05, 0.1, THRESH_RELATIVE, "medical");
    check_range("bleu", 30, 1, 2, THRESH_ABSOLUTE, "medical");
}

/* Other profiles leave what they do not govern to the catalog, but not when another governs it. */
static void the_catalog_fills_gaps_only(void **state)
{
    (void)state;
    add_named("search");
    check_range("perplexity", 8, 0.1, 0.2, THRESH_RELATIVE, "catalog");
    add_text(HEAD "loose\nmetrics:\n  perplexity: {tolerate: 50%}\n");
    check_range("perplexity", 8, 0.5, 0.5, THRESH_RELATIVE, "loose");
}

static void extends_inherits_and_overrides(void **state)
{
    (void)state;
    add_text(HEAD "mine\nextends: [medical]\nfamilies:\n  proportion: {tolerate: 0.8pp}\n");
    thresh_rule r = rule_for("", "accuracy", 0.9);
    assert_true(r.accept == 0.005 && r.tolerate == 0.008);
    assert_string_equal(r.accept_from, "medical");
    assert_string_equal(r.tolerate_from, "mine");
    check_range("ndcg", 0.9, 0.005, 0.01, THRESH_RELATIVE, "medical");
    assert_true(thresh_policy_evidence(policy).strict);
    assert_int_equal(thresh_policy_evidence(policy).burden, THRESH_PROVE_SAFE);
}

static void evidence_takes_the_stricter(void **state)
{
    (void)state;
    assert_int_equal(thresh_policy_evidence(policy).burden, THRESH_POINT);
    add_text(HEAD "a\nevidence: {burden: prove-harm, confidence: 0.99}\n");
    assert_int_equal(thresh_policy_evidence(policy).burden, THRESH_PROVE_HARM);
    add_text(HEAD "b\nevidence: {burden: prove-safe, confidence: 0.9}\n");
    assert_int_equal(thresh_policy_evidence(policy).burden, THRESH_PROVE_SAFE);
    assert_true(thresh_policy_evidence(policy).confidence == 0.99);
}

static void a_profile_may_replace_a_kind(void **state)
{
    (void)state;
    add_text(HEAD "mine\nkinds:\n  MyScore: {family: points, accept: 0.01, tolerate: 0.02, "
                  "aliases: [my-score]}\n"
                  "  bleu: {family: points, accept: 1 points, tolerate: 1.5 points}\n");
    assert_string_equal(
        thresh_catalog_resolve(thresh_policy_catalog(policy), "my_score").kind->name, "MyScore");
    assert_true(rule_for("", "sacrebleu", 30).tolerate == 1.5);
}

static void limits_that_make_no_sense_are_faults(void **state)
{
    static const struct {
        const char *rule, *says;
    } rows[] = {
        { "accuracy: {tolerate: 2 parsecs}", "2 parsecs" },
        { "accuracy: {tolerate: 20ms}", "not a time" },
        { "latency: {tolerate: 2pp}", "pp needs" },
        { "latency: {ceiling: 2MB}", "not a size" },
        { "accuracy: {floor: 75pp}", "75%" },
        { "accuracy: {tolerate: 2}", "1pp" },
        { "accuracy: {accept: 3pp, tolerate: 1pp}", "above" },
        { "accuracy: {accept: 1pp, tolerate: 3%}", "one unit" },
        { "accuracy: {tolerate: -1pp}", "not negative" },
        { "epoch: {tolerate: 1%}", "informational" },
        { "accuracy: {tolerate: 1e999pp}", "finite" },
        { "accuracy: {absolute: 2%}", "own unit" },
        { "acuracy: {tolerate: 1pp}", "accuracy" },
        { "accuracy: [1]", "map" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];
        thresh_diags *found = thresh_diags_new();
        thresh_status rc;

        snprintf(text, sizeof text, HEAD "x\nmetrics:\n  %s\n", rows[i].rule);
        rc = thresh_policy_add_text(policy, text, strlen(text), "x.yaml", NULL, found);
        if (rc == THRESH_OK || thresh_diags_count(found) != 1
            || strstr(thresh_diags_at(found, 0)->text, rows[i].says) == NULL)
            fail_msg("'%s': %zu messages, %s", rows[i].rule, thresh_diags_count(found),
                     thresh_diags_count(found) > 0 ? thresh_diags_at(found, 0)->text : "");
        assert_int_equal(thresh_diags_at(found, 0)->line, 4);
        assert_true(thresh_diags_at(found, 0)->column >= 3);
        thresh_diags_free(found);
    }
    assert_int_equal(thresh_policy_count(policy), 0);
}

static void slices_take_the_stricter(void **state)
{
    (void)state;
    assert_true(thresh_policy_slices(policy).times == 2 && !thresh_policy_slices(policy).rejects);
    add_named("search");
    assert_false(thresh_policy_slices(policy).rejects);
    add_named("driving");
    assert_true(thresh_policy_slices(policy).rejects);
    add_text(HEAD "mine\nslices: {tolerate: 5pp, min_samples: 10}\n");
    assert_true(thresh_policy_slices(policy).tolerate.value == 0.05);
    assert_true(thresh_policy_slices(policy).min_samples == 10);
}

static void scales_of_the_command_line_win(void **state)
{
    const thresh_kind *kind = thresh_catalog_resolve(thresh_policy_catalog(policy), "acc").kind;

    (void)state;
    assert_int_equal(thresh_policy_scale(policy, "", "acc", kind), THRESH_AS_SEEN);
    add_text(HEAD "mine\nscale: {accuracy: percent}\n");
    assert_int_equal(thresh_policy_scale(policy, "", "acc", kind), THRESH_AS_PERCENT);
    assert_int_equal(thresh_policy_set_scale(policy, "acc*", THRESH_AS_FRACTION), THRESH_OK);
    assert_int_equal(thresh_policy_scale(policy, "", "acc", kind), THRESH_AS_FRACTION);
    assert_int_equal(thresh_policy_scale(policy, "", "top1", kind), THRESH_AS_PERCENT);
}

static void assert_near(double got, double wanted, double most)
{
    if (!(fabs(got - wanted) <= most))
        fail_msg("%.17g, expected %.17g", got, wanted);
}

static thresh_alert_rule alerts_for(const char *name, double baseline)
{
    thresh_alert_rule rule;
    const thresh_kind *kind = thresh_catalog_resolve(thresh_policy_catalog(policy), name).kind;

    assert_non_null(kind);
    thresh_policy_alert_rule(policy, &(thresh_query){ "", name, kind, baseline, 1, 0 }, &rule);
    return rule;
}

static void check_levels(const thresh_alert_rule *r, double yellow, double orange, double red)
{
    assert_near(r->levels[THRESH_LEVEL_YELLOW].limit, yellow, 1e-12);
    assert_near(r->levels[THRESH_LEVEL_ORANGE].limit, orange, 1e-12);
    assert_near(r->levels[THRESH_LEVEL_RED].limit, red, 1e-12);
}

static void levels_have_defaults(void **state)
{
    thresh_alert_rule r = alerts_for("accuracy", 0.94);

    (void)state;
    check_levels(&r, 0.015, 0.025, 0.04);
    assert_int_equal(r.levels[THRESH_LEVEL_RED].measure, THRESH_ABSOLUTE);
    assert_string_equal(r.levels[THRESH_LEVEL_RED].from, "default");
    assert_int_equal(r.levels[THRESH_LEVEL_RED].windows, 1);
    assert_true(r.no_data == 0 && r.statistic == THRESH_BY_NAME && !r.has_floor);
    r = alerts_for("latency_p99", 40);
    check_levels(&r, 0.1, 0.2, 0.4);
    assert_int_equal(r.levels[THRESH_LEVEL_RED].measure, THRESH_RELATIVE);
    r = alerts_for("bleu", 30); /* points on 0 to 100 */
    check_levels(&r, 2, 4, 8);
    for (int f = 0; f < (int)thresh_catalog_count(thresh_policy_catalog(policy)); f++) {
        const thresh_kind *kind = thresh_catalog_at(thresh_policy_catalog(policy), (size_t)f);
        if (kind->informational)
            continue;
        thresh_policy_alert_rule(policy, &(thresh_query){ "", kind->name, kind, 1, 1, 0 }, &r);
        assert_true(r.levels[1].limit > 0 && r.levels[1].limit < r.levels[2].limit
                    && r.levels[2].limit < r.levels[3].limit);
    }
}

static void levels_take_the_stricter(void **state)
{
    thresh_alert_rule r;

    (void)state;
    add_text(HEAD "one\nalerts:\n  for: 3\n  no_data: 5m\n  clear: {windows: 4}\n"
                  "  families: {proportion: {red: 3pp}}\n"
                  "  metrics: {accuracy: {yellow: 1pp, statistic: p5, for: 2, floor: 80%}}\n");
    r = alerts_for("accuracy", 0.9);
    /* orange of 2.5 pp lies below red still */
    check_levels(&r, 0.01, 0.025, 0.03);
    assert_int_equal(r.levels[THRESH_LEVEL_YELLOW].windows, 2);
    assert_int_equal(r.clear_windows, 4);
    assert_near(r.clear_below, 0.1, 0);
    assert_true(r.no_data == 300000000);
    assert_int_equal(r.statistic, THRESH_BY_QUANTILE);
    assert_near(r.quantile, 0.05, 0);
    assert_true(r.has_floor);
    assert_near(r.floor, 0.8, 0);
    assert_int_equal(alerts_for("f1", 0.9).levels[THRESH_LEVEL_YELLOW].windows, 3);
    add_text(HEAD "two\nalerts: {metrics: {accuracy: {red: 2%, floor: 85%}}}\n");
    r = alerts_for("accuracy", 0.9); /* 2 % of 0.9 are 1.8 pp, and so much for orange too */
    check_levels(&r, 0.01, 0.02, 0.02);
    assert_int_equal(r.levels[THRESH_LEVEL_ORANGE].measure, THRESH_RELATIVE);
    assert_string_equal(r.levels[THRESH_LEVEL_ORANGE].from, "two");
    assert_near(r.floor, 0.85, 0);
    r = alerts_for("accuracy", 0.1);
    check_levels(&r, 0.02, 0.02, 0.02);
}

static void levels_may_be_none(void **state)
{
    thresh_alert_rule r;

    (void)state;
    add_text(HEAD "one\nalerts: {metrics: {latency_p99: {yellow: none, orange: none, red: 5ms}}}\n");
    r = alerts_for("latency_p99_ms", 40);
    assert_false(r.levels[THRESH_LEVEL_YELLOW].set || r.levels[THRESH_LEVEL_ORANGE].set);
    assert_true(r.levels[THRESH_LEVEL_RED].set);
    assert_int_equal(r.levels[THRESH_LEVEL_RED].measure, THRESH_ABSOLUTE);
    assert_near(r.levels[THRESH_LEVEL_RED].limit, 5, 0);
}

static void spans_are_read(void **state)
{
    static const struct {
        const char *text;
        uint64_t count;
        int64_t microseconds;
    } rows[] = { { "1000", 1000, 0 },    { "5m", 0, 300000000 },    { "30s", 0, 30000000 },
                 { "250ms", 0, 250000 }, { "1.5h", 0, 5400000000 }, { "2 d", 0, 172800000000 } };
    static const char *const wrong[] = { "",    "0",    "-1",  "1.5", "5x",          "m",
                                         "0ms", "1e9s", " 5m", "5m ", "99999999999", "366d" };
    thresh_span span;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(thresh_parse_span(&span, rows[i].text, true));
        assert_true(span.count == rows[i].count && span.microseconds == rows[i].microseconds);
    }
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (thresh_parse_span(&span, wrong[i], true))
            fail_msg("'%s' is a span", wrong[i]);
    assert_false(thresh_parse_span(&span, "1000", false));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(without_profiles_the_catalog_holds),
        WITH(built_in_figures),
        WITH(built_in_profiles_are_complete),
        WITH(the_strictest_wins_key_by_key),
        WITH(units_meet_at_the_baseline),
        WITH(an_exclusive_limit_is_the_stricter_of_equals),
        WITH(hard_limits_take_the_stricter),
        WITH(the_more_exact_entry_wins),
        WITH(a_strict_profile_narrows_what_it_does_not_govern),
        WITH(the_catalog_fills_gaps_only),
        WITH(extends_inherits_and_overrides),
        WITH(evidence_takes_the_stricter),
        WITH(a_profile_may_replace_a_kind),
        WITH(limits_that_make_no_sense_are_faults),
        WITH(slices_take_the_stricter),
        WITH(scales_of_the_command_line_win),
        WITH(levels_have_defaults),
        WITH(levels_take_the_stricter),
        WITH(levels_may_be_none),
        cmocka_unit_test(spans_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
