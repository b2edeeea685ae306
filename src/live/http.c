/* HTTP by libcurl, which is opened at run time. */
#include "live/http.h"

#include "base/arena.h"

/* what is called deprecated is what libraries from before 7.85 know */
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The macros of curl.h check types by the functions' own names; here they are pointers. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(X)                                                                               \
    X(curl_global_init)                                                                            \
    X(curl_easy_init)                                                                              \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_perform)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_reset)                                                                             \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_strerror)                                                                          \
    X(curl_slist_append)                                                                           \
    X(curl_slist_free_all)

struct http {
    void *library;
    CURL *curl;
#define FIELD(name) __typeof__(name) *name;
    FUNCTIONS(FIELD)
#undef FIELD
};

/* --- the library --- */

static thresh_status load(http *h, thresh_diags *diags)
{
    const struct {
        const char *name;
        void *to;
    } functions[] = {
#define ROW(name) { #name, &h->name },
        FUNCTIONS(ROW)
#undef ROW
    };

    if ((h->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL)) == NULL) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "HTTP needs the library libcurl.so.4, which is not installed (Debian's "
                         "package libcurl4)");
        return THRESH_ENOENT;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(h->library, functions[i].name);
        if (found == NULL) {
            thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                             "libcurl.so.4 has no function %s: another version is needed",
                             functions[i].name);
            return THRESH_ENOENT;
        }
        memcpy(functions[i].to, &found, sizeof found);
    }
    return THRESH_OK;
}

thresh_status http_open(http **out, thresh_diags *diags)
{
    http *h = calloc(1, sizeof *h);
    thresh_status rc;

    *out = NULL;
    if (h == NULL)
        return THRESH_ENOMEM;
    if ((rc = load(h, diags)) == THRESH_OK
        && (h->curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK
            || (h->curl = h->curl_easy_init()) == NULL))
        rc = THRESH_ENOMEM;
    if (rc != THRESH_OK) {
        http_close(h);
        return rc;
    }
    *out = h;
    return THRESH_OK;
}

void http_close(http *h)
{
    if (h == NULL)
        return;
    if (h->curl != NULL)
        h->curl_easy_cleanup(h->curl);
    /* the library stays open: it has not been made to be unloaded, nor have those below it */
    free(h);
}

/* --- an answer --- */

typedef struct receiver {
    http_answer *answer;
    size_t capacity, most;
    bool cut, no_memory, too_large;
} receiver;

static size_t receive(char *data, size_t size, size_t count, void *context)
{
    receiver *r = context;
    http_answer *a = r->answer;
    size_t len = size * count, kept = len < r->most - a->length ? len : r->most - a->length;

    a->total += len;
    if (kept < len && !r->cut) {
        r->too_large = true;
        return 0;
    }
    if (!array_reserve(&a->body, &r->capacity, a->length + kept + 1, 1)) {
        r->no_memory = true;
        return 0;
    }
    memcpy(a->body + a->length, data, kept);
    a->length += kept;
    return len;
}

/* Two causes have their names, everything else is that there was no answer. */
static http_outcome outcome_of(CURLcode code, const receiver *r)
{
    if (r->too_large)
        return HTTP_TOO_LARGE;
    if (r->no_memory)
        return HTTP_NO_MEMORY;
    switch (code) {
    case CURLE_OK:
        return HTTP_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_TIMED_OUT;
    case CURLE_URL_MALFORMAT:
        return HTTP_BAD_URL;
    case CURLE_OUT_OF_MEMORY:
        return HTTP_NO_MEMORY;
    default:
        return HTTP_UNREACHABLE;
    }
}

/* The words of the cause, in one line. */
static void tell(http_answer *a, const char *words)
{
    size_t n = 0;

    for (; words[n] != '\0' && n + 1 < sizeof a->why; n++)
        a->why[n] = iscntrl((unsigned char)words[n]) ? ' ' : words[n];
    a->why[n] = '\0';
}

static bool add_headers(const http *h, struct curl_slist **list, const char *const *headers)
{
    /* without this one a larger POST waits a second for a leave that few servers give */
    struct curl_slist *longer = h->curl_slist_append(NULL, "Expect:");

    *list = longer;
    for (; longer != NULL && headers != NULL && *headers != NULL; headers++) {
        longer = h->curl_slist_append(*list, *headers);
        *list = longer != NULL ? longer : *list;
    }
    return longer != NULL;
}

/* Asked here, as libcurl says the same of a server that speaks no HTTP. */
static bool is_http(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

/* Is there anything that only this server should see? */
static bool has_secret(const http_request *q)
{
    const char *host = strstr(q->url, "//") + 2;
    const char *at = strchr(host, '@');

    return q->headers != NULL || q->tls.cert_file != NULL
           || (at != NULL && (size_t)(at - host) < strcspn(host, "/?#"));
}

#define SET(option, value) ok = ok && h->curl_easy_setopt(h->curl, option, value) == CURLE_OK

static bool prepare(http *h, const http_request *q, receiver *r, char *error,
                    struct curl_slist *headers)
{
    const long protocols = CURLPROTO_HTTP | CURLPROTO_HTTPS;
    double ms = q->timeout * 1000;
    bool ok = true;

    h->curl_easy_reset(h->curl);
    SET(CURLOPT_ERRORBUFFER, error);
    SET(CURLOPT_URL, q->url);
    SET(CURLOPT_PROTOCOLS, protocols);
    SET(CURLOPT_REDIR_PROTOCOLS, protocols);
    SET(CURLOPT_FOLLOWLOCATION, q->body == NULL && !has_secret(q) ? 1L : 0L);
    SET(CURLOPT_MAXREDIRS, 5L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TIMEOUT_MS, ms < 1 ? 1L : ms > 1e9 ? 1000000000L : (long)ms);
    SET(CURLOPT_USERAGENT, "thresh/" THRESH_VERSION);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_WRITEFUNCTION, receive);
    SET(CURLOPT_WRITEDATA, (void *)r);
    if (q->tls.ca_file != NULL)
        SET(CURLOPT_CAINFO, q->tls.ca_file);
    if (q->tls.cert_file != NULL)
        SET(CURLOPT_SSLCERT, q->tls.cert_file);
    if (q->tls.key_file != NULL)
        SET(CURLOPT_SSLKEY, q->tls.key_file);
    if (q->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_length);
        SET(CURLOPT_POSTFIELDS, q->body);
    }
    return ok;
}

void http_send(http *h, http_answer *out, const http_request *request)
{
    char error[CURL_ERROR_SIZE] = "";
    receiver r = { .answer = out, .most = request->most, .cut = request->cut };
    struct curl_slist *headers = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    long status = 0;
    curl_off_t wait = 0;

    *out = (http_answer){ .outcome = HTTP_NO_MEMORY };
    if (!is_http(request->url)) {
        out->outcome = HTTP_BAD_URL;
        tell(out, "neither http:// nor https://");
        return;
    }
    if (array_reserve(&out->body, &r.capacity, 1, 1) && add_headers(h, &headers, request->headers)
        && prepare(h, request, &r, error, headers))
        code = h->curl_easy_perform(h->curl);
    h->curl_slist_free_all(headers);
    out->outcome = outcome_of(code, &r);
    if (out->body != NULL)
        out->body[out->length] = '\0';
    if (out->outcome == HTTP_ANSWERED) {
        h->curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
        if (h->curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK)
            out->retry_after = (double)wait;
        out->status = (int)status;
    } else {
        tell(out, error[0] != '\0' ? error : h->curl_easy_strerror(code));
    }
}

void http_done(http_answer *answer)
{
    free(answer->body);
    answer->body = NULL;
}
