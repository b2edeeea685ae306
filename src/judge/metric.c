/* One metric of the baseline beside the candidate's: scale, degradation, interval, rule, verdict.
 */
#include "base/words.h"
#include "judge/judge.h"
#include "profile/profile.h"
#include "thresh/proportions.h"
#include "thresh/stats.h"

#include <float.h>
#include <math.h>
#include <string.h>

static bool same_rule(const void *context, uint32_t pos, const void *key)
{
    const thresh_rule *const *items = context;

    return memcmp(items[pos], key, sizeof **items) == 0;
}

/* Of a handful of rules each is looked at; an index is made when there are more. */
enum { FEW_RULES = 8 };

static const thresh_rule *find_rule(const rule_store *store, const thresh_rule *rule)
{
    uint32_t pos;

    if (store->count < FEW_RULES) {
        for (pos = 0; pos < store->count; pos++)
            if (same_rule(store->items, pos, rule))
                return store->items[pos];
        return NULL;
    }
    pos =
        index_find(&store->index, hash_bytes(0, rule, sizeof *rule), same_rule, store->items, rule);
    return pos == UINT32_MAX ? NULL : store->items[pos];
}

/* Indexes rule `pos`, with all before it when it is the first that needs it. */
static bool index_rule(rule_store *store, size_t pos)
{
    bool ok = true;

    for (size_t i = pos + 1 == FEW_RULES ? 0 : pos; ok && pos + 1 >= FEW_RULES && i <= pos; i++)
        ok = index_add(&store->index, hash_bytes(0, store->items[i], sizeof **store->items),
                       (uint32_t)i);
    return ok;
}

/* Padding may differ between two equal rules: then one is kept twice, which costs memory only. */
static const thresh_rule *rule_keep(rule_store *store, const thresh_rule *rule)
{
    thresh_rule *copy;

    if (store->last != NULL && memcmp(store->last, rule, sizeof *rule) == 0)
        return store->last;
    if ((store->last = find_rule(store, rule)) != NULL)
        return store->last;
    if ((copy = arena_alloc(store->arena, sizeof *copy)) == NULL
        || !array_reserve(&store->items, &store->capacity, store->count + 1, sizeof *store->items))
        return NULL;
    memcpy(copy, rule, sizeof *copy);
    store->items[store->count] = copy;
    return index_rule(store, store->count++) ? store->last = copy : NULL;
}

int compare_with_limit(double change, double limit, double b, double c)
{
    double largest = fmax(fmax(fabs(b), fabs(c)), fabs(limit));

    if (!isfinite(largest))
        largest = fabs(limit);
    if (fabs(change - limit) <= 8 * DBL_EPSILON * largest)
        return 0;
    return change < limit ? -1 : 1;
}

const thresh_phrase *keep_phrase(arena *a, thresh_phrase phrase)
{
    thresh_phrase *kept = arena_alloc(a, sizeof *kept);

    if (kept != NULL)
        *kept = phrase;
    return kept;
}

/* Sentences that no figure says. */
static const thresh_phrase too_small = { .text = N_("a change too small to count") },
                           better_than_zero = { .text = N_("better than a baseline of 0") },
                           within_absolute = { .text = N_("within the absolute limit for a "
                                                          "baseline of 0") },
                           beyond_absolute = { .text = N_("beyond the absolute limit for a "
                                                          "baseline of 0") },
                           other_units = { .text = N_("the two files give it in units that cannot "
                                                      "be brought together") },
                           over_hundred = { .text = N_("a value over 100 is neither a fraction "
                                                       "nor a percentage") },
                           doubtful_scale = { .text = N_("one file seems to write a fraction, the "
                                                         "other a percentage; --scale "
                                                         "NAME=percent or =fraction decides for "
                                                         "both, =mixed takes each as it looks") },
                           given_twice = { .text = N_("its file gives it twice, with different "
                                                      "values") };

void add_reason(thresh_judged *m, thresh_verdict verdict, thresh_reason_code code,
                const thresh_phrase *phrase)
{
    unsigned at = m->reason_count;

    /* the reason of the worst verdict stands first; a metric has few, and each only once */
    if (verdict > m->verdict || m->reason_count == 0) {
        unsigned last =
            m->reason_count < THRESH_MAX_REASONS ? m->reason_count : THRESH_MAX_REASONS - 1;
        memmove(m->reasons + 1, m->reasons, last * sizeof *m->reasons);
        memmove(m->phrases + 1, m->phrases, last * sizeof *m->phrases);
        at = 0;
    }
    if (verdict > m->verdict)
        m->verdict = verdict;
    if (at < THRESH_MAX_REASONS) {
        m->reasons[at] = code;
        m->phrases[at] = phrase;
    }
    if (m->reason_count < THRESH_MAX_REASONS)
        m->reason_count++;
}

