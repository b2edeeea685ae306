/* thresh profiles: list, show, check and prove. */
#include "cli.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

typedef struct session {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_text_options options;
} session;

/* --- list --- */

typedef struct listed {
    thresh_policy **items;
    size_t count;
} listed;

static thresh_status list_one(session *s, listed *l, const char *name, const thresh_lookup *lookup)
{
    thresh_policy *policy = NULL;
    thresh_policy **grown = realloc(l->items, (l->count + 1) * sizeof *grown);
    thresh_status rc;

    if (grown == NULL)
        return THRESH_ENOMEM;
    l->items = grown;
    rc = thresh_policy_new(&policy);
    if (rc == THRESH_OK)
        rc = thresh_policy_add(policy, name, NULL, lookup, s->diags);
    if (rc != THRESH_OK) {
        thresh_policy_free(policy);
        return rc;
    }
    l->items[l->count++] = policy;
    return THRESH_OK;
}

static int is_yaml(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

/* Faults of a file are collected; the rest is listed all the same. */
static thresh_status list_folder(session *s, listed *l, const char *folder, size_t len,
                                 const thresh_lookup *lookup)
{
    char path[4096];
    struct dirent **entries = NULL;
    int n;
    thresh_status rc = THRESH_OK;

    if (len == 0 || len >= sizeof path)
        return THRESH_OK;
    memcpy(path, folder, len);
    path[len] = '\0';
    n = scandir(path, &entries, is_yaml, alphasort);
    for (int i = 0; i < n; i++) {
        if (rc != THRESH_ENOMEM && len + strlen(entries[i]->d_name) + 2 < sizeof path) {
            snprintf(path, sizeof path, "%.*s/%s", (int)len, folder, entries[i]->d_name);
            rc = list_one(s, l, path, lookup);
        }
        free(entries[i]);
    }
    free(entries);
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}

static thresh_status list_all(session *s, listed *l)
{
    char buffer[4096], name[128];
    thresh_lookup lookup = profile_lookup(buffer);
    const char *builtin;
    thresh_status rc = THRESH_OK;

    for (const char *p = lookup.search_path; p != NULL && rc == THRESH_OK;) {
        size_t len = strcspn(p, ":");
        rc = list_folder(s, l, p, len, &lookup);
        p = p[len] == ':' ? p + len + 1 : NULL;
    }
    if (rc == THRESH_OK)
        rc = list_folder(s, l, lookup.local_dir, strlen(lookup.local_dir), &lookup);
    if (rc == THRESH_OK && lookup.user_dir != NULL)
        rc = list_folder(s, l, lookup.user_dir, strlen(lookup.user_dir), &lookup);
    for (size_t i = 0; rc == THRESH_OK && (builtin = thresh_builtin_profile(i, NULL, NULL)) != NULL;
         i++) {
        snprintf(name, sizeof name, "%.*s", (int)(strlen(builtin) - strlen(".yaml")), builtin);
        rc = list_one(s, l, name, NULL);
    }
    return rc;
}

static int list(session *s)
{
    listed l = { NULL, 0 };
    thresh_status rc = list_all(s, &l);
    int code = EXIT_OK;

    if (rc == THRESH_OK)
        rc = thresh_report_profiles((const thresh_policy *const *)l.items, l.count, &s->options,
                                    s->io->out);
    if (rc != THRESH_OK || thresh_diags_errors(s->diags) > 0)
        code = failure(s->io, s->diags, rc);
    for (size_t i = 0; i < l.count; i++)
        thresh_policy_free(l.items[i]);
    free(l.items);
    return code;
}

/* --- show, check, prove --- */

static int show(session *s)
{
    const char *file = option_value(s->a, "for");
    thresh_policy *policy = NULL;
    thresh_set *set = NULL;
    int code = EXIT_OK;
    thresh_status rc = load_policy(&policy, s->a, s->a->positional[1], s->diags);

    if (rc == THRESH_OK && file != NULL)
        rc = read_measured(&set, file, s->io, s->a, policy, s->diags);
    if (rc == THRESH_OK)
        rc = thresh_report_policy(policy, set, &s->options, s->io->out);
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    else
        print_diags(s->io, s->diags, THRESH_WARNING);
    thresh_set_free(set);
    thresh_policy_free(policy);
    return code;
}

static thresh_status check_file(session *s, const char *path)
{
    char buffer[4096];
    thresh_lookup lookup = profile_lookup(buffer);
    thresh_policy *policy = NULL;
    thresh_status rc = thresh_policy_new(&policy);

    if (rc == THRESH_OK)
        rc = thresh_policy_add(policy, path, NULL, &lookup, s->diags);
    if (rc == THRESH_OK) {
        const thresh_profile_info *p = thresh_policy_at(policy, 0);
        fprintf(s->io->out, thresh_translate(s->io->language, N_("%s: ok, %s %s, sha256 %s\n")),
                path, p->axis, p->name, p->sha256);
    }
    thresh_policy_free(policy);
    return rc;
}

static int check(session *s)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 1; i < s->a->count; i++) {
        thresh_status one = check_file(s, s->a->positional[i]);
        if (one != THRESH_OK)
            rc = one;
    }
    if (rc != THRESH_OK)
        return failure(s->io, s->diags, rc);
    print_diags(s->io, s->diags, THRESH_WARNING);
    return EXIT_OK;
}

