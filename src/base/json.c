/*
 * The JSON front. cJSON does the grammar and the tree; a scan before it does what cJSON does not:
 * Python's NaN and Infinity, valid UTF-8, limits, places for messages. The scan notes where each
 * value starts; cJSON's tree holds the values in the same order, so that each gets its line.
 */
#include "base/language.h"
#include "base/tree.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Where we are in the text; moves forwards only, so that all look-ups together are linear. */
typedef struct place {
    const char *text;
    size_t at, line_start;
    uint32_t line;
} place;

static void move_to(place *p, size_t offset)
{
    for (; p->at < offset; p->at++)
        if (p->text[p->at] == '\n') {
            p->line++;
            p->line_start = p->at + 1;
        }
}

/* Columns count characters, as editors do. */
static uint32_t column_of(const place *p)
{
    uint32_t column = 1;

    for (size_t i = p->line_start; i < p->at; i++)
        column += ((unsigned char)p->text[i] & 0xC0) != 0x80;
    return column;
}

typedef struct scan {
    const char *text, *path;
    char *copy; /* of the text, once there is a constant of Python's to be replaced */
    size_t len;
    uint32_t first_line;
    size_t *starts; /* of every value, in the order of the file */
    size_t count, capacity;
    thresh_diags *diags;
} scan;

static thresh_status fail(const scan *s, size_t offset, const char *what)
{
    place p = { s->text, 0, 0, s->first_line };

    move_to(&p, offset < s->len ? offset : s->len);
    thresh_diags_add(s->diags, THRESH_ERROR, s->path, p.line, column_of(&p), "%s",
                     diag_text(s->diags, what));
    return THRESH_EFORMAT;
}

static thresh_status note_start(scan *s, size_t offset)
{
    if (!array_reserve(&s->starts, &s->capacity, s->count + 1, sizeof *s->starts))
        return THRESH_ENOMEM;
    s->starts[s->count++] = offset;
    return THRESH_OK;
}

/* From the opening quote to behind the closing one. */
static thresh_status scan_string(const scan *s, size_t *at, bool key)
{
    size_t start = *at, i = start + 1;

    while (i < s->len && s->text[i] != '"') {
        unsigned char c = (unsigned char)s->text[i];

        if (c == '\\') {
            if (s->len - i >= 6 && memcmp(s->text + i, "\\u0000", 6) == 0)
                return fail(s, i, "not supported: \\u0000 inside a text");
            i += 2;
        } else if (c < 0x20) {
            return c == '\n' || c == '\r'
                       ? fail(s, start, "not JSON: a text that does not end on its line")
                       : fail(s, i, "not JSON: a control character inside a text");
        } else if (c >= 0x80) {
            utf8proc_int32_t code;
            utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s->text + i,
                                                  (utf8proc_ssize_t)(s->len - i), &code);
            if (n <= 0)
                return fail(s, i, "invalid UTF-8; expected the file in UTF-8");
            i += (size_t)n;
        } else {
            i++;
        }
    }
    if (i >= s->len)
        return fail(s, start, "not JSON: the file ends inside the text that begins here");
    if (key && i - start - 1 > TREE_MAX_KEY)
        return fail(s, start, "a key longer than 1,024 bytes");
    *at = i + 1;
    return THRESH_OK;
}

static thresh_status scan_constant(scan *s, size_t start, size_t len)
{
    /* same length; a text of one control character cannot stand in a valid file */
    static const struct {
        const char *python, *stand_in;
    } constants[] = { { "NaN", "\"\1\"" },
                      { "Infinity", "1e999   " },
                      { "-Infinity", "-1e999   " } };

    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (strlen(constants[i].python) != len
            || memcmp(s->text + start, constants[i].python, len) != 0)
            continue;
        if (s->copy == NULL) {
            if ((s->copy = malloc(s->len)) == NULL)
                return THRESH_ENOMEM;
            memcpy(s->copy, s->text, s->len);
        }
        memcpy(s->copy + start, constants[i].stand_in, len);
    }
    return THRESH_OK;
}

