/* Decisions on record: what is read is noted, and kept with what came out. */
#include "dossier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static thresh_status not_on_record(const char *path, thresh_diags *diags)
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

/* --- who, when and where --- */

/* By the file of users, without the services behind it, which a static program cannot load. */
static void find_user(char *out, size_t size)
{
    char line[1024];
    const char *name = getenv("LOGNAME");
    unsigned long uid = (unsigned long)geteuid();
    FILE *f = fopen("/etc/passwd", "r");

    if (name != NULL && name[0] != '\0')
        snprintf(out, size, "%.200s", name);
    else
        snprintf(out, size, "uid %lu", uid);
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char *id = strchr(line, ':');

        if (id == NULL)
            continue;
        *id = '\0';
        if ((id = strchr(id + 1, ':')) != NULL && strtoul(id + 1, NULL, 10) == uid) {
            snprintf(out, size, "%.200s", line);
            break;
        }
    }
    if (f != NULL)
        fclose(f);
}

/* In CI the account is that of a runner: who started the job says more. */
static void find_who(char *out, size_t size)
{
    static const char *const variables[] = { "GITHUB_ACTOR", "GITLAB_USER_LOGIN" };
    char user[256];

    find_user(user, sizeof user);
    snprintf(out, size, "%s", user);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0') {
            snprintf(out, size, "%.200s (%s)", value, user);
            return;
        }
    }
}

static void find_time(char out[64])
{
    struct timespec now;
    struct tm parts;
    char seconds[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out, 64, "%s.%06ldZ", seconds, now.tv_nsec / 1000);
}

/* --- recording --- */

/* Inputs in the order of the arguments, whichever was read first. */
static size_t place_of(const arguments *a, const thresh_log_file *f)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->positional[i], f->asked) == 0)
            return i;
    return a->count;
}

static void sort_files(thresh_log_file *files, size_t count, const arguments *a)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0; k--) {
            size_t before = place_of(a, &files[k - 1]), behind = place_of(a, &files[k]);
            thresh_log_file swapped = files[k];

            /* profiles come as they were asked for */
            if (before < behind || (before == behind && behind == a->count)
                || (before == behind && strcmp(files[k - 1].path, files[k].path) <= 0))
                break;
            files[k] = files[k - 1];
            files[k - 1] = swapped;
        }
}

static void describe_files(thresh_log_file *files, const dossier *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const noted_file *f = &d->files[i];

        files[i] = (thresh_log_file){ .role = f->role,
                                      .asked = f->asked,
                                      .axis = f->axis,
                                      .path = f->path,
                                      .bytes = f->bytes,
                                      .size = f->len };
        memcpy(files[i].sha256, f->sha256, sizeof files[i].sha256);
        if (strcmp(f->path, "-") == 0)
            files[i].stream = d->standard_input; /* a command that is endless notes none */
    }
}

/* The command line without the record, whose URL may hold a password. */
static size_t command_line(const char **out, const arguments *a, const dossier *d)
{
    size_t n = 0;

    out[n++] = a->command->name;
    for (int i = 0; i < d->argc; i++) {
        if (strcmp(d->argv[i], "--record") == 0)
            i++;
        else if (strncmp(d->argv[i], "--record=", strlen("--record=")) != 0)
            out[n++] = d->argv[i];
    }
    return n;
}

static thresh_status append(const dossier *d, const arguments *a, thresh_log_entry *entry,
                            thresh_diags *diags)
{
    char time[64], who[512], host[256] = "", folder[4096] = "", revision[64];
    thresh_log_file *files = calloc(d->count + 1, sizeof *files);
    const char **words = calloc((size_t)d->argc + 1, sizeof *words);
    thresh_status rc = THRESH_ENOMEM;

    if (files != NULL && words != NULL && !d->failed) {
        find_time(time);
        find_who(who, sizeof who);
        gethostname(host, sizeof host - 1);
        if (getcwd(folder, sizeof folder) == NULL)
            folder[0] = '\0';
        find_revision(revision);
        describe_files(files, d);
        sort_files(files, d->count, a);
        entry->time = time;
        entry->kind = a->command->name;
        entry->who = who;
        entry->host = host;
        entry->folder = folder;
        entry->revision = revision;
        entry->version = thresh_version();
        entry->command = words;
        entry->command_count = command_line(words, a, d);
        entry->files = files;
        entry->file_count = d->count;
        rc = thresh_log_append(d->store, entry, diags);
    }
    free(files);
    free(words);
    return rc;
}

int record_decision(const streams *io, const arguments *a, const char *verdict, int code_of_it,
                    thresh_status (*write)(const void *decision, FILE *f), const void *decision)
{
    const dossier *d = a->dossier;
    thresh_log_entry entry = { .verdict = verdict, .exit_code = code_of_it };
    thresh_diags *diags;
    char *text = NULL;
    size_t len = 0;
    FILE *f;
    thresh_status rc;
    int code = EXIT_OK;

    if (d == NULL || is_replay(d))
        return EXIT_OK;
    diags = new_diags(io);
    f = open_memstream(&text, &len);
    rc = diags == NULL || f == NULL ? THRESH_ENOMEM : write(decision, f);
    /* the C library leaves NULL, and says nothing, when its last allocation fails */
    if ((f != NULL && fclose(f) != 0) || text == NULL)
        rc = THRESH_ENOMEM;
    entry.document =
        (thresh_log_file){ .path = thresh_store_name(d->store), .bytes = text, .size = len };
    if (rc == THRESH_OK)
        rc = append(d, a, &entry, diags);
    if (rc != THRESH_OK) {
        code = failure(io, diags, rc);
        complain(io, "the decision could not be put on record, so that none is given");
    }
    free(text);
    thresh_diags_free(diags);
    return code;
}

/* --- the dossier of a run --- */

static bool has_option(const command *c, const char *name)
{
    for (const option *o = c->options; o != NULL && o->name != NULL; o++)
        if (strcmp(o->name, name) == 0)
            return true;
    return false;
}

static bool reads_standard_input(const arguments *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->positional[i], "-") == 0)
            return true;
    for (size_t i = 0; i < a->given_count; i++)
        if (a->given[i].value != NULL && strcmp(a->given[i].value, "-") == 0)
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

static int open_dossier(dossier *d, streams *io, const arguments *a, const char *where)
{
    thresh_diags *diags = new_diags(io);
    thresh_status rc = diags == NULL ? THRESH_ENOMEM : thresh_store_open(&d->store, where, diags);
    int code = rc == THRESH_OK ? EXIT_OK : failure(io, diags, rc);

    thresh_diags_free(diags);
    if (code == EXIT_OK && !a->command->endless && reads_standard_input(a))
        code = copy_standard_input(d, io);
    return code;
}

int run_recorded(const streams *given, arguments *a, int argc, const char *const *argv)
{
    /* the log itself is only read */
    bool records = a->command != &log_command && has_option(a->command, "record");
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
    /* a record that cannot be written is said before the work, as an output is */
    code = open_dossier(&d, &io, a, where);
    if (code == EXIT_OK)
        code = a->command->run(&io, a);
    thresh_store_close(d.store);
    if (d.standard_input != NULL)
        fclose(d.standard_input);
    free_noted(&d);
    return code;
}
