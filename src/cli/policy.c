/* The policy that the options of eval and profiles name. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const axis_options[] = { "tier", "layer", "group" };

static thresh_status add_scale(thresh_policy *policy, const char *text, thresh_diags *diags)
{
    static const struct {
        const char *word;
        thresh_scale_choice choice;
    } scales[] = { { "percent", THRESH_AS_PERCENT },
                   { "fraction", THRESH_AS_FRACTION },
                   { "mixed", THRESH_AS_MIXED } };
    const char *equals = strrchr(text, '=');
    thresh_scale_choice choice = THRESH_AS_SEEN;
    char name[256], hint[THRESH_HINT_MAX];

    for (size_t i = 0; equals != NULL && i < sizeof scales / sizeof *scales; i++)
        if (strcmp(equals + 1, scales[i].word) == 0)
            choice = scales[i].choice;
    if (choice == THRESH_AS_SEEN || equals == text || (size_t)(equals - text) >= sizeof name) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "--scale: found '%s', expected NAME=percent, NAME=fraction or NAME=mixed",
                         text);
        return THRESH_EINVAL;
    }
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = '\0';
    if (strpbrk(name, "*?/") == NULL
        && thresh_catalog_resolve(thresh_policy_catalog(policy), name).kind == NULL) {
        const char *near = thresh_catalog_nearest(thresh_policy_catalog(policy), name);
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "--scale: unknown metric '%s'%s", name,
                         thresh_hint(hint, near, thresh_diags_language(diags)));
        return THRESH_EINVAL;
    }
    return thresh_policy_set_scale(policy, name, choice);
}

/* Is the SHA-256 of a profile, or of one that it extends, begun by this pin? */
static bool pin_is_met(const thresh_policy *policy, const char *pin)
{
    for (size_t p = 0; p < thresh_policy_count(policy); p++)
        for (const thresh_profile_info *i = thresh_policy_at(policy, p); i != NULL; i = i->extended)
            if (strncasecmp(i->sha256, pin, strlen(pin)) == 0)
                return true;
    return false;
}

static bool is_pinned(const arguments *a, const thresh_profile_info *info)
{
    const char *pin;

    for (size_t i = 0; (pin = option_at(a, "pin-profile", i)) != NULL; i++)
        if (strncasecmp(info->sha256, pin, strlen(pin)) == 0)
            return true;
    return false;
}

/* Every profile has to be pinned, and every pin has to be met: either side left open would let a
 * gate change unnoticed. What is extended counts too, unless it is built in: that is fixed by the
 * version of the program. */
static thresh_status check_pins(const thresh_policy *policy, const arguments *a,
                                thresh_diags *diags)
{
    enum { SHORTEST_PIN = 12, LONGEST_PIN = 64 };
    thresh_status rc = THRESH_OK;
    const char *pin;

    for (size_t i = 0; (pin = option_at(a, "pin-profile", i)) != NULL; i++) {
        bool fits = strlen(pin) >= SHORTEST_PIN && strlen(pin) <= LONGEST_PIN;
        if (fits && pin_is_met(policy, pin))
            continue;
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         fits ? N_("--pin-profile %s: no profile of this run has that SHA-256")
                              : N_("--pin-profile %s: expected 12 to 64 hexadecimal digits"),
                         pin);
        rc = THRESH_EINVAL;
    }
    for (size_t p = 0; option_given(a, "pin-profile") && p < thresh_policy_count(policy); p++) {
        const thresh_profile_info *named = thresh_policy_at(policy, p);

        for (const thresh_profile_info *i = named; i != NULL; i = i->extended) {
            if ((i != named && strcmp(i->origin, "built in") == 0) || is_pinned(a, i))
                continue;
            const char *origin = strcmp(i->origin, "built in") == 0
                                     ? thresh_translate(thresh_diags_language(diags), i->origin)
                                     : i->origin;
            thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                             "profile %s (%s) has SHA-256 %s, which no --pin-profile names",
                             i->name, origin, i->sha256);
            rc = THRESH_EINVAL;
        }
    }
    return rc;
}

