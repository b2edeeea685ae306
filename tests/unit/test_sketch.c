/* The quantile sketch: what it promises on orders that are hard, after any merges, from bytes, and
 * where memory runs out. */
#include "unit.h"
#include "failing.h"

#include "thresh/scores.h"
#include "thresh/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- orders --- */

static uint64_t state;

static uint64_t draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

static double sorted(size_t i, size_t n)
{
    (void)n;
    return (double)i;
}
static double reversed(size_t i, size_t n)
{
    return (double)(n - 1 - i);
}
/* from both ends to the middle, and back */
static double zoomed_in(size_t i, size_t n)
{
    return (double)(i % 2 == 0 ? i / 2 : n - 1 - i / 2);
}
static double zoomed_out(size_t i, size_t n)
{
    return zoomed_in(n - 1 - i, n);
}
/* up by the even ones, down by the odd ones */
static double organ_pipe(size_t i, size_t n)
{
    return (double)(2 * i < n ? 2 * i : 2 * (n - 1 - i) + 1);
}
static double tied(size_t i, size_t n)
{
    (void)i;
    (void)n;
    return (double)(draw() % 7);
}
static double constant(size_t i, size_t n)
{
    (void)i;
    (void)n;
    return 42;
}
static double drawn(size_t i, size_t n)
{
    (void)i;
    (void)n;
    return (double)draw();
}
/* blocks, each sorted, that come again and again */
static double sawtooth(size_t i, size_t n)
{
    return (double)((i * 1000) % n + i / 1000);
}
/* tails over many magnitudes */
static double heavy(size_t i, size_t n)
{
    (void)n;
    return ldexp((double)(draw() % 1000) - 500, (int)(i * 7 % 1000));
}

typedef double order(size_t i, size_t n);
static order *const orders[] = { sorted, reversed, zoomed_in, zoomed_out, organ_pipe,
                                 tied,   constant, drawn,     sawtooth,   heavy };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Values <= x of n ascending ones. */
