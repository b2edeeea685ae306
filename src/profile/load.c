/* From a name or a path to a profile: look-up, and `extends`. */
#include "base/language.h"
#include "base/file.h"
#include "base/words.h"
#include "profile/builtin.h"
#include "profile/loader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static thresh_status read_profile(loader *l, profile *p, const char *text, size_t len,
                                  const char *file, const char *origin)
{
    profile_document d = { .l = l, .p = p, .file = file, .name = file, .status = THRESH_EINVAL };
    char hash[SHA256_HEX];
    const node *root = NULL;
    arena *a = &l->policy->arena;
    thresh_status rc = yaml_read(&root, a, text, len, file, l->diags);

    if (rc != THRESH_OK)
        return rc;
    read_document(&d, root);
    sha256_hex(hash, text, len);
    thresh_profile_info *info = l->depth > 1 ? arena_alloc(a, sizeof *info) : &p->info;
    if (info == NULL)
        return THRESH_ENOMEM;
    if (info != &p->info) { /* one that is extended: it goes on the list */
        *info = (thresh_profile_info){ .name = d.name,
                                       .axis = p->info.axis,
                                       .extended = p->info.extended };
        p->info.extended = info;
    }
    info->sha256 = arena_strdup(a, hash);
    info->origin = arena_strdup(a, origin);
    if (p->info.title == NULL)
        p->info.title = p->info.name;
    if (a->failed)
        return THRESH_ENOMEM;
    return d.failed ? d.status : THRESH_OK;
}

const char *thresh_builtin_profile(size_t i, const char **text, size_t *len)
{
    if (i >= builtin_profiles_count)
        return NULL;
    if (text != NULL)
        *text = builtin_profiles[i].data;
    if (len != NULL)
        *len = builtin_profiles[i].len;
    return builtin_profiles[i].name;
}

static const embedded_file *find_builtin(arena *a, const char *name, const char *axis)
{
    for (size_t x = 0; profile_axes[x] != NULL; x++) {
        if (axis != NULL && strcmp(axis, profile_axes[x]) != 0)
            continue;
        const char *file = strchr(name, '/') != NULL
                               ? arena_printf(a, "%s.yaml", name)
                               : arena_printf(a, "%s/%s.yaml", profile_axes[x], name);
        for (size_t i = 0; file != NULL && i < builtin_profiles_count; i++)
            if (strcmp(builtin_profiles[i].name, file) == 0)
                return &builtin_profiles[i];
    }
    return NULL;
}

