/* What a proof found, and how many samples one takes. */
#include "report/listing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

thresh_status thresh_report_probes(const thresh_probe *probes, size_t count,
                                   const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },   { N_("LIMIT"), 0, false },    { N_("SIDE"), 0, false },
        { N_("CANDIDATE"), 1, true }, { N_("EXPECTED"), 2, false }, { N_("JUDGED"), 0, false },
        { N_("PROOF"), 0, false },
    };
    listing l;
    size_t failed = 0;
    thresh_status rc;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++) {
        const thresh_probe *p = &probes[i];

        failed += !p->ok;
        add_cell(&l, listing_path(&l, p->scope, p->name), NULL);
        add_cell(&l, word(&l.w, p->limit), NULL);
        add_cell(&l, word(&l.w, p->inside ? N_("inside") : N_("outside")), NULL);
        add_cell(&l, number_or_dash(&l, !isnan(p->candidate), p->candidate), NULL);
        add_cell(&l, verdict_word(&l.w, p->expected), NULL);
        add_cell(&l, verdict_word(&l.w, p->got), NULL);
        add_cell(&l,
                 !p->ok ? word(&l.w, N_("FAILED"))
                 : p->closer != NULL
                     ? say(&l.w, SAY(&l.arena, N_("ok, %s lies closer"), SAID(p->closer)))
                     : word(&l.w, N_("ok")),
                 p->ok ? "\033[32m" : "\033[31m");
    }
    if ((rc = finish_listing(&l, columns, sizeof columns / sizeof *columns, stream)) != THRESH_OK)
        return rc;
    open_listing(&l, options);
    fprintf(stream, "%s\n",
            failed > 0
                ? say(&l.w, SAY(&l.arena, N_("%s of %s probes came out wrong"),
                                phrase_count(&l.arena, failed), phrase_count(&l.arena, count)))
                : say(&l.w, SAY(&l.arena,
                                count == 1 ? N_("%s probe, each came out as it must")
                                           : N_("%s probes, each came out as it must"),
                                phrase_count(&l.arena, count))));
    return finish_listing(&l, NULL, 0, stream);
}

/* --- plan --- */

/* 1234567 → "1,234,567" */
static const char *grouped(listing *l, double n)
{
    char digits[32], out[48];
    int len, at = 0;

    if (!(n >= 0) || n > 1e15)
        return "-";
    len = snprintf(digits, sizeof digits, "%.0f", n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return arena_strdup(&l->arena, out);
}

static const char *spread_text(listing *l, const thresh_planned *p)
{
    char text[THRESH_TEXT_MAX];

    if (!isnan(p->disagreement))
        return say(&l->w,
                   SAY(&l->arena, p->counted ? N_("%s %% differ") : N_("%s %% differ (supposed)"),
                       phrase_word(arena_printf(&l->arena, "%.3g", p->disagreement * 100))));
    if (!isnan(p->sd))
        return say(
            &l->w,
            SAY(&l->arena, N_("sd %s"),
                phrase_word(arena_strdup(&l->arena, thresh_value_text(text, p->metric, p->sd)))));
    return "-";
}

static void add_plan_row(listing *l, const thresh_planned *p)
{
    char text[THRESH_TEXT_MAX];
    const thresh_judged *m = p->metric;
    bool have = p->have > 0;

    add_cell(l, listing_path(l, m->scope, m->name), NULL);
    add_cell(l, isnan(m->baseline) ? "-" : thresh_value_text(text, m, m->baseline), NULL);
    add_cell(l,
             arena_printf(&l->arena, "%s%s", m->rule->tolerate_exclusive ? "<" : "",
                          thresh_change_text(text, m, m->rule->tolerate)),
             NULL);
    add_cell(l, spread_text(l, p), NULL);
    add_cell(l, isnan(p->needed) ? "-" : grouped(l, p->needed), NULL);
    add_cell(l, have ? grouped(l, p->have) : "-", NULL);
    add_cell(l, isnan(p->can_show) ? "-" : thresh_change_text(text, m, p->can_show), NULL);
    add_cell(l,
             word(&l->w, p->why != NULL         ? p->why
                         : !have                ? p->method
                         : p->needed <= p->have ? N_("enough")
                                                : N_("too few")),
             NULL);
}

thresh_status thresh_report_plan(const thresh_planned *plans, size_t count,
                                 const thresh_result *result, const thresh_plan_options *plan,
                                 const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },  { N_("BASELINE"), 3, true }, { N_("LIMIT"), 0, true },
        { N_("PAIRS"), 2, false },   { N_("NEEDED"), 0, true },   { N_("HAVE"), 0, true },
        { N_("CAN SHOW"), 1, true }, { N_("REMARK"), 0, false },
    };
    listing l;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++)
        add_plan_row(&l, &plans[i]);
    const char *intro = say(
        &l.w,
        SAY(&l.arena, N_("%s: confidence %s %% one-sided, power %s %%, %s"),
            SAID(plan->unpaired
                     ? N_("Samples of each model to show that a degradation is within its limit")
                     : N_("Samples, seen by both models, to show that a degradation is within "
                          "its limit")),
            phrase_word(arena_printf(&l.arena, "%g", result->evidence.confidence * 100)),
            phrase_word(arena_printf(&l.arena, "%g", (plan->power > 0 ? plan->power : 0.8) * 100)),
            SAID(plan->expected != 0 ? N_("if it is as expected") : N_("if there is none"))));
    print_wrapped(stream, listing_text(&l, intro), 0, 2, (size_t)options->width);
    return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
}
