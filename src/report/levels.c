/* What thresh monitor would raise alerts for: levels, windows, drift and actions of a policy. */
#include "report/listing.h"
#include "thresh/monitor.h"

#include <stdio.h>
#include <string.h>

static void print_line(const listing *l, thresh_phrase text, FILE *f)
{
    fprintf(f, "%*s%s\n", LISTING_INDENT, "", say(&l->w, text));
}

static const char *span_text(listing *l, thresh_span span)
{
    return span.count > 0
               ? say(&l->w,
                     SAY(&l->arena, N_("%s readings"), phrase_count(&l->arena, (size_t)span.count)))
               : say(&l->w, SAY(&l->arena, N_("%s s"),
                                phrase_word(arena_printf(&l->arena, "%g",
                                                         (double)span.microseconds / 1e6))));
}

/* "a, b": adds one. */
static const char *and_one(listing *l, const char *list, const char *one)
{
    return list == NULL ? NULL
                        : arena_printf(&l->arena, "%s%s%s", list,
                                       list[0] != '\0' ? word(&l->w, N_(", ")) : "", one);
}

static void print_windows(listing *l, const thresh_alert_settings *s, FILE *f)
{
    thresh_phrase window = phrase_word(span_text(l, s->window));

    if (s->slide.count == 0 && s->slide.microseconds == 0)
        print_line(l, SAY(&l->arena, N_("windows of %s"), window), f);
    else
        print_line(l,
                   SAY(&l->arena, N_("windows of %s, moved on by %s"), window,
                       phrase_word(span_text(l, s->slide))),
                   f);
}

static void print_drift(listing *l, const thresh_drift_settings *d, FILE *f)
{
    const char *columns = "", *methods = "";
    bool some = false;

    if (d->columns == NULL)
        return;
    for (size_t i = 0; d->columns[i] != NULL; i++)
        columns = and_one(l, columns, listing_text(l, d->columns[i]));
    for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++)
        some = some || d->methods[i];
    for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++)
        if (d->methods[i] || !some)
            methods =
                and_one(l, methods,
                        d->limits[i] > 0
                            ? arena_printf(&l->arena, "%s %g",
                                           thresh_detector_slug((thresh_detector)i), d->limits[i])
                            : thresh_detector_slug((thresh_detector)i));
    print_line(
        l, SAY(&l->arena, N_("drift of %s, by %s"), phrase_word(columns), phrase_word(methods)), f);
}

static void print_actions(listing *l, const thresh_policy *policy, FILE *f)
{
    const thresh_alert_action *one;

    for (size_t i = 0; (one = thresh_policy_alert_action(policy, i)) != NULL; i++) {
        const char *levels = "";
        for (int k = THRESH_LEVEL_NONE; k < THRESH_LEVELS; k++)
            if (one->on[k])
                levels = and_one(l, levels, thresh_level_name((thresh_level)k));
        print_line(l,
                   SAY(&l->arena, N_("action %s: %s, at %s"), phrase_word(one->name),
                       SAID(one->argv != NULL           ? N_("a command")
                            : one->alertmanager != NULL ? N_("an Alertmanager")
                            : one->textfile != NULL     ? N_("a textfile")
                                                        : N_("a web hook")),
                       phrase_word(levels != NULL && levels[0] != '\0' ? levels : "-")),
                   f);
    }
}

static const char *limit_text(listing *l, const thresh_judged *m,
                              const struct thresh_alert_limit *a)
{
    thresh_judged as = *m;
    char text[THRESH_TEXT_MAX];

    as.measure = a->measure;
    return a->set ? arena_printf(&l->arena, "%s%s", a->exclusive ? "<" : "",
                                 thresh_change_text(text, &as, a->limit))
                  : "-";
}

static const char *bounds_text(listing *l, const thresh_judged *m, const thresh_alert_rule *r)
{
    char text[THRESH_TEXT_MAX];
    const char *out = "";

    if (r->has_floor)
        out = and_one(
            l, out,
            say(&l->w,
                SAY(&l->arena, N_("floor %s"),
                    phrase_word(arena_strdup(&l->arena, thresh_value_text(text, m, r->floor))))));
    if (r->has_ceiling)
        out = and_one(
            l, out,
            say(&l->w,
                SAY(&l->arena, N_("ceiling %s"),
                    phrase_word(arena_strdup(&l->arena, thresh_value_text(text, m, r->ceiling))))));
    return out != NULL && out[0] == '\0' ? "-" : out;
}

static void add_row(listing *l, const thresh_watched *w)
{
    const thresh_alert_rule *r = w->rule;
    thresh_rule none = { 0 };
    const thresh_judged m = {
        .scope = w->scope, .name = w->metric, .kind = w->kind, .unit = w->unit, .rule = &none
    };
    const char *from = "";

    add_cell(l, listing_path(l, w->scope, w->metric), NULL);
    add_cell(l, w->statistic, NULL);
    for (int k = THRESH_LEVEL_YELLOW; k < THRESH_LEVELS; k++) {
        const struct thresh_alert_limit *a = &r->levels[k];
        add_cell(l, limit_text(l, &m, a), NULL);
        if (a->set && from != NULL && strstr(from, a->from) == NULL)
            from = and_one(l, from, a->from);
    }
    add_cell(l, bounds_text(l, &m, r), NULL);
    add_cell(l, arena_printf(&l->arena, "%u", r->levels[THRESH_LEVEL_RED].windows), NULL);
    add_cell(l,
             r->no_data > 0 ? span_text(l, (thresh_span){ .microseconds = r->no_data })
                            : word(&l->w, N_("never")),
             NULL);
    add_cell(l, from != NULL && from[0] == '\0' ? "-" : from, NULL);
}

thresh_status thresh_report_levels(const thresh_policy *policy, const thresh_set *set,
                                   const thresh_text_options *options, thresh_diags *diags,
                                   FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false }, { N_("STATISTIC"), 5, false }, { N_("YELLOW"), 0, false },
        { N_("ORANGE"), 0, false }, { N_("RED"), 0, false },       { N_("BESIDES"), 2, false },
        { N_("FOR"), 4, false },    { N_("NO DATA"), 3, false },   { N_("FROM"), 1, false },
    };
    thresh_alert_settings settings = thresh_policy_alert_settings(policy);
    thresh_monitor *monitor;
    thresh_watched w;
    listing l;
    thresh_status rc = thresh_monitor_new(&monitor, policy, set, NULL, diags);

    if (rc != THRESH_OK)
        return rc;
    open_listing(&l, options);
    print_windows(&l, &settings, stream);
    print_drift(&l, &settings.drift, stream);
    print_actions(&l, policy, stream);
    for (size_t i = 0; thresh_monitor_watched(monitor, i, &w); i++)
        add_row(&l, &w);
    rc = finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
    thresh_monitor_free(monitor);
    return rc;
}