static int prove(session *s)
{
    thresh_policy *policy = NULL;
    thresh_set *set = NULL;
    thresh_probe *probes = NULL;
    size_t count = 0;
    int code = EXIT_OK;
    thresh_status rc = load_policy(&policy, s->a, s->a->positional[1], s->diags), one;

    if ((one = read_measured(&set, s->a->positional[2], s->io, s->a, policy, s->diags))
        != THRESH_OK)
        rc = one;
    if (rc == THRESH_OK)
        rc = thresh_prove(&probes, &count, set, policy, s->diags);
    if (rc == THRESH_OK)
        rc = thresh_report_probes(probes, count, &s->options, s->io->out);
    if (rc == THRESH_OK && count == 0)
        rc = THRESH_EEMPTY;
    for (size_t i = 0; i < count; i++)
        if (!probes[i].ok)
            code = EXIT_REJECT;
    if (rc != THRESH_OK)
        code = failure(s->io, s->diags, rc);
    free(probes);
    thresh_set_free(set);
    thresh_policy_free(policy);
    return code;
}

static const struct {
    const char *name, *wanted;
    size_t least, most;
    int (*run)(session *s);
} actions[] = {
    { "list", N_("no further argument"), 0, 0, list },
    { "show", "NAME", 1, 1, show },
    { "check", "FILE...", 1, MAX_ARGUMENTS, check },
    { "prove", N_("PROFILE and BASELINE"), 2, 2, prove },
};
enum { ACTIONS = sizeof actions / sizeof *actions };

static int run_profiles(const streams *io, const arguments *a)
{
    const char *action = a->count > 0 ? a->positional[0] : "list";
    const char *names[ACTIONS + 1], *near;
    char hint[THRESH_HINT_MAX];

    for (size_t i = 0; i < ACTIONS; i++) {
        size_t given = a->count > 0 ? a->count - 1 : 0;

        names[i] = actions[i].name;
        if (strcmp(actions[i].name, action) != 0)
            continue;
        if (given < actions[i].least || given > actions[i].most)
            return complain(
                io,
                given == 1
                    ? N_("profiles %s: expected %s, found %zu argument (thresh profiles --help)")
                    : N_("profiles %s: expected %s, found %zu arguments (thresh profiles --help)"),
                action, thresh_translate(io->language, actions[i].wanted), given);
        session s = { io, a, new_diags(io), text_options(io, a, true) };
        int code = s.diags == NULL ? out_of_memory(io) : actions[i].run(&s);
        thresh_diags_free(s.diags);
        return code;
    }
    names[ACTIONS] = NULL;
    near = thresh_nearest_word(action, names);
    return complain(io, "profiles: unknown action '%s'; expected list, show, check or prove%s",
                    action, thresh_hint(hint, near, io->language));
}

static const option options[] = {
    { "for", 0, "FILE", NULL, N_("show the limits of the metrics of this file") },
    { "tier", 0, "T", NULL, N_("add a profile of the axis tier") },
    { "layer", 0, "L", NULL, N_("add a profile of the axis layer") },
    { "group", 0, "G", NULL, N_("add a profile of the axis group") },
    { "profile", 'p', "NAME|FILE", NULL, N_("add another profile; the strictest limit wins") },
    { "format", 0, "NAME", NULL, N_("format of FILE or BASELINE, instead of detecting it") },
    { NULL, 0, NULL, NULL, NULL },
};

const command profiles_command = {
    .name = "profiles",
    .synopsis = "profiles [list]\nprofiles show NAME [--for FILE]\nprofiles check "
                "FILE...\nprofiles prove PROFILE BASELINE",
    .summary = N_("what limits apply to a metric, and where each comes from"),
    .description = N_("list names every profile with what it tolerates for accuracy and NDCG.\n"
                      "show prints the resolved limits of every kind, or of the metrics of a file, "
                      "and where each comes from.\n"
                      "check reads profiles and reports every fault with its place.\n"
                      "prove makes, for every limit that governs a metric of BASELINE, a candidate "
                      "just inside and one just "
                      "outside, judges both as eval does, and exits with 0 only if every one comes "
                      "out as it must: a gate that "
                      "is shown to fail.\n"
                      "Profiles are looked for by path (a name ending in .yaml), in "
                      "$THRESH_PROFILE_PATH, in .thresh/profiles, in "
                      "the user's folder of profiles, and among those built in.\n"
                      "Exit code: 0, 1 when a proof fails, 2 on trouble."),
    .options = options,
    .least = 0,
    .most = MAX_ARGUMENTS,
    .wanted = N_("an action"),
    .run = run_profiles,
};