/* "0.95" or "95%"; 0 and a message when it is neither. */
static double read_confidence(const char *text, thresh_diags *diags)
{
    size_t len = strlen(text);
    bool percent = len > 1 && text[len - 1] == '%';
    double value;

    if (thresh_parse_number(&value, text, len - percent)) {
        value = percent ? value / 100 : value;
        if (value > 0.5 && value < 1)
            return value;
    }
    thresh_diags_add(
        diags, THRESH_ERROR, NULL, 0, 0,
        "--confidence: found '%s', expected a number between 0.5 and 1, or its per cent", text);
    return 0;
}

static thresh_status override_evidence(thresh_policy *policy, const arguments *a,
                                       thresh_diags *diags)
{
    const char *burden = option_value(a, "burden"), *confidence = option_value(a, "confidence");
    thresh_evidence_override o = { .allow_weaker = option_given(a, "allow-weaker") };

    if (burden == NULL && confidence == NULL)
        return THRESH_OK;
    if (confidence != NULL && (o.confidence = read_confidence(confidence, diags)) == 0)
        return THRESH_EINVAL;
    o.has_burden = burden != NULL;
    for (thresh_burden b = THRESH_PROVE_HARM; burden != NULL && b <= THRESH_PROVE_SAFE; b++)
        if (strcmp(burden, thresh_burden_name(b)) == 0)
            o.burden = b;
    return thresh_policy_override_evidence(policy, &o, diags);
}

thresh_status load_policy(thresh_policy **out, const arguments *a, const char *first,
                          thresh_diags *diags)
{
    char buffer[4096];
    thresh_lookup lookup = profile_lookup(buffer);
    thresh_policy *policy = NULL;
    const char *value;
    thresh_status rc = thresh_policy_new(&policy), one;

    *out = NULL;
    note_profiles(a, &lookup);
    if (rc == THRESH_OK && first != NULL)
        rc = thresh_policy_add(policy, first, NULL, &lookup, diags);
    /* go on after a fault: several are reported at once */
    for (size_t i = 0; rc != THRESH_ENOMEM && (value = option_at(a, "profile", i)) != NULL; i++)
        if ((one = thresh_policy_add(policy, value, NULL, &lookup, diags)) != THRESH_OK)
            rc = one;
    for (size_t x = 0; x < sizeof axis_options / sizeof *axis_options; x++)
        for (size_t i = 0;
             rc != THRESH_ENOMEM && (value = option_at(a, axis_options[x], i)) != NULL; i++)
            if ((one = thresh_policy_add(policy, value, axis_options[x], &lookup, diags))
                != THRESH_OK)
                rc = one;
    for (size_t i = 0; rc != THRESH_ENOMEM && (value = option_at(a, "scale", i)) != NULL; i++)
        if ((one = add_scale(policy, value, diags)) != THRESH_OK)
            rc = one;
    if (rc == THRESH_OK)
        rc = override_evidence(policy, a, diags);
    if (rc == THRESH_OK)
        rc = check_pins(policy, a, diags);
    if (rc != THRESH_OK) {
        thresh_policy_free(policy);
        return rc;
    }
    *out = policy;
    return THRESH_OK;
}

/* 0, or the errno that execvp() would give. */
static int fault_of_program(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return errno;
    return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : EACCES;
}

static int fault_of_command(const char *name)
{
    const char *path = getenv("PATH");
    char one[4096];
    int worst = ENOENT;

    if (strchr(name, '/') != NULL)
        return fault_of_program(name);
    for (path = path != NULL ? path : "/bin:/usr/bin"; path != NULL; path = strchr(path, ':')) {
        int len, fault;
        path += *path == ':';
        len = (int)strcspn(path, ":");
        snprintf(one, sizeof one, "%.*s%s%s", len, path, len > 0 ? "/" : "./", name);
        if ((fault = fault_of_program(one)) == 0)
            return 0;
        worst = fault == EACCES ? fault : worst;
    }
    return worst;
}

void warn_of_commands(const thresh_policy *policy, thresh_diags *diags)
{
    const thresh_alert_action *one;

    for (size_t i = 0; (one = thresh_policy_alert_action(policy, i)) != NULL; i++) {
        int fault = one->argv != NULL ? fault_of_command(one->argv[0]) : 0;
        if (fault != 0)
            thresh_diags_add(diags, THRESH_WARNING, NULL, 0, 0,
                             "action %s of profile %s: '%s' could not be started: %s", one->name,
                             one->from, one->argv[0],
                             thresh_translate(thresh_diags_language(diags), strerror(fault)));
    }
}
