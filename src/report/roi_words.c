/* What reports say of a return. */
#include "report/roi_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Some significant digits, whatever the locale. */
static thresh_phrase figure(const words *w, double value, int digits)
{
    char *text = arena_printf(w->arena, "%.*g", digits, value + 0.0);

    for (char *p = text; p != NULL && *p != '\0'; p++)
        if (*p == ',')
            *p = '.';
    return phrase_word(text);
}

/* "1,234,567" */
static const char *grouped(const words *w, double value)
{
    char digits[32], out[48];
    size_t len, n = 0;

    snprintf(digits, sizeof digits, "%.0f", fabs(value));
    len = strlen(digits);
    if (value < 0 && strcmp(digits, "0") != 0)
        out[n++] = '-';
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = '\0';
    return arena_strdup(w->arena, out);
}

const char *amount_words(const words *w, double amount)
{
    double size = fabs(amount);

    return size >= 100 && size < 1e15      ? grouped(w, amount)
           : size >= 0.005 || size >= 1e15 ? say(w, figure(w, amount, 3))
                                           : "0";
}

const char *money_words(const words *w, const thresh_roi *r, double amount)
{
    return say(w, SAY(w->arena, N_("%s %s"), phrase_word(amount_words(w, amount)),
                      phrase_word(r->currency)));
}

const char *return_words(const words *w, double value)
{
    return say(w, figure(w, value, 3));
}

static thresh_phrase months_phrase(const words *w, double months)
{
    return SAY(w->arena, months == 1 ? N_("%s month") : N_("%s months"), figure(w, months, 3));
}

const char *roi_title_words(const words *w, const thresh_roi *r)
{
    thresh_phrase over =
        SAY(w->arena, N_("%s: over %s"), phrase_word(r->title), months_phrase(w, r->months));

    if (r->discount > 0)
        over = SAY(w->arena, N_("%s, discounted by %s %% a year"), over,
                   figure(w, r->discount * 100, 4));
    return say(w, over);
}

const char *roi_sentence_words(const words *w, const thresh_roi *r)
{
    return say(w, r->sentence);
}

const char *roi_group_words(const words *w, thresh_roi_group group)
{
    static const char *const texts[] = { [THRESH_ROI_SAVING] = N_("saving"),
                                         [THRESH_ROI_LOSS] = N_("loss"),
                                         [THRESH_ROI_COST] = N_("cost") };
    return word(w, texts[group]);
}

const char *payback_words(const words *w, const thresh_roi *r)
{
    if (isnan(r->payback))
        return say(w, SAY(w->arena, N_("not paid back within %s"), months_phrase(w, r->months)));
    if (r->payback == 0)
        return word(w, N_("paid back at once"));
    return say(w, SAY(w->arena, N_("paid back after %s"), months_phrase(w, r->payback)));
}

thresh_phrase chance_phrase_of(const words *w, double p)
{
    /* what happens now and then is neither never nor always */
    return p > 0 && p < 0.001   ? phrase_word("< 0.1 %")
           : p < 1 && p > 0.999 ? phrase_word("> 99.9 %")
                                : SAY(w->arena, N_("%s %%"), figure(w, p * 100, 3));
}

const char *roi_chance_words(const words *w, const thresh_roi *r)
{
    if (!r->uncertain)
        return NULL;
    return say(w, SAY(w->arena,
                      N_("chance that the savings exceed the loss: %s; that they pay for the cost "
                         "too: %s; net value %s to %s"),
                      chance_phrase_of(w, r->p_positive), chance_phrase_of(w, r->p_pays),
                      phrase_word(money_words(w, r, r->net_low)),
                      phrase_word(money_words(w, r, r->net_high))));
}

const char *roi_minimum_words(const words *w, const thresh_roi *r)
{
    if (!r->has_minimum)
        return word(w, N_("nobody asks for a minimum"));
    return say(w, SAY(w->arena, N_("chance that the return is %s or more: %s"),
                      figure(w, r->minimum, 3), chance_phrase_of(w, r->p_minimum)));
}

const char *roi_quantile_words(const words *w, const thresh_roi *r)
{
    const char *list = "";

    if (!r->uncertain)
        return NULL;
    for (size_t i = 0; i < THRESH_ROI_QUANTILES && list != NULL; i++)
        list = arena_printf(w->arena, "%s%s%s", list, i > 0 ? word(w, N_(", ")) : "",
                            say(w, SAY(w->arena, N_("%s at %s %%"), figure(w, r->quantiles[i], 3),
                                       figure(w, thresh_roi_level(i) * 100, 3))));
    return list == NULL ? "?"
                        : say(w, SAY(w->arena, N_("quantiles of the return: %s; %s draws, seed %s"),
                                     phrase_word(list), phrase_word(grouped(w, (double)r->draws)),
                                     phrase_count(w->arena, (size_t)r->seed)));
}

static bool in_percent(const char *unit)
{
    return strcmp(unit, "%") == 0 || strcmp(unit, "pp") == 0;
}

const char *roi_change_words(const words *w, double change, const char *unit)
{
    const char *number = say(w, figure(w, in_percent(unit) ? change * 100 : change, 3));
    const char *out = unit[0] == '\0' ? number : arena_printf(w->arena, "%s %s", number, unit);

    return out != NULL ? out : "?";
}

const char *tie_words(const words *w, const thresh_roi_tie *t)
{
    thresh_phrase central = phrase_word(roi_change_words(w, t->degradation, t->unit));

    if (!(t->low < t->high))
        return say(w, central);
    return say(w, SAY(w->arena, N_("%s (%s to %s)"), central,
                      figure(w, in_percent(t->unit) ? t->low * 100 : t->low, 3),
                      figure(w, in_percent(t->unit) ? t->high * 100 : t->high, 3)));
}

