/* A stored verdict document, back into the result it was written from, by the tables that it is
 * written by. Its bytes have to fit the seal that it carries; where they do not, because a program
 * laid it out anew, it is written once more and has to say the same in every place. */
#include "report/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_DOCUMENT = 1 << 30 };

/* --- parts --- */

/* Only translations name parts by their place. In a document each part stands once, so that what is
 * said of it is no longer than what it holds: parts twice in parts twice would be a text without
 * end. */
static const char *template_of(stored *s, const node *n)
{
    const char *text = text_of(s, n);

    for (const char *p = strchr(text, '%'); p != NULL; p = strchr(p, '%')) {
        size_t digits = strspn(p + 1, "0123456789");
        if (digits > 0 && p[1 + digits] == '$')
            fault(s, n, "a part named by its place in the sentence '%.80s'", text);
        p += p[1] == '%' ? 2 : 1;
    }
    return text;
}

static thresh_phrase phrase_of(stored *s, const node *n)
{
    size_t count = node_count(n), i = 0;
    thresh_phrase p = { .literal = n->type == NODE_TEXT }, *parts;

    if (p.literal || n->type != NODE_LIST || count == 0) {
        p.text = text_of(s, n);
        return p;
    }
    p.text = template_of(s, n->child);
    if (count == 1)
        return p;
    if ((parts = arena_alloc(&s->d->arena, (count - 1) * sizeof *parts)) == NULL)
        return p;
    for (const node *part = n->child->next; part != NULL; part = part->next)
        parts[i++] = phrase_of(s, part);
    p.parts = parts;
    p.part_count = count - 1;
    return p;
}

static const char *reason_at(int v)
{
    return v < THRESH_REASON_COUNT ? thresh_reason_slug((thresh_reason_code)v) : NULL;
}

static const char *verdict_at(int v)
{
    return v <= THRESH_REJECT ? thresh_verdict_name((thresh_verdict)v) : NULL;
}

static void read_metric_reasons(stored *s, const node *list, thresh_judged *j)
{
    if (list->type != NODE_LIST || list->child == NULL || node_count(list) > THRESH_MAX_REASONS)
        fault(s, list, "expected a list of 1 to %d reasons", THRESH_MAX_REASONS);
    for (const node *n = list->child; n != NULL && s->status == THRESH_OK; n = n->next) {
        map m = open_map(s, n);
        unsigned i = j->reason_count++;

        j->reasons[i] = (thresh_reason_code)word_of(s, take(&m, "code"), reason_at);
        take(&m, "text"); /* follows from the rest */
        const node *phrase = take(&m, "phrase");
        if (phrase->type != NODE_NULL)
            j->phrases[i] = keep_phrase(&s->d->arena, phrase_of(s, phrase));
        close_map(&m);
    }
}

static const thresh_rule *read_limits(stored *s, const node *n, thresh_measure measure)
{
    document_limits limits = { .from = NULL };
    map m = open_map(s, n);
    thresh_rule *rule = arena_alloc(&s->d->arena, sizeof *rule);

    read_fields(&m, limit_fields, &limits);
    read_fields(&m, limit_detail_fields, &limits);
    if (!read_object(&m, "origins", origin_fields, &limits))
        fault(s, n, "origins: found null, expected a map");
    close_map(&m);
    if (rule != NULL)
        *rule = rule_of_limits(&limits, measure);
    return rule;
}

/* What a sentence is made of has to be there. */
static void check_metric(stored *s, const node *at, const thresh_judged *j)
{
    for (unsigned i = 0; i < j->reason_count; i++)
        if (j->reasons[i] == THRESH_REASON_NOT_A_NUMBER && j->phrases[i] == NULL
            && j->baseline_text == NULL && j->candidate_text == NULL)
            fault(s, at, "not-a-number, and nothing is written there");
    if (j->has_interval && (isnan(j->low) || isnan(j->high)))
        fault(s, at, "an interval without a bound");
}

