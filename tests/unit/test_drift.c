/* Drift detectors against plain Python and SciPy (tests/reference/drift.py), what they refuse, and
 * as bytes. */
#include "figures.h"
#include "failing.h"

#include "stats/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void near(double got, double wanted, double relative)
{
    near_to(got, wanted, relative * fmax(1e-300, fabs(wanted)));
}

/* The generator of draw.py. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* Value i of n of a stream, as stream() of drift.py. */
static double value_of_stream(uint64_t *state, int kind, size_t i, size_t n)
{
    double x = draw(state), part = (double)i / (double)n;

    switch (kind) {
    case 1:
        return 0.7 * x + (2 * i >= n ? 0.3 : 0.0);
    case 2:
        return 0.5 * x + (3 * i < n ? 0.2 : 3 * i < 2 * n ? 0.0 : 0.4);
    case 3:
        return 0.5 * x + 0.5 * part;
    case 4:
        return x < (2 * i < n ? 0.9 : 0.6) ? 1.0 : 0.0;
    case 5:
        return 0.5 + (x - 0.5) * (0.2 + 0.8 * part);
    default:
        return x;
    }
}

/* Away and back, as a checkpoint does. */
static void restart_page_hinkley(thresh_page_hinkley *d)
{
    bytes b = BYTES_INIT;

    page_hinkley_put(&b, d);
    memset(d, 0xAB, sizeof *d);
    bytes_reader r = bytes_read(b.data, b.len);
    page_hinkley_take(d, &r);
    assert_true(bytes_done(&r));
    bytes_free(&b);
}

static void restart_adwin(thresh_adwin *d)
{
    bytes b = BYTES_INIT;

    adwin_put(&b, d);
    memset(d, 0xAB, sizeof *d);
    bytes_reader r = bytes_read(b.data, b.len);
    adwin_take(d, &r);
    assert_true(bytes_done(&r));
    bytes_free(&b);
}

static void check_page_hinkley(const figures *f)
{
    const double *x = f->field, *alarms = x + 8;
    uint64_t state = (uint64_t)x[0];
    size_t n = (size_t)x[2], found = 0;
    thresh_page_hinkley d;

    assert_int_equal(
        thresh_page_hinkley_init(&d, x[3], x[4], (uint64_t)x[5], (thresh_drift_direction)x[6]),
        THRESH_OK);
    for (size_t i = 0; i < n; i++) {
        bool alarm = true;
        assert_int_equal(
            thresh_page_hinkley_add(&alarm, &d, value_of_stream(&state, (int)x[1], i, n)),
            THRESH_OK);
        if (i % 100 == 7)
            restart_page_hinkley(&d);
        if (!alarm)
            continue;
        assert_true(found < (size_t)x[7]);
        assert_true((double)i == alarms[2 * found]);
        near(d.statistic, alarms[2 * found + 1], 1e-9);
        found++;
        assert_true(d.n == 0 && d.alarms == found);
    }
    assert_true((double)found == x[7]);
}

static void check_adwin(const figures *f)
{
    const double *x = f->field, *alarms = x + 10;
    uint64_t state = (uint64_t)x[0];
    size_t n = (size_t)x[2], found = 0;
    double buckets = 0;
    static thresh_adwin d;

    assert_int_equal(thresh_adwin_init(&d, x[3], x[4], (uint32_t)x[5]), THRESH_OK);
    for (size_t i = 0; i < n; i++) {
        bool alarm = true;
        assert_int_equal(thresh_adwin_add(&alarm, &d, value_of_stream(&state, (int)x[1], i, n)),
                         THRESH_OK);
        if (i % 100 == 7)
            restart_adwin(&d);
        if (!alarm)
            continue;
        if (found < 10) {
            const double *cut = alarms + 6 * found;
            assert_true((double)i == cut[0]);
            assert_true((double)d.older_n == cut[1] && (double)d.newer_n == cut[2]);
            near(d.older, cut[3], 1e-9);
            near(d.newer, cut[4], 1e-9);
            near(d.cut, cut[5], 1e-9);
        }
        found++;
    }
    assert_true((double)found == x[9] && d.alarms == found);
    assert_true((double)d.width == x[6]);
    near(thresh_adwin_mean(&d), x[7], 1e-9);
    for (uint32_t row = 0; row < d.rows; row++)
        buckets += d.row[row].count;
    assert_true(buckets == x[8]);
}

static void streams(void **unused)
{
    (void)unused;
    each_row("drift.tsv", "page_hinkley", check_page_hinkley);
    each_row("drift.tsv", "adwin", check_adwin);
}

