/*
 * Metrics of a whole corpus, from what each sample adds to their sums: perplexity from
 * log-likelihoods and tokens, BLEU from matches and lengths. Their mean over samples would be
 * another figure.
 */
#include "judge/measure.h"
#include "thresh/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SUMS = 10, SPELLINGS = 4 };

typedef struct corpus_metric {
    const char *name;
    size_t sums;
    const char *columns[MOST_SUMS][SPELLINGS]; /* each by one of its names */
    double (*compute)(const double *totals);
} corpus_metric;

/* exp(-sum of log-likelihoods / number of tokens), as Jelinek et al. (1977) define it. */
static double perplexity(const double *totals)
{
    return exp(-totals[0] / totals[1]);
}

/* Papineni et al. (2002), eq. (3): the brevity penalty times the geometric mean of four precisions;
 * without smoothing, which a corpus does not need. */
static double bleu(const double *totals)
{
    const double *correct = totals, *total = totals + 4;
    double lengths[2] = { totals[8], totals[9] }, sum = 0;

    for (size_t n = 0; n < 4; n++)
        sum += log(correct[n] / total[n]) / 4;
    return 100 * exp(sum + (lengths[0] < lengths[1] ? 1 - lengths[1] / lengths[0] : 0));
}

static const corpus_metric metrics[] = {
    { "perplexity",
      2,
      { { "loglikelihood", "log_likelihood", "logprob_sum", "ll" },
        { "num_tokens", "n_tokens", "tokens", "token_count" } },
      perplexity },
    { "bleu",
      10,
      { { "bleu_correct_1", "correct_1" },
        { "bleu_correct_2", "correct_2" },
        { "bleu_correct_3", "correct_3" },
        { "bleu_correct_4", "correct_4" },
        { "bleu_total_1", "total_1" },
        { "bleu_total_2", "total_2" },
        { "bleu_total_3", "total_3" },
        { "bleu_total_4", "total_4" },
        { "bleu_sys_len", "sys_len" },
        { "bleu_ref_len", "ref_len" } },
      bleu },
};

static const thresh_column *find_sum(const thresh_samples *t, const char *const names[SPELLINGS])
{
    for (size_t i = 0; i < SPELLINGS && names[i] != NULL; i++) {
        const thresh_column *c = thresh_samples_find(t, names[i]);
        if (c != NULL && c->numbers != NULL)
            return c;
    }
    return NULL;
}

/* Files without all of them are absent: what another has is missing there, and judged as such.
 * False: no file has them. */
static bool find_sums(series *s, const corpus_metric *m,
                      const thresh_column *columns[MOST_SIDES][MOST_SUMS])
{
    bool any = false;

    for (size_t side = 0; side < s->sides; side++) {
        s->absent[side] = false;
        for (size_t k = 0; k < m->sums && !s->absent[side]; k++) {
            columns[side][k] = find_sum(s->tables[side], m->columns[k]);
            s->absent[side] = columns[side][k] == NULL;
        }
        any = any || !s->absent[side];
    }
    return any;
}

/* The sums of both models side by side, resampled together. */
static void compare(void *context, void *scratch, const double *totals, double *out)
{
    const corpus_metric *m = context;
    double b = m->compute(totals), c = m->compute(totals + m->sums);

    (void)scratch;
    out[0] = b - c;
    out[1] = c / b;
}

static thresh_status add_corpus(series *s, const corpus_metric *m,
                                const thresh_column *columns[MOST_SIDES][MOST_SUMS])
{
    size_t width = m->sums * (s->sides > 1 ? 2 : 1), n = 0;
    double figures[MOST_SIDES], *rows = calloc(s->count + 1, width * sizeof *rows);
    double totals[MOST_SIDES][MOST_SUMS] = { { 0 } };
    thresh_paired evidence = { 0 };
    thresh_status rc = rows == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < s->count && rc == THRESH_OK; i++, n++)
        for (size_t side = 0; side < s->sides; side++)
            for (size_t k = 0; k < m->sums && !s->absent[side]; k++) {
                double v = columns[side][k]->numbers[series_row(s, side, i)];
                totals[side][k] +=
                    v; /* a value that got lost leaves NaN, which is judged as such */
                if (side < 2)
                    rows[n * width + side * m->sums + k] = v;
            }
    for (size_t side = 0; side < s->sides; side++)
        figures[side] = m->compute(totals[side]);
    if (rc == THRESH_OK)
        rc = resample_sums(s, rows, n, width, compare, (void *)(uintptr_t)m, &evidence);
    free(rows);
    return rc == THRESH_OK ? add_figures(s, series_scope(s, ""), series_name(s, m->name), NULL, n,
                                         figures, &evidence)
                           : rc;
}

thresh_status measure_corpus(series *s)
{
    const thresh_column *columns[MOST_SIDES][MOST_SUMS];
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < sizeof metrics / sizeof *metrics && rc == THRESH_OK && s->count > 0; i++)
        if (find_sums(s, &metrics[i], columns))
            rc = add_corpus(s, &metrics[i], columns);
    forget_sides(s);
    return rc;
}