static void read_metric(stored *s, const node *n, thresh_judged *j)
{
    thresh_kind *kind = arena_alloc(&s->d->arena, sizeof *kind);
    map m = open_map(s, n);

    if (kind == NULL)
        return;
    j->kind = kind;
    read_fields(&m, name_fields, j);
    read_fields(&m, kind_fields, kind);
    kind->title = kind->name;
    kind->unit = "";
    read_fields(&m, value_fields, j);
    const node *shown = take(&m, "shown_as");
    if (!show_as(kind, text_of(s, shown)))
        fault(s, shown, "found '%.40s', expected percent or number", text_of(s, shown));
    read_object(&m, "written", written_fields, j);
    take(&m, "change");
    map degradation = open_map(s, take(&m, "degradation"));
    read_fields(&degradation, degradation_fields, j);
    take(&degradation, "unit");
    close_map(&degradation);
    j->has_interval = read_object(&m, "interval", interval_fields, j);
    read_fields(&m, slice_fields, j);
    j->mcnemar = NAN;
    j->has_flips = read_object(&m, "flips", flips_fields, j);
    j->rule = read_limits(s, take(&m, "limits"), j->measure);
    read_fields(&m, outcome_fields, j);
    read_metric_reasons(s, take(&m, "reasons"), j);
    j->has_anchor = read_object(&m, "anchor", anchor_fields, j);
    close_map(&m);
    check_metric(s, n, j);
}

static void read_unjudged(stored *s, const node *n, thresh_unjudged *u)
{
    thresh_kind *kind = arena_alloc(&s->d->arena, sizeof *kind);
    map m = open_map(s, n);

    if (kind == NULL)
        return;
    read_fields(&m, unjudged_fields, u);
    const node *name = take(&m, "kind");
    kind->informational = flag_of(s, take(&m, "informational"));
    if (name->type != NODE_NULL) {
        kind->name = text_of(s, name);
        u->kind = kind;
    }
    read_fields(&m, unjudged_value_fields, u);
    close_map(&m);
}

static void read_profile_fields(map *m, thresh_profile_info *p)
{
    read_fields(m, profile_fields, p);
    p->title = p->why = "";
}

static const thresh_profile_info *read_profile(stored *s, const node *n)
{
    thresh_profile_info *first = arena_alloc(&s->d->arena, sizeof *first), *last = first;
    map m = open_map(s, n);

    if (first == NULL)
        return NULL;
    read_profile_fields(&m, first);
    const node *extends = take_list(&m, "extends");
    for (const node *e = extends->child; e != NULL; e = e->next) {
        thresh_profile_info *info = arena_alloc(&s->d->arena, sizeof *info);
        map inner = open_map(s, e);

        if (info == NULL)
            return first;
        read_profile_fields(&inner, info);
        close_map(&inner);
        last->extended = info;
        last = info;
    }
    close_map(&m);
    return first;
}

/* A metric by its position; the first one, and a fault, where there is none. */
static const thresh_judged *metric_at(stored *s, const node *n)
{
    const thresh_result *r = &s->d->result;
    uint64_t i = whole_of(s, n);

    if (i >= r->metric_count)
        fault(s, n, "index %zu of %zu metrics", (size_t)i, r->metric_count);
    return i < r->metric_count ? &r->metrics[i] : r->metrics;
}

/* Who is better follows from the figures: a document that says otherwise contradicts itself. */
static void read_compared(stored *s, const node *n, thresh_compared *metrics)
{
    map m = open_map(s, n);
    const thresh_judged *judged = metric_at(s, take(&m, "index"));
    thresh_compared *c;

    if (s->status != THRESH_OK)
        return;
    c = &metrics[judged - s->d->result.metrics];
    read_fields(&m, compared_fields, c);
    close_map(&m);
    if (s->status == THRESH_OK && (isnan(c->value) || c->better != thresh_stands(judged, c->value)))
        fault(s, n, "the figures say that %s is better",
              thresh_better_name(thresh_stands(judged, c->value)));
}