static bool is_file(const char *path)
{
    struct stat st;

    return path != NULL && stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static const char *in_folder(arena *a, const char *folder, size_t len, const char *name,
                             const char *axis)
{
    const char *path;

    if (folder == NULL || len == 0)
        return NULL;
    if (axis != NULL) {
        path = arena_printf(a, "%.*s/%s/%s.yaml", (int)len, folder, axis, name);
        if (is_file(path))
            return path;
    }
    path = arena_printf(a, "%.*s/%s.yaml", (int)len, folder, name);
    return is_file(path) ? path : NULL;
}

static const char *find_in_folders(arena *a, const thresh_lookup *lookup, const char *name,
                                   const char *axis)
{
    const char *path = NULL;

    if (lookup == NULL)
        return NULL;
    for (const char *p = lookup->search_path; p != NULL && path == NULL;) {
        size_t len = strcspn(p, ":");
        path = in_folder(a, p, len, name, axis);
        p = p[len] == ':' ? p + len + 1 : NULL;
    }
    if (path == NULL && lookup->local_dir != NULL)
        path = in_folder(a, lookup->local_dir, strlen(lookup->local_dir), name, axis);
    if (path == NULL && lookup->user_dir != NULL)
        path = in_folder(a, lookup->user_dir, strlen(lookup->user_dir), name, axis);
    return path;
}

static bool is_path(const char *name)
{
    size_t len = strlen(name);

    return name[0] == '/' || name[0] == '.' || (len > 5 && strcmp(name + len - 5, ".yaml") == 0)
           || (len > 4 && strcmp(name + len - 4, ".yml") == 0);
}

/* A path in `extends` counts from the file that says it. */
/* What tells that two paths are the same file; the path itself where it cannot be told. */
static const char *identity(arena *a, const char *path)
{
    char *resolved = realpath(path, NULL);
    const char *id = resolved != NULL ? arena_strdup(a, resolved) : path;

    free(resolved);
    return id;
}

static const char *beside(arena *a, const char *file, const char *path)
{
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    return path[0] == '/' || slash == NULL
               ? path
               : arena_printf(a, "%.*s/%s", (int)(slash - file), file, path);
}

static thresh_status not_found(loader *l, const char *name, const char *axis, const char *from_file,
                               const node *at)
{
    nearest best = NEAREST_INIT;
    char bare[64], hint[THRESH_HINT_MAX];

    for (size_t i = 0; i < builtin_profiles_count; i++) {
        const char *slash = strchr(builtin_profiles[i].name, '/');
        size_t axis_len = (size_t)(slash - builtin_profiles[i].name);
        size_t len = strlen(slash + 1) - 5;

        if (len >= sizeof bare
            || (axis != NULL
                && (strlen(axis) != axis_len
                    || strncmp(axis, builtin_profiles[i].name, axis_len) != 0)))
            continue;
        memcpy(bare, slash + 1, len);
        bare[len] = '\0';
        nearest_offer(&best, name, bare);
        if (best.word == bare) /* keep the word beyond this turn of the loop */
            best.word = arena_strdup(&l->policy->arena, bare);
    }
    thresh_hint(hint, best.word, thresh_diags_language(l->diags));
    if (best.word == NULL)
        snprintf(hint, sizeof hint, "%s",
                 diag_text(l->diags, N_(" (thresh profiles list names those built in)")));
    if (axis == NULL)
        thresh_diags_add(l->diags, THRESH_ERROR, from_file, at ? at->line : 0, at ? at->column : 0,
                         "unknown profile '%s'%s", name, hint);
    else
        thresh_diags_add(l->diags, THRESH_ERROR, from_file, at ? at->line : 0, at ? at->column : 0,
                         "unknown %s '%s'%s", axis, name, hint);
    return THRESH_ENOENT;
}

/* Where a profile is that was asked for; `text` is NULL of a file that is still to be read. */
static bool find_profile(const loader *l, const char *asked, const char *axis,
                         thresh_profile_file *out)
{
    arena *a = &l->policy->arena;
    const embedded_file *builtin;

    *out = (thresh_profile_file){ .asked = asked, .axis = axis };
    if (l->lookup != NULL && l->lookup->find != NULL)
        return l->lookup->find(l->lookup->context, asked, axis, out);
    out->path = is_path(asked) ? asked : find_in_folders(a, l->lookup, asked, axis);
    builtin = out->path == NULL ? find_builtin(a, asked, axis) : NULL;
    if (builtin != NULL) {
        out->path = builtin->name;
        out->built_in = true;
        out->text = builtin->data;
        out->len = builtin->len;
    }
    return out->path != NULL;
}

static thresh_status read_found(loader *l, profile *p, thresh_profile_file *file)
{
    char *text = NULL;
    thresh_status rc = THRESH_OK;

    if (file->text == NULL) {
        rc = file_read(&text, &file->len, file->path, NULL, MAX_PROFILE_SIZE, l->diags);
        file->text = text;
    }
    if (rc == THRESH_OK && l->lookup != NULL && l->lookup->seen != NULL)
        l->lookup->seen(l->lookup->context, file);
    if (rc == THRESH_OK)
        rc = read_profile(l, p, file->text, file->len, file->path,
                          file->built_in ? "built in" : file->path);
    free(text);
    return rc;
}

thresh_status load_into(loader *l, profile *p, const char *name, const char *axis,
                        const char *from_file, const node *at)
{
    arena *a = &l->policy->arena;
    const char *asked = is_path(name) ? beside(a, at == NULL ? NULL : from_file, name) : name;
    thresh_profile_file file;
    bool found = asked != NULL && find_profile(l, asked, axis, &file);
    const char *id = !found ? name : file.built_in ? file.path : identity(a, file.path);
    thresh_status rc;

    if (id == NULL || asked == NULL)
        return THRESH_ENOMEM;

    for (size_t i = 0; i < l->depth; i++)
        if (strcmp(l->chain[i], id) == 0) {
            thresh_diags_add(l->diags, THRESH_ERROR, from_file, at ? at->line : 0,
                             at ? at->column : 0, "extends '%s', which extends this one: a cycle",
                             name);
            return THRESH_EINVAL;
        }
    if (l->depth == MAX_EXTENDS) {
        thresh_diags_add(l->diags, THRESH_ERROR, from_file, at ? at->line : 0, at ? at->column : 0,
                         "more than 16 profiles extend one another");
        return THRESH_EINVAL;
    }
    if (!found)
        return not_found(l, name, axis, from_file, at);
    l->chain[l->depth++] = id;
    rc = read_found(l, p, &file);
    l->depth--;
    return rc;
}

static profile *profile_new(void)
{
    profile *p = calloc(1, sizeof *p);

    if (p != NULL) {
        p->info = (thresh_profile_info){ .name = "", .axis = "scenario", .served = true };
        p->slices.times = 2;
        p->slices.min_samples = 30;
        p->roi_minimum = NAN;
    }
    return p;
}

thresh_status profile_load(profile **out, thresh_policy *policy, const char *name, const char *axis,
                           const thresh_lookup *lookup, thresh_diags *diags)
{
    loader l = { .policy = policy, .lookup = lookup, .diags = diags };
    profile *p = profile_new();
    thresh_status rc = p == NULL ? THRESH_ENOMEM : load_into(&l, p, name, axis, NULL, NULL);

    *out = rc == THRESH_OK ? p : NULL;
    if (rc != THRESH_OK)
        profile_free(p);
    return rc;
}

thresh_status profile_load_text(profile **out, thresh_policy *policy, const char *text, size_t len,
                                const char *origin, const thresh_lookup *lookup,
                                thresh_diags *diags)
{
    loader l = { .policy = policy, .lookup = lookup, .diags = diags };
    profile *p = profile_new();
    thresh_status rc = p == NULL ? THRESH_ENOMEM : read_profile(&l, p, text, len, origin, origin);

    *out = rc == THRESH_OK ? p : NULL;
    if (rc != THRESH_OK)
        profile_free(p);
    return rc;
}

void profile_free(profile *p)
{
    if (p == NULL)
        return;
    free(p->entries);
    free(p->tradeoffs);
    free(p->required);
    free(p->scales);
    free(p->alerts);
    free(p->actions);
    free(p);
}
