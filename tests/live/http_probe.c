/* For check_http.py. usage: http_probe URL TIMEOUT MOST cut|whole [BODY [HEADER]...]
 * Prints the outcome, the status, bytes kept and in all, what the server asks to wait and the cause
 * on a line, and the body behind it. */
#include "live/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const char *const names[] = {
        [HTTP_ANSWERED] = "answered",       [HTTP_TIMED_OUT] = "timed-out",
        [HTTP_UNREACHABLE] = "unreachable", [HTTP_TOO_LARGE] = "too-large",
        [HTTP_BAD_URL] = "bad-url",         [HTTP_NO_MEMORY] = "no-memory"
    };
    http_request q = { 0 };
    http_answer a;
    http *client;

    if (argc < 5 || http_open(&client, NULL) != THRESH_OK)
        return 2;
    q.url = argv[1];
    q.timeout = atof(argv[2]);
    q.most = strtoul(argv[3], NULL, 10);
    q.cut = strcmp(argv[4], "cut") == 0;
    if (argc > 5) {
        q.body = argv[5];
        q.body_length = strlen(argv[5]);
        q.headers = (const char *const *)argv + 6;
    }
    /* twice, on one client: what the first left must not matter */
    http_send(client, &a, &q);
    http_done(&a);
    http_send(client, &a, &q);
    printf("%s %d %zu %llu %g %s\n", names[a.outcome], a.status, a.length,
           (unsigned long long)a.total, a.retry_after, a.why);
    if (a.body != NULL)
        fwrite(a.body, 1, a.length, stdout);
    http_done(&a);
    http_close(client);
    return 0;
}
