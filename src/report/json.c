/* The verdict document, thresh/result/v1. Metrics are written one by one, so that a document of a
 * million of them needs the memory of one. */
#include "thresh/report.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* An object being built; `failed` sticks when memory runs out. */
typedef struct builder {
    cJSON *object;
    bool failed;
} builder;

static builder begin(void)
{
    builder b = { cJSON_CreateObject(), false };

    b.failed = b.object == NULL;
    return b;
}

static void put(builder *b, const char *key, cJSON *item)
{
    if (item != NULL && b->object != NULL && cJSON_AddItemToObject(b->object, key, item))
        return;
    cJSON_Delete(item);
    b->failed = true;
}

static void put_object(builder *b, const char *key, builder inner)
{
    b->failed = b->failed || inner.failed;
    put(b, key, inner.object);
}

/* Paths come from the command line and may be no UTF-8; JSON has to be. */
static cJSON *text_item(const char *text)
{
    char *clean = malloc(strlen(text) * 3 + 1), *to = clean;
    cJSON *item;

    if (clean == NULL)
        return NULL;
    while (*text != '\0') {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);

        memcpy(to, n > 0 ? text : "\xEF\xBF\xBD", n > 0 ? (size_t)n : 3);
        to += n > 0 ? n : 3;
        text += n > 0 ? n : 1;
    }
    *to = '\0';
    item = cJSON_CreateString(clean);
    free(clean);
    return item;
}

static void put_text(builder *b, const char *key, const char *text)
{
    put(b, key, text == NULL ? cJSON_CreateNull() : text_item(text));
}

static cJSON *number_item(double value)
{
    char text[THRESH_NUMBER_MAX];

    return isfinite(value) ? cJSON_CreateRaw(thresh_format_number(text, value))
                           : cJSON_CreateNull();
}

static void put_number(builder *b, const char *key, double value)
{
    put(b, key, number_item(value));
}

static void put_limit(builder *b, const char *key, bool has, double value)
{
    put(b, key, has ? number_item(value) : cJSON_CreateNull());
}

static void put_count(builder *b, const char *key, size_t count)
{
    put_number(b, key, (double)count);
}

static void put_flag(builder *b, const char *key, bool value)
{
    put(b, key, cJSON_CreateBool(value));
}

/* Prints and frees; the status also tells of what failed while building. */
static thresh_status print_item(FILE *f, cJSON *item, bool failed)
{
    char *text = failed ? NULL : cJSON_PrintUnformatted(item);
    thresh_status rc = text == NULL ? THRESH_ENOMEM : THRESH_OK;

    if (text != NULL)
        fputs(text, f);
    free(text);
    cJSON_Delete(item);
    return rc;
}

static thresh_status print_key(FILE *f, const char *key, cJSON *item)
{
    fprintf(f, ",\n\"%s\": ", key);
    return print_item(f, item, item == NULL);
}

static thresh_status print_object(FILE *f, const char *key, builder b)
{
    fprintf(f, ",\n\"%s\": ", key);
    return print_item(f, b.object, b.failed);
}

static builder change_object(const thresh_judged *m)
{
    builder b = begin();
    double absolute = m->candidate - m->baseline;

    put_number(&b, "absolute", absolute);
    put_number(&b, "relative", m->baseline != 0 ? absolute / fabs(m->baseline) : NAN);
    return b;
}

static builder degradation_object(const thresh_judged *m)
{
    builder b = begin();

    put_number(&b, "value", m->degradation);
    put_text(&b, "measure", m->measure == THRESH_RELATIVE ? "relative" : "absolute");
    put_text(&b, "unit", thresh_change_unit(m));
    return b;
}

static builder flips_object(const thresh_judged *m)
{
    builder b = begin();

    put_count(&b, "broken", m->broken);
    put_count(&b, "mended", m->mended);
    put_count(&b, "golden_broken", m->golden_broken);
    put_number(&b, "mcnemar", m->mcnemar);
    return b;
}

static builder interval_object(const thresh_judged *m)
{
    builder b = begin();

    put_number(&b, "low", m->low);
    put_number(&b, "high", m->high);
    put_number(&b, "confidence", m->confidence);
    put_text(&b, "method", m->method);
    put_limit(&b, "pairs", m->pairs > 0, m->pairs);
    return b;
}

static builder limits_object(const thresh_rule *r)
{
    builder b = begin();
    const char *from = r->has_range     ? r->tolerate_from
                       : r->has_floor   ? r->floor_from
                       : r->has_ceiling ? r->ceiling_from
                       : r->has_gain    ? r->gain_from
                                        : r->surprise_from;

    put_limit(&b, "accept", r->has_range, r->accept);
    put_limit(&b, "tolerate", r->has_range, r->tolerate);
    put_flag(&b, "exclusive", r->has_range && r->tolerate_exclusive);
    put_limit(&b, "floor", r->has_floor, r->floor);
    put_limit(&b, "ceiling", r->has_ceiling, r->ceiling);
    put_limit(&b, "gain", r->has_gain, r->gain);
    put_limit(&b, "surprise", r->has_surprise, r->surprise);
    put_text(&b, "from", from);
    return b;
}

