/* The verdict document, thresh/result/v1. Metrics are written one by one, so that a document of a
 * million of them needs the memory of one. Its last line is the SHA-256 of all before it: a stored
 * document that was changed by hand no longer says what was judged. */
#include "report/document.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <nettle/sha2.h>
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

static void put_field(builder *b, const field *f, const void *of)
{
    const char *at = (const char *)of + f->offset;

    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        put_text(b, f->key, *(const char *const *)at);
        break;
    case FIELD_NUMBER:
        put_number(b, f->key, *(const double *)at);
        break;
    case FIELD_POSITIVE:
        put_number(b, f->key, *(const double *)at > 0 ? *(const double *)at : NAN);
        break;
    case FIELD_COUNT:
        put_number(b, f->key, (double)*(const size_t *)at);
        break;
    case FIELD_SEED:
        put_number(b, f->key, (double)*(const uint64_t *)at);
        break;
    case FIELD_FLAG:
        put(b, f->key, cJSON_CreateBool(*(const bool *)at));
        break;
    case FIELD_WORD:
        put_text(b, f->key, f->word(*(const int *)at));
        break;
    }
}

static void put_fields(builder *b, const field *fields, const void *of)
{
    for (; fields->key != NULL; fields++)
        put_field(b, fields, of);
}

static builder object_of(const field *fields, const void *of)
{
    builder b = begin();

    put_fields(&b, fields, of);
    return b;
}

/* An object, or null where there is none. */
static void put_object_if(builder *b, const char *key, bool there, const field *fields,
                          const void *of)
{
    if (there)
        put_object(b, key, object_of(fields, of));
    else
        put(b, key, cJSON_CreateNull());
}

/* Where the document goes; its bytes are hashed on their way. */
typedef struct sink {
    FILE *f;
    struct sha256_ctx hash;
} sink;

static void emit(sink *s, const char *text)
{
    size_t len = strlen(text);

    fwrite(text, 1, len, s->f);
    sha256_update(&s->hash, len, (const uint8_t *)text);
}

/* Prints and frees; the status also tells of what failed while building. */
static thresh_status emit_item(sink *s, cJSON *item, bool failed)
{
    char *text = failed ? NULL : cJSON_PrintUnformatted(item);
    thresh_status rc = text == NULL ? THRESH_ENOMEM : THRESH_OK;

    if (text != NULL)
        emit(s, text);
    free(text);
    cJSON_Delete(item);
    return rc;
}

static void emit_key(sink *s, const char *key)
{
    emit(s, ",\n\"");
    emit(s, key);
    emit(s, "\": ");
}

static thresh_status emit_member(sink *s, const char *key, cJSON *item)
{
    emit_key(s, key);
    return emit_item(s, item, item == NULL);
}

static thresh_status emit_object(sink *s, const char *key, builder b)
{
    emit_key(s, key);
    return emit_item(s, b.object, b.failed);
}

/* --- parts --- */

/* A literal is a text; a sentence is a list of its template and its parts. */
static cJSON *phrase_item(const thresh_phrase *p)
{
    cJSON *array, *item;

    if (p->literal)
        return text_item(p->text);
    if ((array = cJSON_CreateArray()) == NULL)
        return NULL;
    if (!cJSON_AddItemToArray(array, text_item(p->text)))
        goto fail;
    for (size_t i = 0; i < p->part_count; i++) {
        if ((item = phrase_item(&p->parts[i])) == NULL || !cJSON_AddItemToArray(array, item))
            goto fail;
    }
    return array;
fail:
    cJSON_Delete(array);
    return NULL;
}

/* A sentence in English, made in an arena of its own. */
static cJSON *sentence_item(arena *a, thresh_phrase phrase)
{
    const char *text = phrase_said(a, &phrase, NULL);

    return text == NULL || a->failed ? NULL : text_item(text);
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
    builder b = object_of(degradation_fields, m);

    put_text(&b, "unit", thresh_change_unit(m));
    return b;
}

static builder limits_object(const thresh_rule *r)
{
    document_limits limits = limits_of_rule(r);
    builder b = object_of(limit_fields, &limits);

    put_fields(&b, limit_detail_fields, &limits);
    put_object(&b, "origins", object_of(origin_fields, &limits));
    return b;
}

static void add_to(cJSON *array, builder b, bool *failed)
{
    if (b.failed || !cJSON_AddItemToArray(array, b.object)) {
        cJSON_Delete(b.object);
        *failed = true;
    }
}