static thresh_status fail_syntax(const scan *s, size_t offset)
{
    char what[240];
    size_t i = offset < s->len ? offset : s->len;

    while (i < s->len && strchr(" \t\r\n", s->text[i]) != NULL)
        i++;
    if (i >= s->len)
        return fail(s, s->len, "not JSON: the file ends where a value was expected");
    unsigned char c = (unsigned char)s->text[i];
    size_t before = i;
    while (before > 0 && strchr(" \t\r\n", s->text[before - 1]) != NULL)
        before--;
    char last = before > 0 ? s->text[before - 1] : '\0';
    const char *expected = last == '{'   ? N_("a key in double quotes, or '}'")
                           : last == ',' ? N_("a value (or a key in double quotes) after the comma")
                           : last == ':'
                               ? N_("a value: a number, a text, true, false, null, a list or a map")
                           : last == '['  ? N_("a value, or ']'")
                           : last == '\0' ? N_("a JSON document")
                                          : N_("a comma, a colon or a closing bracket");
    snprintf(what, sizeof what,
             diag_text(s->diags, c >= 0x20 && c < 0x7f
                                     ? N_("not JSON: found '%c', expected %s")
                                     : N_("not JSON: found a byte 0x%02x, expected %s")),
             c, diag_text(s->diags, expected));
    return fail(s, i, what);
}

static bool is_delimiter(char c)
{
    switch (c) {
    case '\0':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case ',':
    case ':':
    case '{':
    case '}':
    case '[':
    case ']':
    case '"':
        return true;
    default:
        return false;
    }
}

/* JSON's grammar, since cJSON reads 01 as 1, and what Python writes besides. */
static bool is_number(const char *p, size_t len)
{
    static const char infinite[] = "-Infinity";
    const char *end = p + len;

    if (len == sizeof infinite - 1 && memcmp(p, infinite, len) == 0)
        return true;
    p += p < end && *p == '-';
    if (p == end || !isdigit((unsigned char)*p))
        return false;
    if (*p == '0')
        p++;
    else
        while (p < end && isdigit((unsigned char)*p))
            p++;
    if (p < end && *p == '.') {
        if (++p == end || !isdigit((unsigned char)*p))
            return false;
        while (p < end && isdigit((unsigned char)*p))
            p++;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        if (p == end || !isdigit((unsigned char)*p))
            return false;
        while (p < end && isdigit((unsigned char)*p))
            p++;
    }
    return p == end;
}

static thresh_status fail_number(const scan *s, size_t start, size_t len)
{
    enum { SHOWN = 40 };
    char what[160];

    snprintf(what, sizeof what,
             diag_text(s->diags, N_("not JSON: '%.*s' is no number as JSON has it")),
             (int)(len < SHOWN ? len : SHOWN), s->text + start);
    return fail(s, start, what);
}

static thresh_status scan_text(scan *s)
{
    char open[TREE_MAX_DEPTH];
    size_t opened_at[TREE_MAX_DEPTH], depth = 0;
    bool key = false, opened = false; /* a key has to come; or the map ends that just began */
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < s->len && rc == THRESH_OK;) {
        char c = s->text[i];

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            i++;
            continue;
        }
        if (key && c != '"' && (c != '}' || !opened))
            return fail_syntax(s, i);
        opened = c == '{';
        if (c == '{' || c == '[') {
            if (depth == TREE_MAX_DEPTH)
                return fail(s, i, "nested more than 200 deep");
            rc = note_start(s, i);
            opened_at[depth] = i++;
            open[depth++] = c;
            key = c == '{';
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                return fail(s, i, "not JSON: this bracket closes nothing");
            depth--;
            key = false;
            i++;
        } else if (c == ',' || c == ':') {
            key = c == ',' && depth > 0 && open[depth - 1] == '{';
            i++;
        } else if (c == '"') {
            rc = key ? THRESH_OK : note_start(s, i);
            if (rc == THRESH_OK)
                rc = scan_string(s, &i, key);
            key = false;
        } else {
            size_t start = i;
            while (i < s->len && !is_delimiter(s->text[i]))
                i++;
            if (i == start)
                return fail(s, i, "a NUL character; expected text");
            /* one that the file ends in is cut off: its end is what is told */
            if (i < s->len && (isdigit((unsigned char)c) || c == '-')
                && !is_number(s->text + start, i - start))
                return fail_number(s, start, i - start);
            rc = note_start(s, start);
            if (rc == THRESH_OK)
                rc = scan_constant(s, start, i - start);
        }
    }
    if (rc == THRESH_OK && depth > 0)
        return fail(s, opened_at[depth - 1],
                    open[depth - 1] == '{'
                        ? N_("not JSON: the file ends before the '{' that opens here is closed")
                        : N_("not JSON: the file ends before the '[' that opens here is closed"));
    return rc;
}