/* How a bare number was read. */
typedef enum reading { READ_ANY, READ_FRACTION, READ_PERCENT, READ_OUTSIDE } reading;

typedef struct scaled {
    double value, factor; /* factor: what a standard error is multiplied by */
    reading how;
} scaled;

static scaled as_fraction(double v, bool percent)
{
    return percent ? (scaled){ v / 100, 0.01, READ_PERCENT } : (scaled){ v, 1, READ_FRACTION };
}

static scaled as_hundred(double v, bool percent)
{
    return percent ? (scaled){ v, 1, READ_PERCENT } : (scaled){ v * 100, 100, READ_FRACTION };
}

static scaled scale_value(const thresh_metric *m, const thresh_kind *kind,
                          thresh_scale_choice choice)
{
    scaled s = { m->value, 1, READ_ANY };
    double size = fabs(m->value);
    bool percent = size > 1;

    if (kind->scale == THRESH_SCALE_NONE)
        return s;
    if (m->unit != NULL && strcmp(m->unit, "%") == 0)
        percent = true;
    else if (choice == THRESH_AS_PERCENT || choice == THRESH_AS_FRACTION)
        percent = choice == THRESH_AS_PERCENT;
    else if (size > 100) {
        s.how = READ_OUTSIDE;
        return s;
    }
    s = kind->scale == THRESH_SCALE_FRACTION ? as_fraction(m->value, percent)
                                             : as_hundred(m->value, percent);
    /* zero is zero on every scale, and what is written with its unit leaves no doubt */
    if (m->value == 0 || choice != THRESH_AS_SEEN || (m->unit != NULL && strcmp(m->unit, "%") == 0))
        s.how = READ_ANY;
    return s;
}

/*
 * 94.2 beside 0.93: read as 94.2 % and 93 %, unless reading both on one scale would be worse for
 * the candidate. Then nobody can know, and a collapsed model must not pass as a change of scale.
 */
static bool scales_in_doubt(const thresh_kind *kind, const thresh_metric *b, const thresh_metric *c,
                            scaled sb, scaled sc)
{
    if (sb.how == READ_ANY || sc.how == READ_ANY || sb.how == sc.how)
        return false;
    return kind->direction == THRESH_HIGHER ? c->value < b->value : c->value > b->value;
}

thresh_scaled thresh_read_scale(const thresh_policy *policy, const thresh_metric *m,
                                const thresh_kind *kind)
{
    scaled s = scale_value(m, kind, thresh_policy_scale(policy, m->scope, m->name, kind));
    bool percent = kind->scale == THRESH_SCALE_FRACTION ? s.factor < 1 : s.factor <= 1;

    return (thresh_scaled){ s.value, kind->scale == THRESH_SCALE_NONE ? ""
                                     : s.how == READ_OUTSIDE          ? N_("unclear")
                                     : percent                        ? N_("percent")
                                                                      : N_("fraction") };
}

bool scales_differ(const bench *on, const thresh_metric *b, const thresh_metric *c,
                   const thresh_kind *kind)
{
    thresh_scale_choice choice = thresh_policy_scale(on->policy, b->scope, b->name, kind);
    scaled sb = scale_value(b, kind, choice), sc = scale_value(c, kind, choice);

    return sb.how != READ_ANY && sc.how != READ_ANY && sb.how != sc.how;
}

static const unit *unit_of(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : unit_find(text, strlen(text));
}

