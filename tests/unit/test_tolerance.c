/* The tolerance that adapts: its steps, its bounds, its reasons, and settings that make no sense.
 */
#include "unit.h"

#include "stats/tolerance.h"

#include <math.h>
#include <string.h>

static thresh_tolerance started(const thresh_tolerance_settings *s)
{
    thresh_tolerance t;

    assert_int_equal(thresh_tolerance_init(&t, s), THRESH_OK);
    return t;
}

static void near(double got, double wanted)
{
    if (!(fabs(got - wanted) < 1e-12))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

/* A window of 1,000 events, in which a detector may have told at the 500th. */
static bool window(thresh_tolerance_change *c, thresh_tolerance *t, bool drift)
{
    bool changed = false;

    for (int i = 0; i < 1000; i++) {
        assert_false(changed);
        if (drift && i == 500)
            assert_int_equal(thresh_tolerance_signal(t, THRESH_DETECTOR_ADWIN, 0.3, 0.1),
                             THRESH_OK);
        changed = thresh_tolerance_event(c, t);
    }
    return changed;
}

static void steps_and_bounds(void **unused)
{
    static const double widened[] = { 0.024, 0.0288, 0.03456, 0.041472, 0.0497664, 0.05 };
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance t = started(&s);
    thresh_tolerance_change c;
    double before = 0.02;

    (void)unused;
    near(t.value, 0.02);
    for (size_t i = 0; i < COUNT(widened); i++) {
        assert_true(window(&c, &t, true));
        near(c.from, before);
        near(c.to, widened[i]);
        near(t.value, widened[i]);
        assert_true(c.why == THRESH_TOLERANCE_DRIFT && c.detector == THRESH_DETECTOR_ADWIN);
        assert_true(c.statistic == 0.3 && c.limit == 0.1 && c.window == i + 1 && c.stable == 0);
        before = c.to;
    }
    /* at the bound nothing changes, and there is no event */
    assert_false(window(&c, &t, true));
    assert_true(t.value == 0.05 && t.windows == 7);
    for (int i = 1; t.value > 0.01; i++) {
        assert_true(window(&c, &t, false));
        near(c.to, fmax(0.01, before * 0.95));
        assert_true(c.why == THRESH_TOLERANCE_STABLE && c.detector == THRESH_DETECTOR_NONE);
        assert_true(c.statistic == 0 && c.limit == 0 && c.stable == (uint32_t)i);
        before = c.to;
        assert_true(i < 40);
    }
    assert_true(t.value == 0.01);
    assert_false(window(&c, &t, false));
    assert_string_equal(thresh_tolerance_reason_slug(THRESH_TOLERANCE_DRIFT), "drift");
    assert_string_equal(thresh_tolerance_reason_slug(THRESH_TOLERANCE_STABLE), "stable");
}

static void only_tightens(void **unused)
{
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance_change c;
    double least = 1;

    (void)unused;
    s.tighten_only = true;
    thresh_tolerance t = started(&s);
    for (int i = 0; i < 200; i++) {
        double before = t.value;
        bool drift = i % 3 != 0;
        assert_true(window(&c, &t, drift) == (!drift && before > 0.01));
        assert_true(t.value <= before && t.value <= least && t.value >= 0.01);
        least = t.value;
    }
    assert_true(t.value == 0.01);
}

static void has_patience(void **unused)
{
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance_change c;

    (void)unused;
    s.patience = 3;
    thresh_tolerance t = started(&s);
    assert_false(window(&c, &t, false));
    assert_false(window(&c, &t, false));
    assert_true(window(&c, &t, true)); /* begins to count anew */
    assert_false(window(&c, &t, false));
    assert_false(window(&c, &t, false));
    assert_true(window(&c, &t, false));
    assert_true(c.stable == 3 && c.window == 6);
}

/* Windows that a clock ends: one without events says nothing. */
static void windows_by_time(void **unused)
{
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance_change c;

    (void)unused;
    s.window = UINT64_MAX;
    thresh_tolerance t = started(&s);
    assert_false(thresh_tolerance_close(&c, &t));
    assert_true(t.value == 0.02 && t.windows == 1);
    assert_false(thresh_tolerance_event(&c, &t));
    assert_true(thresh_tolerance_close(&c, &t));
    near(c.to, 0.019);
    assert_true(c.window == 2);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_PAGE_HINKLEY, 60, 50), THRESH_OK);
    assert_true(thresh_tolerance_close(&c, &t));
    assert_true(c.why == THRESH_TOLERANCE_DRIFT);
}

/* Of several signals the one furthest beyond its limit is the reason. */
static void strongest_signal(void **unused)
{
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance t = started(&s);
    thresh_tolerance_change c;

    (void)unused;
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_PAGE_HINKLEY, 60, 50), THRESH_OK);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_KOLMOGOROV_SMIRNOV, 1e-9, 0.01),
                     THRESH_OK);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_POPULATION_STABILITY, 0.5, 0.25),
                     THRESH_OK);
    assert_true(thresh_tolerance_close(&c, &t));
    assert_true(c.detector == THRESH_DETECTOR_KOLMOGOROV_SMIRNOV && c.statistic == 1e-9);
    /* p of 0 is as far as can be */
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_KOLMOGOROV_SMIRNOV, 0, 0.01),
                     THRESH_OK);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_ADWIN, 9, 0.1), THRESH_OK);
    assert_true(thresh_tolerance_close(&c, &t));
    assert_true(c.detector == THRESH_DETECTOR_KOLMOGOROV_SMIRNOV);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_NONE, 1, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_ADWIN, NAN, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_ADWIN, 1, INFINITY),
                     THRESH_EDOMAIN);
    assert_false(window(&c, &t, false) && c.why == THRESH_TOLERANCE_DRIFT);
}

