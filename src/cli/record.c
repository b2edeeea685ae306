/* Decisions on record: what is read is noted, and kept with what came out. */
#include "dossier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- what is noted --- */

void free_noted(dossier *d)
{
    for (size_t i = 0; i < d->count; i++) {
        noted_file *f = &d->files[i];
        free(f->role);
        free(f->asked);
        free(f->axis);
        free(f->path);
        free(f->bytes);
    }
    free(d->files);
}

static bool is_noted(const dossier *d, const char *role, const char *asked, const char *axis,
                     const char *path, const char *sha256)
{
    for (size_t i = 0; i < d->count; i++) {
        const noted_file *f = &d->files[i];
        if (strcmp(f->asked, asked) == 0 && strcmp(f->path, path) == 0
            && strcmp(f->sha256, sha256) == 0 && strcmp(f->role, role) == 0
            && strcmp(f->axis, axis) == 0)
            return true;
    }
    return false;
}

static bool add_noted(dossier *d, const noted_file *f)
{
    if (d->count == d->capacity) {
        size_t capacity = d->capacity == 0 ? 16 : 2 * d->capacity;
        noted_file *files = realloc(d->files, capacity * sizeof *files);
        if (files == NULL)
            return false;
        d->files = files;
        d->capacity = capacity;
    }
    d->files[d->count++] = *f;
    return true;
}

void note_file(dossier *d, const char *role, const char *asked, const char *axis, const char *path,
               const char *sha256, char *bytes, size_t len)
{
    noted_file f = { .bytes = bytes, .len = len };

    pthread_mutex_lock(&d->lock);
    if (is_noted(d, role, asked, axis, path, sha256)) {
        free(bytes);
    } else {
        snprintf(f.sha256, sizeof f.sha256, "%s", sha256);
        f.role = strdup(role);
        f.asked = strdup(asked);
        f.axis = strdup(axis);
        f.path = strdup(path);
        if (f.role == NULL || f.asked == NULL || f.axis == NULL || f.path == NULL
            || !add_noted(d, &f)) {
            free(f.role);
            free(f.asked);
            free(f.axis);
            free(f.path);
            free(bytes);
            d->failed = true;
        }
    }
    pthread_mutex_unlock(&d->lock);
}

void note_only(dossier *d, const char *role, const char *asked, const char *path, char *bytes,
               size_t len)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->files[i].role, role) == 0) {
            noted_file *f = &d->files[i];

            free(f->bytes);
            f->bytes = bytes;
            f->len = len;
            f->sha256[0] = '\0';
            d->failed = d->failed || bytes == NULL;
            return;
        }
    if (bytes == NULL)
        d->failed = true;
    else
        note_file(d, role, asked, "", path, "", bytes, len);
}

const noted_file *noted_as(const dossier *d, const char *role)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->files[i].role, role) == 0 && d->files[i].bytes != NULL)
            return &d->files[i];
    return NULL;
}

typedef struct asked_file {
    dossier *dossier;
    const char *asked;
} asked_file;

static void note_input(void *context, const char *path, const char *sha256)
{
    const asked_file *f = context;

    note_file(f->dossier, "input", f->asked, "", path, sha256, NULL, 0);
}

/* The set came from a place that is gone soon: it says where the file was when it was recorded. */
static thresh_status set_path(thresh_set *set, const char *asked, const char *restored)
{
    thresh_source source = *thresh_set_source(set);
    size_t len = strlen(restored);
    char *path;
    thresh_status rc;

    if (strncmp(source.path, restored, len) != 0)
        return THRESH_OK;
    if ((path = malloc(strlen(asked) + strlen(source.path + len) + 1)) == NULL)
        return THRESH_ENOMEM;
    source.path = strcat(strcpy(path, asked), source.path + len);
    rc = thresh_set_set_source(set, &source);
    free(path);
    return rc;
}

thresh_status not_on_record(const char *path, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "not on record with this decision");
    return THRESH_ENOENT;
}

thresh_status read_noted(thresh_set **out, const char *path, const streams *io, const arguments *a,
                         const thresh_read_options *options, thresh_diags *diags)
{
    thresh_read_options noted = *options;
    asked_file file = { a->dossier, path };
    const char *restored;
    thresh_status rc;

    if (a->dossier == NULL)
        return thresh_read_file(out, path, io->in, options, diags);
    if (is_replay(a->dossier)) {
        *out = NULL;
        if ((restored = replayed_path(a->dossier, path)) == NULL)
            return not_on_record(path, diags);
        rc = thresh_read_file(out, restored, NULL, options, diags);
        return rc == THRESH_OK ? set_path(*out, path, restored) : rc;
    }
    noted.seen = note_input;
    noted.seen_context = &file;
    return thresh_read_file(out, path, io->in, &noted, diags);
}

const char *noted_path(const arguments *a, const char *path)
{
    const char *restored;

    if (a->dossier == NULL)
        return path;
    if (is_replay(a->dossier))
        return (restored = replayed_path(a->dossier, path)) != NULL ? restored : path;
    note_file(a->dossier, "file", path, "", path, "", NULL, 0);
    return path;
}

