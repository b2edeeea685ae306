/* Numbers of a return model. */
#include "profile/roi_number.h"

#include "base/language.h"
#include "metric/catalog.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void roi_fault(roi_reader *r, const node *at, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(r->diags, format), args);
    va_end(args);
    thresh_diags_add(r->diags, THRESH_ERROR, r->file, at->line, at->column, "%s", text);
    r->failed = true;
}

void roi_out_of_memory(roi_reader *r)
{
    r->failed = true;
    r->status = THRESH_ENOMEM;
}

/* What stands at a place: its key, or "entry". */
static const char *key_of(const roi_reader *r, const node *n)
{
    return n->key != NULL ? n->key : diag_text(r->diags, N_("entry"));
}

void roi_expected(roi_reader *r, const node *n, const char *what)
{
    what = diag_text(r->diags, what);
    if (n->text != NULL)
        roi_fault(r, n, "%.80s: found '%.80s', expected %s", key_of(r, n), n->text, what);
    else
        roi_fault(r, n, "%.80s: found %s, expected %s", key_of(r, n),
                  node_type_name(r->diags, n->type), what);
}

bool roi_need(roi_reader *r, const node *n, node_type type, const char *what)
{
    if (n->type != type)
        roi_expected(r, n, what);
    return n->type == type;
}

bool roi_keys(roi_reader *r, const node *map, const char *const *known)
{
    bool ok = true;

    for (const node *n = map->child; n != NULL; n = n->next) {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], n->key) != 0)
            i++;
        if (known[i] != NULL)
            continue;
        char hint[THRESH_HINT_MAX];
        thresh_hint(hint, thresh_nearest_word(n->key, known), thresh_diags_language(r->diags));
        thresh_diags_add(r->diags, THRESH_ERROR, r->file, n->key_line, n->key_column,
                         "unknown key '%s'%s", n->key, hint);
        r->failed = true;
        ok = false;
    }
    return ok;
}

static const char *const wanted[] = {
    [NUMBER_AMOUNT] =
        N_("a number, a range such as 10..14, or a distribution such as {normal: {mean: "
           "12, sd: 1}}"),
    [NUMBER_PLAIN] = N_("a number without a unit"),
    [NUMBER_CHANCE] = N_("a number from 0 to 1, or from 0% to 100%"),
    [NUMBER_CHANGE] = N_("a change with its unit, such as 0.5pp, 1% (of the baseline), 20ms or a "
                         "range 0.5pp..1pp"),
};

bool roi_scalar(roi_reader *r, const node *n, number_rule rule, double *out,
                thresh_limit_unit *unit)
{
    thresh_limit limit;
    bool fits = limit_read(&limit, n) == NULL && !limit.exclusive;

    if (fits && (rule == NUMBER_AMOUNT || rule == NUMBER_PLAIN))
        fits = limit.unit == THRESH_LIMIT_OWN;
    if (fits && rule == NUMBER_CHANCE)
        fits = (limit.unit == THRESH_LIMIT_OWN || limit.unit == THRESH_LIMIT_PERCENT)
               && limit.value >= 0 && limit.value <= 1;
    if (!fits) {
        roi_expected(r, n, wanted[rule]);
        return false;
    }
    *out = limit.value;
    if (unit != NULL)
        *unit = limit.unit;
    return true;
}

/* --- distributions --- */

enum { MOST_PARAMETERS = 4 };

/* What each distribution is called and asks for; the parameters fill a, b and c in this order. */
static const struct {
    const char *name;
    const char *parameters[MOST_PARAMETERS + 1];
    thresh_shape shape;
} distributions[] = {
    { "uniform", { "low", "high", NULL }, THRESH_UNIFORM },
    { "triangular", { "low", "mode", "high", NULL }, THRESH_TRIANGULAR },
    { "pert", { "low", "mode", "high", NULL }, THRESH_PERT },
    { "normal", { "mean", "sd", NULL }, THRESH_NORMAL },
    { "lognormal", { "mean", "sd", NULL }, THRESH_LOGNORMAL },
    { "estimate", { "value", "low", "high", "confidence", NULL }, THRESH_ESTIMATE },
};
enum { DISTRIBUTIONS = sizeof distributions / sizeof *distributions };

/* Puts the parameters in their places, and says what is wrong with them. */
static const char *take_parameters(thresh_uncertain *out, const double *p, number_rule rule)
{
    double low = p[0];

    switch (out->shape) {
    case THRESH_UNIFORM:
        *out = (thresh_uncertain){ out->shape, p[0], p[0], p[1], 0 };
        if (p[0] > p[1])
            return N_("low lies above high");
        break;
    case THRESH_TRIANGULAR:
    case THRESH_PERT:
        *out = (thresh_uncertain){ out->shape, p[0], p[1], p[2], 0 };
        if (p[0] > p[2])
            return N_("low lies above high");
        if (p[1] < p[0] || p[1] > p[2])
            return N_("mode does not lie between low and high");
        break;
    case THRESH_NORMAL:
    case THRESH_LOGNORMAL:
        *out = (thresh_uncertain){ out->shape, p[0], p[1], 0, 0 };
        if (p[1] < 0)
            return N_("sd is negative");
        if (out->shape == THRESH_LOGNORMAL && !(p[0] > 0))
            return N_("the mean of a lognormal number is above 0");
        break;
    default:
        *out = (thresh_uncertain){ out->shape, p[0], p[1], p[2], p[3] };
        low = p[1];
        if (p[1] > p[2])
            return N_("low lies above high");
        if (p[0] < p[1] || p[0] > p[2])
            return N_("value does not lie between low and high");
        if (!(p[3] > 0.5 && p[3] < 1))
            return N_("confidence lies between 0.5 and 1");
    }
    if (rule == NUMBER_AMOUNT && low < 0)
        return N_("an amount is not negative");
    /* what has no width is sure; quantiles of the others divide by it */
    if (out->shape <= THRESH_PERT ? out->a == out->c
                                  : out->shape <= THRESH_LOGNORMAL && out->b == 0)
        *out = (thresh_uncertain){ THRESH_SURE, out->a, 0, 0, 0 };
    return NULL;
}