static size_t upto(const double *ascending, size_t n, double x)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ascending[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static thresh_sketch *sketch_of(uint32_t k, uint64_t seed)
{
    thresh_sketch *s;

    assert_int_equal(thresh_sketch_new(&s, k, seed), THRESH_OK);
    return s;
}

static const double LEVELS_ASKED[] = {
    0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1
};

typedef struct tally {
    size_t asked, broken;
} tally;

/* Ranks of values, and quantiles, against the values themselves; what breaks the promise counts. */
static void judge(tally *t, thresh_sketch *s, const double *ascending, size_t n)
{
    double error = thresh_sketch_rank_error(s), got[COUNT(LEVELS_ASKED)], rank;

    assert_true(thresh_sketch_count(s) == n);
    assert_int_equal(thresh_sketch_quantiles(got, s, LEVELS_ASKED, COUNT(got)), THRESH_OK);
    assert_true(got[0] == ascending[0] && got[COUNT(got) - 1] == ascending[n - 1]);
    for (size_t i = 0; i < COUNT(got); i++) {
        double level = LEVELS_ASKED[i], x = ascending[(size_t)(level * (double)(n - 1))];

        assert_true(i == 0 || got[i] >= got[i - 1]);
        assert_int_equal(thresh_sketch_rank(&rank, s, x), THRESH_OK);
        t->asked += 2;
        t->broken += fabs(rank - (double)upto(ascending, n, x) / (double)n) > error + 1e-12;
        /* the ranks that the quantile's value has, from the first to the last of equal ones */
        double high = (double)upto(ascending, n, got[i]) / (double)n;
        double low = (double)upto(ascending, n, nextafter(got[i], -INFINITY)) / (double)n;
        double slack = error + 2.0 / (double)n;
        t->broken += level < low - slack || level > high + slack;
    }
}

static void fill(double *values, order *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = of(i, n);
}

/* --- tests --- */

static void keeps_its_promise(void **unused)
{
    static const uint32_t ks[] = { 16, 17, 100, 1600 };
    static const size_t sizes[] = { 300, 5000, 60000 };
    double *values = calloc(60000, sizeof *values);
    tally t = { 0, 0 };

    (void)unused;
    assert_non_null(values);
    for (size_t o = 0; o < COUNT(orders); o++)
        for (size_t j = 0; j < COUNT(sizes); j++)
            for (size_t i = 0; i < COUNT(ks); i++)
                for (uint64_t seed = 0; seed < (j == 2 ? 3 : 20); seed++) {
                    size_t n = sizes[j];
                    thresh_sketch *s = sketch_of(ks[i], seed);

                    state = seed;
                    fill(values, orders[o], n);
                    for (size_t v = 0; v < n; v++)
                        assert_int_equal(thresh_sketch_add(s, values[v]), THRESH_OK);
                    qsort(values, n, sizeof *values, compare);
                    judge(&t, s, values, n);
                    assert_true(thresh_sketch_rank_error(s) <= thresh_sketch_promise(ks[i]));
                    thresh_sketch_free(s);
                }
    free(values);
    assert_true(t.asked > 20000);
    /* 1 % may break it; the inequality is a generous one */
    if (t.broken * 1000 > t.asked)
        fail_msg("%zu of %zu beyond the promise", t.broken, t.asked);
}

/* As many values as fit are exact, as thresh_quantile() is. */
static void exact_while_few(void **unused)
{
    static const double levels[] = { 0, 0.013, 0.25, 0.5, 0.77, 0.95, 0.99, 1 };
    double values[1000], got[COUNT(levels)], wanted, rank;

    (void)unused;
    for (size_t n = 1; n <= COUNT(values); n = n * 3 / 2 + 1) {
        thresh_sketch *s = sketch_of(1000, 1);

        state = n;
        fill(values, n % 2 ? drawn : tied, n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(thresh_sketch_add(s, values[i]), THRESH_OK);
        assert_true(thresh_sketch_is_exact(s));
        assert_true(thresh_sketch_rank_error(s) == 0);
        assert_int_equal(thresh_sketch_quantiles(got, s, levels, COUNT(levels)), THRESH_OK);
        for (size_t q = 0; q < COUNT(levels); q++) {
            assert_int_equal(thresh_quantile(&wanted, values, n, levels[q]), THRESH_OK);
            assert_true(got[q] == wanted);
        }
        qsort(values, n, sizeof *values, compare);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(thresh_sketch_rank(&rank, s, values[i]), THRESH_OK);
            assert_true(rank == (double)upto(values, n, values[i]) / (double)n);
        }
        thresh_sketch_free(s);
    }
    /* even the least k keeps 256 */
    thresh_sketch *s = sketch_of(16, 1);
    for (int i = 0; i < THRESH_SKETCH_EXACT; i++)
        assert_int_equal(thresh_sketch_add(s, i), THRESH_OK);
    assert_true(thresh_sketch_is_exact(s));
    assert_int_equal(thresh_sketch_add(s, 0), THRESH_OK);
    assert_false(thresh_sketch_is_exact(s));
    assert_true(thresh_sketch_rank_error(s) > 0);
    thresh_sketch_free(s);
}

enum { PARTS = 60, MOST_PART = 4000 };

/* Trees of merges: one after the other, by halves, and drawn; of parts of every size. */
static void any_tree_of_merges(void **unused)
{
    double *values = calloc((size_t)PARTS * MOST_PART, sizeof *values);
    thresh_sketch *parts[PARTS];
    tally t = { 0, 0 };

    (void)unused;
    assert_non_null(values);
    for (unsigned round = 0; round < 150; round++) {
        uint32_t k = round % 2 ? 16 + round : 200;
        size_t n = 0, live = PARTS;
        order *of = orders[round % COUNT(orders)];

        for (size_t p = 0; p < PARTS; p++) {
            state = round * 1000 + p;
            size_t count = p % 3 == 0 ? draw() % MOST_PART : p % 3 == 1 ? draw() % 10 : 0;
            /* all of one seed: the values have their share in the coins */
            parts[p] = sketch_of(k, round % 4 ? p : 0);
            for (size_t i = 0; i < count; i++) {
                values[n] = of(i, count) + (round % 5 ? (double)p : 0);
                assert_int_equal(thresh_sketch_add(parts[p], values[n++]), THRESH_OK);
            }
        }
        state = round;
        while (live > 1) {
            size_t a = round % 3 == 0 ? 0 : round % 3 == 1 ? (live - 1) / 2 : draw() % live;
            size_t b = round % 3 == 0 ? live - 1 : (a + 1 + draw() % (live - 1)) % live;
            uint64_t both = thresh_sketch_count(parts[a]) + thresh_sketch_count(parts[b]);

            assert_int_equal(thresh_sketch_merge(parts[a], parts[b]), THRESH_OK);
            assert_true(thresh_sketch_count(parts[a]) == both);
            assert_true(thresh_sketch_rank_error(parts[a]) <= thresh_sketch_promise(k));
            thresh_sketch_free(parts[b]);
            parts[b] = parts[--live];
            if (a == live)
                a = b;
        }
        qsort(values, n, sizeof *values, compare);
        judge(&t, parts[0], values, n);
        /* and goes on */
        for (size_t i = 0; i < 1000; i++)
            assert_int_equal(thresh_sketch_add(parts[0], values[i % n]), THRESH_OK);
        assert_true(thresh_sketch_count(parts[0]) == n + 1000);
        thresh_sketch_free(parts[0]);
    }
    free(values);
    if (t.broken * 1000 > t.asked)
        fail_msg("%zu of %zu beyond the promise", t.broken, t.asked);
}

static double squared_bound(const thresh_sketch *s)
{
    double t = thresh_sketch_rank_error(s) * (double)thresh_sketch_count(s);

    return t * t / (2 * log(200));
}

static double error_at(const thresh_sketch *s, double x, double below)
{
    double rank;

    assert_int_equal(thresh_sketch_rank(&rank, s, x), THRESH_OK);
    return rank * (double)thresh_sketch_count(s) - below;
}

/* Over many seeds the errors have no bias, and no more variance than the promise is made of: of the
 * merged, and of the sum over panes of one seed, whose coins must not be the same. */
static void errors_average_out(void **unused)
{
    enum { SEEDS = 400, PANES = 30, PANE = 1500 };
    double mean[2] = { 0 }, variance[2] = { 0 }, bound[2] = { 0 };

    (void)unused;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        thresh_sketch *all = sketch_of(16, seed);
        double below = 0, error[2] = { 0 };

        state = seed;
        for (size_t p = 0; p < PANES; p++) {
            thresh_sketch *pane = sketch_of(16, seed);
            double here = 0;
            for (size_t i = 0; i < PANE; i++) {
                double x = (double)(draw() % 1000);
                here += x <= 500;
                assert_int_equal(thresh_sketch_add(pane, x), THRESH_OK);
            }
            error[1] += error_at(pane, 500, here);
            bound[1] += squared_bound(pane) / SEEDS;
            below += here;
            assert_int_equal(thresh_sketch_merge(all, pane), THRESH_OK);
            thresh_sketch_free(pane);
        }
        error[0] = error_at(all, 500, below);
        bound[0] += squared_bound(all) / SEEDS;
        for (int i = 0; i < 2; i++) {
            mean[i] += error[i] / SEEDS;
            variance[i] += error[i] * error[i] / SEEDS;
        }
        thresh_sketch_free(all);
    }
    for (int i = 0; i < 2; i++)
        if (fabs(mean[i]) > 4 * sqrt(variance[i] / SEEDS) || variance[i] > bound[i])
            fail_msg("%s: mean %g, deviation %g, of at most %g", i == 0 ? "merged" : "panes",
                     mean[i], sqrt(variance[i]), sqrt(bound[i]));
}

