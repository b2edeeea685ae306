/* A decision judged once more, from what is on record of it and from nothing else. */
#include "dossier.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool is_replay(const dossier *d)
{
    return d->entry != NULL;
}

/* --- files, put back into a folder for as long as the replay takes --- */

enum { LONGEST_PATH = 4096 };

typedef struct restoring {
    dossier *d;
    thresh_store *store;
    char folder[LONGEST_PATH];
    thresh_diags *diags;
} restoring;

const char *replayed_path(dossier *d, const char *asked)
{
    for (size_t i = 0; i < d->restored_count; i++)
        if (strcmp(d->restored_as[i], asked) == 0)
            return d->restored[i];
    return NULL;
}

/* The place of an argument; a file of its own, or a folder with files. */
static const char *place_for(dossier *d, const char *asked, const char *folder)
{
    const char *known = replayed_path(d, asked);
    size_t n = d->restored_count;
    char **places, **names;

    if (known != NULL)
        return known;
    if ((places = realloc(d->restored, (n + 1) * sizeof *places)) == NULL)
        return NULL;
    d->restored = places;
    if ((names = realloc(d->restored_as, (n + 1) * sizeof *names)) == NULL)
        return NULL;
    d->restored_as = names;
    places[n] = malloc(strlen(folder) + 32);
    names[n] = strdup(asked);
    if (places[n] == NULL || names[n] == NULL) {
        free(places[n]);
        free(names[n]);
        return NULL;
    }
    sprintf(places[n], "%s/%zu", folder, n);
    d->restored_count++;
    return places[n];
}

/* Makes the folders of a path. */
static bool make_folders(char *path, size_t from)
{
    for (char *p = path + from; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!made)
            return false;
    }
    return true;
}

static thresh_status cannot_restore(restoring *r, const char *path)
{
    thresh_diags_add(r->diags, THRESH_ERROR, path, 0, 0, "cannot be put back for the replay: %s",
                     thresh_translate(thresh_diags_language(r->diags), strerror(errno)));
    return THRESH_EIO;
}

static thresh_status restore(restoring *r, const thresh_log_file *file)
{
    const char *place = place_for(r->d, file->asked, r->folder);
    /* of a folder that was asked for, the rest of the path */
    size_t len = strlen(file->asked);
    const char *rest = strncmp(file->path, file->asked, len) == 0 ? file->path + len : "";
    char path[2 * LONGEST_PATH];
    FILE *f;
    thresh_status rc;

    if (place == NULL)
        return THRESH_ENOMEM;
    errno = EINVAL;
    if (strstr(rest, "..") != NULL
        || (rest[0] != '\0' && rest[0] != '/' && len > 0 && file->asked[len - 1] != '/')
        || snprintf(path, sizeof path, "%s%s%s", place,
                    rest[0] != '\0' && rest[0] != '/' ? "/" : "", rest)
               >= (int)sizeof path
        || !make_folders(path, strlen(r->folder) + 1) || (f = fopen(path, "wbx")) == NULL)
        return errno == EEXIST ? THRESH_OK : cannot_restore(r, file->path);
    rc = thresh_log_content(r->store, file->sha256, f, r->diags);
    if (fclose(f) != 0 && rc == THRESH_OK)
        rc = cannot_restore(r, file->path);
    return rc;
}

/* Profiles, and what is no file: where a rollout stood, and the time that it was. */
static thresh_status restore_in_memory(restoring *r, const thresh_log_file *file)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    thresh_status rc =
        f == NULL ? THRESH_ENOMEM : thresh_log_content(r->store, file->sha256, f, r->diags);

    rc = close_memory(f, &text, rc);
    if (rc == THRESH_OK)
        note_file(r->d, file->role, file->asked, file->axis, file->path, file->sha256, text, len);
    else
        free(text);
    return r->d->failed ? THRESH_ENOMEM : rc;
}

static thresh_status restore_all(restoring *r)
{
    const thresh_log_entry *e = r->d->entry;
    const char *base = getenv("TMPDIR");
    thresh_status rc = THRESH_OK;

    snprintf(r->folder, sizeof r->folder, "%s/thresh.XXXXXX",
             base != NULL && base[0] != '\0' ? base : "/tmp");
    if (mkdtemp(r->folder) == NULL) {
        rc = cannot_restore(r, r->folder);
        r->folder[0] = '\0';
    }
    for (size_t i = 0; i < e->file_count && rc == THRESH_OK; i++) {
        const thresh_log_file *f = &e->files[i];
        bool input = strcmp(f->role, "input") == 0 || strcmp(f->role, "file") == 0;
        rc = input ? restore(r, f) : restore_in_memory(r, f);
    }
    return rc;
}