typedef struct wrong {
    thresh_tolerance_settings s;
    size_t faults;
    const char *said; /* the first message begins so */
} wrong;

static void settings_that_make_no_sense(void **unused)
{
    const wrong all[] = {
        { { .02, .01, .05, 1.2, .95, 1000, 1, false }, 0, NULL },
        { { .02, .02, .02, 1.2, .95, 1, 1, true }, 0, NULL },
        { { .02, 0, .05, 1.2, .95, 1000, 1, false }, 1, "the least tolerance is above 0" },
        { { .02, NAN, .05, 1.2, .95, 1000, 1, false }, 1, "the least tolerance is above 0" },
        { { .02, .01, INFINITY, 1.2, .95, 1000, 1, false }, 1, "the greatest tolerance is" },
        { { .02, .06, .05, 1.2, .95, 1000, 1, false }, 1, "the least tolerance, 0.06, lies above" },
        { { .06, .01, .05, 1.2, .95, 1000, 1, false }, 1, "the tolerance starts between" },
        { { .005, .01, .05, 1.2, .95, 1000, 1, false }, 1, "the tolerance starts between" },
        { { NAN, .01, .05, 1.2, .95, 1000, 1, false }, 1, "the tolerance starts between" },
        { { .02, .01, .05, 1, .95, 1000, 1, false }, 1, "the factor that widens" },
        { { .02, .01, .05, NAN, .95, 1000, 1, false }, 1, "the factor that widens" },
        { { .02, .01, .05, 1.2, 1, 1000, 1, false }, 1, "the factor that tightens" },
        { { .02, .01, .05, 1.2, 0, 1000, 1, false }, 1, "the factor that tightens" },
        { { .02, .01, .05, 1.2, .95, 0, 1, false }, 1, "a window" },
        { { .02, .01, .05, 1.2, .95, 1000, 0, false }, 1, "it takes at least one" },
        { { 7, .01, .05, .9, 1.1, 0, 0, false }, 5, "the tolerance starts between" },
        { { 0, 0, 0, 0, 0, 0, 0, false }, 6, "the least tolerance is above 0" },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(all); i++) {
        thresh_diags *diags = thresh_diags_new();
        thresh_status wanted = all[i].faults == 0 ? THRESH_OK : THRESH_EINVAL;
        thresh_tolerance t = { .value = 7 };

        assert_non_null(diags);
        assert_int_equal(thresh_tolerance_check(&all[i].s, diags, "mine.yaml"), wanted);
        assert_int_equal(thresh_diags_count(diags), all[i].faults);
        if (all[i].faults > 0) {
            const thresh_diag *d = thresh_diags_at(diags, 0);
            assert_memory_equal(d->text, all[i].said, strlen(all[i].said));
            assert_string_equal(d->file, "mine.yaml");
        }
        assert_int_equal(thresh_tolerance_init(&t, &all[i].s), wanted);
        assert_true(t.value == (wanted == THRESH_OK ? 0.02 : 7));
        thresh_diags_free(diags);
    }
}

static void as_bytes(void **unused)
{
    thresh_tolerance_settings s = thresh_tolerance_defaults();
    thresh_tolerance_change c;
    bytes b = BYTES_INIT, again = BYTES_INIT;

    (void)unused;
    s.tighten_only = true;
    s.patience = 2;
    thresh_tolerance t = started(&s), u;
    window(&c, &t, false);
    window(&c, &t, false);
    thresh_tolerance_event(&c, &t);
    assert_int_equal(thresh_tolerance_signal(&t, THRESH_DETECTOR_ADWIN, 9, 0.1), THRESH_OK);
    tolerance_put(&b, &t);
    bytes_reader r = bytes_read(b.data, b.len);
    tolerance_take(&u, &r);
    assert_true(bytes_done(&r));
    tolerance_put(&again, &u);
    assert_int_equal(again.len, b.len);
    assert_memory_equal(again.data, b.data, b.len);
    assert_true(u.value == t.value && u.events == 1 && u.detector == THRESH_DETECTOR_ADWIN
                && u.stable == 2 && u.windows == 2 && u.settings.tighten_only);
    for (size_t n = 0; n < b.len; n++) {
        r = bytes_read(b.data, n);
        tolerance_take(&u, &r);
        assert_true(r.failed);
    }
    /* what is taken keeps within its bounds, whatever bit was turned */
    for (size_t i = 0; i < 8 * b.len; i++) {
        b.data[i / 8] ^= (unsigned char)(1 << i % 8);
        r = bytes_read(b.data, b.len);
        tolerance_take(&u, &r);
        if (!r.failed) {
            thresh_tolerance_close(&c, &u);
            assert_true(u.value >= u.settings.least && u.value <= u.settings.most);
        }
        b.data[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    bytes_free(&b);
    bytes_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_and_bounds), cmocka_unit_test(only_tightens),
        cmocka_unit_test(has_patience),     cmocka_unit_test(windows_by_time),
        cmocka_unit_test(strongest_signal), cmocka_unit_test(settings_that_make_no_sense),
        cmocka_unit_test(as_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
