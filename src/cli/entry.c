/* An entry of the log as it is written: who, when and where, from what, and by which command. */
#include "dossier.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

/* --- what it was made from, and the command line --- */

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
            files[i].stream = d->standard_input;
    }
}

thresh_status keep_noted(const arguments *a, thresh_diags *diags)
{
    dossier *d = a->dossier;
    thresh_log_file *files = calloc(d->count + 1, sizeof *files);
    thresh_status rc = files == NULL || d->failed ? THRESH_ENOMEM : THRESH_OK;

    if (rc == THRESH_OK) {
        describe_files(files, d);
        rc = thresh_log_keep(d->store, files, d->count, diags);
    }
    for (size_t i = 0; rc == THRESH_OK && i < d->count; i++) {
        memcpy(d->files[i].sha256, files[i].sha256, sizeof d->files[i].sha256);
        d->files[i].len = (size_t)files[i].size;
    }
    free(files);
    return rc;
}

/* The word without a password, of PostgreSQL's URLs, and without a name either, of others'; of a
 * query nothing is kept that may hold one. "": it is no URL; NULL: memory ran out. */
static char *without_password(const char *word)
{
    const char *host = strstr(word, "://"), *at = NULL;
    bool database = host != NULL && strstr(word, "postgres") != NULL;
    char *copy = strdup(host != NULL ? word : ""), *from;

    if (host == NULL || copy == NULL)
        return copy;
    host += 3;
    for (size_t n = strcspn(host, "/?#"); n-- > 0 && at == NULL;)
        at = host[n] == '@' ? host + n : NULL;
    from = copy + (host - word);
    if (at != NULL) {
        size_t name = database ? strcspn(host, ":@") : 0;
        strcpy(from + name, database ? at : at + 1);
    }
    if (database && strstr(from, "password") != NULL)
        from[strcspn(from, "?")] = '\0';
    return copy;
}

/* The command line without the record, and without passwords. */
static size_t command_line(entry_text *out, const arguments *a, const dossier *d)
{
    size_t n = 0;

    out->words[n++] = a->command->name;
    for (int i = 0; i < d->argc; i++) {
        if (strcmp(d->argv[i], "--record") == 0) {
            i++;
        } else if (strncmp(d->argv[i], "--record=", strlen("--record=")) != 0) {
            char *masked = out->masked[n] = without_password(d->argv[i]);
            out->words[n++] = masked == NULL ? "?" : masked[0] == '\0' ? d->argv[i] : masked;
        }
    }
    return n;
}

thresh_status write_entry(entry_text *out, const arguments *a, const char *verdict, int code)
{
    const dossier *d = a->dossier;
    thresh_log_file *files = calloc(d->count + 1, sizeof *files);
    const char **words = calloc((size_t)d->argc + 1, sizeof *words);
    char **masked = calloc((size_t)d->argc + 2, sizeof *masked);

    *out = (entry_text){ .files = files, .words = words, .masked = masked };
    if (files == NULL || words == NULL || masked == NULL || d->failed)
        return THRESH_ENOMEM;
    find_time(out->time);
    find_who(out->who, sizeof out->who);
    gethostname(out->host, sizeof out->host - 1);
    if (getcwd(out->folder, sizeof out->folder) == NULL)
        out->folder[0] = '\0';
    find_revision(out->revision);
    describe_files(files, d);
    sort_files(files, d->count, a);
    out->entry = (thresh_log_entry){ .time = out->time,
                                     .kind = a->command->name,
                                     .verdict = verdict,
                                     .exit_code = code,
                                     .who = out->who,
                                     .host = out->host,
                                     .folder = out->folder,
                                     .revision = out->revision,
                                     .version = thresh_version(),
                                     .command = words,
                                     .command_count = command_line(out, a, d),
                                     .files = files,
                                     .file_count = d->count };
    return THRESH_OK;
}

void free_entry_text(entry_text *text)
{
    for (size_t i = 0; text->masked != NULL && i < text->entry.command_count; i++)
        free(text->masked[i]);
    free(text->masked);
    free(text->files);
    free(text->words);
}