/* Brings the candidate to the baseline's unit; false when the two cannot be brought together. */
static bool same_unit(const thresh_metric *b, const thresh_metric *c, const thresh_kind *kind,
                      const char *name_unit, thresh_judged *out, double *own_per_base,
                      double *factor)
{
    const char *usual = name_unit != NULL ? name_unit : kind->unit;
    const char *text_b = b->unit != NULL ? b->unit : usual;
    const char *text_c = c == NULL ? text_b : c->unit != NULL ? c->unit : usual;
    const unit *ub = unit_of(text_b), *uc = unit_of(text_c);

    out->unit = kind->scale == THRESH_SCALE_NONE && text_b != NULL ? text_b : "";
    *own_per_base = ub != NULL && kind->scale == THRESH_SCALE_NONE ? ub->factor : 1;
    *factor = 1;
    if (kind->scale != THRESH_SCALE_NONE)
        return (b->unit == NULL || strcmp(b->unit, "%") == 0)
               && (c == NULL || c->unit == NULL || strcmp(c->unit, "%") == 0);
    if (c == NULL)
        return true;
    /* a unit on one side only: the other's usual unit is a guess, unless it is the same */
    if ((b->unit == NULL) != (c->unit == NULL) && strcmp(text_b, text_c) != 0)
        return false;
    if ((b->unit == NULL) != (c->unit == NULL) && name_unit == NULL)
        return strcmp(b->unit != NULL ? b->unit : c->unit, kind->unit) == 0;
    if (ub == NULL || uc == NULL)
        return ub == uc;
    if (ub->dimension != uc->dimension)
        return false;
    *factor = uc->factor / ub->factor;
    return true;
}

bool scale_beside(double *out, const bench *on, const thresh_metric *b, const thresh_metric *r,
                  const thresh_kind *kind)
{
    thresh_scale_choice choice = thresh_policy_scale(on->policy, b->scope, b->name, kind);
    const char *usual = thresh_catalog_resolve(thresh_policy_catalog(on->policy), b->name).unit;
    scaled sb = scale_value(b, kind, choice), sr = scale_value(r, kind, choice);
    thresh_judged judged; /* its unit is that of the baseline, whoever stands beside it */
    double own_per_base, factor;

    if (!same_unit(b, r, kind, usual, &judged, &own_per_base, &factor) || sb.how == READ_OUTSIDE
        || sr.how == READ_OUTSIDE || scales_in_doubt(kind, b, r, sb, sr))
        return false;
    *out = sr.value * factor;
    return true;
}

/* Worse is positive. */
static double worse_by(const thresh_kind *kind, double b, double c)
{
    return kind->direction == THRESH_HIGHER ? b - c : c - b;
}

/* 4.3 - 4.0 is 0.2999…8 in binary: printed as the decimal it means when that is as near as
 * rounding. */
static double tidy(double d, double b, double c)
{
    double largest = fmax(fabs(b), fabs(c)), grid, snapped;

    if (!isfinite(d) || d == 0 || largest == 0)
        return d;
    grid = pow(10, 14 - floor(log10(largest)));
    if (!isfinite(grid) || grid == 0)
        return d;
    snapped = round(d * grid) / grid;
    return fabs(snapped - d) <= 4 * DBL_EPSILON * largest ? snapped : d;
}

typedef struct facts {
    double change;    /* worse_by, in own unit */
    double reference; /* |baseline| for relative measures, else 1 */
    bool ignored;     /* below ignore_below */
} facts;

/* Where a change lies: at most the limit, or beyond. */
static bool within(const thresh_judged *m, const facts *f, double change, double limit,
                   bool exclusive)
{
    int side = compare_with_limit(change, limit * f->reference, m->baseline, m->candidate);

    return exclusive ? side < 0 : side <= 0;
}

static bool within_tolerate(const thresh_judged *m, const facts *f, double change)
{
    return within(m, f, change, m->rule->tolerate, m->rule->tolerate_exclusive);
}

