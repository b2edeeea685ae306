/* A POST that is tried again while the server cannot be had. Runs in the supervisor. */
#include "live/http.h"
#include "live/supervise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest wait between two tries, whatever the server asks for: an alert is of use soon. */
static const double LONGEST_WAIT = 300;

static bool is_worth_another(const http_answer *answer)
{
    return answer->outcome == HTTP_TIMED_OUT || answer->outcome == HTTP_UNREACHABLE
           || (answer->outcome == HTTP_ANSWERED
               && (answer->status == 408 || answer->status == 429 || answer->status >= 500));
}

static void keep(call_end *out, const char *text, size_t len, uint64_t total)
{
    out->length = len < THRESH_ACTION_OUTPUT_MAX ? len : THRESH_ACTION_OUTPUT_MAX;
    out->total = total;
    memcpy(out->output, text, out->length);
}

static void take_answer(call_end *out, const http_answer *answer)
{
    if (answer->outcome == HTTP_ANSWERED) {
        out->what = THRESH_ACTION_ANSWERED;
        out->code = answer->status;
        keep(out, answer->body, answer->length, answer->total);
    } else {
        out->what =
            answer->outcome == HTTP_TIMED_OUT ? THRESH_ACTION_TIMED_OUT : THRESH_ACTION_UNREACHABLE;
        out->code = 0;
        keep(out, answer->why, strlen(answer->why), strlen(answer->why));
    }
}

/* Why there is no client, in the words of the message. */
static void take_fault(call_end *out, const thresh_diags *diags)
{
    const char *text = thresh_diags_count(diags) > 0 ? thresh_diags_at(diags, 0)->text : "";

    out->what = THRESH_ACTION_UNREACHABLE;
    out->tries = 1;
    keep(out, text, strlen(text), strlen(text));
}

/* Ours, and those of the call. */
static const char *const *all_headers(const char *idempotency, const char *const *more)
{
    size_t count = 0;
    const char **all;

    while (more != NULL && more[count] != NULL)
        count++;
    if ((all = calloc(count + 3, sizeof *all)) == NULL)
        return NULL;
    all[0] = "Content-Type: application/json";
    all[1] = idempotency;
    for (size_t i = 0; i < count; i++)
        all[i + 2] = more[i];
    return all;
}

void run_post(call_end *out, const thresh_action_call *call)
{
    char idempotency[sizeof "Idempotency-Key: " + THRESH_ACTION_KEY_MAX] = "";
    const char *const *headers = all_headers(idempotency, call->headers);
    const http_request request = { .url = call->url,
                                   .body = call->body,
                                   .body_length = call->body_length,
                                   .headers = headers,
                                   .tls = call->tls,
                                   .timeout = call->timeout,
                                   .most = THRESH_ACTION_OUTPUT_MAX,
                                   .cut = true };
    thresh_diags *diags = thresh_diags_new();
    double wait = call->backoff;
    http *client;

    if (headers == NULL || http_open(&client, diags) != THRESH_OK) {
        take_fault(out, diags);
        thresh_diags_free(diags);
        free((void *)headers);
        return;
    }
    snprintf(idempotency, sizeof idempotency, "Idempotency-Key: %s", call->key);
    for (bool again = true; again;) {
        http_answer answer;

        http_send(client, &answer, &request);
        out->tries++;
        take_answer(out, &answer);
        again = is_worth_another(&answer) && out->tries <= call->retries;
        if (again) {
            double asked = answer.retry_after > wait ? answer.retry_after : wait;
            sleep_seconds(asked < LONGEST_WAIT ? asked : LONGEST_WAIT);
            wait *= 2;
        }
        http_done(&answer);
    }
    http_close(client);
    thresh_diags_free(diags);
    free((void *)headers);
}