static cJSON *reasons_array(const thresh_judged *m, bool *failed)
{
    cJSON *array = cJSON_CreateArray();

    for (unsigned i = 0; i < m->reason_count; i++) {
        char text[THRESH_TEXT_MAX];
        builder b = begin();

        put_text(&b, "code", thresh_reason_slug(m->reasons[i]));
        put_text(&b, "text", thresh_reason_text(text, m, i));
        *failed = *failed || b.failed || !cJSON_AddItemToArray(array, b.object);
    }
    return array;
}

static builder anchor_object(const thresh_judged *m)
{
    builder b = begin();

    put_number(&b, "baseline", m->anchor_baseline);
    put_number(&b, "degradation", m->anchor_degradation);
    put_text(&b, "verdict", thresh_verdict_name(m->anchor_verdict));
    return b;
}

static builder metric_object(const thresh_judged *m)
{
    builder b = begin();

    put_text(&b, "name", m->name);
    put_text(&b, "scope", m->scope);
    put_text(&b, "kind", m->kind->name);
    put_text(&b, "family", thresh_family_name(m->kind->family));
    put_text(&b, "direction", m->kind->direction == THRESH_HIGHER ? "higher" : "lower");
    put_text(&b, "slice_of", m->whole);
    put_text(&b, "unit", m->unit);
    put_number(&b, "baseline", m->baseline);
    put_number(&b, "candidate", m->candidate);
    put_object(&b, "change", change_object(m));
    put_object(&b, "degradation", degradation_object(m));
    if (m->has_interval)
        put_object(&b, "interval", interval_object(m));
    else
        put(&b, "interval", cJSON_CreateNull());
    put_number(&b, "shrunk", m->shrunk);
    if (m->has_flips)
        put_object(&b, "flips", flips_object(m));
    else
        put(&b, "flips", cJSON_CreateNull());
    put_object(&b, "limits", limits_object(m->rule));
    put_number(&b, "budget_used", m->budget_used);
    put_number(&b, "would_pass", m->would_pass);
    put_limit(&b, "samples_needed", m->samples_needed > 0, m->samples_needed);
    put_text(&b, "verdict", thresh_verdict_name(m->verdict));
    put(&b, "reasons", reasons_array(m, &b.failed));
    if (m->has_anchor)
        put_object(&b, "anchor", anchor_object(m));
    else
        put(&b, "anchor", cJSON_CreateNull());
    return b;
}

static builder unjudged_object(const thresh_unjudged *u)
{
    builder b = begin();

    put_text(&b, "name", u->name);
    put_text(&b, "scope", u->scope);
    put_text(&b, "kind", u->kind == NULL ? NULL : u->kind->name);
    put_number(&b, "baseline", u->baseline);
    put_number(&b, "candidate", u->candidate);
    return b;
}

static builder reason_object(const thresh_whole_reason *r)
{
    builder b = begin();

    put_text(&b, "code", thresh_reason_slug(r->code));
    put_text(&b, "metric", r->metric);
    put_text(&b, "scope", r->scope);
    put_text(&b, "verdict", thresh_verdict_name(r->verdict));
    put_text(&b, "text", r->text);
    return b;
}

static builder profile_object(const thresh_profile_info *p)
{
    builder b = begin();

    put_text(&b, "name", p->name);
    put_text(&b, "axis", p->axis);
    put_text(&b, "origin", p->origin);
    put_text(&b, "sha256", p->sha256);
    return b;
}

/* A profile that was named, with what it extends. */
static builder named_profile_object(const thresh_profile_info *p)
{
    builder b = profile_object(p);
    cJSON *array = cJSON_CreateArray();

    for (const thresh_profile_info *i = p->extended; i != NULL; i = i->extended) {
        builder e = profile_object(i);
        b.failed = b.failed || e.failed || !cJSON_AddItemToArray(array, e.object);
    }
    put(&b, "extends", array);
    return b;
}

static builder side_object(const thresh_side *s)
{
    builder b = begin();

    put_text(&b, "path", s->path);
    put_text(&b, "format", s->format);
    put_text(&b, "sha256", s->sha256);
    put_text(&b, "row", s->row);
    put_count(&b, "metrics", s->metrics);
    return b;
}

/* The lists of the document: element `i` as an object. */
static builder metric_at(const thresh_result *r, size_t i)
{
    return metric_object(&r->metrics[i]);
}

static builder unjudged_at(const thresh_result *r, size_t i)
{
    return unjudged_object(&r->ungoverned[i]);
}

static builder reason_at(const thresh_result *r, size_t i)
{
    return reason_object(&r->reasons[i]);
}

