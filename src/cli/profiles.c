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

enum { LONGEST_NAME = 256 };

typedef struct listed {
    thresh_policy **items;
    char (*names)[LONGEST_NAME]; /* as --profile takes them */
    size_t count;
} listed;

static bool is_listed(const listed *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->names[i], name) == 0)
            return true;
    return false;
}

/* The file "search.yaml" is named search; a second one of that name needs its axis before it. */
static void name_profile(listed *l, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *axis = thresh_policy_at(l->items[l->count], 0)->axis;
    char *to = l->names[l->count];
    size_t len = strlen(name);

    if (len > 5 && strcmp(name + len - 5, ".yaml") == 0)
        len -= 5;
    snprintf(to, LONGEST_NAME, "%.*s", (int)len, name);
    if (is_listed(l, to))
        snprintf(to, LONGEST_NAME, "%s/%.*s", axis, (int)len, name);
}

static thresh_status list_one(session *s, listed *l, const char *path, const thresh_lookup *lookup)
{
    const char *axis = option_value(s->a, "axis");
    thresh_policy *policy = NULL;
    thresh_policy **items = realloc(l->items, (l->count + 1) * sizeof *items);
    char(*names)[LONGEST_NAME] =
        items == NULL ? NULL : realloc(l->names, (l->count + 1) * sizeof *names);
    thresh_status rc;

    l->items = items != NULL ? items : l->items;
    if (names == NULL)
        return THRESH_ENOMEM;
    l->names = names;
    rc = thresh_policy_new(&policy);
    if (rc == THRESH_OK)
        rc = thresh_policy_add(policy, path, NULL, lookup, s->diags);
    if (rc != THRESH_OK || (axis != NULL && strcmp(thresh_policy_at(policy, 0)->axis, axis) != 0)) {
        thresh_policy_free(policy);
        return rc;
    }
    l->items[l->count] = policy;
    name_profile(l, path);
    l->count++;
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
    listed l = { NULL, NULL, 0 };
    thresh_status rc = list_all(s, &l);
    int code = EXIT_OK;

    if (rc == THRESH_OK && option_given(s->a, "names"))
        for (size_t i = 0; i < l.count; i++)
            fprintf(s->io->out, "%s\n", l.names[i]);
    else if (rc == THRESH_OK)
        rc = thresh_report_profiles((const thresh_policy *const *)l.items, l.count, &s->options,
                                    s->io->out);
    if (rc != THRESH_OK || thresh_diags_errors(s->diags) > 0)
        code = failure(s->io, s->diags, rc);
    for (size_t i = 0; i < l.count; i++)
        thresh_policy_free(l.items[i]);
    free(l.items);
    free(l.names);
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

    bool alerts = option_given(s->a, "alerts");

    if (rc == THRESH_OK && alerts && file == NULL) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "--alerts needs --for FILE: levels are those of a baseline's metrics");
        rc = THRESH_EINVAL;
    }
    if (rc == THRESH_OK && file != NULL)
        rc = read_measured(&set, file, s->io, s->a, policy, s->diags);
    if (rc == THRESH_OK)
        rc = alerts ? thresh_report_levels(policy, set, &s->options, s->diags, s->io->out)
                    : thresh_report_policy(policy, set, &s->options, s->io->out);
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
        warn_of_commands(policy, s->diags);
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
    /* a warning that found no memory is none that may be missed */
    if (rc == THRESH_OK && thresh_diags_errors(s->diags) > 0)
        rc = THRESH_ENOMEM;
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

static const action actions[] = {
    { "list", N_("Names every profile, with what it tolerates for accuracy and NDCG."),
      N_("no further argument"), 0, 0, NULL, NULL, list },
    { "show",
      N_("Prints the resolved limits of every kind, or of the metrics of a file, and where each "
         "comes from."),
      "NAME", 1, 1, &a_profile, NULL, show },
    { "check", N_("Reads profiles and reports every fault with its place."), "FILE...", 1,
      MAX_ARGUMENTS, &a_file, &a_file, check },
    { "prove",
      N_("Makes, for every limit that governs a metric of BASELINE, a candidate just inside and "
         "one "
         "just outside, judges both as eval does, and exits with 0 only if every one comes out as "
         "it must: a gate that is shown to fail."),
      N_("PROFILE and BASELINE"), 2, 2, &a_profile, &a_file, prove },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL },
};

static int run_profiles(const streams *io, const arguments *a)
{
    const action *chosen = choose_action(io, a);
    session s = { io, a, new_diags(io), text_options(io, a, true) };
    int code = chosen == NULL    ? EXIT_TROUBLE
               : s.diags == NULL ? out_of_memory(io)
                                 : chosen->run(&s);

    thresh_diags_free(s.diags);
    return code;
}

static const value_set axes = { .words = (const char *const[]){ "scenario", "task", "norm", "tier",
                                                                "layer", "group", NULL } };

static const option options[] = {
    { "for", 0, "FILE", &a_file, N_("show the limits of the metrics of this file") },
    { "alerts", 0, NULL, NULL,
      N_("show what thresh monitor would raise alerts for, with that file as the baseline") },
    { "tier", 0, "T", &a_tier, N_("add a profile of the axis tier") },
    { "layer", 0, "L", &a_layer, N_("add a profile of the axis layer") },
    { "group", 0, "G", &a_group, N_("add a profile of the axis group") },
    { "profile", 'p', "NAME|FILE", &a_profile,
      N_("add another profile; the strictest limit wins") },
    { "axis", 0, "AXIS", &axes, N_("list the profiles of this axis only") },
    { "names", 0, NULL, NULL,
      N_("list the names only, one on each line, as --profile takes them") },
    { "format", 0, "NAME", &a_format, N_("format of FILE or BASELINE, instead of detecting it") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("done; every probe of prove came out as it must") },
    { EXIT_REJECT, N_("a probe of prove came out otherwise") },
    { EXIT_TROUBLE, N_("trouble: usage, an unknown profile, a faulty one, an unreadable file") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh profiles show search --for baseline.json",
      N_("The limits that search sets for the metrics of this file, and where each comes from.") },
    { "thresh profiles check my-search.yaml",
      N_("Is my profile well-formed? Every fault is named.") },
    { "thresh profiles prove my-search.yaml baseline.json",
      N_("Does the gate that it makes reject what it must?") },
    { NULL, NULL },
};

const command profiles_command = {
    .name = "profiles",
    .synopsis =
        "profiles [list] [--axis AXIS] [--names]\nprofiles show NAME [--for FILE [--alerts]]\n"
        "profiles check FILE...\nprofiles prove PROFILE BASELINE",
    .summary = N_("what limits apply to a metric, and where each comes from"),
    .description = N_("Profiles are looked for by path (a name ending in .yaml), in "
                      "$THRESH_PROFILE_PATH, in .thresh/profiles, in the user's folder of "
                      "profiles, and among those built in. Without an action they are listed."),
    .actions = actions,
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = MAX_ARGUMENTS,
    .wanted = N_("an action"),
    .run = run_profiles,
};
