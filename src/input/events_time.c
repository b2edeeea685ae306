/* Times as rows write them. No library's clock is asked: a date is a count of days. */
#include "input/events.h"

#include <math.h>
#include <string.h>

#define MICROSECONDS ((int64_t)1000000)

static bool two_digits(const char *p, unsigned *out)
{
    unsigned a = (unsigned)(unsigned char)p[0] - '0', b = (unsigned)(unsigned char)p[1] - '0';

    *out = a * 10 + b;
    return a < 10 && b < 10;
}

/* Days since 1970-01-01 of the Gregorian calendar; years begin in March, so that a leap day is
 * their last. */
static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2), era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (int64_t)(month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_date(unsigned year, unsigned month, unsigned day)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return year >= 1 && month >= 1 && month <= 12 && day >= 1
           && day <= days[month - 1] + (month == 2 && leap);
}

/* "Z" or "+08:00": seconds to take off. */
static bool read_zone(const char *p, size_t len, int64_t *seconds)
{
    unsigned hours, minutes;

    *seconds = 0;
    if (len == 1 && (*p == 'Z' || *p == 'z'))
        return true;
    if (len != 6 || (*p != '+' && *p != '-') || p[3] != ':' || !two_digits(p + 1, &hours)
        || !two_digits(p + 4, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (int64_t)(hours * 60 + minutes) * (*p == '-' ? -60 : 60);
    return true;
}

/* "2026-11-25T04:00:": seconds since 1970. */
static bool read_minute(const char *text, int64_t *out)
{
    unsigned century, year, month, day, hour, minute;

    if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':'
        || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return false;
    if (!two_digits(text, &century) || !two_digits(text + 2, &year) || !two_digits(text + 5, &month)
        || !two_digits(text + 8, &day) || !two_digits(text + 11, &hour)
        || !two_digits(text + 14, &minute))
        return false;
    year += century * 100;
    if (!is_date(year, month, day) || hour > 23 || minute > 59)
        return false;
    *out = days_of(year, month, day) * 86400 + (int64_t)(hour * 3600 + minute * 60);
    return true;
}

bool events_time_text(int64_t *out, const char *text, size_t len, event_minute *last)
{
    int64_t fraction = 0, unit = MICROSECONDS, zone;
    unsigned second;
    size_t i = 19;

    if (len < 20 || !two_digits(text + 17, &second) || second > 60)
        return false;
    if (memcmp(text, last->text, sizeof last->text) != 0) {
        if (!read_minute(text, &last->seconds))
            return false;
        memcpy(last->text, text, sizeof last->text);
    }
    if (text[i] == '.') {
        size_t first = ++i;
        for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
            if (unit > 1) {
                unit /= 10;
                fraction += (text[i] - '0') * unit;
            }
        if (i == first)
            return false;
    }
    if (!read_zone(text + i, len - i, &zone))
        return false;
    *out = (last->seconds + (int64_t)second - zone) * MICROSECONDS + fraction;
    return true;
}

enum { SECOND = 1000000 };
static const int64_t first = INT64_C(-62135596800) * SECOND,
                     behind = INT64_C(253402300800) * SECOND; /* years 0001 to 9999 */

bool events_is_time(int64_t microseconds)
{
    return microseconds >= first && microseconds < behind;
}

bool events_time_number(int64_t *out, double value, thresh_time_unit unit)
{
    static const double factors[] = { [THRESH_TIME_SECONDS] = 1e6,
                                      [THRESH_TIME_MILLISECONDS] = 1e3,
                                      [THRESH_TIME_MICROSECONDS] = 1,
                                      [THRESH_TIME_NANOSECONDS] = 1e-3 };
    double size = fabs(value), t;

    if (unit == THRESH_TIME_BY_SIZE)
        unit = size < 1e11   ? THRESH_TIME_SECONDS
               : size < 1e14 ? THRESH_TIME_MILLISECONDS
               : size < 1e17 ? THRESH_TIME_MICROSECONDS
                             : THRESH_TIME_NANOSECONDS;
    t = rint(value * factors[unit]);
    if (!(t >= (double)first && t < (double)behind))
        return false;
    *out = (int64_t)t;
    return true;
}
