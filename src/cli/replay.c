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

static thresh_status restore_profile(restoring *r, const thresh_log_file *file)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    thresh_status rc =
        f == NULL ? THRESH_ENOMEM : thresh_log_content(r->store, file->sha256, f, r->diags);

    if ((f != NULL && fclose(f) != 0) || text == NULL)
        rc = THRESH_ENOMEM;
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
        bool profile = strcmp(f->role, "profile") == 0 || strcmp(f->role, "built-in") == 0;
        rc = profile ? restore_profile(r, f) : restore(r, f);
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

static int run_again(const streams *io, dossier *d, const command *c, FILE *document)
{
    const thresh_log_entry *e = d->entry;
    const char **positional = calloc(e->command_count + 1, sizeof *positional);
    given_option *given = calloc(e->command_count + 2, sizeof *given);
    const streams quiet = { .out = document, .err = io->err, .language = NULL };
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
        given[kept++] = (given_option){ option_of(c, "output"), "json" };
        a.given_count = kept;
        a.dossier = d;
        if (a.count >= c->least && a.count <= c->most)
            code = c->run(&quiet, &a);
    }
    free(positional);
    free(given);
    return code;
}

int replay_entry(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                 char **document, size_t *len, thresh_diags *diags)
{
    dossier d = { .lock = PTHREAD_MUTEX_INITIALIZER, .entry = entry };
    restoring r = { .d = &d, .store = store, .diags = diags };
    const command *c = entry->command_count > 0 ? find_command(entry->command[0]) : NULL;
    FILE *f = NULL;
    int code = EXIT_TROUBLE;
    thresh_status rc;

    *document = NULL;
    if (c == NULL || c->options == NULL || option_of(c, "record") == NULL
        || option_of(c, "output") == NULL)
        return complain(io, "log replay: a decision of '%s' cannot be judged again", entry->kind);
    rc = restore_all(&r);
    if (rc == THRESH_OK && (f = open_memstream(document, len)) == NULL)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        code = run_again(io, &d, c, f);
    else
        failure(io, diags, rc);
    if (f != NULL && (fclose(f) != 0 || *document == NULL))
        code = out_of_memory(io);
    end_restoring(&r);
    return code;
}
