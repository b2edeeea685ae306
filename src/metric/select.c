/* Part of a set, under other names: --map, --select, --ignore, and the rows of a table. */
#include "base/words.h"
#include "metric/set.h"

#include <string.h>

/* Takes the component `row` out of `scope`; false when it is not there. */
static bool take_row(char *scope, const char *row)
{
    size_t len = strlen(row);

    for (char *p = scope; p != NULL;) {
        char *slash = strchr(p, '/');
        /* a row's name may itself hold slashes */
        if (strncmp(p, row, len) == 0 && (p[len] == '/' || p[len] == '\0')) {
            char *rest = p[len] == '/' ? p + len + 1 : p + len;
            if (*rest == '\0' && p > scope)
                p[-1] = '\0';
            else
                memmove(p, rest, strlen(rest) + 1);
            return true;
        }
        p = slash == NULL ? NULL : slash + 1;
    }
    return false;
}

static bool matches(const char *pattern, const char *path, const char *name)
{
    return glob_match(pattern, path) || glob_match(pattern, name);
}

static bool matches_any(const char *const *patterns, const char *path, const char *name)
{
    for (; patterns != NULL && *patterns != NULL; patterns++)
        if (matches(*patterns, path, name))
            return true;
    return false;
}

static thresh_status keep(thresh_set *out, const thresh_metric *from, thresh_selection *s, arena *a)
{
    thresh_metric m = *from;
    const char *path = arena_printf(a, "%s%s%s", m.scope, m.scope[0] ? "/" : "", m.name);

    for (size_t i = 0; i < s->mapping_count && path != NULL; i++)
        if (strcmp(s->mappings[i].from, path) == 0 || strcmp(s->mappings[i].from, m.name) == 0) {
            m.name = s->mappings[i].to;
            s->mappings[i].hits++;
            path = arena_printf(a, "%s%s%s", m.scope, m.scope[0] ? "/" : "", m.name);
            break;
        }
    if (path == NULL)
        return THRESH_ENOMEM;
    if ((s->select != NULL && s->select[0] != NULL && !matches_any(s->select, path, m.name))
        || matches_any(s->ignore, path, m.name)) {
        set_leave_out(out, m.state == THRESH_VALUE_NUMBER);
        return THRESH_OK;
    }
    return thresh_set_add(out, &m, NULL);
}

thresh_status thresh_set_select(thresh_set **out, const thresh_set *set, thresh_selection *s)
{
    thresh_set *kept = NULL;
    thresh_source source = *thresh_set_source(set);
    bool found = s->row == NULL;
    thresh_status rc = thresh_set_new(&kept);

    *out = NULL;
    for (size_t i = 0; i < thresh_set_count(set) && rc == THRESH_OK; i++) {
        arena a = ARENA_INIT;
        thresh_metric m = *thresh_set_at(set, i);
        char *scope = arena_strdup(&a, m.scope);
        bool in_row = s->row == NULL;

        if (scope == NULL) {
            rc = THRESH_ENOMEM;
        } else {
            if (s->row != NULL)
                in_row = take_row(scope, s->row);
            m.scope = scope;
            m.paired = s->unpaired ? NULL : m.paired;
            found = found || in_row;
            if (in_row)
                rc = keep(kept, &m, s, &a);
        }
        arena_free(&a);
    }
    if (rc == THRESH_OK && !found)
        rc = THRESH_ENOENT;
    if (rc == THRESH_OK)
        rc = set_copy_context(kept, set);
    source.row = s->row;
    if (rc == THRESH_OK)
        rc = thresh_set_set_source(kept, &source);
    if (rc != THRESH_OK) {
        thresh_set_free(kept);
        return rc;
    }
    *out = kept;
    return THRESH_OK;
}