static void judge_size(const bench *on, const thresh_metric *b, const thresh_metric *c,
                       const facts *f, thresh_judged *m)
{
    double change = f->ignored ? 0 : f->change;
    bool tolerated = within_tolerate(m, f, change);
    thresh_reason_code code = !tolerated ? THRESH_REASON_BEYOND_TOLERANCE
                              : within(m, f, change, m->rule->accept, m->rule->accept_exclusive)
                                  ? THRESH_REASON_WITHIN_ACCEPT
                                  : THRESH_REASON_WITHIN_TOLERANCE;
    thresh_verdict verdict = !tolerated                            ? THRESH_REJECT
                             : code == THRESH_REASON_WITHIN_ACCEPT ? THRESH_ACCEPT
                                                                   : THRESH_WARN;
    bool low_beyond = m->has_interval ? !within_tolerate(m, f, m->low * f->reference) : !tolerated;
    bool high_within = m->has_interval && within_tolerate(m, f, m->high * f->reference);

    switch (on->evidence.burden) {
    case THRESH_PROVE_SAFE:
        if (low_beyond)
            verdict = THRESH_REJECT, code = THRESH_REASON_BEYOND_TOLERANCE;
        else if (!m->has_interval)
            verdict = THRESH_REVIEW, code = THRESH_REASON_NO_EVIDENCE;
        else if (!high_within)
            verdict = THRESH_REVIEW, code = THRESH_REASON_INCONCLUSIVE;
        break;
    case THRESH_PROVE_HARM:
        if (!tolerated && !low_beyond)
            verdict = THRESH_REVIEW, code = THRESH_REASON_INCONCLUSIVE;
        break;
    case THRESH_POINT:
        break;
    }
    if (code == THRESH_REASON_INCONCLUSIVE)
        m->samples_needed = samples_to_settle(b, c, m);
    if (verdict == THRESH_REJECT) {
        double room = m->rule->tolerate * f->reference;
        m->would_pass =
            m->kind->direction == THRESH_HIGHER ? m->baseline - room : m->baseline + room;
        m->would_pass = tidy(m->would_pass, m->baseline, room);
        m->needs_proof = on->evidence.burden == THRESH_PROVE_SAFE;
    }
    add_reason(m, verdict, code, f->ignored ? &too_small : NULL);
    if (m->rule->used_tradeoffs != 0 && verdict < THRESH_REVIEW)
        add_reason(m, verdict, THRESH_REASON_TRADED_OFF, NULL);
}

/* No relative change exists from zero, and so no interval of one: where proof is asked for there is
 * none. */
static void judge_zero(const bench *on, const facts *f, thresh_judged *m)
{
    bool proof = on->evidence.burden == THRESH_PROVE_SAFE;
    thresh_verdict good = proof ? THRESH_REVIEW : THRESH_ACCEPT;
    thresh_reason_code code = proof ? THRESH_REASON_NO_EVIDENCE : THRESH_REASON_WITHIN_ACCEPT;

    m->degradation = f->change == 0 ? 0 : NAN;
    if (f->change == 0)
        add_reason(m, good, code, NULL);
    else if (f->change < 0)
        add_reason(m, good, code, &better_than_zero);
    else if (!m->rule->has_absolute)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_ZERO_BASELINE, NULL);
    else if (compare_with_limit(f->change, m->rule->absolute, m->baseline, m->candidate) <= 0)
        add_reason(m, good, code, &within_absolute);
    else
        add_reason(m, THRESH_REJECT, THRESH_REASON_BEYOND_TOLERANCE, &beyond_absolute);
}

/* Improvement in own unit or as a fraction of the baseline. */
static bool improved_by(const thresh_judged *m, double amount, thresh_measure measure,
                        bool more_than)
{
    double better = -worse_by(m->kind, m->baseline, m->candidate);
    double limit = measure == THRESH_RELATIVE ? amount * fabs(m->baseline) : amount;
    int side = compare_with_limit(better, limit, m->baseline, m->candidate);

    return more_than ? side > 0 : side >= 0;
}

bool gained(const thresh_judged *m, thresh_limit gain)
{
    double value = gain.value;

    if (isnan(m->baseline) || isnan(m->candidate) || m->verdict == THRESH_REJECT)
        return false;
    if ((gain.unit == THRESH_LIMIT_TIME || gain.unit == THRESH_LIMIT_BYTES)
        && unit_of(m->unit) != NULL)
        value /= unit_of(m->unit)->factor;
    return improved_by(
        m, value, gain.unit == THRESH_LIMIT_PERCENT ? THRESH_RELATIVE : THRESH_ABSOLUTE, false);
}

static void judge_hard_limits(thresh_judged *m)
{
    const thresh_rule *r = m->rule;
    double c = m->candidate;

    if (r->has_floor && compare_with_limit(c, r->floor, c, c) < (r->floor_exclusive ? 1 : 0)) {
        add_reason(m, THRESH_REJECT, THRESH_REASON_BELOW_FLOOR, NULL);
        m->would_pass = r->floor;
    }
    if (r->has_ceiling
        && compare_with_limit(c, r->ceiling, c, c) > (r->ceiling_exclusive ? -1 : 0)) {
        add_reason(m, THRESH_REJECT, THRESH_REASON_ABOVE_CEILING, NULL);
        m->would_pass = r->ceiling;
    }
    if (r->has_gain && !improved_by(m, r->gain, r->gain_measure, false))
        add_reason(m, THRESH_REJECT, THRESH_REASON_GAIN_NOT_REACHED, NULL);
    if (r->has_surprise && improved_by(m, r->surprise, r->surprise_measure, true))
        add_reason(m, THRESH_REVIEW, THRESH_REASON_TOO_GOOD, NULL);
}