/* While nothing is left out, any order of merges gives the same answers. */
static void merges_of_few_are_exact(void **unused)
{
    static const double levels[] = { 0, 0.1, 0.5, 0.9, 1 };
    double left[COUNT(levels)], right[COUNT(levels)];
    thresh_sketch *a[3], *b[3];

    (void)unused;
    state = 5;
    for (size_t p = 0; p < 3; p++) {
        a[p] = sketch_of(16, p);
        b[p] = sketch_of(16, p + 7);
        for (size_t i = 0; i < 80; i++) {
            double x = drawn(i, 0);
            assert_int_equal(thresh_sketch_add(a[p], x), THRESH_OK);
            assert_int_equal(thresh_sketch_add(b[p], x), THRESH_OK);
        }
    }
    assert_int_equal(thresh_sketch_merge(a[0], a[1]), THRESH_OK);
    assert_int_equal(thresh_sketch_merge(a[0], a[2]), THRESH_OK);
    assert_int_equal(thresh_sketch_merge(b[2], b[0]), THRESH_OK);
    assert_int_equal(thresh_sketch_merge(b[1], b[2]), THRESH_OK);
    assert_true(thresh_sketch_is_exact(a[0]) && thresh_sketch_is_exact(b[1]));
    assert_int_equal(thresh_sketch_quantiles(left, a[0], levels, COUNT(levels)), THRESH_OK);
    assert_int_equal(thresh_sketch_quantiles(right, b[1], levels, COUNT(levels)), THRESH_OK);
    assert_memory_equal(left, right, sizeof left);
    for (size_t p = 0; p < 3; p++) {
        thresh_sketch_free(a[p]);
        thresh_sketch_free(b[p]);
    }
}