/* The other way round it is the same, but for the sign; and moved and stretched as well. */
static void check_ks(const figures *f)
{
    size_t n = (size_t)f->field[0], m = (size_t)f->field[1];
    const double *b = f->field + 2, *c = b + n, *wanted = c + m;
    double moved[2][MOST_FIELDS];
    thresh_ks ks;

    assert_int_equal(f->count, 2 + n + m + 4);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, b, n, c, m), THRESH_OK);
    near(ks.d, wanted[0], 1e-12);
    assert_true(ks.at == wanted[1] && ks.b_above == (wanted[2] != 0) && ks.exact);
    near(ks.p, wanted[3], 1e-10);
    for (size_t i = 0; i < n; i++)
        moved[0][i] = 4 * b[i];
    for (size_t i = 0; i < m; i++)
        moved[1][i] = 4 * c[i];
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, moved[1], m, moved[0], n), THRESH_OK);
    near(ks.d, wanted[0], 1e-12);
    assert_true(ks.at == 4 * wanted[1] && (ks.d == 0 || ks.b_above == (wanted[2] == 0)));
    near(ks.p, wanted[3], 1e-10);
}

static void check_ks_drawn(const figures *f)
{
    const double *x = f->field;
    uint64_t state = (uint64_t)x[0];
    size_t n = (size_t)x[1], m = (size_t)x[2];
    double *b = calloc(n, sizeof *b), *c = calloc(m, sizeof *c);
    thresh_ks ks;

    assert_true(b != NULL && c != NULL);
    for (size_t i = 0; i < n; i++)
        b[i] = draw(&state);
    for (size_t i = 0; i < m; i++)
        c[i] = draw(&state) + x[3];
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, b, n, c, m), THRESH_OK);
    near(ks.d, x[4], 1e-12);
    near(ks.p, x[5], x[7]);
    assert_true(ks.exact == (x[6] != 0));
    free(b);
    free(c);
}

static void check_psi(const figures *f)
{
    size_t n = (size_t)f->field[0], m = (size_t)f->field[1];
    const double *b = f->field + 3, *c = b + n, *wanted = c + m;
    thresh_psi psi;

    assert_int_equal(f->count, 3 + n + m + 3);
    assert_int_equal(thresh_population_stability(&psi, b, n, c, m, (size_t)f->field[2]), THRESH_OK);
    near(psi.index, wanted[0], 1e-10);
    near(psi.p, wanted[1], 1e-9);
    assert_true((double)psi.bins == wanted[2]);
}

static void samples(void **unused)
{
    (void)unused;
    each_row("drift.tsv", "ks", check_ks);
    each_row("drift.tsv", "ks_ties", check_ks);
    each_row("drift.tsv", "ks_drawn", check_ks_drawn);
    each_row("drift.tsv", "psi", check_psi);
}

/* A window as long as can be stays within its struct, and finds a change at its end. */
static void adwin_is_bounded(void **unused)
{
    static thresh_adwin d;
    uint64_t state = 3;
    bool alarm;

    (void)unused;
    assert_int_equal(thresh_adwin_init(&d, 0.002, 1, 32), THRESH_OK);
    /* as if 2^39 values and more had come: every size is full */
    d.rows = THRESH_ADWIN_ROWS;
    for (uint32_t row = 0; row < d.rows; row++) {
        d.row[row].count = THRESH_ADWIN_BUCKETS;
        d.width += (uint64_t)THRESH_ADWIN_BUCKETS << row;
        for (uint32_t i = 0; i < THRESH_ADWIN_BUCKETS; i++) {
            d.row[row].mean[i] = 0.5;
            d.row[row].squares[i] = ldexp(1.0 / 12, (int)row);
        }
    }
    for (size_t i = 0; i < 4096; i++) {
        uint64_t width = 0;
        assert_int_equal(thresh_adwin_add(&alarm, &d, draw(&state)), THRESH_OK);
        assert_false(alarm);
        for (uint32_t row = 0; row < d.rows; row++) {
            assert_true(d.row[row].count <= THRESH_ADWIN_BUCKETS);
            width += (uint64_t)d.row[row].count << row;
        }
        assert_true(width == d.width && d.rows <= THRESH_ADWIN_ROWS);
    }
    for (alarm = false; !alarm;)
        assert_int_equal(thresh_adwin_add(&alarm, &d, 0.9), THRESH_OK);
    assert_true(d.width < 10000);
}