/* Flips of samples that are right or wrong, and those that must not be. */
static void judge_golden(const bench *on, const thresh_paired *p, thresh_judged *m)
{
    bool lower = m->kind->direction == THRESH_LOWER;
    arena *a = on->rules->arena;
    thresh_p_values test;

    if (p == NULL || !p->binary)
        return;
    m->has_flips = true;
    m->broken = (size_t)(lower ? p->only_cand : p->only_base);
    m->mended = (size_t)(lower ? p->only_base : p->only_cand);
    m->golden_broken = p->golden_broken;
    if (p->clusters == 0 && thresh_mcnemar_exact(&test, p->only_base, p->only_cand) == THRESH_OK)
        m->mcnemar = test.two_sided;
    if (p->golden_broken > 0)
        add_reason(
            m, THRESH_REJECT, THRESH_REASON_GOLDEN_BROKEN,
            keep_phrase(a, SAY(a,
                               p->golden_broken == 1 ? N_("%s golden sample broke (first: %s)")
                                                     : N_("%s golden samples broke (first: %s)"),
                               phrase_count(a, p->golden_broken), phrase_word(p->first_broken))));
}

/* The slice rule takes the place of the range; floors and ceilings stay. */
static void take_slice_rule(const bench *on, thresh_judged *m, const thresh_query *query,
                            thresh_rule *rule)
{
    const thresh_slice_rule *slices = thresh_policy_slice_limit(on->policy, query);

    if (slices == NULL) {
        rule->tolerate *= on->slices.times;
    } else {
        thresh_limit limit = slices->tolerate;
        m->measure = limit.unit == THRESH_LIMIT_PERCENT ? THRESH_RELATIVE : THRESH_ABSOLUTE;
        rule->tolerate = limit.value;
        if (limit.unit == THRESH_LIMIT_PP && m->kind->scale == THRESH_SCALE_HUNDRED)
            rule->tolerate *= 100;
        else if (limit.unit == THRESH_LIMIT_POINTS && m->kind->scale == THRESH_SCALE_FRACTION)
            rule->tolerate /= 100;
        else if (limit.unit == THRESH_LIMIT_TIME || limit.unit == THRESH_LIMIT_BYTES)
            rule->tolerate /= unit_of(m->unit) != NULL ? unit_of(m->unit)->factor : 1;
        rule->tolerate_exclusive = limit.exclusive;
        rule->tolerate_from = slices->from;
    }
    rule->measure = m->measure;
    rule->accept = rule->tolerate;
    rule->accept_exclusive = rule->tolerate_exclusive;
    rule->accept_from = rule->tolerate_from;
}

bool is_required(const thresh_policy *policy, const char *scope, const char *name,
                 const thresh_kind *kind)
{
    const thresh_required *r;

    for (size_t i = 0; (r = thresh_policy_required(policy, i)) != NULL; i++)
        if (r->group == 0 && thresh_pattern_rank(r->name, scope, name, kind) > 0)
            return true;
    return false;
}

static const char *text_of(const thresh_metric *m)
{
    return m == NULL || m->state == THRESH_VALUE_NUMBER ? NULL : m->text != NULL ? m->text : "null";
}

