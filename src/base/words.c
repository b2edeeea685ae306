/* Words: edit distance, glob patterns and the table of units. */
#include "base/words.h"
#include "thresh/base.h"

#include <string.h>

enum { LONGEST_WORD = 64 };

size_t word_distance(const char *a, const char *b, size_t limit)
{
    /* optimal string alignment: three rows are enough */
    size_t rows[3][LONGEST_WORD + 1];
    size_t la = strlen(a), lb = strlen(b);

    if (la > LONGEST_WORD || lb > LONGEST_WORD || la > lb + limit || lb > la + limit)
        return limit + 1;
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t d = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < d)
                d = above[j] + 1;
            if (row[j - 1] + 1 < d)
                d = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && rows[(i - 2) % 3][j - 2] + 1 < d)
                d = rows[(i - 2) % 3][j - 2] + 1;
            row[j] = d;
        }
    }
    size_t d = rows[la % 3][lb];
    return d > limit ? limit + 1 : d;
}

void nearest_offer(nearest *best, const char *wanted, const char *word)
{
    size_t len = strlen(wanted);
    size_t limit = len <= 3 ? 1 : len <= 7 ? 2 : 3;
    size_t d = word_distance(wanted, word, limit);

    if (d <= limit && (best->word == NULL || d < best->distance)) {
        best->word = word;
        best->distance = d;
    }
}

const char *thresh_nearest_word(const char *wanted, const char *const *words)
{
    nearest best = NEAREST_INIT;

    for (; *words != NULL; words++)
        nearest_offer(&best, wanted, *words);
    return best.word;
}

bool glob_is_pattern(const char *text)
{
    return strpbrk(text, "*?") != NULL;
}

bool glob_match(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static const unit units[] = {
    { "ms", UNIT_TIME, 1 },           { "s", UNIT_TIME, 1e3 },
    { "sec", UNIT_TIME, 1e3 },        { "secs", UNIT_TIME, 1e3 },
    { "seconds", UNIT_TIME, 1e3 },    { "us", UNIT_TIME, 1e-3 },
    { "\xC2\xB5s", UNIT_TIME, 1e-3 }, { "ns", UNIT_TIME, 1e-6 },
    { "min", UNIT_TIME, 6e4 },        { "B", UNIT_BYTES, 1 },
    { "bytes", UNIT_BYTES, 1 },       { "KB", UNIT_BYTES, 1e3 },
    { "MB", UNIT_BYTES, 1e6 },        { "GB", UNIT_BYTES, 1e9 },
    { "TB", UNIT_BYTES, 1e12 },       { "KiB", UNIT_BYTES, 1024.0 },
    { "MiB", UNIT_BYTES, 1048576.0 }, { "GiB", UNIT_BYTES, 1073741824.0 },
    { "%", UNIT_RATIO, 0.01 },        { "pp", UNIT_PP, 0.01 },
    { "points", UNIT_POINTS, 1 },     { "point", UNIT_POINTS, 1 },
    { "pt", UNIT_POINTS, 1 },
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const unit *unit_find(const char *text, size_t len)
{
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t i = 0;

        while (i < len && units[u].name[i] != '\0' && lower(units[u].name[i]) == lower(text[i]))
            i++;
        if (i == len && units[u].name[i] == '\0')
            return &units[u];
    }
    return NULL;
}
