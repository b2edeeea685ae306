/* One query of a Prometheus server: how it is written, sent, and what its answer is worth. */
#include "live/prometheus_ask.h"

#include "base/bytes.h"
#include "base/language.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_GET = 2000, SECOND = 1000000, LINE = 128 };

const char *without_secret(arena *a, const char *url)
{
    const char *host = strstr(url, "//") + 2;
    size_t end = strcspn(host, "/?#"), at = end;

    while (at > 0 && host[at - 1] != '@')
        at--;
    return arena_printf(a, "%.*s%s", (int)(host - url), url, host + at);
}

/* RFC 3986, sec. 2.3: everything but these is written as %XX. */
static void put_encoded(bytes *b, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        char code[4];
        if (isalnum(c) || strchr("-._~", c) != NULL)
            bytes_put(b, text, 1);
        else
            bytes_put(b, code, (size_t)snprintf(code, sizeof code, "%%%02X", (unsigned)c));
    }
}

static void put_time(bytes *b, const char *name, int64_t microseconds)
{
    char text[LINE];
    int n = snprintf(text, sizeof text, "&%s=%lld.%06lld", name, (long long)(microseconds / SECOND),
                     (long long)(microseconds % SECOND));

    bytes_put(b, text, (size_t)n);
}

/* A long query is POSTed: an address has its limits on the way. */
static bool send_query(http_answer *out, const prometheus_server *s, const char *path, bytes *form)
{
    http_request q = {
        .headers = s->headers, .tls = s->tls, .timeout = s->timeout, .most = s->most
    };
    bytes url = BYTES_INIT;
    bool sent = false;

    bytes_put_u8(form, 0);
    bytes_put(&url, s->url, strlen(s->url));
    bytes_put(&url, path, strlen(path));
    if (!form->failed && form->len > LONGEST_GET) {
        q.body = (char *)form->data;
        q.body_length = form->len - 1;
        bytes_put_u8(&url, 0);
    } else if (!form->failed) {
        bytes_put(&url, "?", 1);
        bytes_put(&url, form->data, form->len);
    }
    if (!form->failed && !url.failed) {
        q.url = (char *)url.data;
        http_send(s->client, out, &q);
        sent = out->outcome != HTTP_NO_MEMORY;
        if (!sent)
            http_done(out);
    }
    bytes_free(&url);
    return sent;
}

static thresh_status failed(prometheus_reply *out, thresh_prometheus_outcome outcome)
{
    out->outcome = outcome;
    return outcome == THRESH_PROMETHEUS_REFUSED ? THRESH_EINVAL : THRESH_EIO;
}

/* What an answer of another status is worth: an error of the API says more than its number, a page
 * for people does not. */
static thresh_status judge_status(prometheus_reply *out, const prometheus_server *s,
                                  const http_answer *a, thresh_diags *diags)
{
    api_result none = API_RESULT_INIT;
    api_kind kind = API_SUCCESS;
    thresh_status rc = prometheus_api_read(&none, &kind, a->body, a->length, s->shown, NULL);

    if (rc == THRESH_OK && kind != API_SUCCESS)
        rc = prometheus_api_read(&none, &kind, a->body, a->length, s->shown, diags);
    api_result_free(&none);
    if (rc == THRESH_ENOMEM)
        return rc;
    if (rc == THRESH_OK && kind != API_SUCCESS)
        return failed(out,
                      kind == API_REFUSED ? THRESH_PROMETHEUS_REFUSED : THRESH_PROMETHEUS_ERROR);
    if (a->status >= 300 && a->status < 400)
        thresh_diags_add(
            diags, THRESH_ERROR, s->shown, 0, 0,
            "the server answers with HTTP status %d, a redirect that is not followed: give "
            "the address that it leads to",
            a->status);
    else if (a->status == 401 || a->status == 403)
        thresh_diags_add(
            diags, THRESH_ERROR, s->shown, 0, 0,
            "the server answers with HTTP status %d: it wants a token or a password, or "
            "another one",
            a->status);
    else
        thresh_diags_add(diags, THRESH_ERROR, s->shown, 0, 0,
                         "the server answers with HTTP status %d", a->status);
    return failed(out, THRESH_PROMETHEUS_STATUS);
}

static thresh_status judge_answer(prometheus_reply *out, const prometheus_server *s,
                                  const http_answer *a, api_result *result, thresh_diags *diags)
{
    api_kind kind = API_SUCCESS;
    thresh_status rc;

    if (a->outcome == HTTP_TOO_LARGE) {
        thresh_diags_add(diags, THRESH_ERROR, s->shown, 0, 0,
                         "the answer has more than %zu bytes: sum up in the query, or ask for "
                         "fewer series",
                         s->most);
        return failed(out, THRESH_PROMETHEUS_TOO_LARGE);
    }
    if (a->outcome != HTTP_ANSWERED) {
        thresh_diags_add(diags, THRESH_ERROR, s->shown, 0, 0, "no answer: %s", a->why);
        return failed(out, a->outcome == HTTP_TIMED_OUT ? THRESH_PROMETHEUS_TIMED_OUT
                                                        : THRESH_PROMETHEUS_DOWN);
    }
    out->status = a->status;
    if (a->status != 200)
        return judge_status(out, s, a, diags);
    rc = prometheus_api_read(result, &kind, a->body, a->length, s->shown, diags);
    if (rc == THRESH_EFORMAT)
        return failed(out, THRESH_PROMETHEUS_RUBBISH);
    if (rc == THRESH_OK && kind != API_SUCCESS)
        return failed(out,
                      kind == API_REFUSED ? THRESH_PROMETHEUS_REFUSED : THRESH_PROMETHEUS_ERROR);
    return rc;
}

static thresh_status ask(prometheus_reply *out, const prometheus_server *s, const char *path,
                         bytes *form, api_result *result, thresh_diags *diags)
{
    http_answer a;
    thresh_status rc = THRESH_ENOMEM;

    *out = (prometheus_reply){ .outcome = THRESH_PROMETHEUS_ANSWERED };
    if (send_query(&a, s, path, form)) {
        rc = judge_answer(out, s, &a, result, diags);
        out->retry_after = a.retry_after;
        http_done(&a);
    }
    bytes_free(form);
    return rc;
}

static bytes form_of(const char *promql)
{
    bytes form = BYTES_INIT;

    bytes_put(&form, "query=", 6);
    put_encoded(&form, promql);
    return form;
}

thresh_status prometheus_ask_range(prometheus_reply *out, const prometheus_server *s,
                                   const char *promql, int64_t first, int64_t last, int64_t step,
                                   api_result *result, thresh_diags *diags)
{
    bytes form = form_of(promql);

    put_time(&form, "start", first);
    put_time(&form, "end", last);
    put_time(&form, "step", step);
    return ask(out, s, "/api/v1/query_range", &form, result, diags);
}

thresh_status prometheus_ask_now(prometheus_reply *out, const prometheus_server *s,
                                 const char *promql, int64_t at, api_result *result,
                                 thresh_diags *diags)
{
    bytes form = form_of(promql);

    put_time(&form, "time", at);
    return ask(out, s, "/api/v1/query", &form, result, diags);
}