static bool read_distribution(roi_reader *r, const node *map, number_rule rule,
                              thresh_uncertain *out, thresh_limit_unit *unit)
{
    const char *names[DISTRIBUTIONS + 1] = { NULL }, *why;
    const node *given = map->child;
    double p[MOST_PARAMETERS] = { 0, 0, 0, 0.95 };
    size_t d = 0;

    for (size_t i = 0; i < DISTRIBUTIONS; i++)
        names[i] = distributions[i].name;
    if (given == NULL || given->next != NULL) {
        roi_expected(r, map, "one distribution, such as {normal: {mean: 12, sd: 1}}");
        return false;
    }
    if (!roi_keys(r, map, names)
        || !roi_need(r, given, NODE_MAP, "a map of its parameters, such as {low: 10, high: 14}"))
        return false;
    while (strcmp(distributions[d].name, given->key) != 0)
        d++;
    if (!roi_keys(r, given, distributions[d].parameters))
        return false;
    for (size_t i = 0; distributions[d].parameters[i] != NULL; i++) {
        const char *name = distributions[d].parameters[i];
        const node *n = node_get(given, name);
        bool confidence = strcmp(name, "confidence") == 0;
        thresh_limit_unit own = THRESH_LIMIT_OWN;

        if (n == NULL && confidence)
            continue;
        if (n == NULL) {
            roi_fault(r, given, "%s: no %s", given->key, name);
            return false;
        }
        if (!roi_scalar(r, n, confidence ? NUMBER_CHANCE : rule, &p[i], &own))
            return false;
        if (!confidence && i > 0 && own != *unit) {
            roi_fault(r, n, "%s: its unit is not that of %s", name, distributions[d].parameters[0]);
            return false;
        }
        *unit = i == 0 ? own : *unit;
    }
    out->shape = distributions[d].shape;
    if ((why = take_parameters(out, p, rule)) != NULL)
        roi_fault(r, given, "%s: %s", given->key, diag_text(r->diags, why));
    return why == NULL;
}

/* "10..14", "0.5..1pp": a unit behind the second stands for both. */
static bool read_range(roi_reader *r, const node *n, const char *dots, number_rule rule,
                       thresh_uncertain *out, thresh_limit_unit *unit)
{
    node low = *n, high = *n;
    double p[2];
    thresh_limit_unit first = THRESH_LIMIT_OWN;
    const char *text = arena_strndup(r->arena, n->text, (size_t)(dots - n->text)), *why;

    if (text == NULL) {
        roi_out_of_memory(r);
        return false;
    }
    low.text = text;
    high.text = dots + 2;
    if (!roi_scalar(r, &high, rule, &p[1], unit))
        return false;
    double bare;
    if (*unit != THRESH_LIMIT_OWN && thresh_parse_number(&bare, text, strlen(text)))
        low.text =
            arena_printf(r->arena, "%s%s", text, high.text + strspn(high.text, " +-.0123456789eE"));
    if (low.text == NULL) {
        roi_out_of_memory(r);
        return false;
    }
    if (!roi_scalar(r, &low, rule, &p[0], &first))
        return false;
    if (first != *unit) {
        roi_fault(r, n, "%.80s: the two ends of '%.80s' have different units", key_of(r, n),
                  n->text);
        return false;
    }
    out->shape = THRESH_UNIFORM;
    if ((why = take_parameters(out, p, rule)) != NULL)
        roi_fault(r, n, "%.80s: '%.80s': %s", key_of(r, n), n->text, diag_text(r->diags, why));
    return why == NULL;
}

bool roi_number(roi_reader *r, const node *n, number_rule rule, thresh_uncertain *out,
                thresh_limit_unit *unit)
{
    thresh_limit_unit own = THRESH_LIMIT_OWN;
    const char *dots = n->type == NODE_TEXT ? strstr(n->text, "..") : NULL;
    bool ok;

    *out = (thresh_uncertain){ .shape = THRESH_SURE };
    if (n->type == NODE_MAP) {
        ok = read_distribution(r, n, rule, out, &own);
    } else if (dots != NULL) {
        ok = read_range(r, n, dots, rule, out, &own);
    } else {
        ok = roi_scalar(r, n, rule, &out->a, &own);
        if (ok && rule == NUMBER_AMOUNT && out->a < 0) {
            roi_fault(r, n, "%.80s: %.80s: an amount is not negative", key_of(r, n), n->text);
            ok = false;
        }
    }
    if (ok && unit != NULL)
        *unit = own;
    return ok;
}
