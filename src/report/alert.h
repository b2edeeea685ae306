/* What the files that write alerts share. */
#ifndef REPORT_ALERT_H
#define REPORT_ALERT_H

#include "thresh/report.h"

enum { ALERT_TIME = 40 };

/* Microseconds since 1970 as RFC 3339 in UTC. */
const char *alert_time(char out[ALERT_TIME], int64_t ts);

#endif