static void infinities_and_zeros(void **unused)
{
    static const double levels[] = { 0, 0.125, 0.25, 0.5, 0.875, 1 };
    double got[COUNT(levels)], rank;
    thresh_sketch *s = sketch_of(16, 0);

    (void)unused;
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(thresh_sketch_add(s, INFINITY), THRESH_OK);
        assert_int_equal(thresh_sketch_add(s, -0.0), THRESH_OK);
        assert_int_equal(thresh_sketch_add(s, -INFINITY), THRESH_OK);
        assert_int_equal(thresh_sketch_add(s, 0), THRESH_OK);
    }
    assert_int_equal(thresh_sketch_quantiles(got, s, levels, COUNT(levels)), THRESH_OK);
    assert_true(got[0] == -INFINITY && got[1] == -INFINITY);
    assert_true(got[3] == 0 && !signbit(got[3]));
    assert_true(got[4] == INFINITY && got[5] == INFINITY);
    assert_int_equal(thresh_sketch_rank(&rank, s, INFINITY), THRESH_OK);
    assert_true(rank == 1);
    assert_int_equal(thresh_sketch_rank(&rank, s, 1e308), THRESH_OK);
    assert_true(fabs(rank - 0.75) <= thresh_sketch_rank_error(s));
    thresh_sketch_free(s);
    /* between a number and infinity there is none */
    s = sketch_of(16, 0);
    assert_int_equal(thresh_sketch_add(s, -INFINITY), THRESH_OK);
    assert_int_equal(thresh_sketch_add(s, INFINITY), THRESH_OK);
    assert_int_equal(thresh_sketch_quantiles(got, s, (double[]){ 0.5 }, 1), THRESH_OK);
    assert_true(got[0] == -INFINITY);
    thresh_sketch_free(s);
}

