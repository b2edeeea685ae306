/* Folders that tools leave behind: lm-evaluation-harness (the newest results, also one level down),
 * Hugging Face, DVC and W&B (their file of results), MLflow (a file for each metric). */
#include "base/file.h"
#include "input/folder.h"
#include "metric/set.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The entries of a folder, sorted, without those that are hidden. */
typedef struct listing {
    struct dirent **entries;
    int count;
} listing;

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static listing list_folder(const char *path)
{
    listing l = { NULL, 0 };

    l.count = scandir(path, &l.entries, is_shown, alphasort);
    return l;
}

static void free_listing(listing *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->entries[i]);
    free(l->entries);
}

static bool is_results(const char *name)
{
    size_t len = strlen(name);

    return strncmp(name, "results_", 8) == 0 && len > 5 && strcmp(name + len - 5, ".json") == 0;
}

/* The names hold the time of the run, so that the last by name is the newest. */
static void newest_results(arena *a, const char *folder, int depth, const char **best,
                           const char **best_name, size_t *found)
{
    listing l = list_folder(folder);

    for (int i = 0; i < l.count; i++) {
        const char *name = l.entries[i]->d_name;
        const char *path = arena_printf(a, "%s/%s", folder, name);

        if (path == NULL)
            break;
        if (depth > 0 && is_folder(path)) {
            newest_results(a, path, depth - 1, best, best_name, found);
        } else if (is_results(name)) {
            ++*found;
            if (*best == NULL || strcmp(name, *best_name) > 0) {
                *best = path;
                *best_name = arena_strdup(a, name);
            }
        }
    }
    free_listing(&l);
}

static const char *known_file(arena *a, const char *folder)
{
    static const char *const names[] = { "all_results.json",   "eval_results.json",
                                         "metrics.json",       "metrics.yaml",
                                         "wandb-summary.json", "trainer_state.json" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat st;
        const char *path = arena_printf(a, "%s/%s", folder, names[i]);
        if (path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode))
            return path;
    }
    return NULL;
}

/* Every file of the folder as a metric of MLflow; the hash is that of all hashes. */
static thresh_status read_metrics(thresh_set **out, const char *folder,
                                  const thresh_read_options *options, thresh_diags *diags)
{
    listing l = list_folder(folder);
    arena a = ARENA_INIT;
    thresh_set *all = NULL;
    const char *hashes = "";
    const thresh_read_options mlflow = { .format = "mlflow",
                                         .has_step = options->has_step,
                                         .step = options->step,
                                         .seen = options->seen,
                                         .seen_context = options->seen_context };
    char hash[SHA256_HEX];
    thresh_status rc = thresh_set_new(&all);

    for (int i = 0; i < l.count && rc == THRESH_OK; i++) {
        const char *path = arena_printf(&a, "%s/%s", folder, l.entries[i]->d_name);
        thresh_set *one = NULL;

        if (path == NULL || hashes == NULL)
            rc = THRESH_ENOMEM;
        else
            rc = read_one_file(&one, path, NULL, "", &mlflow, diags);
        for (size_t k = 0; rc == THRESH_OK && k < thresh_set_count(one); k++)
            rc = thresh_set_add(all, thresh_set_at(one, k), NULL);
        if (rc == THRESH_OK)
            hashes = arena_printf(&a, "%s%s", hashes, thresh_set_source(one)->sha256);
        thresh_set_free(one);
    }
    if (rc == THRESH_OK && hashes != NULL) {
        sha256_hex(hash, hashes, strlen(hashes));
        rc = thresh_set_set_source(all, &(thresh_source){ folder, "mlflow", hash, NULL });
    }
    free_listing(&l);
    if (a.failed)
        rc = THRESH_ENOMEM;
    arena_free(&a);
    if (rc != THRESH_OK) {
        thresh_set_free(all);
        return rc;
    }
    *out = all;
    return THRESH_OK;
}

/* Does the first file look like a metric of MLflow? A folder of anything else is refused as such.
 */
