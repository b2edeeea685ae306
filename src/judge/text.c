/* Words of the verdict: names, slugs, and figures written for people. */
#include "judge/judge.h"

#include <math.h>
#include <stdarg.h>
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
static bool shown_as_percent(const thresh_kind *kind)
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

const char *thresh_change_text(char out[THRESH_TEXT_MAX], const thresh_judged *m, double change)
{
    const char *unit = thresh_change_unit(m);
    bool percent = strcmp(unit, "%") == 0 || strcmp(unit, "pp") == 0;
    char number[THRESH_NUMBER_MAX];
    double factor = percent ? 100 : 1;

    if (isnan(change)) {
        snprintf(out, THRESH_TEXT_MAX, "-");
        return out;
    }
    plain(number, change * factor, digits_for(m, change, factor));
    if (strcmp(unit, "points") == 0 && strcmp(number, "1") == 0)
        unit = "point";
    snprintf(out, THRESH_TEXT_MAX, "%s%s%s", number, unit[0] ? " " : "", unit);
    return out;
}

typedef struct sentence {
    char *out;
    size_t used;
} sentence;

static void say(sentence *s, const char *format, ...) THRESH_PRINTF(2, 3);
static void say(sentence *s, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(s->out + s->used, THRESH_TEXT_MAX - s->used, format, args);
    va_end(args);
    if (n > 0)
        s->used +=
            (size_t)n < THRESH_TEXT_MAX - s->used ? (size_t)n : THRESH_TEXT_MAX - s->used - 1;
}

static void say_label(sentence *s, const thresh_judged *m)
{
    say(s, "%.80s%s%.80s: ", m->scope, m->scope[0] ? "/" : "", m->name);
}

static void say_change(sentence *s, const thresh_judged *m)
{
    char change[THRESH_TEXT_MAX], b[THRESH_TEXT_MAX], c[THRESH_TEXT_MAX];

    if (m->degradation == 0)
        say(s, "unchanged at %s", thresh_value_text(b, m, m->baseline));
    else
        say(s, "%s %s (%s to %s)", thresh_change_text(change, m, fabs(m->degradation)),
            m->degradation > 0 ? "worse" : "better", thresh_value_text(b, m, m->baseline),
            thresh_value_text(c, m, m->candidate));
}

/* Who set a limit: the name of a profile, or the catalog. */
static const char *who(const char *from)
{
    return from == NULL ? "the rule" : strcmp(from, "catalog") == 0 ? "the catalog" : from;
}

/* An improvement, in the unit in which its rule counts it. */
static void say_amount(char out[THRESH_TEXT_MAX], const thresh_judged *m, double amount,
                       thresh_measure measure)
{
    static const thresh_rule none = { 0 }; /* no limit that it has to be told apart from */
    thresh_judged as = *m;

    as.measure = measure;
    as.rule = &none;
    thresh_change_text(out, &as, amount);
}

static void say_tolerate(sentence *s, const thresh_judged *m, const char *verb)
{
    char limit[THRESH_TEXT_MAX];

    say(s, "%s %s %s%s", who(m->rule->tolerate_from), verb,
        m->rule->tolerate_exclusive ? "less than " : "",
        thresh_change_text(limit, m, m->rule->tolerate));
}

static void say_budget(sentence *s, const thresh_judged *m)
{
    char limit[THRESH_TEXT_MAX];

    say(s, ", %.0f %% of the %s that %s tolerates", m->budget_used * 100,
        thresh_change_text(limit, m, m->rule->tolerate), who(m->rule->tolerate_from));
}

static void say_would_pass(sentence *s, const thresh_judged *m)
{
    char value[THRESH_TEXT_MAX];
    bool higher = m->kind->direction == THRESH_HIGHER;

    if (isnan(m->would_pass))
        return;
    thresh_value_text(value, m, m->would_pass);
    const char *proof = m->needs_proof ? ", with proof," : "";
    if (m->rule->tolerate_exclusive)
        say(s, "; %s than %s%s would have passed", higher ? "more" : "less", value, proof);
    else
        say(s, "; %s or %s%s would have passed", value, higher ? "more" : "less", proof);
}

static void say_side(sentence *s, const thresh_judged *m)
{
    if (m->baseline_text != NULL)
        say(s, "the baseline has '%.60s'", m->baseline_text);
    if (m->candidate_text != NULL)
        say(s, "%sthe candidate has '%.60s'", m->baseline_text != NULL ? ", " : "",
            m->candidate_text);
    say(s, " where a number was expected");
}

