/* Of `alerts:` of a profile: what is to be done. */
#include "base/language.h"
#include "profile/loader.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { MOST_ARGUMENTS = 256, MOST_RETRIES = 20, LONGEST_HEADER = 64 };

static void read_at(document *d, const node *n, thresh_alert_action *a)
{
    const node *first = n->type == NODE_LIST ? n->child : n;

    memset(a->on, 0, sizeof a->on);
    for (const node *i = first; i != NULL; i = n->type == NODE_LIST ? i->next : NULL) {
        int level = -1;
        for (int l = THRESH_LEVEL_NONE; l < THRESH_LEVELS && i->text != NULL; l++)
            if (strcmp(i->text, thresh_level_name((thresh_level)l)) == 0)
                level = l;
        if (level < 0) {
            expected(d, n, N_("none, yellow, orange, red, or a list of them"));
            return;
        }
        a->on[level] = true;
    }
}

/* "./rollback.sh" stands beside the profile, wherever the monitor was started. */
static const char *beside_profile(document *d, const char *program)
{
    const char *slash = strrchr(d->file, '/');
    const char *path;

    if (program[0] == '/' || strchr(program, '/') == NULL || slash == NULL)
        return keep(d, program);
    path = arena_printf(&d->l->policy->arena, "%.*s/%s", (int)(slash - d->file), d->file, program);
    return path != NULL ? path : "";
}

static void read_command(document *d, const node *n, thresh_alert_action *a)
{
    static const char wanted[] = N_("a list of texts: the program and its arguments");
    const char **argv;
    size_t count = 0;

    if (!need(d, n, NODE_LIST, wanted))
        return;
    if (node_count(n) == 0 || node_count(n) > MOST_ARGUMENTS) {
        expected(d, n, wanted);
        return;
    }
    argv = arena_alloc(&d->l->policy->arena, (node_count(n) + 1) * sizeof *argv);
    for (const node *i = n->child; i != NULL && argv != NULL; i = i->next) {
        if (i->text == NULL || (count == 0 && i->text[0] == '\0')) {
            expected(d, n, wanted);
            return;
        }
        argv[count] = count == 0 ? beside_profile(d, i->text) : keep(d, i->text);
        count++;
    }
    a->argv = argv;
}

static void read_address(document *d, const node *n, const char **out)
{
    if (n->text != NULL
        && (strncmp(n->text, "http://", 7) == 0 || strncmp(n->text, "https://", 8) == 0))
        *out = keep(d, n->text);
    else
        expected(d, n, N_("an address that begins with http:// or https://"));
}

/* --- what nobody else is to see --- */

static bool is_file_or_name(const char *text, bool name)
{
    return text != NULL && text[0] != '\0' && (!name || strchr(text, '=') == NULL);
}

/* {file: PATH} or {env: NAME}, with what comes before it. What is found is never shown. */
static bool read_secret(document *d, const node *n, thresh_secret *out)
{
    static const char wanted[] = N_("a secret is {file: PATH} or {env: NAME}, so that it stands in "
                                    "no profile");
    bool ok = n->type == NODE_MAP;

    *out = (thresh_secret){ .before = "" };
    for (const node *i = ok ? n->child : NULL; i != NULL; i = i->next) {
        if (!is_known(d, i, "secrets"))
            return false;
        if (strcmp(i->key, "file") == 0 && is_file_or_name(i->text, false))
            out->file = keep(d, i->text);
        else if (strcmp(i->key, "env") == 0 && is_file_or_name(i->text, true))
            out->env = keep(d, i->text);
        else if (strcmp(i->key, "before") == 0 && i->text != NULL)
            out->before = keep(d, i->text);
        else
            ok = false;
    }
    ok = ok && (out->file == NULL) != (out->env == NULL);
    if (!ok)
        fault_at(d, n->line, n->column, wanted);
    return ok;
}

