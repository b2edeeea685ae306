/* Words of the verdict: names, slugs, and figures written for people. */
#include "judge/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *thresh_verdict_name(thresh_verdict verdict)
{
    static const char *const names[] = { [THRESH_ACCEPT] = "accept",
                                         [THRESH_WARN] = "warn",
                                         [THRESH_REVIEW] = "review",
                                         [THRESH_REJECT] = "reject" };
    return names[verdict];
}

static const struct {
    const char *slug, *meaning;
} reasons[] = {
#define X(id, slug, meaning) [THRESH_REASON_##id] = { slug, meaning },
    THRESH_REASONS(X)
#undef X
};

const char *thresh_reason_slug(thresh_reason_code code)
{
    return reasons[code].slug;
}

const char *thresh_reason_meaning(thresh_reason_code code)
{
    return reasons[code].meaning;
}

/* Percent is how people write what the catalog limits in percentage points or counts as a rate. */
bool shown_as_percent(const thresh_kind *kind)
{
    return kind != NULL && kind->scale == THRESH_SCALE_FRACTION
           && (kind->accept.unit == THRESH_LIMIT_PP || kind->family == THRESH_BUSINESS_RATE);
}

/* "12.5" whatever the locale; no trailing zeros, no exponent for everyday sizes */
static void plain(char out[THRESH_NUMBER_MAX], double value, int digits)
{
    char text[THRESH_NUMBER_MAX];
    double rounded;

    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    for (char *p = text; *p != '\0'; p++)
        if (*p == ',')
            *p = '.';
    if (!thresh_parse_number(&rounded, text, strlen(text)))
        rounded = value;
    thresh_format_number(out, rounded);
}

const char *thresh_value_text(char out[THRESH_TEXT_MAX], const thresh_judged *m, double value)
{
    char number[THRESH_NUMBER_MAX];

    if (isnan(value)) {
        snprintf(out, THRESH_TEXT_MAX, "-");
    } else if (shown_as_percent(m->kind)) {
        plain(number, value * 100, 5);
        snprintf(out, THRESH_TEXT_MAX, "%s %%", number);
    } else {
        plain(number, value, fabs(value) >= 1e5 ? 7 : 5);
        snprintf(out, THRESH_TEXT_MAX, "%s%s%s", number, m->unit[0] ? " " : "", m->unit);
    }
    return out;
}

const char *thresh_change_unit(const thresh_judged *m)
{
    if (m->measure == THRESH_RELATIVE)
        return "%";
    if (shown_as_percent(m->kind))
        return "pp";
    return m->kind != NULL && m->kind->family == THRESH_POINTS ? "points" : m->unit;
}

/* Digits enough to tell the change from the limits it is not on. */
static int digits_for(const thresh_judged *m, double change, double factor)
{
    const double limits[] = { m->rule->accept, m->rule->tolerate };
    char a[THRESH_NUMBER_MAX], b[THRESH_NUMBER_MAX];
    int digits = 3;

    for (size_t i = 0; m->rule->has_range && i < 2; i++) {
        double base = m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1;
        if (compare_with_limit(change * base, limits[i] * base, m->baseline, m->candidate) == 0)
            continue;
        for (; digits < 15; digits++) {
            plain(a, change * factor, digits);
            plain(b, limits[i] * factor, digits);
            if (strcmp(a, b) != 0)
                break;
        }
    }
    return digits;
}

/* The number of a change, without its unit. */
static void change_number(char out[THRESH_NUMBER_MAX], const thresh_judged *m, double change,
                          const char *unit)
{
    bool percent = strcmp(unit, "%") == 0 || strcmp(unit, "pp") == 0;
    double factor = percent ? 100 : 1;

    plain(out, change * factor, digits_for(m, change, factor));
}

const char *thresh_change_text(char out[THRESH_TEXT_MAX], const thresh_judged *m, double change)
{
    const char *unit = thresh_change_unit(m);
    char number[THRESH_NUMBER_MAX];

    if (isnan(change)) {
        snprintf(out, THRESH_TEXT_MAX, "-");
        return out;
    }
    change_number(number, m, change, unit);
    if (strcmp(unit, "points") == 0 && strcmp(number, "1") == 0)
        unit = "point";
    snprintf(out, THRESH_TEXT_MAX, "%s%s%s", number, unit[0] ? " " : "", unit);
    return out;
}

thresh_phrase change_phrase(arena *a, const thresh_judged *m, double change)
{
    char text[THRESH_TEXT_MAX];

    if (!isnan(change) && strcmp(thresh_change_unit(m), "points") == 0) {
        change_number(text, m, change, "points");
        return SAY(a, strcmp(text, "1") == 0 ? N_("%s point") : N_("%s points"),
                   phrase_word(arena_strdup(a, text)));
    }
    return phrase_word(arena_strdup(a, thresh_change_text(text, m, change)));
}

thresh_phrase value_phrase(arena *a, const thresh_judged *m, double value)
{
    char text[THRESH_TEXT_MAX];

    return phrase_word(arena_strdup(a, thresh_value_text(text, m, value)));
}