static void say_interval(sentence *s, const thresh_judged *m)
{
    char low[THRESH_TEXT_MAX], high[THRESH_TEXT_MAX];

    say(s, "; between %s and %s", thresh_change_text(low, m, m->low),
        thresh_change_text(high, m, m->high));
    if (m->samples_needed > 0)
        say(s, "; about %.0f samples would settle it", m->samples_needed);
}

static void say_reason(sentence *out, const thresh_judged *m, unsigned i)
{
    sentence s = *out;
    char a[THRESH_TEXT_MAX], b[THRESH_TEXT_MAX];

    if (m->texts[i] != NULL) {
        say(&s, "%s", m->texts[i]);
        return;
    }
    switch (m->reasons[i]) {
    case THRESH_REASON_WITHIN_ACCEPT:
    case THRESH_REASON_WITHIN_TOLERANCE:
        say_change(&s, m);
        if (m->degradation > 0 && isfinite(m->budget_used))
            say_budget(&s, m);
        break;
    case THRESH_REASON_BEYOND_TOLERANCE:
    case THRESH_REASON_TOO_FEW_SAMPLES:
        say_change(&s, m);
        say(&s, "; ");
        say_tolerate(&s, m, "tolerates");
        if (m->reasons[i] == THRESH_REASON_TOO_FEW_SAMPLES)
            say(&s, "; too few samples to reject alone");
        else
            say_would_pass(&s, m);
        break;
    case THRESH_REASON_BELOW_FLOOR:
        say(&s, "%s lies %s the floor of %s set by %s", thresh_value_text(a, m, m->candidate),
            m->candidate < m->rule->floor ? "below" : "on", thresh_value_text(b, m, m->rule->floor),
            who(m->rule->floor_from));
        break;
    case THRESH_REASON_ABOVE_CEILING:
        say(&s, "%s lies %s the ceiling of %s set by %s", thresh_value_text(a, m, m->candidate),
            m->candidate > m->rule->ceiling ? "above" : "on",
            thresh_value_text(b, m, m->rule->ceiling), who(m->rule->ceiling_from));
        break;
    case THRESH_REASON_MISSING_METRIC:
        say(&s, "the candidate lacks it (baseline %s)", thresh_value_text(a, m, m->baseline));
        break;
    case THRESH_REASON_NOT_A_NUMBER:
        say_side(&s, m);
        break;
    case THRESH_REASON_ZERO_BASELINE:
        say(&s,
            "the baseline is 0 and the candidate %s; a relative limit cannot tell how much worse "
            "that is; give the rule an absolute limit",
            thresh_value_text(a, m, m->candidate));
        break;
    case THRESH_REASON_INCONCLUSIVE:
        say_change(&s, m);
        say(&s, "; ");
        say_tolerate(&s, m, "tolerates");
        if (m->has_interval)
            say_interval(&s, m);
        break;
    case THRESH_REASON_NO_EVIDENCE:
        say_change(&s, m);
        say(&s, "; ");
        say_tolerate(&s, m, "tolerates");
        say(&s, ", but wants proof, and the files say nothing of the uncertainty (stderr)");
        break;
    case THRESH_REASON_GAIN_NOT_REACHED:
        say_change(&s, m);
        say_amount(a, m, m->rule->gain, m->rule->gain_measure);
        say(&s, "; %s requires an improvement of %s", who(m->rule->gain_from), a);
        break;
    case THRESH_REASON_TOO_GOOD:
        say_change(&s, m);
        say_amount(a, m, m->rule->surprise, m->rule->surprise_measure);
        say(&s, "; more than the %s that %s holds plausible: check the measurement", a,
            who(m->rule->surprise_from));
        break;
    case THRESH_REASON_TRADED_OFF:
        say(&s, "a gain elsewhere widened what %s tolerates to %s", who(m->rule->tolerate_from),
            thresh_change_text(a, m, m->rule->tolerate));
        break;
    default:
        say(&s, "%s", reasons[m->reasons[i]].meaning);
        break;
    }
}

const char *reason_sentence(char out[THRESH_TEXT_MAX], const thresh_judged *m, unsigned i)
{
    sentence s = { out, 0 };

    out[0] = '\0';
    say_reason(&s, m, i);
    return out;
}

const char *thresh_reason_text(char out[THRESH_TEXT_MAX], const thresh_judged *m, unsigned i)
{
    sentence s = { out, 0 };

    out[0] = '\0';
    say_label(&s, m);
    say_reason(&s, m, i);
    return out;
}