static bool is_header_name(const char *name)
{
    return name[0] != '\0' && strlen(name) <= LONGEST_HEADER
           && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
                  == strlen(name);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

static void read_headers(document *d, const node *map, thresh_alert_action *a)
{
    static const char *const ours[] = { "Content-Type", "Content-Length", "Transfer-Encoding",
                                        "Idempotency-Key", NULL };
    static const char *const secret[] = { "Authorization", "Proxy-Authorization", "Cookie", NULL };
    thresh_action_header *headers;
    size_t count = 0;

    if (!need(d, map, NODE_MAP, N_("a map such as {Authorization: {file: PATH}}")))
        return;
    headers = arena_alloc(&d->l->policy->arena, (node_count(map) + 1) * sizeof *headers);
    for (const node *n = map->child; n != NULL && headers != NULL; n = n->next) {
        thresh_action_header h = { .name = keep(d, n->key), .value.before = "" };

        if (!is_header_name(n->key) || is_one_of(n->key, ours)) {
            fault_at(
                d, n->key_line, n->key_column,
                N_("a header has letters, digits, - and _, and is none that thresh sets itself"));
            continue;
        }
        if (n->text != NULL && !is_one_of(n->key, secret) && strpbrk(n->text, "\r\n") == NULL)
            h.value.text = keep(d, n->text);
        else if (!read_secret(d, n, &h.value))
            continue;
        headers[count++] = h;
    }
    if (headers != NULL)
        headers[count] = (thresh_action_header){ .name = NULL };
    a->headers = headers;
}

static void read_path(document *d, const node *n, const char **out)
{
    if (n->text != NULL && n->text[0] != '\0')
        *out = keep(d, n->text);
    else
        expected(d, n, N_("the path of a file"));
}

static void read_action_key(document *d, const node *n, thresh_alert_action *a)
{
    thresh_span span;

    if (strcmp(n->key, "at") == 0) {
        read_at(d, n, a);
    } else if (strcmp(n->key, "each") == 0) {
        if (n->text != NULL && (strcmp(n->text, "alert") == 0 || strcmp(n->text, "incident") == 0))
            a->every = strcmp(n->text, "alert") == 0;
        else
            expected(d, n, N_("alert or incident"));
    } else if (strcmp(n->key, "command") == 0) {
        read_command(d, n, a);
    } else if (strcmp(n->key, "url") == 0 && n->type == NODE_MAP) {
        read_secret(d, n, &a->secret_url);
    } else if (strcmp(n->key, "url") == 0) {
        read_address(d, n, &a->url);
    } else if (strcmp(n->key, "headers") == 0) {
        read_headers(d, n, a);
    } else if (strcmp(n->key, "ca_file") == 0) {
        read_path(d, n, &a->tls.ca_file);
    } else if (strcmp(n->key, "cert_file") == 0) {
        read_path(d, n, &a->tls.cert_file);
    } else if (strcmp(n->key, "key_file") == 0) {
        read_path(d, n, &a->tls.key_file);
    } else if (strcmp(n->key, "alertmanager") == 0) {
        read_address(d, n, &a->alertmanager);
    } else if (strcmp(n->key, "textfile") == 0) {
        read_path(d, n, &a->textfile);
    } else if (strcmp(n->key, "retries") == 0) {
        if (n->type == NODE_NUMBER && n->number >= 0 && n->number <= MOST_RETRIES
            && !(n->number > floor(n->number)))
            a->retries = (unsigned)n->number;
        else
            expected(d, n, N_("a count from 0 to 20"));
    } else if (read_span(d, n, false, &span)) {
        double *seconds = strcmp(n->key, "timeout") == 0 ? &a->timeout : &a->backoff;
        *seconds = (double)span.microseconds / 1e6;
    }
}

/* Part of the key by which a call is known: see actions.h. */
static bool is_action_name(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= 64
           && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
                  == len;
}

static thresh_alert_action *find_action(document *d, const char *name)
{
    profile *p = d->p;

    for (size_t i = 0; i < p->action_count; i++)
        if (strcmp(p->actions[i].name, name) == 0)
            return &p->actions[i];
    return grow(d, &p->actions, &p->action_capacity, p->action_count, sizeof *p->actions)
               ? &p->actions[p->action_count++]
               : NULL;
}

/* Who is told of a level is told of what is worse. Once an incident that is one call, which the
 * monitor sees to; here it is a call for each alert. */
static void add_worse(thresh_alert_action *a)
{
    if (!a->every && a->alertmanager == NULL)
        return;
    for (int l = THRESH_LEVEL_ORANGE; l < THRESH_LEVELS; l++)
        a->on[l] = a->on[l] || a->on[l - 1];
}

void read_actions(document *d, const node *map)
{
    if (!need(d, map, NODE_MAP, N_("a map from a name to an action")))
        return;
    for (const node *item = map->child; item != NULL; item = item->next) {
        thresh_alert_action a = { .timeout = 60, .backoff = 1, .retries = 5 }, *place;

        if (!is_action_name(item->key)) {
            fault_at(d, item->key_line, item->key_column,
                     N_("the name of an action has letters, digits, - and _, at most 64"));
            continue;
        }
        if (!need(d, item, NODE_MAP, N_("a map such as {at: red, command: [/usr/bin/rollback]}")))
            continue;
        a.name = keep(d, item->key);
        a.from = d->name;
        a.every = node_get(item, "command") == NULL;
        for (const node *n = item->child; n != NULL; n = n->next)
            if (is_known(d, n, "actions"))
                read_action_key(d, n, &a);
        add_worse(&a);
        if (a.textfile == NULL && node_get(item, "at") == NULL)
            expected(d, item, N_("at: the levels that set it going"));
        else if ((node_get(item, "command") != NULL) + (node_get(item, "url") != NULL)
                     + (node_get(item, "alertmanager") != NULL)
                     + (node_get(item, "textfile") != NULL)
                 != 1)
            expected(d, item, N_("one of command, url, alertmanager and textfile"));
        else if (a.tls.key_file != NULL && a.tls.cert_file == NULL)
            expected(d, item, N_("cert_file: the certificate that the key belongs to"));
        if ((place = find_action(d, item->key)) != NULL)
            *place = a;
    }
}