static void refuses(void **unused)
{
    thresh_sketch *s, *other = sketch_of(17, 0);
    double out = 5;

    (void)unused;
    assert_int_equal(thresh_sketch_new(&s, THRESH_SKETCH_K_LEAST - 1, 0), THRESH_EDOMAIN);
    assert_null(s);
    assert_int_equal(thresh_sketch_new(&s, THRESH_SKETCH_K_MOST + 1, 0), THRESH_EDOMAIN);
    s = sketch_of(16, 0);
    assert_int_equal(thresh_sketch_quantiles(&out, s, (double[]){ 0.5 }, 1), THRESH_EEMPTY);
    assert_int_equal(thresh_sketch_rank(&out, s, 1), THRESH_EEMPTY);
    assert_int_equal(thresh_sketch_add(s, NAN), THRESH_EDOMAIN);
    assert_true(thresh_sketch_count(s) == 0);
    assert_int_equal(thresh_sketch_add(s, 3), THRESH_OK);
    assert_int_equal(thresh_sketch_rank(&out, s, NAN), THRESH_EDOMAIN);
    assert_int_equal(thresh_sketch_merge(s, other), THRESH_EINVAL);
    assert_int_equal(thresh_sketch_merge(s, s), THRESH_EINVAL);
    const double wrong[][2] = { { -0.1, 0.5 }, { 0.5, 1.1 }, { 0.6, 0.5 }, { NAN, 1 }, { 0, NAN } };
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(thresh_sketch_quantiles(&out, s, wrong[i], 2), THRESH_EDOMAIN);
    assert_true(out == 5);
    thresh_sketch_free(s);
    thresh_sketch_free(other);
    thresh_sketch_free(NULL);
}

static void same_bytes(const thresh_sketch *a, const thresh_sketch *b)
{
    unsigned char *x, *y;
    size_t n, m;

    assert_int_equal(thresh_sketch_save(&x, &n, a), THRESH_OK);
    assert_int_equal(thresh_sketch_save(&y, &m, b), THRESH_OK);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    free(x);
    free(y);
}

/* Loaded, it goes on as the one that was saved: to the byte. */
static void goes_on_from_bytes(void **unused)
{
    static const size_t sizes[] = { 0, 1, 31, 256, 257, 5000, 123456 };

    (void)unused;
    for (size_t j = 0; j < COUNT(sizes); j++)
        for (int merged = 0; merged < 2; merged++) {
            thresh_sketch *s = sketch_of(64, j), *other = sketch_of(64, 99), *again;
            unsigned char *data;
            size_t len;

            state = j;
            for (size_t i = 0; i < sizes[j]; i++)
                assert_int_equal(thresh_sketch_add(s, drawn(i, 0)), THRESH_OK);
            for (size_t i = 0; i < 700; i++)
                assert_int_equal(thresh_sketch_add(other, drawn(i, 0)), THRESH_OK);
            if (merged)
                assert_int_equal(thresh_sketch_merge(s, other), THRESH_OK);
            assert_int_equal(thresh_sketch_save(&data, &len, s), THRESH_OK);
            assert_int_equal(thresh_sketch_load(&again, data, len), THRESH_OK);
            free(data);
            same_bytes(s, again);
            for (size_t i = 0; i < 3000; i++) {
                double x = drawn(i, 0);
                assert_int_equal(thresh_sketch_add(s, x), THRESH_OK);
                assert_int_equal(thresh_sketch_add(again, x), THRESH_OK);
            }
            assert_int_equal(thresh_sketch_merge(s, other), THRESH_OK);
            assert_int_equal(thresh_sketch_merge(again, other), THRESH_OK);
            same_bytes(s, again);
            /* and cleared, as a new one */
            thresh_sketch_clear(s);
            thresh_sketch *fresh = sketch_of(64, j);
            same_bytes(s, fresh);
            thresh_sketch_free(fresh);
            thresh_sketch_free(s);
            thresh_sketch_free(again);
            thresh_sketch_free(other);
        }
}

