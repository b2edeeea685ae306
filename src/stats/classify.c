/* Scores of a classification, from the margins and the diagonal of its confusion matrix: that is
 * all they need, and it stays small where the matrix of thousands of classes would not. */
#include "stats/sum.h"
#include "thresh/scores.h"

#include <math.h>

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

thresh_class_score thresh_class_scores(thresh_class_counts counts)
{
    double actual = (double)counts.actual, predicted = (double)counts.predicted;
    double correct = (double)counts.correct;

    return (thresh_class_score){ share(correct, predicted), share(correct, actual),
                                 share(2 * correct, actual + predicted) };
}

/* Sums the counts, and refuses those that no confusion matrix has. */
static thresh_status add_up(thresh_class_counts *all, const thresh_class_counts *classes,
                            size_t count)
{
    uint64_t errors;

    *all = (thresh_class_counts){ 0, 0, 0 };
    for (size_t i = 0; i < count; i++) {
        thresh_class_counts c = classes[i];
        if (c.correct > c.actual || c.correct > c.predicted || c.actual > UINT64_MAX - all->actual
            || c.predicted > UINT64_MAX - all->predicted)
            return THRESH_EDOMAIN;
        all->actual += c.actual;
        all->predicted += c.predicted;
        all->correct += c.correct;
    }
    if (all->actual == 0 || all->actual != all->predicted)
        return THRESH_EDOMAIN;
    /* what a class misses, other classes were predicted for: its own false alarms cannot be meant
     */
    errors = all->actual - all->correct;
    for (size_t i = 0; i < count; i++) {
        thresh_class_counts c = classes[i];
        if (c.actual - c.correct > errors - (c.predicted - c.correct))
            return THRESH_EDOMAIN;
    }
    return THRESH_OK;
}

/* a b - c d, with one rounding of each product undone (Kahan): the two are often nearly equal. */
static double difference_of_products(double a, double b, double c, double d)
{
    double product = c * d;

    return fma(a, b, -product) + fma(-c, d, product);
}

/*
 * The textbook n^2 - sum of t^2 loses its digits when one class has nearly all samples, so it is
 * summed as t (n - t), which has no difference of large numbers.
 */
static double matthews(const thresh_class_counts *classes, size_t count, uint64_t n)
{
    sum both = { 0, 0 }, actual = { 0, 0 }, predicted = { 0, 0 };

    for (size_t i = 0; i < count; i++) {
        thresh_class_counts c = classes[i];
        sum_add(&both, difference_of_products((double)c.correct, (double)n, (double)c.actual,
                                              (double)c.predicted));
        sum_add(&actual, (double)c.actual * (double)(n - c.actual));
        sum_add(&predicted, (double)c.predicted * (double)(n - c.predicted));
    }
    /* the root of the product, not the product of roots: a flawless result is then exactly 1 */
    return share(sum_value(both), sqrt(sum_value(actual) * sum_value(predicted)));
}

typedef struct score_sum {
    sum precision, recall, f1;
} score_sum;

static void score_add(score_sum *s, thresh_class_score score, double weight)
{
    sum_add(&s->precision, weight * score.precision);
    sum_add(&s->recall, weight * score.recall);
    sum_add(&s->f1, weight * score.f1);
}

static thresh_class_score score_mean(score_sum s, double weights)
{
    return (thresh_class_score){ sum_value(s.precision) / weights, sum_value(s.recall) / weights,
                                 sum_value(s.f1) / weights };
}

thresh_status thresh_classification_scores(thresh_classification *out,
                                           const thresh_class_counts *classes, size_t count)
{
    thresh_class_counts all;
    score_sum macro = { 0 }, weighted = { 0 };
    sum recalls = { 0, 0 };
    size_t present = 0, sampled = 0;
    thresh_status rc = add_up(&all, classes, count);

    if (rc != THRESH_OK)
        return rc;
    for (size_t i = 0; i < count; i++) {
        thresh_class_score score = thresh_class_scores(classes[i]);
        if (classes[i].actual == 0 && classes[i].predicted == 0)
            continue;
        score_add(&macro, score, 1);
        present++;
        score_add(&weighted, score, (double)classes[i].actual);
        if (classes[i].actual == 0)
            continue;
        sum_add(&recalls, score.recall);
        sampled++;
    }
    *out = (thresh_classification){
        .accuracy = (double)all.correct / (double)all.actual,
        .balanced_accuracy = sum_value(recalls) / (double)sampled,
        .mcc = matthews(classes, count, all.actual),
        .macro = score_mean(macro, (double)present),
        .micro = thresh_class_scores(all),
        .weighted = score_mean(weighted, (double)all.actual),
    };
    return THRESH_OK;
}
