/* thresh log files: what a decision was made from, out of the log and into a folder. */
#include "log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_PATH = 4096 };

/* "2-input-compressed.json": in the order of the entry, as several may have one name. What is no
 * file has no name: "4-clock". */
static bool name_in(char out[LONGEST_PATH], const char *folder, size_t number,
                    const thresh_log_file *file)
{
    const char *slash = strrchr(file->path, '/'), *name = slash != NULL ? slash + 1 : file->path;
    bool unnamed = name[0] == '\0' || strcmp(name, "-") == 0 || strcmp(name, file->role) == 0
                   || strcmp(file->role, "state") == 0; /* bytes of ours, and no database */
    int len = snprintf(out, LONGEST_PATH, "%s/%zu-%s%s%s", folder, number, file->role,
                       unnamed ? "" : "-", unnamed ? "" : name);

    if (len < 0 || len >= LONGEST_PATH)
        return false;
    /* whoever filled the log chose the names */
    for (char *c = out + strlen(folder) + 1; *c != '\0'; c++)
        *c = (unsigned char)*c < 0x20 || *c == 0x7F || *c == '/' ? '_' : *c;
    return true;
}

static thresh_status cannot_write(session *s, const char *path, int why)
{
    thresh_diags_add(s->diags, THRESH_ERROR, path, 0, 0, "cannot be written: %s",
                     thresh_translate(s->io->language, strerror(why)));
    return THRESH_EIO;
}

static thresh_status write_file(session *s, const char *path, const char *sha256)
{
    FILE *f = fopen(path, "wbx"); /* what is there already may be somebody's */
    thresh_status rc;

    if (f == NULL)
        return cannot_write(s, path, errno);
    rc = thresh_log_content(s->store, sha256, f, s->diags);
    if (fclose(f) != 0 && rc == THRESH_OK)
        rc = cannot_write(s, path, errno);
    /* a content that does not hold is in doubt, and no file */
    if (rc != THRESH_OK)
        remove(path);
    else
        fprintf(s->io->out, "%s\n", path);
    return rc;
}

static thresh_status write_files(session *s, const thresh_log_entry *e, const char *folder)
{
    const thresh_log_file document = { .role = "document.json", .path = "" };
    char path[LONGEST_PATH];
    thresh_status rc = THRESH_OK;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return cannot_write(s, folder, errno);
    for (size_t i = 0; i <= e->file_count && rc == THRESH_OK; i++) {
        bool last = i == e->file_count;

        rc = name_in(path, folder, i + 1, last ? &document : &e->files[i])
                 ? write_file(s, path, last ? e->document.sha256 : e->files[i].sha256)
                 : cannot_write(s, path, ENAMETOOLONG);
    }
    return rc;
}

int write_entry_files(session *s)
{
    thresh_log_entry *e = NULL;
    thresh_status rc = get_entry(s, s->a->positional[1], &e);

    if (rc == THRESH_OK)
        rc = write_files(s, e, s->a->positional[2]);
    thresh_log_entry_free(e);
    return rc == THRESH_OK ? EXIT_OK : failure(s->io, s->diags, rc);
}
