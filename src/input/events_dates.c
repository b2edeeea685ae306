/*
 * Times as logs write them that keep to no standard: they are written anew as RFC 3339, and read as
 * that. None of this is fast, and a log that is in a hurry writes RFC 3339.
 */
#include "input/events.h"

#include <stdio.h>
#include <string.h>

/* "2026-11-25T09:00:00"; the longest text that is looked at, and one that is made of it */
enum { DATE = 19, MOST = 40, LONGEST = 64 };

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

/* "25/Nov/2026:09:00:00", as nginx and Apache have it; false for anything else. */
static bool read_web_date(const char *p, char out[LONGEST])
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    if (digits(p) != 2 || p[2] != '/' || digits(p + 7) != 4 || p[6] != '/' || p[11] != ':')
        return false;
    for (unsigned m = 0; m < 12; m++)
        if (memcmp(months + (size_t)3 * m, p + 3, 3) == 0) {
            snprintf(out, LONGEST, "%.4s-%02u-%.2sT%.8s", p + 7, m + 1, p, p + 12);
            return true;
        }
    return false;
}

/* What stands behind the seconds: "+0000", "+00", " UTC"; nothing is a zone that is missing. */
static void add_zone(char out[LONGEST], const char *p, bool *zoneless)
{
    size_t used = strlen(out), n;

    p += *p == ' ';
    n = *p == '+' || *p == '-' ? digits(p + 1) : 0;
    *zoneless = *p == '\0';
    if (*zoneless || strcmp(p, "UTC") == 0 || strcmp(p, "GMT") == 0)
        snprintf(out + used, LONGEST - used, "Z");
    else if (n == 2 && p[3] == '\0')
        snprintf(out + used, LONGEST - used, "%s:00", p);
    else if (n == 4 && p[5] == '\0')
        snprintf(out + used, LONGEST - used, "%.3s:%s", p, p + 3);
    else
        snprintf(out + used, LONGEST - used, "%s", p);
}

bool events_time_other(int64_t *out, const char *text, size_t len, bool utc, bool *zoneless)
{
    char given[LONGEST] = { 0 }, made[LONGEST];
    event_minute none = { .text = "" };
    const char *p = given;
    bool web;

    *zoneless = false;
    if (len > 0 && *text == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len < DATE || len > MOST)
        return false;
    memcpy(given, text, len);
    given[len] = '\0';
    web = read_web_date(p, made);
    if (!web)
        snprintf(made, sizeof made, "%.*s", DATE, given);
    p += web ? DATE + 1 : DATE;
    if ((*p == '.' || *p == ',') && digits(p + 1) > 0) {
        size_t n = digits(p + 1);
        snprintf(made + DATE, sizeof made - DATE, ".%.*s", (int)n, p + 1);
        p += 1 + n;
    }
    add_zone(made, p, zoneless);
    if (!events_time_text(out, made, strlen(made), &none))
        *zoneless = false; /* it is no time at all */
    else if (utc || !*zoneless)
        return true;
    return false;
}
