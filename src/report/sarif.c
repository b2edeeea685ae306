/* SARIF 2.1.0, within what code scanning of GitHub takes: a result for each metric that was not
 * accepted and each reason of the whole, the candidate's file as its place. */
#include "report/escape.h"
#include "report/items.h"

#include <string.h>

enum { MOST_RESULTS = 25000, LONGEST_MESSAGE = 1000 };

static const char *const levels[] = { [THRESH_ACCEPT] = "none",
                                      [THRESH_WARN] = "note",
                                      [THRESH_REVIEW] = "warning",
                                      [THRESH_REJECT] = "error" };
/* The rule of a verdict that no reason shows, behind those of the reasons. */
static const char verdict_rule[] = "verdict";

typedef struct writer {
    FILE *f;
    const thresh_result *r;
    items list;
    words w;
} writer;

static void put_member(FILE *f, const char *key, const char *text)
{
    fprintf(f, "\"%s\": ", key);
    put_json(f, text);
}

static void put_rules(const writer *wr)
{
    FILE *f = wr->f;

    fputs("\"rules\": [", f);
    for (int code = 0; code <= THRESH_REASON_COUNT; code++) {
        bool reason = code < THRESH_REASON_COUNT;
        const char *slug = reason ? thresh_reason_slug((thresh_reason_code)code) : verdict_rule,
                   *meaning = reason ? thresh_reason_meaning((thresh_reason_code)code)
                                     : N_("the verdict of the whole");
        fputs(code > 0 ? ",\n{ " : "\n{ ", f);
        put_member(f, "id", slug);
        fputs(", ", f);
        put_member(f, "name", slug);
        fputs(", \"shortDescription\": { ", f);
        put_member(f, "text", word(&wr->w, meaning));
        fputs(" }, \"properties\": { \"tags\": [\"model-quality\"] } }", f);
    }
    fputs("\n]", f);
}

static int rule_index(const item *it)
{
    for (int code = 0; code < THRESH_REASON_COUNT; code++)
        if (strcmp(it->code, thresh_reason_slug((thresh_reason_code)code)) == 0)
            return code;
    return THRESH_REASON_COUNT;
}

/* In a message braces hold places for arguments, and "[a](b)" is a link. */
static const char *plain_message(const writer *wr, const char *text)
{
    char *out = arena_alloc(wr->w.arena, strlen(text) * 2 + 1), *to = out;

    if (out == NULL)
        return "?";
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '{' || *p == '}')
            *to++ = *p;
        else if (*p == ']' && p[1] == '(')
            *to++ = '\\';
        *to++ = *p;
    }
    *to = '\0';
    return out;
}

static const char *message(const writer *wr, const item *it)
{
    const char *text = item_sentences(&wr->w, &wr->list, it, "; ");

    return plain_message(wr,
                         say(&wr->w, phrase_clipped(wr->w.arena, text, (size_t)LONGEST_MESSAGE)));
}

/* A path below the root of the repository, or a file anywhere; standard input has a name of its
 * own. */
static void put_location(const writer *wr)
{
    const char *path = wr->r->candidate.path;
    FILE *f = wr->f;

    while (strncmp(path, "./", 2) == 0)
        path += 2;
    fputs("\"locations\": [{ \"physicalLocation\": { \"artifactLocation\": { \"uri\": \"", f);
    if (strcmp(path, "-") == 0) {
        fputs("standard-input", f);
    } else {
        fputs(path[0] == '/' ? "file://" : "", f);
        put_uri_path(f, path);
    }
    fprintf(f, "\"%s }, \"region\": { \"startLine\": 1 } } }]",
            path[0] == '/' ? "" : ", \"uriBaseId\": \"%SRCROOT%\"");
}

/* The same metric for the same reason is the same finding, wherever it stands in the list. */
static void put_fingerprint(FILE *f, const item *it)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    const char *const parts[] = { it->code, it->scope, it->name };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t at = 0, len = strlen(parts[i]); at <= len; at++)
            hash = (hash ^ (unsigned char)parts[i][at]) * 0x100000001b3u;
    fprintf(f,
            "\"partialFingerprints\": { \"primaryLocationLineHash\": \"%016llx:1\", "
            "\"threshMetric/v1\": \"%016llx\" }",
            (unsigned long long)hash, (unsigned long long)hash);
}