/* Few false alarms: with a chance of 1 % a look, next to none in what never changes. */
static void alarms_are_rare_without_drift(void **unused)
{
    size_t alarms = 0, small = 0;
    uint64_t state = 11;
    static thresh_adwin d;
    double b[40], c[60];
    bool alarm;

    (void)unused;
    for (int run = 0; run < 50; run++) {
        assert_int_equal(thresh_adwin_init(&d, 0.01, 1, 32), THRESH_OK);
        for (size_t i = 0; i < 3000; i++) {
            assert_int_equal(thresh_adwin_add(&alarm, &d, draw(&state)), THRESH_OK);
            alarms += alarm;
        }
    }
    assert_true(alarms <= 2);
    for (int run = 0; run < 2000; run++) {
        thresh_ks ks;
        for (size_t i = 0; i < COUNT(b); i++)
            b[i] = draw(&state);
        for (size_t i = 0; i < COUNT(c); i++)
            c[i] = draw(&state);
        assert_int_equal(thresh_kolmogorov_smirnov(&ks, b, COUNT(b), c, COUNT(c)), THRESH_OK);
        small += ks.p <= 0.05;
    }
    /* 5 % of 2,000, and four standard errors */
    assert_in_range(small, 50, 139);
}

static void refuses(void **unused)
{
    static thresh_adwin a, before;
    const double good[] = { 1, 2, 3 }, broken[] = { 1, NAN, 3 }, endless[] = { 1, INFINITY, 2 };
    const uint64_t some[] = { 1, 2, 0 }, none[] = { 0, 0, 0 };
    thresh_page_hinkley p;
    thresh_ks ks = { .d = 7 };
    thresh_psi psi = { .index = 7 };
    bool alarm = false;

    (void)unused;
    assert_int_equal(thresh_page_hinkley_init(&p, -1, 1, 0, THRESH_DRIFT_UPWARDS), THRESH_EDOMAIN);
    assert_int_equal(thresh_page_hinkley_init(&p, NAN, 1, 0, THRESH_DRIFT_UPWARDS), THRESH_EDOMAIN);
    assert_int_equal(thresh_page_hinkley_init(&p, 0, 0, 0, THRESH_DRIFT_UPWARDS), THRESH_EDOMAIN);
    assert_int_equal(thresh_page_hinkley_init(&p, 0, INFINITY, 0, THRESH_DRIFT_UPWARDS),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_page_hinkley_init(&p, 0, 1, 0, THRESH_DRIFT_EITHER_WAY), THRESH_OK);
    assert_int_equal(thresh_page_hinkley_add(&alarm, &p, 5), THRESH_OK);
    const double odd[] = { NAN, INFINITY, -INFINITY };
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_int_equal(thresh_page_hinkley_add(&alarm, &p, odd[i]), THRESH_EDOMAIN);
    assert_int_equal(thresh_page_hinkley_add(&alarm, &p, 1.7e308), THRESH_OK);
    assert_true(p.n == 0 && p.alarms == 1); /* far beyond the threshold */

    assert_int_equal(thresh_adwin_init(&a, 0, 1, 32), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_init(&a, 1, 1, 32), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_init(&a, NAN, 1, 32), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_init(&a, 0.1, 0, 32), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_init(&a, 0.1, 1, 0), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_init(&a, 0.1, 1, 1), THRESH_OK);
    assert_int_equal(thresh_adwin_add(&alarm, &a, 0.5), THRESH_OK);
    before = a;
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_int_equal(thresh_adwin_add(&alarm, &a, odd[i]), THRESH_EDOMAIN);
    assert_int_equal(thresh_adwin_add(&alarm, &a, 1e200), THRESH_EDOMAIN);
    assert_memory_equal(&a, &before, sizeof a);
    assert_false(alarm);

    assert_int_equal(thresh_kolmogorov_smirnov(&ks, good, 0, good, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, good, 3, good, 0), THRESH_EDOMAIN);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, broken, 3, good, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, good, 3, broken, 3), THRESH_EDOMAIN);
    assert_true(ks.d == 7);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, endless, 3, good, 3), THRESH_OK);
    assert_int_equal(thresh_kolmogorov_smirnov(&ks, good, 3, good, 3), THRESH_OK);
    assert_true(ks.d == 0 && ks.p == 1);

    assert_int_equal(thresh_population_stability(&psi, good, 3, good, 3, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_population_stability(&psi, good, 3, good, 3, THRESH_PSI_BINS + 1),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_population_stability(&psi, good, 0, good, 3, 10), THRESH_EDOMAIN);
    assert_int_equal(thresh_population_stability(&psi, good, 3, good, 0, 10), THRESH_EDOMAIN);
    assert_int_equal(thresh_population_stability(&psi, endless, 3, good, 3, 10), THRESH_EDOMAIN);
    assert_int_equal(thresh_population_stability(&psi, good, 3, broken, 3, 10), THRESH_EDOMAIN);
    assert_int_equal(thresh_psi_counts(&psi, some, none, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_psi_counts(&psi, none, some, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_psi_counts(&psi, some, some, 1), THRESH_EDOMAIN);
    assert_true(psi.index == 7);
    assert_int_equal(thresh_population_stability(&psi, good, 3, endless, 3, 10), THRESH_OK);
    assert_int_equal(thresh_psi_counts(&psi, some, some, 3), THRESH_OK);
    assert_true(psi.index == 0 && psi.p == 1);
}

/* A constant that moves either way is seen. */
static void psi_of_a_constant(void **unused)
{
    double b[200], c[200];
    thresh_psi psi;

    (void)unused;
    for (int shift = -1; shift <= 1; shift++) {
        for (size_t i = 0; i < COUNT(b); i++) {
            b[i] = 3;
            c[i] = 3 + shift;
        }
        assert_int_equal(thresh_population_stability(&psi, b, 200, c, 200, 10), THRESH_OK);
        assert_int_equal(psi.bins, 3);
        assert_true(shift == 0 ? psi.index == 0 : psi.index > 5 && psi.p < 1e-6);
    }
}

/* Bytes that were cut off are refused; with a bit turned they are refused or a sound detector. */
static void bytes_that_were_changed(void **unused)
{
    static thresh_adwin a;
    thresh_page_hinkley p;
    bytes b[2] = { BYTES_INIT, BYTES_INIT };
    uint64_t state = 1;
    bool alarm;

    (void)unused;
    assert_int_equal(thresh_page_hinkley_init(&p, 0.1, 5, 30, THRESH_DRIFT_DOWNWARDS), THRESH_OK);
    assert_int_equal(thresh_adwin_init(&a, 0.1, 1, 4), THRESH_OK);
    for (int i = 0; i < 500; i++) {
        double x = draw(&state);
        assert_int_equal(thresh_page_hinkley_add(&alarm, &p, x), THRESH_OK);
        assert_int_equal(thresh_adwin_add(&alarm, &a, x), THRESH_OK);
    }
    page_hinkley_put(&b[0], &p);
    adwin_put(&b[1], &a);
    for (int kind = 0; kind < 2; kind++) {
        for (size_t n = 0; n < b[kind].len; n++) {
            bytes_reader r = bytes_read(b[kind].data, n);
            kind == 0 ? page_hinkley_take(&p, &r) : adwin_take(&a, &r);
            assert_true(r.failed);
        }
        for (size_t i = 0; i < 8 * b[kind].len; i++) {
            b[kind].data[i / 8] ^= (unsigned char)(1 << i % 8);
            bytes_reader r = bytes_read(b[kind].data, b[kind].len);
            kind == 0 ? page_hinkley_take(&p, &r) : adwin_take(&a, &r);
            for (int v = 0; v < 100 && !r.failed; v++) {
                thresh_status rc = kind == 0 ? thresh_page_hinkley_add(&alarm, &p, draw(&state))
                                             : thresh_adwin_add(&alarm, &a, draw(&state));
                assert_true(rc == THRESH_OK || rc == THRESH_EDOMAIN);
            }
            b[kind].data[i / 8] ^= (unsigned char)(1 << i % 8);
        }
        bytes_free(&b[kind]);
    }
}

static void memory_runs_out(void **unused)
{
    const double b[] = { 1, 2, 2, 5, 9 }, c[] = { 2, 3, 4, 8 };
    thresh_status rc[2] = { THRESH_ENOMEM, THRESH_ENOMEM };
    thresh_ks ks = { .d = 7 };
    thresh_psi psi = { .index = 7 };
    long n = 0;

    (void)unused;
    for (; rc[0] != THRESH_OK || rc[1] != THRESH_OK; n++) {
        fail_after = n;
        rc[0] = thresh_kolmogorov_smirnov(&ks, b, COUNT(b), c, COUNT(c));
        fail_after = n;
        rc[1] = thresh_population_stability(&psi, b, COUNT(b), c, COUNT(c), 4);
        fail_after = -1;
        assert_true(rc[0] == THRESH_OK || (rc[0] == THRESH_ENOMEM && ks.d == 7));
        assert_true(rc[1] == THRESH_OK || (rc[1] == THRESH_ENOMEM && psi.index == 7));
    }
    assert_true(n > 3);
}

static void slugs(void **unused)
{
    (void)unused;
    assert_string_equal(thresh_detector_slug(THRESH_DETECTOR_NONE), "none");
    assert_string_equal(thresh_detector_slug(THRESH_DETECTOR_POPULATION_STABILITY),
                        "population-stability");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams),
        cmocka_unit_test(samples),
        cmocka_unit_test(adwin_is_bounded),
        cmocka_unit_test(alarms_are_rare_without_drift),
        cmocka_unit_test(refuses),
        cmocka_unit_test(psi_of_a_constant),
        cmocka_unit_test(bytes_that_were_changed),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(slugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