thresh_phrase number_phrase(arena *a, double value, double other)
{
    char text[THRESH_NUMBER_MAX], beside[THRESH_NUMBER_MAX];
    int digits = 3;

    plain(text, value, digits);
    for (; digits < 15 && !isnan(other) && value != other; plain(text, value, ++digits)) {
        plain(beside, other, digits);
        if (strcmp(text, beside) != 0)
            break;
    }
    return phrase_word(arena_strdup(a, text));
}

/* "1.2 pp worse (94 % to 92.8 %)" */
static thresh_phrase what_changed(arena *a, const thresh_judged *m)
{
    thresh_phrase before = value_phrase(a, m, m->baseline);

    if (m->degradation == 0)
        return SAY(a, N_("unchanged at %s"), before);
    return SAY(a, m->degradation > 0 ? N_("%s worse (%s to %s)") : N_("%s better (%s to %s)"),
               change_phrase(a, m, fabs(m->degradation)), before, value_phrase(a, m, m->candidate));
}

/* Who set a limit: the name of a profile, or the catalog. */
static thresh_phrase who(const char *from)
{
    return from == NULL                   ? SAID(N_("the rule"))
           : strcmp(from, "catalog") == 0 ? SAID(N_("the catalog"))
                                          : phrase_word(from);
}

/* An improvement, in the unit in which its rule counts it. */
static thresh_phrase improvement(arena *a, const thresh_judged *m, double amount,
                                 thresh_measure measure)
{
    static const thresh_rule none = { 0 }; /* no limit that it has to be told apart from */
    thresh_judged as = *m;

    as.measure = measure;
    as.rule = &none;
    return change_phrase(a, &as, amount);
}

/* "1.2 pp worse (94 % to 92.8 %); medical tolerates 1 pp" */
static thresh_phrase against_limit(arena *a, const thresh_judged *m)
{
    return SAY(a,
               m->rule->tolerate_exclusive ? N_("%s; %s tolerates less than %s")
                                           : N_("%s; %s tolerates %s"),
               what_changed(a, m), who(m->rule->tolerate_from),
               change_phrase(a, m, m->rule->tolerate));
}

static thresh_phrase would_pass(arena *a, const thresh_judged *m, thresh_phrase before)
{
    /* the limit itself is out; higher is better; proof is asked for */
    static const char *const templates[2][2][2] = {
        { { N_("%s; %s or less would have passed"),
            N_("%s; %s or less, with proof, would have passed") },
          { N_("%s; %s or more would have passed"),
            N_("%s; %s or more, with proof, would have passed") } },
        { { N_("%s; less than %s would have passed"),
            N_("%s; less than %s, with proof, would have passed") },
          { N_("%s; more than %s would have passed"),
            N_("%s; more than %s, with proof, would have passed") } },
    };
    bool higher = m->kind->direction == THRESH_HIGHER;

    if (isnan(m->would_pass))
        return before;
    return SAY(a, templates[m->rule->tolerate_exclusive][higher][m->needs_proof], before,
               value_phrase(a, m, m->would_pass));
}

static thresh_phrase within(arena *a, const thresh_judged *m)
{
    if (!(m->degradation > 0) || !isfinite(m->budget_used))
        return what_changed(a, m);
    return SAY(a, N_("%s, %s %% of the %s that %s tolerates"), what_changed(a, m),
               phrase_word(arena_printf(a, "%.0f", m->budget_used * 100)),
               change_phrase(a, m, m->rule->tolerate), who(m->rule->tolerate_from));
}

static thresh_phrase hard_limit(arena *a, const thresh_judged *m, const char *template,
                                double limit, const char *from)
{
    return SAY(a, template, value_phrase(a, m, m->candidate), value_phrase(a, m, limit), who(from));
}

static thresh_phrase no_number(arena *a, const thresh_judged *m)
{
    enum { MOST = 60 };

    if (m->baseline_text == NULL)
        return SAY(a, N_("the candidate has '%s' where a number was expected"),
                   phrase_clipped(a, m->candidate_text, MOST));
    if (m->candidate_text == NULL)
        return SAY(a, N_("the baseline has '%s' where a number was expected"),
                   phrase_clipped(a, m->baseline_text, MOST));
    return SAY(a, N_("the baseline has '%s', the candidate has '%s' where a number was expected"),
               phrase_clipped(a, m->baseline_text, MOST),
               phrase_clipped(a, m->candidate_text, MOST));
}

static thresh_phrase undecided(arena *a, const thresh_judged *m)
{
    thresh_phrase text = against_limit(a, m);

    if (!m->has_interval)
        return text;
    text = SAY(a, N_("%s; between %s and %s"), text, change_phrase(a, m, m->low),
               change_phrase(a, m, m->high));
    if (m->samples_needed > 0)
        text = SAY(a, N_("%s; about %s samples would settle it"), text,
                   phrase_word(arena_printf(a, "%.0f", m->samples_needed)));
    return text;
}

