/* The process that stands by a command or a POST until it ends. */
#ifndef LIVE_SUPERVISE_H
#define LIVE_SUPERVISE_H

#include "thresh/actions.h"

/* What a call left; `output` holds THRESH_ACTION_OUTPUT_MAX bytes. */
typedef struct call_end {
    thresh_action_outcome what;
    int code;
    unsigned tries;
    char *output;
    size_t length;
    uint64_t total;
} call_end;

/* Seconds of a clock that nobody sets. */
double monotonic_seconds(void);
/* Sleeps, whatever signals come. */
void sleep_seconds(double seconds);

/* Run to their end, and never fail otherwise than by what `out` says. */
void run_command(call_end *out, const thresh_action_call *call);
void run_post(call_end *out, const thresh_action_call *call);

#endif
