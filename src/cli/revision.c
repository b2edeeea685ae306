/* The commit that the working folder is at. Read from git's files: git itself would run what the
 * folder's settings say, and need not be there. */
#include "cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST = 4096, SHORTEST_HASH = 40 };

/* The first line of a file; false where there is none. */
static bool first_line(char line[LONGEST], const char *folder, const char *name)
{
    char path[2 * LONGEST];
    FILE *f;
    bool any;

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path
        || (f = fopen(path, "r")) == NULL)
        return false;
    any = fgets(line, LONGEST, f) != NULL;
    fclose(f);
    if (any)
        line[strcspn(line, "\r\n")] = '\0';
    return any;
}

static bool is_hash(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdef");

    return digits >= SHORTEST_HASH && digits < 64 + 1 && text[digits] == '\0';
}

/* Of two folders by a path that may be relative to the first. */
static void join(char out[LONGEST], const char *folder, const char *path)
{
    int n = path[0] == '/' ? snprintf(out, LONGEST, "%s", path)
                           : snprintf(out, LONGEST, "%.2000s/%.2000s", folder, path);

    if (n >= LONGEST)
        out[0] = '\0';
}

/* ".git" is a folder, or, in a work tree of its own, a file that names one. */
static bool find_git(char git[LONGEST])
{
    char folder[LONGEST - 8], line[LONGEST];
    struct stat st;

    if (getcwd(folder, sizeof folder) == NULL)
        return false;
    for (;;) {
        snprintf(git, LONGEST, "%s/.git", folder);
        if (stat(git, &st) == 0 && S_ISDIR(st.st_mode))
            return true;
        if (first_line(line, folder, ".git") && strncmp(line, "gitdir: ", 8) == 0) {
            join(git, folder, line + 8);
            return true;
        }
        char *slash = strrchr(folder, '/');
        if (slash == NULL || folder[1] == '\0')
            return false;
        slash[slash == folder] = '\0';
    }
}

static bool find_packed(char out[64], const char *git, const char *ref)
{
    char path[2 * LONGEST], line[LONGEST];
    FILE *f;
    bool found = false;

    snprintf(path, sizeof path, "%s/packed-refs", git);
    if ((f = fopen(path, "r")) == NULL)
        return false;
    while (!found && fgets(line, sizeof line, f) != NULL) {
        char *space = strchr(line, ' ');

        line[strcspn(line, "\r\n")] = '\0';
        if (space == NULL || strcmp(space + 1, ref) != 0)
            continue;
        *space = '\0';
        if ((found = is_hash(line)))
            snprintf(out, 64, "%.63s", line);
    }
    fclose(f);
    return found;
}

void find_revision(char out[64])
{
    char git[LONGEST], common[LONGEST], line[LONGEST], other[LONGEST];

    out[0] = '\0';
    if (!find_git(git) || !first_line(line, git, "HEAD"))
        return;
    if (is_hash(line)) {
        snprintf(out, 64, "%.63s", line);
        return;
    }
    /* refs are no paths out of their folder */
    if (strncmp(line, "ref: refs/", 10) != 0 || strstr(line, "..") != NULL)
        return;
    if (first_line(other, git, "commondir"))
        join(common, git, other);
    else
        snprintf(common, sizeof common, "%s", git);
    if ((first_line(other, git, line + 5) || first_line(other, common, line + 5)) && is_hash(other))
        snprintf(out, 64, "%.63s", other);
    else
        find_packed(out, common, line + 5);
}