thresh_phrase reason_sentence(arena *a, const thresh_judged *m, unsigned i)
{
    const thresh_rule *r = m->rule;

    if (m->phrases[i] != NULL)
        return *m->phrases[i];
    switch (m->reasons[i]) {
    case THRESH_REASON_WITHIN_ACCEPT:
    case THRESH_REASON_WITHIN_TOLERANCE:
        return within(a, m);
    case THRESH_REASON_BEYOND_TOLERANCE:
        return would_pass(a, m, against_limit(a, m));
    case THRESH_REASON_TOO_FEW_SAMPLES:
        return SAY(a, N_("%s; too few samples to reject alone"), against_limit(a, m));
    case THRESH_REASON_BELOW_FLOOR:
        return hard_limit(a, m,
                          m->candidate < r->floor ? N_("%s lies below the floor of %s set by %s")
                                                  : N_("%s lies on the floor of %s set by %s"),
                          r->floor, r->floor_from);
    case THRESH_REASON_ABOVE_CEILING:
        return hard_limit(a, m,
                          m->candidate > r->ceiling
                              ? N_("%s lies above the ceiling of %s set by %s")
                              : N_("%s lies on the ceiling of %s set by %s"),
                          r->ceiling, r->ceiling_from);
    case THRESH_REASON_MISSING_METRIC:
        return SAY(a, N_("the candidate lacks it (baseline %s)"), value_phrase(a, m, m->baseline));
    case THRESH_REASON_NOT_A_NUMBER:
        return no_number(a, m);
    case THRESH_REASON_ZERO_BASELINE:
        return SAY(a,
                   N_("the baseline is 0 and the candidate %s; a relative limit cannot tell how "
                      "much worse that is; give the rule an absolute limit"),
                   value_phrase(a, m, m->candidate));
    case THRESH_REASON_INCONCLUSIVE:
        return undecided(a, m);
    case THRESH_REASON_NO_EVIDENCE:
        return SAY(a,
                   N_("%s, but wants proof, and the files say nothing of the uncertainty (stderr)"),
                   against_limit(a, m));
    case THRESH_REASON_GAIN_NOT_REACHED:
        return SAY(a, N_("%s; %s requires an improvement of %s"), what_changed(a, m),
                   who(r->gain_from), improvement(a, m, r->gain, r->gain_measure));
    case THRESH_REASON_TOO_GOOD:
        return SAY(a, N_("%s; more than the %s that %s holds plausible: check the measurement"),
                   what_changed(a, m), improvement(a, m, r->surprise, r->surprise_measure),
                   who(r->surprise_from));
    case THRESH_REASON_TRADED_OFF:
        return SAY(a, N_("a gain elsewhere widened what %s tolerates to %s"), who(r->tolerate_from),
                   change_phrase(a, m, r->tolerate));
    default:
        return SAID(reasons[m->reasons[i]].meaning);
    }
}

thresh_phrase metric_label(arena *a, const char *scope, const char *name)
{
    enum { MOST = 80 };

    return scope[0] == '\0'
               ? phrase_clipped(a, name, MOST)
               : SAY(a, "%s/%s", phrase_clipped(a, scope, MOST), phrase_clipped(a, name, MOST));
}

thresh_phrase reason_phrase(arena *a, const thresh_judged *m, unsigned i)
{
    return SAY(a, N_("%s: %s"), metric_label(a, m->scope, m->name), reason_sentence(a, m, i));
}

thresh_phrase whole_phrase(arena *a, const thresh_whole_reason *r)
{
    const thresh_judged *m = r->judged;
    thresh_phrase all;

    if (m == NULL)
        return r->phrase;
    /* the reason that decided, and whatever else speaks against the metric */
    all = reason_phrase(a, m, 0);
    for (unsigned i = 1; i < m->reason_count; i++)
        if (m->reasons[i] != THRESH_REASON_WITHIN_ACCEPT
            && m->reasons[i] != THRESH_REASON_WITHIN_TOLERANCE)
            all = SAY(a, N_("%s; %s"), all, reason_sentence(a, m, i));
    return all;
}

const char *thresh_reason_text(char out[THRESH_TEXT_MAX], const thresh_judged *m, unsigned i,
                               const thresh_language *language)
{
    arena a = ARENA_INIT;
    thresh_phrase phrase = reason_phrase(&a, m, i);

    if (a.failed)
        phrase = SAID(reasons[m->reasons[i]].meaning);
    thresh_phrase_text(out, THRESH_TEXT_MAX, &phrase, language);
    arena_free(&a);
    return out;
}

const char *thresh_whole_reason_text(char out[THRESH_TEXT_MAX], const thresh_whole_reason *r,
                                     const thresh_language *language)
{
    arena a = ARENA_INIT;
    thresh_phrase phrase = whole_phrase(&a, r);

    if (a.failed)
        phrase = SAID(reasons[r->code].meaning);
    thresh_phrase_text(out, THRESH_TEXT_MAX, &phrase, language);
    arena_free(&a);
    return out;
}