static builder profile_at(const thresh_result *r, size_t i)
{
    return named_profile_object(r->profiles[i]);
}

static thresh_status print_list(FILE *f, const char *key, const thresh_result *r, size_t count,
                                builder (*at)(const thresh_result *r, size_t i))
{
    thresh_status rc = THRESH_OK;

    fprintf(f, ",\n\"%s\": [", key);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        builder b = at(r, i);
        fputs(i == 0 ? "\n" : ",\n", f);
        rc = print_item(f, b.object, b.failed);
    }
    fputs(count > 0 ? "\n]" : "]", f);
    return rc;
}

static thresh_status print_texts(FILE *f, const char *key, const char *const *texts, size_t count)
{
    thresh_status rc = THRESH_OK;

    fprintf(f, ",\n\"%s\": [", key);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        cJSON *item = text_item(texts[i]);
        fputs(i == 0 ? "\n" : ",\n", f);
        rc = print_item(f, item, item == NULL);
    }
    fputs(count > 0 ? "\n]" : "]", f);
    return rc;
}

static builder evidence_object(const thresh_evidence *e)
{
    builder b = begin();

    put_text(&b, "burden", thresh_burden_name(e->burden));
    put_number(&b, "confidence", e->confidence);
    put_flag(&b, "strict", e->strict);
    put_flag(&b, "weakened", e->weakened);
    return b;
}

static builder summary_object(const thresh_result *r)
{
    builder b = begin();

    put_count(&b, "accept", r->accepts);
    put_count(&b, "warn", r->warns);
    put_count(&b, "review", r->reviews);
    put_count(&b, "reject", r->rejects);
    put_count(&b, "ungoverned", r->ungoverned_count);
    return b;
}

static builder pairing_object(const thresh_pairing *p)
{
    static const char *const modes[] = { [THRESH_PAIR_REVIEW] = "review",
                                         [THRESH_PAIR_INNER] = "inner",
                                         [THRESH_PAIR_STRICT] = "strict" };
    builder b = begin();

    put_text(&b, "mode", modes[p->mode]);
    put_count(&b, "seed", (size_t)p->seed);
    put_count(&b, "pairs", p->pairs);
    put_count(&b, "baseline_only", p->baseline_only);
    put_count(&b, "candidate_only", p->candidate_only);
    put_count(&b, "baseline_twice", p->baseline_twice);
    put_count(&b, "candidate_twice", p->candidate_twice);
    put_count(&b, "differing", p->differing);
    put_count(&b, "golden", p->golden);
    put_count(&b, "golden_missing", p->golden_missing);
    return b;
}

static thresh_status print_head(FILE *f, const thresh_result *r)
{
    thresh_status rc;

    fprintf(f, "{\n\"schema\": \"thresh/result/v1\"");
    rc = print_key(f, "thresh_version", text_item(thresh_version()));
    if (rc == THRESH_OK)
        rc = print_key(f, "verdict", text_item(thresh_verdict_name(r->verdict)));
    if (rc == THRESH_OK)
        rc = print_key(f, "exit_code", number_item(r->exit_code));
    if (rc == THRESH_OK)
        rc = print_list(f, "profiles", r, r->profile_count, profile_at);
    if (rc == THRESH_OK)
        rc = print_object(f, "evidence", evidence_object(&r->evidence));
    if (rc == THRESH_OK)
        rc = print_object(f, "baseline", side_object(&r->baseline));
    if (rc == THRESH_OK)
        rc = print_object(f, "candidate", side_object(&r->candidate));
    if (rc == THRESH_OK)
        rc = r->anchor.path != NULL ? print_object(f, "anchor", side_object(&r->anchor))
                                    : print_key(f, "anchor", cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = r->pairing.series > 0 ? print_object(f, "pairing", pairing_object(&r->pairing))
                                   : print_key(f, "pairing", cJSON_CreateNull());
    return rc;
}

thresh_status thresh_report_json(const thresh_result *r, FILE *f)
{
    thresh_status rc = print_head(f, r);

    if (rc == THRESH_OK)
        rc = print_list(f, "metrics", r, r->metric_count, metric_at);
    if (rc == THRESH_OK)
        rc = print_list(f, "ungoverned", r, r->ungoverned_count, unjudged_at);
    if (rc == THRESH_OK)
        rc = print_texts(f, "candidate_only", r->candidate_only, r->candidate_only_count);
    if (rc == THRESH_OK)
        rc = print_object(f, "summary", summary_object(r));
    if (rc == THRESH_OK)
        rc = print_key(f, "score", cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = print_key(f, "roi", cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = print_list(f, "reasons", r, r->reason_count, reason_at);
    if (rc == THRESH_OK)
        rc = print_texts(f, "notes", r->notes, r->note_count);
    fputs("\n}\n", f);
    return rc != THRESH_OK ? rc : ferror(f) ? THRESH_EIO : THRESH_OK;
}