static void refuses_changed_bytes(void **unused)
{
    thresh_sketch *s = sketch_of(16, 0), *again;
    unsigned char *data;
    size_t len;

    (void)unused;
    for (size_t i = 0; i < 2000; i++)
        assert_int_equal(thresh_sketch_add(s, (double)i), THRESH_OK);
    assert_int_equal(thresh_sketch_save(&data, &len, s), THRESH_OK);
    for (size_t i = 0; i < len * 8; i++) {
        data[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_int_equal(thresh_sketch_load(&again, data, len), THRESH_EFORMAT);
        assert_null(again);
        data[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t n = 0; n < len; n++)
        assert_int_equal(thresh_sketch_load(&again, data, n), THRESH_EFORMAT);
    assert_int_equal(thresh_sketch_load(&again, data, len), THRESH_OK);
    thresh_sketch_free(again);
    /* whoever mends the check sum as well: nothing that is loaded does harm */
    for (size_t i = 0; i < (len - 8) * 8; i++) {
        uint64_t sum = UINT64_C(0xCBF29CE484222325);

        data[i / 8] ^= (unsigned char)(1 << i % 8);
        for (size_t c = 0; c < len - 8; c++)
            sum = (sum ^ data[c]) * UINT64_C(0x100000001B3);
        for (size_t c = 0; c < 8; c++)
            data[len - 8 + c] = (unsigned char)(sum >> (8 * c));
        if (thresh_sketch_load(&again, data, len) == THRESH_OK) {
            double q;
            for (size_t v = 0; v < 3000; v++)
                assert_int_equal(thresh_sketch_add(again, (double)v), THRESH_OK);
            if (thresh_sketch_merge(again, s) == THRESH_OK)
                assert_true(thresh_sketch_count(again) == 7000);
            assert_int_equal(thresh_sketch_quantiles(&q, again, (double[]){ 0.5 }, 1), THRESH_OK);
            thresh_sketch_free(again);
        }
        data[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    free(data);
    thresh_sketch_free(s);
}

/* All that allocates, from the beginning; false when memory ran out, and then nothing was lost. */
static bool lives(thresh_sketch *s, const thresh_sketch *other)
{
    uint64_t before = thresh_sketch_count(s);
    unsigned char *data;
    thresh_sketch *again;
    size_t len;
    double q;

    for (size_t i = 0; i < 2000; i++, before++)
        if (thresh_sketch_add(s, (double)i) != THRESH_OK) {
            assert_true(thresh_sketch_count(s) == before);
            return false;
        }
    if (thresh_sketch_merge(s, other) != THRESH_OK) {
        assert_true(thresh_sketch_count(s) == before);
        return false;
    }
    if (thresh_sketch_quantiles(&q, s, (double[]){ 0.5 }, 1) != THRESH_OK
        || thresh_sketch_save(&data, &len, s) != THRESH_OK)
        return false;
    thresh_status rc = thresh_sketch_load(&again, data, len);
    free(data);
    thresh_sketch_free(again);
    assert_true(rc == THRESH_OK || rc == THRESH_ENOMEM);
    return rc == THRESH_OK;
}

static void memory_runs_out(void **unused)
{
    thresh_sketch *other = sketch_of(16, 1), *s;
    long n = 0;
    bool done = false;

    (void)unused;
    for (size_t i = 0; i < 3000; i++)
        assert_int_equal(thresh_sketch_add(other, (double)i), THRESH_OK);
    for (; !done; n++) {
        fail_after = n;
        if (thresh_sketch_new(&s, 16, 0) != THRESH_OK)
            continue;
        done = lives(s, other);
        fail_after = -1;
        /* and goes on where it failed */
        double q;
        for (size_t i = 0; i < 2000; i++)
            assert_int_equal(thresh_sketch_add(s, (double)i), THRESH_OK);
        assert_int_equal(thresh_sketch_quantiles(&q, s, (double[]){ 1 }, 1), THRESH_OK);
        thresh_sketch_free(s);
    }
    fail_after = -1;
    assert_true(n > 15);
    thresh_sketch_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_its_promise),
        cmocka_unit_test(exact_while_few),
        cmocka_unit_test(any_tree_of_merges),
        cmocka_unit_test(errors_average_out),
        cmocka_unit_test(merges_of_few_are_exact),
        cmocka_unit_test(infinities_and_zeros),
        cmocka_unit_test(refuses),
        cmocka_unit_test(goes_on_from_bytes),
        cmocka_unit_test(refuses_changed_bytes),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