typedef struct builder {
    arena *arena;
    const scan *scan;
    place place;
    size_t next; /* start to be taken */
} builder;

static node *build(builder *b, cJSON *item)
{
    node *n = arena_alloc(b->arena, sizeof *n);
    size_t start;

    if (n == NULL || b->next >= b->scan->count)
        return NULL;
    start = b->scan->starts[b->next++];
    move_to(&b->place, start);
    if (item->string != NULL && (n->key = arena_strdup(b->arena, item->string)) == NULL)
        return NULL;
    n->line = n->key_line = b->place.line;
    /* every value on one long line: counting from its start each time would be quadratic */
    n->column = n->key_column = start - b->place.line_start < 4096
                                    ? column_of(&b->place)
                                    : (uint32_t)(start - b->place.line_start + 1);
    if (cJSON_IsNumber(item)) {
        n->type = NODE_NUMBER;
        n->number = item->valuedouble;
        if (isinf(n->number))
            n->text = n->number > 0 ? "Infinity" : "-Infinity";
    } else if (cJSON_IsString(item)) {
        bool nan = b->scan->text[start] == 'N';
        n->type = nan ? NODE_NUMBER : NODE_TEXT;
        n->number = NAN;
        n->text = nan ? "NaN" : arena_strdup(b->arena, item->valuestring);
        if (n->text == NULL)
            return NULL;
    } else if (cJSON_IsBool(item)) {
        n->type = NODE_BOOL;
        n->number = cJSON_IsTrue(item) ? 1 : 0;
        n->text = cJSON_IsTrue(item) ? "true" : "false";
    } else if (cJSON_IsNull(item)) {
        n->type = NODE_NULL;
        n->text = "null";
    } else {
        node **tail = &n->child;

        n->type = cJSON_IsObject(item) ? NODE_MAP : NODE_LIST;
        /* what has been copied is freed at once, so that the two trees never stand side by side */
        for (cJSON *c = item->child; c != NULL; c = item->child) {
            if ((*tail = build(b, c)) == NULL)
                return NULL;
            tail = &(*tail)->next;
            cJSON_Delete(cJSON_DetachItemViaPointer(item, c));
        }
    }
    return n;
}

thresh_status json_read(const node **root, arena *a, const char *text, size_t len, const char *path,
                        uint32_t first_line, thresh_diags *diags)
{
    scan s = { .text = text, .path = path, .len = len, .first_line = first_line, .diags = diags };
    const char *readable, *end = NULL;
    cJSON *tree = NULL;
    thresh_status rc = scan_text(&s);
    size_t behind;

    *root = NULL;
    if (rc != THRESH_OK)
        goto done;
    readable = s.copy != NULL ? s.copy : text;
    errno = 0;
    tree = cJSON_ParseWithLengthOpts(readable, len, &end, 0);
    if (tree == NULL && errno == ENOMEM) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    behind = end == NULL ? 0 : (size_t)(end - readable);
    while (tree != NULL && behind < len && strchr(" \t\r\n", text[behind]) != NULL)
        behind++;
    if (tree == NULL || behind < len) {
        rc = tree == NULL ? fail_syntax(&s, behind)
                          : fail(&s, behind,
                                 N_("not JSON: something stands behind the end of the document"));
        goto done;
    }
    builder b = { a, &s, { text, 0, 0, first_line }, 0 };
    *root = build(&b, tree);
    rc = *root == NULL ? THRESH_ENOMEM : THRESH_OK;
done:
    cJSON_Delete(tree);
    free(s.starts);
    free(s.copy);
    return rc;
}

/* A text is taken to its first NUL: one that an escape puts there would hide what stands behind. */
static bool has_nul(const char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += text[i] == '\\' ? 2 : 1)
        if (len - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0)
            return true;
    return false;
}

const char *json_unescape(arena *a, const char *text, size_t len)
{
    if (has_nul(text, len))
        return NULL;
    cJSON *value = cJSON_ParseWithLength(text - 1, len + 2); /* its quotes stand around it */
    const char *copy = cJSON_IsString(value) ? arena_strdup(a, value->valuestring) : NULL;

    cJSON_Delete(value);
    return copy;
}
