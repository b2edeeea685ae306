/* Readings of thresh monitor from a Prometheus server, which is asked again and again. */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Failures in succession that a run which does not wait for more takes for an answer. */
enum { PATIENCE = 3, LONGEST_NAME = 256 };

bool is_prometheus(const char *path)
{
    return strncmp(path, "http://", 7) == 0 || strncmp(path, "https://", 8) == 0;
}

/* Microseconds since 1970. */
static int64_t clock_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void name_server(char *out, size_t size, const char *url)
{
    const char *host = strstr(url, "://") + 3;
    const char *at = strchr(host, '@');

    if (at == NULL || (size_t)(at - host) > strcspn(host, "/"))
        at = host - 1;
    snprintf(out, size, "%.*s%s", (int)(host - url), url, at + 1);
}

static bool read_query(thresh_prometheus_query *out, char *name, const char *text,
                       thresh_diags *diags)
{
    const char *equals = strchr(text, '=');
    size_t len = equals != NULL ? (size_t)(equals - text) : 0;

    if (len == 0 || len >= LONGEST_NAME || equals[1] == '\0') {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "--query: found '%s', expected METRIC=PROMQL, such as "
                         "accuracy=avg(app_accuracy)",
                         text);
        return false;
    }
    memcpy(name, text, len);
    name[len] = '\0';
    *out = (thresh_prometheus_query){ .metric = name, .promql = equals + 1 };
    return true;
}

static bool read_time(const watching *w, const char *name, int64_t otherwise, int64_t *out)
{
    const char *text = option_value(w->a, name);
    thresh_span span = { .microseconds = otherwise };

    if (text != NULL && !thresh_parse_span(&span, text, false)) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "--%s: found '%s', expected a time such as 30s, 5m or 1h", name, text);
        return false;
    }
    *out = span.microseconds;
    return true;
}

/* --- who asks --- */

static const char bearer[] = "Authorization: Bearer ";

/* A value of an option, or else a variable. */
static thresh_secret named_secret(const watching *w, const char *name, const char *variable)
{
    thresh_secret s = { .file = option_value(w->a, name), .before = "" };

    if (s.file == NULL && getenv(variable) != NULL && getenv(variable)[0] != '\0')
        s.env = variable;
    return s;
}

/* Takes the token as it is now; it may have been renewed, and one that cannot be had now is kept.
 */
static bool take_token(watching *w, thresh_diags *diags)
{
    thresh_secret s = named_secret(w, "token-file", "THRESH_PROMETHEUS_TOKEN");
    const char *headers[2] = { NULL, NULL };
    char *token;

    s.before = bearer;
    if ((token = read_secret(w, &s, diags)) == NULL)
        return false;
    if (w->token != NULL && strcmp(token, w->token) == 0) {
        free(token);
        return true;
    }
    free(w->token);
    w->token = token;
    headers[0] = token;
    return w->server == NULL || thresh_prometheus_set_headers(w->server, headers) == THRESH_OK;
}

/* What stands before '@' of an address, or 0. */
static size_t user_length(const char *host)
{
    const char *at = strchr(host, '@');

    return at != NULL && (size_t)(at - host) < strcspn(host, "/?#") ? (size_t)(at - host) : 0;
}

/* The address with the password in its place, where bytes that mean something else are escaped. */
static char *with_password(const watching *w, const char *url)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    thresh_secret s = named_secret(w, "password-file", "THRESH_PROMETHEUS_PASSWORD");
    char *password = read_secret(w, &s, w->diags), *out, *to;
    size_t before = (size_t)(strstr(url, "://") + 3 - url) + user_length(strstr(url, "://") + 3);

    if (password == NULL || (out = malloc(strlen(url) + 3 * strlen(password) + 2)) == NULL) {
        free(password);
        return NULL;
    }
    memcpy(out, url, before);
    to = out + before;
    *to++ = ':';
    for (const char *c = password; *c != '\0'; c++)
        if (strchr(plain, *c) != NULL)
            *to++ = *c;
        else
            to += sprintf(to, "%%%02X", (unsigned)(unsigned char)*c);
    memcpy(to, url + before, strlen(url + before) + 1);
    free(password);
    return out;
}

static bool is_near(const char *host)
{
    static const char *const near[] = { "localhost", "127.", "[::1]" };

    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        if (strncmp(host, near[i], strlen(near[i])) == 0)
            return true;
    return false;
}