static const char *least_change(const words *w, const thresh_roi_tie *t, double change,
                                const char *none)
{
    return isnan(change) ? word(w, none) : roi_change_words(w, change, t->unit);
}

const char *break_even_words(const words *w, const thresh_roi_tie *t)
{
    return least_change(w, t, t->break_even, t->pays ? N_("never") : N_("no drop"));
}

const char *at_minimum_words(const words *w, const thresh_roi_tie *t)
{
    return least_change(w, t, t->at_minimum, N_("-"));
}

const char *swing_name_words(const words *w, const thresh_roi_swing *s)
{
    return say(w, s->name);
}

const char *swing_value_words(const words *w, const thresh_roi_swing *s, double value)
{
    return fabs(value) >= 1000 && fabs(value) < 1e15 && s->unit[0] == '\0'
               ? say(w, phrase_word(grouped(w, value)))
               : roi_change_words(w, value, s->unit);
}

const char *swing_return_words(const words *w, const thresh_roi_swing *s)
{
    return say(w,
               SAY(w->arena, N_("%s to %s"), figure(w, s->roi_low, 3), figure(w, s->roi_high, 3)));
}

const char *mapped_words(const words *w, const thresh_roi_mapping *m)
{
    char percent[THRESH_NUMBER_MAX];
    thresh_phrase item = phrase_word(m->item),
                  per = phrase_word(roi_change_words(w, m->per, m->unit)),
                  metric = phrase_word(m->metric),
                  slope = phrase_word(roi_change_words(w, m->slope, m->of));

    if (isnan(m->confidence))
        return say(w,
                   SAY(w->arena,
                       N_("%s: a business metric that falls by %s for each %s that %s degrades, as "
                          "the model states"),
                       item, slope, per, metric));
    return say(w,
               SAY(w->arena,
                   N_("%s: a business metric that falls by %s for each %s that %s degrades (%s to "
                      "%s, bounds at %s %% one-sided), as the model states"),
                   item, slope, per, metric, phrase_word(roi_change_words(w, m->low, m->of)),
                   phrase_word(roi_change_words(w, m->high, m->of)),
                   phrase_word(arena_strdup(w->arena,
                                            thresh_format_number(percent, m->confidence * 100)))));
}

/* --- tables --- */

enum { TOTALS = 4 };

static void part_row(const words *w, const void *of, size_t i, const char **cells)
{
    const thresh_roi *r = of;
    const struct {
        const char *name;
        double amount;
    } totals[TOTALS] = { { N_("savings"), r->savings },
                         { N_("loss from degradation"), r->loss },
                         { N_("implementation cost"), r->cost },
                         { N_("net value"), r->net } };
    bool total = i >= r->part_count;
    double amount = total ? totals[i - r->part_count].amount : r->parts[i].amount;

    *cells++ = total ? word(w, totals[i - r->part_count].name) : r->parts[i].name;
    *cells++ = total ? word(w, N_("total")) : roi_group_words(w, r->parts[i].group);
    *cells++ = money_words(w, r, amount);
}

static void tie_row(const words *w, const void *of, size_t i, const char **cells)
{
    const thresh_roi *r = of;
    const thresh_roi_tie *t = &r->ties[i];

    *cells++ = t->metric;
    *cells++ = tie_words(w, t);
    *cells++ = money_words(w, r, t->loss);
    *cells++ = break_even_words(w, t);
    *cells++ = at_minimum_words(w, t);
}

static void swing_row(const words *w, const void *of, size_t i, const char **cells)
{
    const thresh_roi_swing *s = &((const thresh_roi *)of)->swings[i];

    *cells++ = swing_name_words(w, s);
    *cells++ = swing_value_words(w, s, s->low);
    *cells++ = swing_value_words(w, s, s->high);
    *cells++ = swing_return_words(w, s);
}

#define COLUMNS(array) .columns = (array), .column_count = COUNT_OF(array)

grid roi_parts_grid(const thresh_roi *r)
{
    static const grid_column columns[] = { { N_("Item"), N_("ITEM"), 0, false },
                                           { N_("Kind"), N_("KIND"), 1, false },
                                           { N_("Amount"), N_("AMOUNT"), 0, true } };

    return (grid){ .caption = N_("What adds up to the return"),
                   COLUMNS(columns),
                   .rows = r->part_count + TOTALS,
                   .of = r,
                   .row = part_row };
}

grid roi_ties_grid(const thresh_roi *r)
{
    static const grid_column columns[] = { { N_("Metric"), N_("METRIC"), 0, false },
                                           { N_("Degradation"), N_("DEGRADATION"), 0, true },
                                           { N_("Loss"), N_("LOSS"), 2, true },
                                           { N_("Break-even"), N_("BREAK-EVEN"), 0, true },
                                           { N_("At minimum"), N_("AT MINIMUM"), 1, true } };

    return (grid){ .caption =
                       N_("The metrics that losses are tied to, the degradation that the savings "
                          "pay for, and the one that leaves the minimum"),
                   COLUMNS(columns),
                   .rows = r->tie_count,
                   .of = r,
                   .row = tie_row };
}

grid roi_swings_grid(const thresh_roi *r)
{
    static const grid_column columns[] = { { N_("Assumption"), N_("ASSUMPTION"), 0, false },
                                           { N_("10 %"), N_("10 %"), 2, true },
                                           { N_("90 %"), N_("90 %"), 2, true },
                                           { N_("Return"), N_("RETURN"), 0, true } };

    return (grid){ .caption =
                       /* xgettext:no-c-format */
                   N_("Each assumption at its 10 % and its 90 % quantile, all else central"),
                   COLUMNS(columns),
                   .rows = r->swing_count,
                   .of = r,
                   .row = swing_row };
}