static void note_profile(void *context, const thresh_profile_file *file)
{
    char *text = malloc(file->len + 1);

    if (text == NULL) {
        ((dossier *)context)->failed = true;
        return;
    }
    memcpy(text, file->text, file->len);
    note_file(context, file->built_in ? "built-in" : "profile", file->asked,
              file->axis != NULL ? file->axis : "", file->path, "", text, file->len);
}

void note_profiles(const arguments *a, thresh_lookup *lookup)
{
    lookup->context = a->dossier;
    if (a->dossier != NULL && is_replay(a->dossier))
        lookup->find = replayed_profile;
    else if (a->dossier != NULL)
        lookup->seen = note_profile;
}

/* --- recording --- */

int record_decision(const streams *io, const arguments *a, const char *verdict, int code_of_it,
                    thresh_status (*write)(const void *decision, FILE *f), const void *decision)
{
    const dossier *d = a->dossier;
    entry_text of = { .files = NULL };
    thresh_diags *diags;
    char *text = NULL;
    size_t len = 0;
    FILE *f;
    thresh_status rc;
    int code = EXIT_OK;

    if (!is_recorded(a))
        return EXIT_OK;
    diags = new_diags(io);
    f = open_memstream(&text, &len);
    rc = diags == NULL || f == NULL ? THRESH_ENOMEM : write(decision, f);
    rc = close_memory(f, &text, rc);
    if (rc == THRESH_OK)
        rc = write_entry(&of, a, verdict, code_of_it);
    of.entry.document =
        (thresh_log_file){ .path = thresh_store_name(d->store), .bytes = text, .size = len };
    if (rc == THRESH_OK)
        rc = thresh_log_append(d->store, &of.entry, diags);
    if (rc != THRESH_OK) {
        code = failure(io, diags, rc);
        complain(io, "the decision could not be put on record, so that none is given");
    }
    free_entry_text(&of);
    free(text);
    thresh_diags_free(diags);
    return code;
}

/* --- the dossier of a run --- */

bool is_recorded(const arguments *a)
{
    return a->dossier != NULL && !is_replay(a->dossier);
}

static bool has_option(const command *c, const char *name)
{
    for (const option *o = c->options; o != NULL && o->name != NULL; o++)
        if (strcmp(o->name, name) == 0)
            return true;
    return false;
}

/* What is read to its end: not the arguments of a command that is endless. */
static bool reads_standard_input(const arguments *a)
{
    for (size_t i = 0; i < a->count && !a->command->endless; i++)
        if (strcmp(a->positional[i], "-") == 0)
            return true;
    for (size_t i = 0; i < a->given_count; i++)
        if (a->given[i].value != NULL && a->given[i].option->values != NULL
            && strcmp(a->given[i].value, "-") == 0)
            return true;
    return false;
}

/* Standard input is read once: what is to be kept of it is put aside first. */
static int copy_standard_input(dossier *d, streams *io)
{
    char buffer[65536];
    size_t got;
    bool failed = (d->standard_input = tmpfile()) == NULL;

    while (!failed && (got = fread(buffer, 1, sizeof buffer, io->in)) > 0)
        failed = fwrite(buffer, 1, got, d->standard_input) != got;
    if (failed || ferror(io->in) || fseek(d->standard_input, 0, SEEK_SET) != 0)
        return complain(io, "cannot put a copy of standard input aside: %s",
                        thresh_translate(io->language, strerror(errno)));
    io->in = d->standard_input;
    return EXIT_OK;
}

thresh_status reopen_record(const arguments *a, thresh_diags *diags)
{
    dossier *d = a->dossier;

    return d->store != NULL ? THRESH_OK : thresh_store_open(&d->store, d->where, diags);
}

void close_record(const arguments *a)
{
    thresh_store_close(a->dossier->store);
    a->dossier->store = NULL;
}

static int open_dossier(dossier *d, streams *io, const arguments *a)
{
    thresh_diags *diags = new_diags(io);
    thresh_status rc =
        diags == NULL ? THRESH_ENOMEM : thresh_store_open(&d->store, d->where, diags);
    int code = rc == THRESH_OK ? EXIT_OK : failure(io, diags, rc);

    thresh_diags_free(diags);
    if (code == EXIT_OK && reads_standard_input(a))
        code = copy_standard_input(d, io);
    return code;
}

int run_recorded(const streams *given, arguments *a, int argc, const char *const *argv)
{
    /* the log itself is only read */
    bool records = a->command != &log_command && has_option(a->command, "record")
                   && (a->command->decides == NULL || a->command->decides(a));
    const char *where = records ? option_value(a, "record") : "";
    dossier d = { .lock = PTHREAD_MUTEX_INITIALIZER, .argc = argc, .argv = argv };
    streams io = *given;
    int code;

    if (where == NULL)
        where = getenv("THRESH_LOG");
    else if (where[0] == '\0' && records)
        return complain(given, "%s: --record needs a value: %s", a->command->name, "FILE|URL");
    if (where == NULL || where[0] == '\0')
        return a->command->run(given, a);
    a->dossier = &d;
    d.where = where;
    /* a record that cannot be written is said before the work, as an output is */
    code = open_dossier(&d, &io, a);
    if (code == EXIT_OK)
        code = a->command->run(&io, a);
    thresh_store_close(d.store);
    if (d.standard_input != NULL)
        fclose(d.standard_input);
    free_noted(&d);
    return code;
}