static cJSON *reasons_array(const thresh_judged *m, bool *failed)
{
    cJSON *array = cJSON_CreateArray();
    arena a = ARENA_INIT;

    for (unsigned i = 0; i < m->reason_count; i++) {
        builder b = begin();

        put_text(&b, "code", thresh_reason_slug(m->reasons[i]));
        put(&b, "text", sentence_item(&a, reason_phrase(&a, m, i)));
        put(&b, "phrase", m->phrases[i] == NULL ? cJSON_CreateNull() : phrase_item(m->phrases[i]));
        add_to(array, b, failed);
    }
    arena_free(&a);
    return array;
}

static builder metric_object(const thresh_judged *m)
{
    builder b = object_of(name_fields, m);

    put_fields(&b, kind_fields, m->kind);
    put_fields(&b, value_fields, m);
    put_text(&b, "shown_as", shown_as(m->kind));
    put_object_if(&b, "written", m->baseline_text != NULL || m->candidate_text != NULL,
                  written_fields, m);
    put_object(&b, "change", change_object(m));
    put_object(&b, "degradation", degradation_object(m));
    put_object_if(&b, "interval", m->has_interval, interval_fields, m);
    put_fields(&b, slice_fields, m);
    put_object_if(&b, "flips", m->has_flips, flips_fields, m);
    put_object(&b, "limits", limits_object(m->rule));
    put_fields(&b, outcome_fields, m);
    put(&b, "reasons", reasons_array(m, &b.failed));
    put_object_if(&b, "anchor", m->has_anchor, anchor_fields, m);
    return b;
}

static builder unjudged_object(const thresh_unjudged *u)
{
    builder b = object_of(unjudged_fields, u);

    put_text(&b, "kind", u->kind == NULL ? NULL : u->kind->name);
    put(&b, "informational", cJSON_CreateBool(u->kind != NULL && u->kind->informational));
    put_fields(&b, unjudged_value_fields, u);
    return b;
}

/* A profile that was named, with what it extends. */
static builder profile_object(const thresh_profile_info *p)
{
    builder b = object_of(profile_fields, p);
    cJSON *array = cJSON_CreateArray();

    for (const thresh_profile_info *i = p->extended; i != NULL; i = i->extended)
        add_to(array, object_of(profile_fields, i), &b.failed);
    put(&b, "extends", array);
    return b;
}

static builder rival_object(const thresh_result *r, const thresh_rival *rival)
{
    builder b = object_of(rival_fields, rival);
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < r->metric_count; i++) {
        builder one;
        if (isnan(rival->metrics[i].value))
            continue;
        one = begin();
        put_number(&one, "index", (double)i);
        put_fields(&one, compared_fields, &rival->metrics[i]);
        add_to(array, one, &b.failed);
    }
    put(&b, "metrics", array);
    return b;
}

static builder score_group_object(const thresh_result *r, const thresh_scored_group *g)
{
    builder b = object_of(score_group_fields, g);
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < g->metric_count; i++) {
        builder one = begin();
        put_number(&one, "index", (double)(g->metrics[i].metric - r->metrics));
        put_fields(&one, scored_fields, &g->metrics[i]);
        add_to(array, one, &b.failed);
    }
    put(&b, "metrics", array);
    return b;
}

static builder score_object(const thresh_result *r)
{
    builder b = object_of(score_fields, r->score);
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < r->score->group_count; i++)
        add_to(array, score_group_object(r, &r->score->groups[i]), &b.failed);
    put(&b, "groups", array);
    return b;
}

/* A list of objects that have a table each; `size` is that of an element. */
static cJSON *array_of(const field *fields, const void *items, size_t size, size_t count,
                       bool *failed)
{
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < count; i++)
        add_to(array, object_of(fields, (const char *)items + i * size), failed);
    return array;
}

/* null where there is nothing to draw */
static cJSON *roi_histogram(const thresh_roi *r, bool *failed)
{
    builder b;
    cJSON *array;

    if (isnan(r->bar_low))
        return cJSON_CreateNull();
    b = object_of(roi_bars_fields, r);
    array = cJSON_CreateArray();
    for (size_t i = 0; i < THRESH_ROI_BARS; i++)
        b.failed |= !cJSON_AddItemToArray(array, cJSON_CreateNumber((double)r->bars[i]));
    put(&b, "draws", array);
    *failed = *failed || b.failed;
    return b.object;
}

