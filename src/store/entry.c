/* Entries of the log, from structs to the texts that are hashed and stored, and back. */
#include "store/entry.h"

#include "base/file.h"
#include "base/language.h"
#include "base/tree.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

const char *const entry_field_names[ENTRY_FIELDS] = { "previous", "id",        "time",    "kind",
                                                      "verdict",  "exit_code", "who",     "host",
                                                      "folder",   "revision",  "version", "command",
                                                      "files",    "document" };

/* --- to texts --- */

/* Length of the character that `text` begins with, 0 where it is no UTF-8. */
static size_t character(const char *text)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);

    return n > 0 ? (size_t)n : 0;
}

static const char replacement[] = "\xEF\xBF\xBD";

/* What is no UTF-8 a database would refuse. */
static const char *clean(arena *a, const char *text)
{
    char *copy = arena_alloc(a, 3 * strlen(text) + 1), *to = copy;

    while (copy != NULL && *text != '\0') {
        size_t n = character(text);

        memcpy(to, n > 0 ? text : replacement, n > 0 ? n : 3);
        to += n > 0 ? n : 3;
        text += n > 0 ? n : 1;
    }
    return copy;
}

/* A string as RFC 8785 has it, which is how most languages write one: a script gets the same bytes.
 */
static void put_string(FILE *f, const char *text)
{
    static const char *const escapes[0x60] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
        ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t",
    };

    fputc('"', f);
    while (*text != '\0') {
        size_t n = character(text);
        unsigned char c = (unsigned char)*text;

        if (n == 0)
            fputs(replacement, f);
        else if (c < sizeof escapes / sizeof *escapes && escapes[c] != NULL)
            fputs(escapes[c], f);
        else if (c < 0x20)
            fprintf(f, "\\u%04x", c);
        else
            fwrite(text, 1, n, f);
        text += n > 0 ? n : 1;
    }
    fputc('"', f);
}

static void put_command(FILE *f, const thresh_log_entry *e)
{
    fputc('[', f);
    for (size_t i = 0; i < e->command_count; i++) {
        fputs(i > 0 ? "," : "", f);
        put_string(f, e->command[i]);
    }
    fputc(']', f);
}

static void put_files(FILE *f, const thresh_log_entry *e)
{
    fputc('[', f);
    for (size_t i = 0; i < e->file_count; i++) {
        const thresh_log_file *file = &e->files[i];
        const char *const texts[][2] = { { "role", file->role },
                                         { "asked", file->asked },
                                         { "axis", file->axis },
                                         { "path", file->path },
                                         { "sha256", file->sha256 } };

        fputs(i > 0 ? ",{" : "{", f);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            fprintf(f, "\"%s\":", texts[k][0]);
            put_string(f, texts[k][1]);
            fputc(',', f);
        }
        fprintf(f, "\"size\":%llu}", (unsigned long long)file->size);
    }
    fputc(']', f);
}

static const char *written(arena *a, const thresh_log_entry *e,
                           void (*put)(FILE *f, const thresh_log_entry *e))
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    const char *copy = NULL;

    if (f != NULL)
        put(f, e);
    if (memory_close(f, &text, THRESH_OK) == THRESH_OK)
        copy = arena_strndup(a, text, len);
    free(text);
    return copy;
}

bool texts_of(entry_texts *out, arena *a, const thresh_log_entry *e)
{
    *out = (entry_texts){ { e->previous, arena_printf(a, "%lld", (long long)e->id),
                            clean(a, e->time), clean(a, e->kind), clean(a, e->verdict),
                            arena_printf(a, "%d", e->exit_code), clean(a, e->who),
                            clean(a, e->host), clean(a, e->folder), clean(a, e->revision),
                            clean(a, e->version), written(a, e, put_command),
                            written(a, e, put_files), e->document.sha256 } };
    for (size_t i = 0; i < ENTRY_FIELDS; i++)
        if (out->fields[i] == NULL)
            return false;
    return true;
}

void hash_of(char out[SHA256_HEX], const entry_texts *texts)
{
    static const char head[] = "thresh/log/v1\n";
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&hash);
    sha256_update(&hash, sizeof head - 1, (const uint8_t *)head);
    for (size_t i = 0; i < ENTRY_FIELDS; i++) {
        const char *text = texts->fields[i];
        char line[64];
        int len = snprintf(line, sizeof line, "%s %zu\n", entry_field_names[i], strlen(text));

        sha256_update(&hash, (size_t)len, (const uint8_t *)line);
        sha256_update(&hash, strlen(text), (const uint8_t *)text);
        sha256_update(&hash, 1, (const uint8_t *)"\n");
    }
    sha256_digest(&hash, sizeof digest, digest);
    hex_of(out, digest, sizeof digest);
}

/* --- from a row --- */

static void copy_hash(char out[THRESH_SHA256_MAX], const char *text)
{
    snprintf(out, THRESH_SHA256_MAX, "%s", text);
}

static bool read_command(thresh_log_entry *e, arena *a, const node *list)
{
    const char **command = arena_alloc(a, (node_count(list) + 1) * sizeof *command);

    e->command = command;
    for (const node *n = list->child; n != NULL && command != NULL; n = n->next)
        command[e->command_count++] = n->type == NODE_TEXT ? n->text : "";
    return command != NULL;
}