/* A token or a password, of which the address may need the second; false with a message. */
static bool identify(watching *w, const char *url, char **address)
{
    const char *host = strstr(url, "://") + 3;
    size_t user = user_length(host);
    bool has_password = memchr(host, ':', user) != NULL,
         token_said = option_value(w->a, "token-file") != NULL,
         password_said = option_value(w->a, "password-file") != NULL;
    thresh_secret token = named_secret(w, "token-file", "THRESH_PROMETHEUS_TOKEN"),
                  password = named_secret(w, "password-file", "THRESH_PROMETHEUS_PASSWORD");
    bool has_token = token.file != NULL || token.env != NULL;

    if (token_said && (user > 0 || password_said)) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "a server is sent a token or a name and a password, one of the two");
        return false;
    }
    if (password_said && (user == 0 || has_password)) {
        thresh_diags_add(
            w->diags, THRESH_ERROR, NULL, 0, 0,
            "--password-file goes with an address that has a user and no password, such "
            "as https://user@prometheus.example.com");
        return false;
    }
    if (user > 0 && !has_password && (password.file != NULL || password.env != NULL))
        return (*address = with_password(w, url)) != NULL;
    if (user == 0 && has_token && !take_token(w, w->diags))
        return false;
    if (w->token != NULL && strncmp(url, "http://", 7) == 0 && !is_near(host))
        thresh_diags_add(w->diags, THRESH_WARNING, NULL, 0, 0,
                         "the token is sent to %s unencrypted: https:// would keep it secret",
                         w->server_name);
    return true;
}

void close_server(watching *w)
{
    thresh_prometheus_free(w->server);
    free(w->token);
}

thresh_status open_server(watching *w, const char *url, const thresh_position *from)
{
    enum { STEP = 15000000 };
    thresh_prometheus_query queries[MAX_PATTERNS];
    char names[MAX_PATTERNS][LONGEST_NAME];
    const char *headers[2] = { NULL, NULL }, *text;
    thresh_prometheus_options options = { .url = url,
                                          .queries = queries,
                                          .headers = headers,
                                          .tls = { option_value(w->a, "ca-file"),
                                                   option_value(w->a, "cert-file"),
                                                   option_value(w->a, "key-file") } };
    char *address = NULL;
    thresh_status rc;
    int64_t since = 0;
    bool ok = read_time(w, "every", STEP, &w->step) && read_time(w, "since", 2 * w->step, &since);

    for (; (text = option_at(w->a, "query", options.count)) != NULL && ok; options.count++) {
        if (options.count == MAX_PATTERNS) {
            thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0, "--query can stand %d times",
                             MAX_PATTERNS);
            return THRESH_EINVAL;
        }
        ok = read_query(&queries[options.count], names[options.count], text, w->diags);
    }
    if (ok && options.count == 0) {
        thresh_diags_add(w->diags, THRESH_ERROR, NULL, 0, 0,
                         "a Prometheus server needs at least one --query METRIC=PROMQL");
        ok = false;
    }
    if (!ok || !identify(w, url, &address))
        return THRESH_EINVAL;
    if (address != NULL)
        options.url = address;
    headers[0] = w->token;
    options.step = (double)w->step / 1e6;
    w->upto = from != NULL ? (int64_t)from->offset : clock_time() - since;
    rc = thresh_prometheus_new(&w->server, &options, w->diags);
    free(address);
    return rc;
}

/* Looks for a signal now and then. */
static void wait_a_while(double seconds)
{
    double until = machine_seconds() + seconds, left;

    while (!is_stopped() && (left = until - machine_seconds()) > 0) {
        double piece = left < 0.2 ? left : 0.2;
        struct timespec t = { .tv_nsec = (long)(piece * 1e9) };
        nanosleep(&t, NULL);
    }
}

thresh_status watch_server(watching *w)
{
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && !is_stopped()) {
        /* what was scraped in the last step may not be there yet */
        int64_t until = clock_time() - w->step;
        thresh_prometheus_poll poll = { 0 };
        thresh_status one;

        if (w->token != NULL)
            take_token(w, NULL);
        one = thresh_prometheus_feed(&poll, w->server, w->upto, until, w->events, take_row, w,
                                     w->diags);
        bool behind = one == THRESH_OK && until - poll.upto >= w->step;

        if (one == THRESH_OK) {
            w->upto = poll.upto;
            w->fed += poll.rows;
        } else if (one != THRESH_EIO || (!w->follow && poll.failures >= PATIENCE)) {
            rc = one;
        }
        if (rc == THRESH_OK)
            rc = settle(w);
        if (one == THRESH_OK && !behind && !w->follow)
            break;
        if (rc == THRESH_OK && !behind)
            wait_a_while(poll.wait);
    }
    return rc;
}