static bool holds_metrics(const char *folder)
{
    listing l = list_folder(folder);
    arena a = ARENA_INIT;
    const char *path = l.count > 0 ? arena_printf(&a, "%s/%s", folder, l.entries[0]->d_name) : NULL;
    thresh_set *set = NULL;
    bool holds = path != NULL && !is_folder(path)
                 && thresh_read_file(&set, path, NULL, NULL, NULL) == THRESH_OK
                 && strcmp(thresh_set_source(set)->format, "mlflow") == 0;

    thresh_set_free(set);
    free_listing(&l);
    arena_free(&a);
    return holds;
}

/* "samples_TASK_TIME.jsonl" of the run whose results are "results_TIME.json": the task, or NULL. */
static const char *task_of_samples(arena *a, const char *name, const char *results)
{
    static const char head[] = "samples_", tail[] = ".jsonl";
    const char *time = results + strlen("results");
    size_t stamp = strlen(time) - strlen(".json"), len = strlen(name);

    if (strncmp(name, head, sizeof head - 1) != 0
        || len <= sizeof head - 1 + stamp + sizeof tail - 1
        || strcmp(name + len - (sizeof tail - 1), tail) != 0
        || strncmp(name + len - (sizeof tail - 1) - stamp, time, stamp) != 0)
        return NULL;
    return arena_strndup(a, name + sizeof head - 1,
                         len - (sizeof head - 1) - stamp - (sizeof tail - 1));
}

/* The logs of samples beside the results of lm-evaluation-harness. */
static thresh_status add_samples(thresh_set *set, arena *a, const char *results, const char *name,
                                 const thresh_read_options *options, thresh_diags *diags)
{
    const char *folder = arena_strndup(a, results, strlen(results) - strlen(name) - 1);
    thresh_read_options log = *options;
    thresh_status rc = folder == NULL ? THRESH_ENOMEM : THRESH_OK;
    listing l = { NULL, 0 };

    log.format = "lm-eval-samples";
    if (rc == THRESH_OK)
        l = list_folder(folder);
    for (int i = 0; i < l.count && rc == THRESH_OK; i++) {
        const char *task = task_of_samples(a, l.entries[i]->d_name, name);
        const char *path;
        thresh_set *one = NULL;

        if (task == NULL)
            continue;
        path = arena_printf(a, "%s/%s", folder, l.entries[i]->d_name);
        rc = path == NULL ? THRESH_ENOMEM : read_one_file(&one, path, NULL, task, &log, diags);
        if (rc == THRESH_OK)
            rc = set_move_samples(set, one);
        thresh_set_free(one);
    }
    free_listing(&l);
    return a->failed ? THRESH_ENOMEM : rc;
}

thresh_status read_folder(thresh_set **out, const char *path, const thresh_read_options *options,
                          thresh_diags *diags)
{
    arena a = ARENA_INIT;
    const char *file = NULL, *name = NULL;
    size_t found = 0;
    thresh_status rc = THRESH_EFORMAT;

    newest_results(&a, path, 1, &file, &name, &found);
    if (found > 1)
        thresh_diags_add(diags, THRESH_WARNING, path, 0, 0,
                         "%zu results in this folder; the newest is taken: %s", found, name);
    if (file == NULL)
        file = known_file(&a, path);
    if (a.failed)
        rc = THRESH_ENOMEM;
    else if (file != NULL)
        rc = read_one_file(out, file, NULL, "", options, diags);
    else if (holds_metrics(path))
        rc = read_metrics(out, path, options, diags);
    else
        thresh_diags_add(diags, THRESH_ERROR, path, 0, 0,
                         "a folder without results that are known; expected results_*.json, "
                         "all_results.json, eval_results.json, metrics.json, metrics.yaml, "
                         "wandb-summary.json, trainer_state.json or MLflow's files of metrics");
    if (rc == THRESH_OK && name != NULL) {
        rc = add_samples(*out, &a, file, name, options, diags);
        if (rc != THRESH_OK) {
            thresh_set_free(*out);
            *out = NULL;
        }
    }
    arena_free(&a);
    return rc;
}
