/* How often the intervals of thresh calibrate hold the points that a simulation knows. */
#include "stats/random.h"
#include "thresh/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What is true of an outcome: its share at a degradation, and where it has risen so far. */
typedef struct truth {
    const char *name;
    double (*share)(double dose);
    double perceptible, unacceptable;
} truth;

static double logistic(double dose)
{
    return 1 / (1 + exp(3.2 - 0.45 * dose));
}

/* Level up to 1.5, then 2.5 percentage points for each. */
static double bent(double dose)
{
    return 0.38 + 0.025 * fmax(0, dose - 1.5);
}

static double flat(double dose)
{
    (void)dose;
    return 0.04;
}

static double inverse(double share)
{
    return (log(share / (1 - share)) + 3.2) / 0.45;
}

static double normal(random_stream *r)
{
    double total = -6;

    for (int i = 0; i < 12; i++)
        total += random_fraction(r);
    return total;
}

static thresh_set *simulate(const truth *t, size_t rows, double spread, uint64_t seed)
{
    random_stream r = random_start(seed, rows);
    thresh_samples *s = NULL;
    thresh_set *set = NULL;
    size_t dose, sessions, complaints;

    if (thresh_set_new(&set) != THRESH_OK || thresh_samples_new(&s, "", "", NULL) != THRESH_OK)
        exit(2);
    dose = thresh_samples_column(s, "accuracy_drop_pp", 16);
    sessions = thresh_samples_column(s, "sessions", 8);
    complaints = thresh_samples_column(s, "complaints", 10);
    for (size_t i = 0; i < rows; i++) {
        double d = i % 10 == 9 ? 0 : 5 * random_fraction(&r);
        uint64_t n = 2000 + (uint64_t)(4000 * random_fraction(&r));
        double p = t->share(d), odds = p / (1 - p) * exp(spread * normal(&r));

        p = odds / (1 + odds);
        thresh_samples_add_row(s, NULL, 0, false);
        thresh_samples_put_number(s, dose, d);
        thresh_samples_put_number(s, sessions, (double)n);
        thresh_samples_put_number(
            s, complaints,
            (double)random_binomial(&r, n, (uint64_t)(p * 4294967296.0), UINT64_C(1) << 32));
    }
    if (thresh_samples_finish(s) != THRESH_OK || thresh_set_take_samples(set, s) != THRESH_OK)
        exit(2);
    thresh_set_set_source(set, &(thresh_source){ "simulated", "samples-csv", "", NULL });
    return set;
}

typedef struct counts {
    size_t known, curve_chosen, safe[2], chosen[2], curve[2], monotone[2];
} counts;

static bool holds(const thresh_dose *d, double at)
{
    return d->low <= at && at <= d->high;
}

static void run(const truth *t, size_t rows, double spread, size_t runs)
{
    static const char *const outcomes[] = { "complaints", NULL };
    thresh_calibrate_options o = { .outcomes = outcomes, .resamples = 999 };
    thresh_catalog *catalog = NULL;
    counts n = { 0 };
    const double truths[] = { t->perceptible, t->unacceptable };

    if (thresh_catalog_new(&catalog) != THRESH_OK)
        exit(2);
    for (size_t i = 0; i < runs; i++) {
        thresh_set *set = simulate(t, rows, spread, i + 1);
        thresh_calibration *c = NULL;

        if (thresh_calibrate(&c, set, catalog, &o, NULL) != THRESH_OK)
            exit(2);
        const thresh_calibrated *of = &c->outcomes[0];
        n.known += c->known;
        n.curve_chosen += of->fit == THRESH_FIT_CURVE;
        for (size_t k = 0; k < 2; k++) {
            const thresh_threshold *h = &of->thresholds[k];
            n.chosen[k] += holds(&h->chosen, truths[k]);
            n.curve[k] += holds(&h->curve, truths[k]);
            n.monotone[k] += holds(&h->monotone, truths[k]);
            n.safe[k] += !(h->limit > truths[k]);
        }
        thresh_calibration_free(c);
        thresh_set_free(set);
    }
    printf("%-9s %5zu %6.2f %7.1f %7.1f", t->name, rows, spread,
           100.0 * (double)n.known / (double)runs, 100.0 * (double)n.curve_chosen / (double)runs);
    for (size_t k = 0; k < 2; k++)
        printf(" | %6.1f %6.1f %8.1f %6.1f", 100.0 * (double)n.chosen[k] / (double)runs,
               100.0 * (double)n.curve[k] / (double)runs,
               100.0 * (double)n.monotone[k] / (double)runs,
               100.0 * (double)n.safe[k] / (double)runs);
    puts("");
    thresh_catalog_free(catalog);
}

int main(int argc, char **argv)
{
    const truth truths[] = {
        { "logistic", logistic, inverse(logistic(0) + 0.005), inverse(logistic(0) + 0.02) },
        { "bent", bent, 1.7, 2.3 },
        { "flat", flat, INFINITY, INFINITY },
    };
    size_t runs = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1000;

    printf("%zu histories each. known: limits are set; curve: the parametric one was chosen. Of "
           "each point:\n"
           "how often the interval (two bounds of 95 %% one-sided: 90 %% and more are promised) of "
           "the chosen,\n"
           "the parametric and the monotone curve holds it; safe: no limit was set above it (95 "
           "%%).\n\n",
           runs);
    puts("truth      rows spread   known   curve |        perceptible             |        "
         "unacceptable");
    puts("                                       | chosen  curve monotone   safe | chosen  curve "
         "monotone   safe");
    for (size_t t = 0; t < sizeof truths / sizeof *truths; t++)
        for (int spread = 0; spread < 2; spread++)
            for (size_t rows = 20; rows <= 180; rows *= 3)
                run(&truths[t], rows, 0.15 * spread, runs);
    return 0;
}