static const char *text_at(const node *map, const char *key)
{
    const node *n = map->type == NODE_MAP ? node_get(map, key) : NULL;

    return n != NULL && n->type == NODE_TEXT ? n->text : "";
}

static bool read_files(thresh_log_entry *e, arena *a, const node *list)
{
    e->files = arena_alloc(a, (node_count(list) + 1) * sizeof *e->files);
    for (const node *n = list->child; n != NULL && e->files != NULL; n = n->next) {
        thresh_log_file *file = &e->files[e->file_count++];
        const node *size = n->type == NODE_MAP ? node_get(n, "size") : NULL;

        file->role = text_at(n, "role");
        file->asked = text_at(n, "asked");
        file->axis = text_at(n, "axis");
        file->path = text_at(n, "path");
        copy_hash(file->sha256, text_at(n, "sha256"));
        if (size != NULL && size->type == NODE_NUMBER && size->number >= 0 && size->number < 1e18)
            file->size = (uint64_t)size->number;
    }
    return e->files != NULL;
}

/* What is read here was not checked: lists that are none are empty. */
static thresh_status read_list(thresh_log_entry *e, arena *a, const char *text,
                               bool (*take)(thresh_log_entry *e, arena *a, const node *list))
{
    static const node none = { .type = NODE_LIST };
    const node *root = NULL;
    thresh_status rc = json_read(&root, a, text, strlen(text), "", 1, NULL);

    if (rc == THRESH_ENOMEM)
        return rc;
    return take(e, a, rc == THRESH_OK && root->type == NODE_LIST ? root : &none) ? THRESH_OK
                                                                                 : THRESH_ENOMEM;
}

thresh_status entry_of_row(thresh_log_entry *out, entry_texts *texts, arena *a,
                           const value *columns, const char *name, thresh_diags *diags)
{
    thresh_status rc;

    for (size_t i = 0; i < ENTRY_FIELDS; i++) {
        const value *v = &columns[i];

        texts->fields[i] = v->type == VALUE_INTEGER ? arena_printf(a, "%lld", (long long)v->integer)
                                                    : arena_strndup(a, v->data, v->len);
        if (texts->fields[i] == NULL)
            return THRESH_ENOMEM;
        if (v->type != VALUE_INTEGER && strlen(texts->fields[i]) != v->len) {
            thresh_diags_add(diags, THRESH_ERROR, name, 0, 0, "a text of an entry holds a NUL");
            return THRESH_EFORMAT;
        }
    }
    const char *const *f = texts->fields;
    const char *hash = arena_strndup(a, columns[ENTRY_FIELDS].data, columns[ENTRY_FIELDS].len);
    if (hash == NULL)
        return THRESH_ENOMEM;
    *out = (thresh_log_entry){ .id = columns[FIELD_ID].integer,
                               .time = f[2],
                               .kind = f[3],
                               .verdict = f[4],
                               .exit_code = (int)columns[FIELD_EXIT_CODE].integer,
                               .who = f[6],
                               .host = f[7],
                               .folder = f[8],
                               .revision = f[9],
                               .version = f[10] };
    copy_hash(out->previous, f[FIELD_PREVIOUS]);
    copy_hash(out->document.sha256, f[FIELD_DOCUMENT]);
    copy_hash(out->hash, hash);
    rc = read_list(out, a, f[FIELD_COMMAND], read_command);
    return rc == THRESH_OK ? read_list(out, a, f[FIELD_FILES], read_files) : rc;
}

static thresh_status take_entry(void *context, const value *columns)
{
    page *p = context;
    size_t i = p->count;
    thresh_status rc = i == PAGE ? THRESH_EINVAL
                                 : entry_of_row(&p->entries[i], &p->texts[i], &p->arena, columns,
                                                p->db->name, p->db->diags);

    p->count += rc == THRESH_OK;
    return rc;
}

thresh_status read_page(page *p, database *d, const char *sql, int64_t at)
{
    arena_free(&p->arena);
    p->arena = (arena)ARENA_INIT;
    p->count = 0;
    p->db = d;
    return d->kind->run(d, sql, &INTEGER(at), 1, take_entry, p);
}

/* --- as a line --- */

thresh_status thresh_log_export(const thresh_log_entry *e, FILE *f)
{
    const char *const texts[][2] = { { "time", e->time },         { "kind", e->kind },
                                     { "verdict", e->verdict },   { "who", e->who },
                                     { "host", e->host },         { "folder", e->folder },
                                     { "revision", e->revision }, { "version", e->version } };

    fprintf(f, "{\"schema\":\"thresh/log/v1\",\"id\":%lld", (long long)e->id);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fprintf(f, ",\"%s\":", texts[i][0]);
        put_string(f, texts[i][1]);
    }
    fprintf(f, ",\"exit_code\":%d,\"command\":", e->exit_code);
    put_command(f, e);
    fputs(",\"files\":", f);
    put_files(f, e);
    fprintf(f, ",\"document\":\"%s\",\"previous\":\"%s\",\"hash\":\"%s\"}\n", e->document.sha256,
            e->previous, e->hash);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}