static builder roi_distribution_object(const thresh_roi *r)
{
    builder b = object_of(roi_distribution_fields, r);
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < THRESH_ROI_QUANTILES; i++) {
        builder one = begin();
        put_number(&one, "level", thresh_roi_level(i));
        put_number(&one, "value", r->quantiles[i]);
        add_to(array, one, &b.failed);
    }
    put(&b, "quantiles", array);
    put(&b, "histogram", roi_histogram(r, &b.failed));
    return b;
}

static cJSON *swings_array(arena *a, const thresh_roi *r, bool *failed)
{
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < r->swing_count; i++) {
        builder one = begin();
        put(&one, "name", sentence_item(a, r->swings[i].name));
        put(&one, "phrase", phrase_item(&r->swings[i].name));
        put_fields(&one, roi_swing_fields, &r->swings[i]);
        add_to(array, one, failed);
    }
    return array;
}

static void put_roi(builder *b, const thresh_roi *r)
{
    arena a = ARENA_INIT;
    cJSON *notes = cJSON_CreateArray();

    put_fields(b, roi_fields, r);
    put_object(b, "distribution", roi_distribution_object(r));
    put_fields(b, roi_verdict_fields, r);
    put(b, "text", sentence_item(&a, r->sentence));
    put(b, "phrase", phrase_item(&r->sentence));
    put(b, "parts",
        array_of(roi_part_fields, r->parts, sizeof *r->parts, r->part_count, &b->failed));
    put(b, "metrics", array_of(roi_tie_fields, r->ties, sizeof *r->ties, r->tie_count, &b->failed));
    put(b, "mappings",
        array_of(roi_mapping_fields, r->mappings, sizeof *r->mappings, r->mapping_count,
                 &b->failed));
    put(b, "assumptions", swings_array(&a, r, &b->failed));
    for (size_t i = 0; i < r->note_count; i++) {
        builder one = begin();
        put(&one, "text", sentence_item(&a, r->notes[i]));
        put(&one, "phrase", phrase_item(&r->notes[i]));
        add_to(notes, one, &b->failed);
    }
    put(b, "notes", notes);
    arena_free(&a);
}

static builder roi_object(const thresh_roi *r)
{
    builder b = begin();

    put_roi(&b, r);
    return b;
}

static builder reason_object(const thresh_result *r, const thresh_whole_reason *reason)
{
    builder b = begin();
    arena a = ARENA_INIT;
    const thresh_judged *m = reason->judged;

    put_text(&b, "code", thresh_reason_slug(reason->code));
    put_text(&b, "metric", reason->metric);
    put_text(&b, "scope", reason->scope);
    put_text(&b, "verdict", thresh_verdict_name(reason->verdict));
    put(&b, "text", sentence_item(&a, whole_phrase(&a, reason)));
    put_number(&b, "index", m == NULL ? NAN : (double)(m - r->metrics));
    put(&b, "phrase", m != NULL ? cJSON_CreateNull() : phrase_item(&reason->phrase));
    arena_free(&a);
    return b;
}

static builder summary_object(const thresh_result *r)
{
    const struct {
        const char *key;
        size_t count;
    } counts[] = { { "accept", r->accepts },
                   { "warn", r->warns },
                   { "review", r->reviews },
                   { "reject", r->rejects },
                   { "ungoverned", r->ungoverned_count } };
    builder b = begin();

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        put_number(&b, counts[i].key, (double)counts[i].count);
    return b;
}

/* --- lists: element `i` as an item, NULL when memory ran out --- */

static cJSON *built(builder b)
{
    if (!b.failed)
        return b.object;
    cJSON_Delete(b.object);
    return NULL;
}

static cJSON *profile_at(const thresh_result *r, size_t i)
{
    return built(profile_object(r->profiles[i]));
}

static cJSON *rival_at(const thresh_result *r, size_t i)
{
    return built(rival_object(r, &r->rivals[i]));
}

static cJSON *metric_at(const thresh_result *r, size_t i)
{
    return built(metric_object(&r->metrics[i]));
}

static cJSON *unjudged_at(const thresh_result *r, size_t i)
{
    return built(unjudged_object(&r->ungoverned[i]));
}

static cJSON *only_at(const thresh_result *r, size_t i)
{
    return text_item(r->candidate_only[i]);
}

static cJSON *reason_at(const thresh_result *r, size_t i)
{
    return built(reason_object(r, &r->reasons[i]));
}

static cJSON *note_at(const thresh_result *r, size_t i)
{
    arena a = ARENA_INIT;
    cJSON *item = sentence_item(&a, r->notes[i]);

    arena_free(&a);
    return item;
}

static cJSON *note_phrase_at(const thresh_result *r, size_t i)
{
    return phrase_item(&r->notes[i]);
}