bool replayed_profile(void *context, const char *asked, const char *axis, thresh_profile_file *out)
{
    const dossier *d = context;

    for (size_t i = 0; i < d->count; i++) {
        const noted_file *f = &d->files[i];
        if (strcmp(f->asked, asked) != 0 || strcmp(f->axis, axis != NULL ? axis : "") != 0)
            continue;
        out->path = f->path;
        out->built_in = strcmp(f->role, "built-in") == 0;
        out->text = f->bytes;
        out->len = f->len;
        return true;
    }
    return false;
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

static void end_restoring(restoring *r)
{
    enum { OPEN_FOLDERS = 8 };
    dossier *d = r->d;

    if (r->folder[0] != '\0')
        nftw(r->folder, take_away, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < d->restored_count; i++) {
        free(d->restored[i]);
        free(d->restored_as[i]);
    }
    free(d->restored);
    free(d->restored_as);
    free_noted(d);
}

/* --- the command, once more --- */

/* Files that it wrote are not written again. */
static bool is_output(const option *o)
{
    static const char *const names[] = { "output", "flips", "quiet", "all", "color", "help" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(o->name, names[i]) == 0)
            return true;
    return false;
}

static const option *option_of(const command *c, const char *name)
{
    for (const option *o = c->options; o->name != NULL; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}

/* In the place of the outputs that were asked for then, those that are asked for now: without any,
 * the document. */
static void choose_outputs(const command *c, const arguments *asked, given_option *given,
                           size_t *count)
{
    if (asked == NULL)
        given[(*count)++] = (given_option){ option_of(c, "output"), "json" };
    for (size_t i = 0; asked != NULL && i < asked->given_count; i++)
        if (is_output(asked->given[i].option))
            given[(*count)++] = asked->given[i];
}

static int run_again(const streams *io, dossier *d, const command *c, FILE *out,
                     const arguments *asked)
{
    const thresh_log_entry *e = d->entry;
    size_t most = e->command_count + 2 + (asked != NULL ? asked->given_count : 0);
    const char **positional = calloc(e->command_count + 1, sizeof *positional);
    given_option *given = calloc(most, sizeof *given);
    const streams quiet = { .out = out,
                            .err = io->err,
                            .language = asked != NULL ? io->language : NULL };
    arguments a;
    size_t kept = 0;
    int code = EXIT_TROUBLE;

    if (positional == NULL || given == NULL) {
        out_of_memory(io);
    } else if (parse_arguments(io, c, (int)e->command_count - 1, e->command + 1, &a, positional,
                               given)) {
        for (size_t i = 0; i < a.given_count; i++)
            if (!is_output(given[i].option))
                given[kept++] = given[i];
        a.dossier = d;
        if (a.count >= c->least && a.count <= c->most) {
            choose_outputs(c, asked, given, &kept);
            a.given_count = kept;
            code = c->run(&quiet, &a);
        }
    }
    free(positional);
    free(given);
    return code;
}

static const command *command_of(const thresh_log_entry *e)
{
    return e->command_count > 0 ? find_command(e->command[0]) : NULL;
}

bool is_replayable(const thresh_log_entry *e)
{
    const command *c = command_of(e);

    return c != NULL && c->options != NULL && !c->endless && option_of(c, "record") != NULL
           && option_of(c, "output") != NULL && c != &log_command;
}

bool writes_one_report(const thresh_log_entry *e)
{
    return option_of(command_of(e), "output")->values->kind == VALUE_WORDS;
}

static int restore_and_run(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                           FILE *out, const arguments *asked, thresh_diags *diags)
{
    dossier d = { .lock = PTHREAD_MUTEX_INITIALIZER, .entry = entry };
    restoring r = { .d = &d, .store = store, .diags = diags };
    thresh_status rc = restore_all(&r);
    int code =
        rc == THRESH_OK ? run_again(io, &d, command_of(entry), out, asked) : failure(io, diags, rc);

    end_restoring(&r);
    return code;
}

int replay_entry(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                 char **document, size_t *len, thresh_diags *diags)
{
    const command *c = command_of(entry);
    FILE *f;
    int code;

    *document = NULL;
    if (c != NULL && c->endless)
        return complain(io,
                        "log replay: entry %lld is of '%s', whose stream is not on record, so that "
                        "it cannot be judged again; what it was judged by is (thresh log show "
                        "%lld)",
                        (long long)entry->id, entry->kind, (long long)entry->id);
    if (!is_replayable(entry))
        return complain(io, "log replay: a decision of '%s' cannot be judged again", entry->kind);
    if ((f = open_memstream(document, len)) == NULL)
        return out_of_memory(io);
    code = restore_and_run(io, store, entry, f, NULL, diags);
    return close_memory(f, document, THRESH_OK) == THRESH_OK ? code : out_of_memory(io);
}

int report_entry(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                 const arguments *asked, thresh_diags *diags)
{
    int code = restore_and_run(io, store, entry, io->out, asked, diags);

    return code == EXIT_TROUBLE ? code : EXIT_OK;
}
