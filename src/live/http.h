/*
 * A request, and what became of it: the one place that speaks HTTP. libcurl is opened when the
 * first client is made, so that a run without one starts as fast as ever.
 */
#ifndef LIVE_HTTP_H
#define LIVE_HTTP_H

#include "thresh/base.h"

/* A client. It keeps its connection from one request to the next; one thread at a time. */
typedef struct http http;

typedef struct http_request {
    const char *url;  /* http:// or https://, of any length */
    const char *body; /* POST; NULL: GET */
    size_t body_length;
    const char *const *headers; /* "Name: value", ends with NULL; or NULL */
    thresh_tls tls;             /* all NULL: the system's authorities, and no certificate */
    double timeout;             /* seconds, > 0, from first to last byte; of an answer as well */
    size_t most;                /* bytes of the answer's body that are kept */
    bool cut;                   /* what is more than `most` is counted and let go, and no fault */
} http_request;

typedef enum http_outcome {
    HTTP_ANSWERED,    /* whatever the status */
    HTTP_TIMED_OUT,   /* within `timeout` there was no answer, or not all of it */
    HTTP_UNREACHABLE, /* no such host, refused, closed too early, no HTTP, a certificate in doubt */
    HTTP_TOO_LARGE,   /* the body has more than `most` bytes, and was not to be cut */
    HTTP_BAD_URL,     /* not one of http or https */
    HTTP_NO_MEMORY
} http_outcome;

typedef struct http_answer {
    http_outcome outcome;
    int status;         /* of HTTP_ANSWERED, as 200 */
    char *body;         /* owned, NUL-terminated, may hold NULs; never NULL when answered */
    size_t length;      /* <= most */
    uint64_t total;     /* bytes that came, kept or not */
    double retry_after; /* seconds the server asks to wait, 0: nothing asked */
    char why[256];      /* the cause, of all but HTTP_ANSWERED, in libcurl's words; one line */
} http_answer;

/* @return THRESH_ENOENT, with a message that names the package, where libcurl is not installed;
 * THRESH_ENOMEM. */
thresh_status http_open(http **out, thresh_diags *diags);
void http_close(http *client); /* NULL is allowed */

/*
 * Sends a request and waits for its answer. GET follows up to five redirects, but none where
 * headers, a name in the address or a certificate tell who asks: another server is not to learn
 * that. POST follows none. Proxies
 * are taken from the environment as by every program that uses libcurl. `out` needs http_done().
 */
void http_send(http *client, http_answer *out, const http_request *request);
void http_done(http_answer *answer);

#endif