static thresh_status emit_list(sink *s, const char *key, const thresh_result *r, size_t count,
                               cJSON *(*at)(const thresh_result *r, size_t i))
{
    thresh_status rc = THRESH_OK;

    emit_key(s, key);
    emit(s, "[");
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        cJSON *item = at(r, i);
        emit(s, i == 0 ? "\n" : ",\n");
        rc = emit_item(s, item, item == NULL);
    }
    emit(s, count > 0 ? "\n]" : "]");
    return rc;
}

static thresh_status emit_head(sink *s, const thresh_result *r)
{
    const struct {
        const char *key;
        const thresh_side *side;
    } sides[] = { { "baseline", &r->baseline },
                  { "candidate", &r->candidate },
                  { "anchor", r->anchor.path != NULL ? &r->anchor : NULL } };
    thresh_status rc;

    emit(s, "{\n\"schema\": \"" DOCUMENT_SCHEMA "\"");
    rc = emit_member(s, "thresh_version", text_item(r->version));
    if (rc == THRESH_OK)
        rc = emit_member(s, "verdict", text_item(thresh_verdict_name(r->verdict)));
    if (rc == THRESH_OK)
        rc = emit_member(s, "exit_code", number_item(r->exit_code));
    if (rc == THRESH_OK)
        rc = emit_list(s, "profiles", r, r->profile_count, profile_at);
    if (rc == THRESH_OK)
        rc = emit_object(s, "evidence", object_of(evidence_fields, &r->evidence));
    for (size_t i = 0; i < sizeof sides / sizeof *sides && rc == THRESH_OK; i++)
        rc = sides[i].side != NULL
                 ? emit_object(s, sides[i].key, object_of(side_fields, sides[i].side))
                 : emit_member(s, sides[i].key, cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = emit_list(s, "rivals", r, r->rival_count, rival_at);
    if (rc == THRESH_OK)
        rc = r->pairing.series > 0
                 ? emit_object(s, "pairing", object_of(pairing_fields, &r->pairing))
                 : emit_member(s, "pairing", cJSON_CreateNull());
    return rc;
}

thresh_status thresh_report_json(const thresh_result *r, FILE *f)
{
    char digest[SHA256_HEX];
    uint8_t bytes[SHA256_DIGEST_SIZE];
    sink s = { .f = f };
    thresh_status rc;

    sha256_init(&s.hash);
    rc = emit_head(&s, r);
    if (rc == THRESH_OK)
        rc = emit_list(&s, "metrics", r, r->metric_count, metric_at);
    if (rc == THRESH_OK)
        rc = emit_list(&s, "ungoverned", r, r->ungoverned_count, unjudged_at);
    if (rc == THRESH_OK)
        rc = emit_list(&s, "candidate_only", r, r->candidate_only_count, only_at);
    if (rc == THRESH_OK)
        rc = emit_object(&s, "summary", summary_object(r));
    if (rc == THRESH_OK)
        rc = r->score != NULL ? emit_object(&s, "score", score_object(r))
                              : emit_member(&s, "score", cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = r->roi != NULL ? emit_object(&s, "roi", roi_object(r->roi))
                            : emit_member(&s, "roi", cJSON_CreateNull());
    if (rc == THRESH_OK)
        rc = emit_list(&s, "reasons", r, r->reason_count, reason_at);
    if (rc == THRESH_OK)
        rc = emit_list(&s, "notes", r, r->note_count, note_at);
    if (rc == THRESH_OK)
        rc = emit_list(&s, "note_phrases", r, r->note_count, note_phrase_at);
    sha256_digest(&s.hash, sizeof bytes, bytes);
    hex_of(digest, bytes, sizeof bytes);
    fprintf(f, DOCUMENT_SEAL "%s\"\n}\n", digest);
    return rc != THRESH_OK ? rc : ferror(f) ? THRESH_EIO : THRESH_OK;
}

thresh_status thresh_report_roi_json(const thresh_roi *roi, int exit_code, FILE *stream)
{
    builder b = begin();
    char *text;

    put_text(&b, "schema", ROI_SCHEMA);
    put_text(&b, "thresh_version", thresh_version());
    put_number(&b, "exit_code", exit_code);
    put_roi(&b, roi);
    text = b.failed ? NULL : cJSON_Print(b.object);
    cJSON_Delete(b.object);
    if (text == NULL)
        return THRESH_ENOMEM;
    fprintf(stream, "%s\n", text);
    free(text);
    return ferror(stream) ? THRESH_EIO : THRESH_OK;
}