static void judge_with(const bench *on, const thresh_metric *b, const thresh_metric *c,
                       const thresh_kind *kind, const char *name_unit, uint64_t tradeoffs,
                       thresh_rule *rule, thresh_judged *m)
{
    thresh_scale_choice choice = thresh_policy_scale(on->policy, b->scope, b->name, kind);
    const thresh_metric *whole = thresh_set_whole(on->baseline, b);
    scaled sb = scale_value(b, kind, choice), sc = { NAN, 1, READ_ANY };
    double own_per_base, factor;
    bool units;

    *m = (thresh_judged){ .scope = b->scope,
                          .name = b->name,
                          .kind = kind,
                          .degradation = NAN,
                          .rule = rule,
                          .budget_used = NAN,
                          .would_pass = NAN,
                          .shrunk = NAN,
                          .mcnemar = NAN,
                          .baseline = NAN,
                          .candidate = NAN,
                          .whole = whole == NULL ? NULL : whole->scope };
    units = same_unit(b, c, kind, name_unit, m, &own_per_base, &factor);
    if (b->state == THRESH_VALUE_NUMBER)
        m->baseline = sb.value;
    if (c != NULL && c->state == THRESH_VALUE_NUMBER) {
        sc = scale_value(c, kind, choice);
        m->candidate = sc.value * factor;
    }
    m->baseline_text = text_of(b);
    m->candidate_text = text_of(c);
    const thresh_query query = { b->scope, b->name, kind, m->baseline, own_per_base, tradeoffs };
    if (on->resolve != NULL)
        on->resolve(on->resolve_context, &query, rule);
    else
        thresh_policy_resolve(on->policy, &query, rule);
    m->measure = m->rule->has_range ? m->rule->measure : kind->measure;
    if (m->baseline_text != NULL || m->candidate_text != NULL) {
        add_reason(m, THRESH_REJECT, THRESH_REASON_NOT_A_NUMBER, NULL);
        return;
    }
    if (c == NULL) {
        bool needed = m->rule->named || is_required(on->policy, b->scope, b->name, kind);
        add_reason(m, needed ? THRESH_REJECT : THRESH_REVIEW, THRESH_REASON_MISSING_METRIC, NULL);
        return;
    }
    if (m->whole != NULL && m->rule->has_range && !m->rule->named_path)
        take_slice_rule(on, m, &query, rule);
    else
        m->whole = NULL;

    facts f = { worse_by(kind, m->baseline, m->candidate),
                m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1, false };
    f.ignored = m->rule->has_ignore_below && fabs(f.change) < m->rule->ignore_below;
    if (f.reference > 0)
        m->degradation = m->measure == THRESH_RELATIVE
                             ? tidy(f.change, m->baseline, m->candidate) / f.reference
                             : tidy(f.change, m->baseline, m->candidate);
    /* a change that stands on its limit in decimal is shown standing on it */
    const double limits[] = { m->rule->accept, m->rule->tolerate };
    for (size_t i = 0; i < 2 && m->rule->has_range && f.reference > 0 && f.change > 0; i++)
        if (limits[i] > 0
            && compare_with_limit(f.change, limits[i] * f.reference, m->baseline, m->candidate)
                   == 0)
            m->degradation = limits[i];
    if (m->rule->tolerate > 0)
        m->budget_used = f.ignored ? 0 : m->degradation / m->rule->tolerate;
    if (f.reference > 0)
        find_interval(
            m,
            &(uncertainty){ .b = b, .c = c, .factor_b = sb.factor, .factor_c = sc.factor * factor },
            on->evidence.confidence);
    if (m->rule->fault != NULL)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE,
                   keep_phrase(on->rules->arena, SAID(m->rule->fault)));
    else if (m->rule->has_range && m->measure == THRESH_RELATIVE && m->baseline == 0)
        judge_zero(on, &f, m);
    else if (m->rule->has_range && m->whole == NULL)
        judge_size(on, b, c, &f, m);
    else if (!m->rule->has_range)
        add_reason(m, THRESH_ACCEPT, THRESH_REASON_WITHIN_ACCEPT, NULL);
    /* else a slice: its size is judged beside the others', in judge_slices() */
    judge_hard_limits(m);
    judge_golden(on, b->paired, m);
    if (!units)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_SCALE_DISAGREES, &other_units);
    else if (sb.how == READ_OUTSIDE || sc.how == READ_OUTSIDE)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_SCALE_DISAGREES, &over_hundred);
    else if (scales_in_doubt(kind, b, c, sb, sc))
        add_reason(m, THRESH_REVIEW, THRESH_REASON_SCALE_DISAGREES, &doubtful_scale);
    if (b->conflicting || c->conflicting)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE, &given_twice);
}

thresh_status judge_metric(const bench *on, const thresh_metric *b, const thresh_metric *c,
                           const thresh_kind *kind, const char *name_unit, uint64_t tradeoffs,
                           thresh_judged *m)
{
    thresh_rule rule;

    judge_with(on, b, c, kind, name_unit, tradeoffs, &rule, m);
    m->rule = rule_keep(on->rules, &rule);
    return m->rule == NULL || on->rules->arena->failed ? THRESH_ENOMEM : THRESH_OK;
}
