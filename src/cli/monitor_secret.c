/*
 * Tokens and passwords: read from files and variables when they are needed, kept in no state, and
 * shown by no message.
 */
#include "monitor.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SECRET = 16384 };

/* The first line, "" of an empty file, or NULL and errno. */
static char *first_line(const char *path)
{
    char *text = calloc(1, LONGEST_SECRET + 1);
    FILE *f = text != NULL ? fopen(path, "r") : NULL;

    if (f == NULL || (fgets(text, LONGEST_SECRET + 1, f) == NULL && ferror(f))) {
        int why = errno;
        free(text);
        text = NULL;
        errno = why;
    }
    if (f != NULL) {
        int why = errno;
        fclose(f);
        errno = why;
    }
    return text;
}

/* Fit for a header: not empty, and no byte that would begin another one. */
static const char *fault_of(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    if (len == 0)
        return N_("there is nothing in it");
    for (size_t i = 0; i < len; i++)
        if (iscntrl((unsigned char)text[i]))
            return N_("there are control characters in it");
    return len < LONGEST_SECRET ? NULL : N_("it is longer than any token");
}

char *read_secret(const watching *w, const thresh_secret *s, thresh_diags *diags)
{
    const char *value = s->env != NULL ? getenv(s->env) : s->text, *why, *before = s->before;
    char *text = s->file != NULL ? first_line(s->file) : value != NULL ? strdup(value) : NULL, *out;

    why = text != NULL ? fault_of(text) : s->file != NULL ? strerror(errno) : N_("it is not set");
    if (why == NULL) {
        size_t size = strlen(before) + strlen(text) + 1;
        if ((out = malloc(size)) != NULL)
            snprintf(out, size, "%s%s", before, text);
        free(text);
        return out;
    }
    why = thresh_translate(w->io->language, why);
    if (s->file != NULL)
        thresh_diags_add(diags, THRESH_ERROR, s->file, 0, 0,
                         "no token or password can be had from it: %s", why);
    else
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "no token or password can be had from the variable %s: %s",
                         s->env != NULL ? s->env : "", why);
    free(text);
    return NULL;
}

/* --- of an action --- */

void free_request(struct request *r)
{
    for (size_t i = 0; r->headers != NULL && r->headers[i] != NULL; i++)
        free(r->headers[i]);
    free(r->headers);
    free(r->url);
    *r = (struct request){ 0 };
}

static char *join(const char *name, char *value)
{
    size_t size = value == NULL ? 0 : strlen(name) + strlen(value) + 3;
    char *out = value == NULL ? NULL : malloc(size);

    if (out != NULL)
        snprintf(out, size, "%s: %s", name, value);
    free(value);
    return out;
}

static bool is_address(const char *url)
{
    return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

bool find_request(const watching *w, const thresh_alert_action *one, struct request *out,
                  thresh_diags *diags)
{
    size_t count = 0;

    *out = (struct request){ 0 };
    while (one->headers != NULL && one->headers[count].name != NULL)
        count++;
    if ((out->headers = calloc(count + 1, sizeof *out->headers)) == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        out->headers[i] = join(one->headers[i].name, read_secret(w, &one->headers[i].value, diags));
        if (out->headers[i] == NULL) {
            free_request(out);
            return false;
        }
    }
    if (one->secret_url.file == NULL && one->secret_url.env == NULL)
        return true;
    if ((out->url = read_secret(w, &one->secret_url, diags)) != NULL && is_address(out->url))
        return true;
    if (out->url != NULL)
        thresh_diags_add(diags, THRESH_ERROR, one->secret_url.file, 0, 0,
                         "action %s: its url is no address that begins with http:// or https://",
                         one->name);
    free_request(out);
    return false;
}

bool check_secrets(const watching *w)
{
    const thresh_alert_action *one;
    struct request r;
    bool ok = true;

    for (size_t i = 0; (one = thresh_policy_alert_action(w->policy, i)) != NULL; i++) {
        ok = find_request(w, one, &r, w->diags) && ok;
        free_request(&r);
    }
    return ok;
}