static void read_rival(stored *s, const node *n, thresh_rival *rival)
{
    size_t count = s->d->result.metric_count;
    map m = open_map(s, n);

    read_fields(&m, rival_fields, rival);
    const node *list = take_list(&m, "metrics");
    close_map(&m);
    if ((rival->metrics = arena_alloc(&s->d->arena, (count + 1) * sizeof *rival->metrics)) == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        rival->metrics[i] = (thresh_compared){ NAN, THRESH_BETTER_TIE };
    for (const node *i = list->child; i != NULL; i = i->next)
        read_compared(s, i, rival->metrics);
}

/* Once the metrics are known. */
static void read_rivals(stored *s, const node *list)
{
    size_t count = node_count(list), i = 0;
    thresh_rival *rivals = arena_alloc(&s->d->arena, (count + 1) * sizeof *rivals);

    if (rivals == NULL)
        return;
    for (const node *n = list->child; n != NULL; n = n->next)
        read_rival(s, n, &rivals[i++]);
    s->d->result.rivals = rivals;
    s->d->result.rival_count = count;
}

static void read_scored_group(stored *s, const node *n, thresh_scored_group *g)
{
    map m = open_map(s, n);

    read_fields(&m, score_group_fields, g);
    const node *list = take_list(&m, "metrics");
    close_map(&m);
    if ((g->metrics = arena_alloc(&s->d->arena, (node_count(list) + 1) * sizeof *g->metrics))
        == NULL)
        return;
    for (const node *i = list->child; i != NULL; i = i->next) {
        thresh_scored *scored = &g->metrics[g->metric_count++];
        map item = open_map(s, i);

        scored->metric = metric_at(s, take(&item, "index"));
        read_fields(&item, scored_fields, scored);
        close_map(&item);
    }
    if (g->metric_count > 0 && !(isfinite(g->value) && g->share >= 0 && g->share <= 1))
        fault(s, n, "a group of metrics without its score");
}

static void read_score(stored *s, const node *n)
{
    thresh_score *score = arena_alloc(&s->d->arena, sizeof *score);
    map m;

    if (n->type == NODE_NULL || score == NULL)
        return;
    m = open_map(s, n);
    read_fields(&m, score_fields, score);
    const node *list = take_list(&m, "groups");
    close_map(&m);
    if ((score->groups = arena_alloc(&s->d->arena, (node_count(list) + 1) * sizeof *score->groups))
        == NULL)
        return;
    if (isnan(score->value))
        fault(s, n, "a score without its value");
    for (const node *i = list->child; i != NULL; i = i->next)
        read_scored_group(s, i, &score->groups[score->group_count++]);
    s->d->result.score = score;
}

/* Room for the items of a list, in the arena. */
static void *room_for(stored *s, const node *list, size_t size)
{
    void *room = arena_alloc(&s->d->arena, (node_count(list) + 1) * size);

    if (room == NULL)
        s->status = THRESH_ENOMEM;
    return room;
}

/* Figures that a report draws by. */
static void check_roi_figures(stored *s, const node *at, const thresh_roi *r)
{
    bool ok = isfinite(r->roi) && isfinite(r->net) && isfinite(r->low) && isfinite(r->high);

    for (size_t i = 0; i < THRESH_ROI_QUANTILES; i++)
        ok = ok && isfinite(r->quantiles[i]);
    for (size_t i = 0; i < r->part_count; i++)
        ok = ok && isfinite(r->parts[i].amount);
    for (size_t i = 0; i < r->tie_count; i++)
        ok = ok && isfinite(r->ties[i].degradation) && isfinite(r->ties[i].loss);
    for (size_t i = 0; i < r->swing_count; i++)
        ok = ok && isfinite(r->swings[i].roi_low) && isfinite(r->swings[i].roi_high);
    if (!ok || isnan(r->minimum) != (r->minimum_from == NULL))
        fault(s, at, "the return lacks a figure");
}

static void read_roi_bars(stored *s, const node *n, thresh_roi *r)
{
    size_t i = 0;

    r->bar_low = r->bar_high = NAN;
    if (n->type == NODE_NULL)
        return;
    map m = open_map(s, n);
    read_fields(&m, roi_bars_fields, r);
    const node *list = take_list(&m, "draws");
    close_map(&m);
    if (node_count(list) != THRESH_ROI_BARS || !(r->bar_low < r->bar_high))
        fault(s, n, "expected a histogram of %d parts", THRESH_ROI_BARS);
    for (const node *bar = list->child; bar != NULL && i < THRESH_ROI_BARS; bar = bar->next)
        r->bars[i++] = (size_t)fmax(0, fmin(number_of(s, bar), 1e9));
}

static void read_roi_distribution(stored *s, const node *n, thresh_roi *r)
{
    map m = open_map(s, n);
    size_t i = 0;

    read_fields(&m, roi_distribution_fields, r);
    const node *list = take_list(&m, "quantiles");
    read_roi_bars(s, take(&m, "histogram"), r);
    close_map(&m);
    if (node_count(list) != THRESH_ROI_QUANTILES)
        fault(s, list, "expected %d quantiles", THRESH_ROI_QUANTILES);
    for (const node *q = list->child; q != NULL && i < THRESH_ROI_QUANTILES; q = q->next) {
        map one = open_map(s, q);
        take(&one, "level");
        r->quantiles[i++] = number_of(s, take(&one, "value"));
        close_map(&one);
    }
}

static void read_roi_lists(stored *s, map *m, thresh_roi *r)
{
    const node *parts = take_list(m, "parts"), *ties = take_list(m, "metrics"),
               *maps = take_list(m, "mappings"), *swings = take_list(m, "assumptions"),
               *notes = take_list(m, "notes");
    thresh_roi_part *part = room_for(s, parts, sizeof *part);
    thresh_roi_tie *tie = room_for(s, ties, sizeof *tie);
    thresh_roi_mapping *mapping = room_for(s, maps, sizeof *mapping);
    thresh_roi_swing *swing = room_for(s, swings, sizeof *swing);
    thresh_phrase *note = room_for(s, notes, sizeof *note);

    if (part == NULL || tie == NULL || mapping == NULL || swing == NULL || note == NULL)
        return;
    r->parts = part;
    r->ties = tie;
    r->mappings = mapping;
    r->swings = swing;
    r->notes = note;
    for (const node *n = parts->child; n != NULL; n = n->next, r->part_count++) {
        map one = open_map(s, n);
        read_fields(&one, roi_part_fields, part++);
        close_map(&one);
    }
    for (const node *n = ties->child; n != NULL; n = n->next, r->tie_count++) {
        map one = open_map(s, n);
        read_fields(&one, roi_tie_fields, tie++);
        close_map(&one);
    }
    for (const node *n = maps->child; n != NULL; n = n->next, r->mapping_count++) {
        map one = open_map(s, n);
        read_fields(&one, roi_mapping_fields, mapping++);
        close_map(&one);
    }
    for (const node *n = swings->child; n != NULL; n = n->next, r->swing_count++) {
        map one = open_map(s, n);
        take(&one, "name"); /* follows from the phrase */
        swing->name = phrase_of(s, take(&one, "phrase"));
        read_fields(&one, roi_swing_fields, swing++);
        close_map(&one);
    }
    for (const node *n = notes->child; n != NULL; n = n->next, r->note_count++) {
        map one = open_map(s, n);
        take(&one, "text");
        *note++ = phrase_of(s, take(&one, "phrase"));
        close_map(&one);
    }
}

static void read_roi(stored *s, const node *n)
{
    thresh_roi *r = arena_alloc(&s->d->arena, sizeof *r);
    map m;

    if (n->type == NODE_NULL || r == NULL)
        return;
    m = open_map(s, n);
    read_fields(&m, roi_fields, r);
    read_roi_distribution(s, take(&m, "distribution"), r);
    read_fields(&m, roi_verdict_fields, r);
    take(&m, "text");
    r->sentence = phrase_of(s, take(&m, "phrase"));
    read_roi_lists(s, &m, r);
    close_map(&m);
    r->has_minimum = !isnan(r->minimum);
    check_roi_figures(s, n, r);
    s->d->result.roi = r;
}

static void read_reason(stored *s, const node *n, thresh_whole_reason *r)
{
    map m = open_map(s, n);

    r->code = (thresh_reason_code)word_of(s, take(&m, "code"), reason_at);
    r->metric = text_of(s, take(&m, "metric"));
    r->scope = text_of(s, take(&m, "scope"));
    r->verdict = (thresh_verdict)word_of(s, take(&m, "verdict"), verdict_at);
    take(&m, "text");
    const node *index = take(&m, "index"), *phrase = take(&m, "phrase");
    close_map(&m);
    if (index->type == NODE_NULL) {
        r->phrase = phrase_of(s, phrase);
        return;
    }
    r->judged = metric_at(s, index);
}

/* --- lists --- */

typedef void item_reader(stored *s, const node *n, size_t i);

static void metric_item(stored *s, const node *n, size_t i)
{
    read_metric(s, n, &s->d->result.metrics[i]);
}

static void unjudged_item(stored *s, const node *n, size_t i)
{
    read_unjudged(s, n, &s->d->result.ungoverned[i]);
}

static void only_item(stored *s, const node *n, size_t i)
{
    s->d->result.candidate_only[i] = text_of(s, n);
}

static void reason_item(stored *s, const node *n, size_t i)
{
    read_reason(s, n, &s->d->result.reasons[i]);
}

static void note_item(stored *s, const node *n, size_t i)
{
    s->d->result.notes[i] = phrase_of(s, n);
}

/* Room for the items of a list, zeroed; thresh_result_free() frees it. */
static void read_list(map *m, const char *key, void *items, size_t size, size_t *count,
                      item_reader *read)
{
    const node *list = take_list(m, key);
    size_t n = node_count(list), i = 0;
    void *room;

    if (m->s->status != THRESH_OK)
        return;
    if ((room = calloc(n + 1, size)) == NULL) {
        m->s->status = THRESH_ENOMEM;
        return;
    }
    memcpy(items, &room, sizeof room);
    *count = n;
    for (const node *item = list->child; item != NULL && m->s->status == THRESH_OK;
         item = item->next)
        read(m->s, item, i++);
}

static void read_profiles(map *m)
{
    const node *list = take_list(m, "profiles");
    size_t count = node_count(list), i = 0;
    const thresh_profile_info **profiles =
        arena_alloc(&m->s->d->arena, (count + 1) * sizeof *profiles);

    if (profiles == NULL || m->s->status != THRESH_OK)
        return;
    for (const node *n = list->child; n != NULL; n = n->next)
        profiles[i++] = read_profile(m->s, n);
    m->s->d->result.profiles = profiles;
    m->s->d->result.profile_count = count;
}

static void read_side(map *m, const char *key, thresh_side *side)
{
    if (!read_object(m, key, side_fields, side))
        fault(m->s, m->node, "%s: found null, expected a map", key);
}

/* --- the whole --- */

static void check_schema(stored *s, const node *n)
{
    const char *text = text_of(s, n);

    if (s->status == THRESH_OK && strcmp(text, DOCUMENT_SCHEMA) != 0)
        fault(s, n,
              strncmp(text, "thresh/result/", 14) == 0
                  ? N_("schema '%.80s', expected '%s': another version of thresh wrote it")
                  : N_("schema '%.80s', expected '%s'"),
              text, DOCUMENT_SCHEMA);
}

static void count_verdicts(thresh_result *r)
{
    size_t *const counts[] = { &r->accepts, &r->warns, &r->reviews, &r->rejects };

    for (size_t i = 0; i < r->metric_count; i++)
        ++*counts[r->metrics[i].verdict];
}

/* The seal keeps off the slip of a hand; this keeps off a verdict that its own parts contradict. */
static void check_verdict(stored *s, const node *at)
{
    const thresh_result *r = &s->d->result;
    thresh_verdict least = r->rejects > 0   ? THRESH_REJECT
                           : r->reviews > 0 ? THRESH_REVIEW
                                            : THRESH_ACCEPT;
    bool fits;

    for (size_t i = 0; i < r->reason_count; i++)
        if (r->reasons[i].verdict > least && r->reasons[i].verdict != THRESH_WARN)
            least = r->reasons[i].verdict;
    fits = r->verdict >= least && r->verdict != THRESH_WARN
           && (r->verdict == THRESH_REJECT ? r->exit_code == 1
               : r->verdict == THRESH_ACCEPT
                   ? r->exit_code == 0
                   : r->exit_code == 0 || r->exit_code == 1 || r->exit_code == 3);
    if (!fits)
        fault(s, at, "the verdict is %s with exit code %d, and its metrics and reasons say %s",
              thresh_verdict_name(r->verdict), r->exit_code, thresh_verdict_name(least));
    if (!(r->evidence.confidence > 0.5 && r->evidence.confidence < 1))
        fault(s, at, "a confidence of %g, expected one between 0.5 and 1", r->evidence.confidence);
}

static bool is_sealed(const char *text, size_t len)
{
    const size_t before = strlen(DOCUMENT_SEAL), after = strlen("\"\n}\n");
    const size_t tail = before + SHA256_HEX - 1 + after;
    char digest[SHA256_HEX];

    if (len < tail || memcmp(text + len - tail, DOCUMENT_SEAL, before) != 0)
        return false;
    sha256_hex(digest, text, len - tail);
    return memcmp(text + len - tail + before, digest, SHA256_HEX - 1) == 0;
}

/* The first place of `a` that says something else than `b` does, or NULL. */
static const node *difference(const node *a, const node *b)
{
    const node *x = a->child, *y = b->child, *found = NULL;

    if (a->type != b->type || (a->type == NODE_TEXT && strcmp(a->text, b->text) != 0)
        || ((a->type == NODE_NUMBER || a->type == NODE_BOOL) && a->number != b->number)
        || node_count(a) != node_count(b))
        return a;
    for (; x != NULL && found == NULL; x = x->next) {
        const node *other = a->type == NODE_MAP ? node_get(b, x->key) : y;
        found = other == NULL ? x : difference(x, other);
        y = y->next;
    }
    return found;
}

static void check_unchanged(stored *s, const node *root)
{
    const node *again = NULL, *at;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);

    s->status = f == NULL ? THRESH_ENOMEM : thresh_report_json(&s->d->result, f);
    s->status = memory_close(f, &text, s->status);
    if (s->status == THRESH_OK)
        s->status = json_read(&again, &s->d->arena, text, len, s->path, 1, s->diags);
    free(text);
    if (s->status == THRESH_OK && (at = difference(root, again)) != NULL)
        fault(s, at,
              "the document was changed since thresh wrote it: this, or what its seal (sha256) was "
              "made of; take the file that thresh wrote, or judge again");
}