static void put_result(const writer *wr, const item *it)
{
    FILE *f = wr->f;

    fputs("{ ", f);
    put_member(f, "ruleId", it->code);
    fprintf(f, ", \"ruleIndex\": %d, \"level\": \"%s\", \"message\": { ", rule_index(it),
            levels[it->verdict]);
    put_member(f, "text", message(wr, it));
    fputs(" },\n  ", f);
    put_location(wr);
    fputs(",\n  ", f);
    put_fingerprint(f, it);
    fputs(", \"properties\": { ", f);
    put_member(f, "metric", path_words(&wr->w, it->scope, it->name));
    fputs(", ", f);
    put_member(f, "verdict", thresh_verdict_name(it->verdict));
    fputs(" } }", f);
}

/* Worst first, so that what is left out is what matters least. @return how many were left out */
static size_t put_results(const writer *wr, thresh_status *rc)
{
    size_t written = 0, left = 0;

    fputs("\"results\": [", wr->f);
    for (int v = THRESH_REJECT; v > THRESH_ACCEPT; v--)
        for (size_t i = 0; i < wr->list.count && *rc == THRESH_OK; i++) {
            item it = items_at(&wr->list, i);
            if (it.verdict != (thresh_verdict)v)
                continue;
            if (written == MOST_RESULTS) {
                left++;
                continue;
            }
            fputs(written++ > 0 ? ",\n" : "\n", wr->f);
            put_result(wr, &it);
            *rc = wr->w.arena->failed ? THRESH_ENOMEM : THRESH_OK;
            arena_free(wr->w.arena);
        }
    fputs("\n]", wr->f);
    return left;
}

static void put_notification(FILE *f, const char *text, bool first)
{
    fputs(first ? "\n{ \"level\": \"note\", \"message\": { "
                : ",\n{ \"level\": \"note\", \"message\": { ",
          f);
    put_member(f, "text", text);
    fputs(" } }", f);
}

static void put_invocation(const writer *wr, size_t left)
{
    const thresh_result *r = wr->r;
    FILE *f = wr->f;
    bool first = true;

    fprintf(f,
            "\"invocations\": [{ \"executionSuccessful\": true, \"exitCode\": %d, "
            "\"toolExecutionNotifications\": [",
            r->exit_code);
    if (left > 0) {
        put_notification(
            f,
            say(&wr->w,
                SAY(wr->w.arena, N_("%s findings were left out: a file holds no more than %s"),
                    phrase_count(wr->w.arena, left), phrase_count(wr->w.arena, MOST_RESULTS))),
            first);
        first = false;
    }
    for (size_t i = 0; i < r->note_count; i++, first = false)
        put_notification(f, plain_message(wr, note_words(&wr->w, r, i)), first);
    fputs("] }]", f);
}

thresh_status thresh_report_sarif(const thresh_result *result, const thresh_text_options *options,
                                  FILE *stream)
{
    arena memory = ARENA_INIT;
    writer wr = { .f = stream, .r = result, .w = { &memory, options->language } };
    thresh_status rc = items_init(&wr.list, result);

    if (rc != THRESH_OK)
        goto done;
    fputs("{ \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": "
          "\"2.1.0\",\n"
          "\"runs\": [{ \"tool\": { \"driver\": { \"name\": \"thresh\", ",
          stream);
    put_member(stream, "semanticVersion", result->version);
    fputs(",\n", stream);
    put_rules(&wr);
    fputs(" } },\n", stream);
    size_t left = put_results(&wr, &rc);
    fputs(",\n", stream);
    put_invocation(&wr, left);
    fputs(",\n\"properties\": { ", stream);
    put_member(stream, "verdict", thresh_verdict_name(result->verdict));
    fputs(" } }] }\n", stream);
    if (rc == THRESH_OK && memory.failed)
        rc = THRESH_ENOMEM;
done:
    items_free(&wr.list);
    arena_free(&memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
