/* The spread that buckets and a sum allow, against values that reach it and values that do not. */
#include "unit.h"

#include "stats/distribution.h"
#include "stats/histogram.h"

#include <math.h>
#include <string.h>

static const double edges[] = { 10, 25, 50, 100 };

static void known(void **unused)
{
    const double counts[] = { 4, 0, 0, 0 }, two[] = { 1, 0, 0, 1 };
    double squares;

    (void)unused;
    /* two at 0 and two at 10 */
    assert_int_equal(histogram_squares(&squares, 0, edges, counts, 4, 20), THRESH_OK);
    assert_true(fabs(squares - 200) < 1e-9);
    /* the higher one is moved up first: 0 and 90, no more than 90 * 150 - 50 * 100 for its part */
    assert_int_equal(histogram_squares(&squares, 0, edges, two, 4, 90), THRESH_OK);
    assert_true(fabs(squares - (2500 + 40 * 150)) < 1e-9);
    /* all at their lower edges, all at their upper ones, and a little beyond */
    assert_int_equal(histogram_squares(&squares, 0, edges, two, 4, 50), THRESH_OK);
    assert_true(fabs(squares - 2500) < 1e-9);
    assert_int_equal(histogram_squares(&squares, 0, edges, two, 4, 110), THRESH_OK);
    assert_true(fabs(squares - 10100) < 1e-9);
    assert_int_equal(histogram_squares(&squares, 0, edges, two, 4, 111), THRESH_OK);
    assert_true(fabs(squares - 10100) < 1e-9);
    assert_int_equal(histogram_squares(&squares, 0, edges, two, 4, 49.5), THRESH_OK);
    assert_true(fabs(squares - 2500) < 1e-9);
}

/* No values have more than it says. */
static void drawn(void **unused)
{
    enum { RUNS = 300, VALUES = 200 };

    (void)unused;
    for (uint64_t run = 0; run < RUNS; run++) {
        random_stream r = random_start(4, run);
        double counts[4] = { 0 }, sum = 0, squares = 0, most;

        for (size_t i = 0; i < VALUES; i++) {
            double u = random_fraction(&r), x = run % 3 == 0   ? 100 * u
                                                : run % 3 == 1 ? 100 * u * u
                                                : u < 0.5      ? 0.01
                                                               : 99.9;
            size_t b = 0;
            while (x > edges[b])
                b++;
            counts[b]++;
            sum += x;
            squares += x * x;
        }
        assert_int_equal(histogram_squares(&most, 0, edges, counts, 4, sum), THRESH_OK);
        assert_true(most >= squares * (1 - 1e-12));
        /* nor is it far away: each value within its bucket */
        assert_true(most < squares + VALUES * 100 * 100);
    }
}

static void refused(void **unused)
{
    const double counts[] = { 1, 1, 1, 1 }, none[4] = { 0 }, less[] = { 1, -1, 1, 1 },
                 falling[] = { 10, 5, 50, 100 }, open[] = { 10, 25, 50, INFINITY };
    double squares;

    (void)unused;
    assert_int_equal(histogram_squares(&squares, 0, edges, none, 4, 0), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, edges, less, 4, 100), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, falling, counts, 4, 100), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, open, counts, 4, 100), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 10, edges, counts, 4, 100), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, edges, counts, 4, NAN), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, edges, counts, 4, 80), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, edges, counts, 4, 190), THRESH_EDOMAIN);
    assert_int_equal(histogram_squares(&squares, 0, edges, counts, 0, 0), THRESH_EDOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(known), cmocka_unit_test(drawn),
                                        cmocka_unit_test(refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