static void read_document(stored *s, const node *root)
{
    thresh_result *r = &s->d->result;
    map m = open_map(s, root);

    check_schema(s, take(&m, "schema"));
    s->version = r->version = text_of(s, take(&m, "thresh_version"));
    const node *verdict = take(&m, "verdict");
    r->verdict = (thresh_verdict)word_of(s, verdict, verdict_at);
    r->exit_code = (int)whole_of(s, take(&m, "exit_code"));
    read_profiles(&m);
    if (!read_object(&m, "evidence", evidence_fields, &r->evidence))
        fault(s, root, "evidence: found null, expected a map");
    read_side(&m, "baseline", &r->baseline);
    read_side(&m, "candidate", &r->candidate);
    read_object(&m, "anchor", side_fields, &r->anchor);
    const node *rivals = take_list(&m, "rivals");
    r->pairing.series = read_object(&m, "pairing", pairing_fields, &r->pairing);
    read_list(&m, "metrics", &r->metrics, sizeof *r->metrics, &r->metric_count, metric_item);
    read_rivals(s, rivals);
    read_list(&m, "ungoverned", &r->ungoverned, sizeof *r->ungoverned, &r->ungoverned_count,
              unjudged_item);
    read_list(&m, "candidate_only", &r->candidate_only, sizeof *r->candidate_only,
              &r->candidate_only_count, only_item);
    take(&m, "summary");
    read_score(s, take(&m, "score"));
    read_roi(s, take(&m, "roi"));
    read_list(&m, "reasons", &r->reasons, sizeof *r->reasons, &r->reason_count, reason_item);
    take(&m, "notes");
    read_list(&m, "note_phrases", &r->notes, sizeof *r->notes, &r->note_count, note_item);
    take(&m, "sha256");
    close_map(&m);
    if (s->d->arena.failed)
        s->status = THRESH_ENOMEM;
    if (s->status != THRESH_OK)
        return;
    count_verdicts(r);
    check_verdict(s, verdict);
}

thresh_status thresh_result_read(thresh_result **out, const char *path, FILE *standard_input,
                                 thresh_diags *diags)
{
    stored s = { .path = path, .diags = diags, .d = calloc(1, sizeof *s.d) };
    const node *root = NULL;
    char *text = NULL;
    size_t len = 0;
    thresh_status rc = s.d == NULL
                           ? THRESH_ENOMEM
                           : file_read(&text, &len, path, standard_input, LARGEST_DOCUMENT, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = json_read(&root, &s.d->arena, text, len, path, 1, diags);
    if (rc == THRESH_OK) {
        read_document(&s, root);
        if (s.status == THRESH_OK && !is_sealed(text, len))
            check_unchanged(&s, root);
        rc = s.status;
    }
    free(text);
    if (rc == THRESH_OK)
        *out = &s.d->result;
    else if (s.d != NULL)
        thresh_result_free(&s.d->result);
    return rc;
}
