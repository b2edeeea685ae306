/* Reading of the figures that other programs computed (figures/). */
#ifndef UNIT_FIGURES_H
#define UNIT_FIGURES_H

#include "unit.h"

#include "thresh/base.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FIELDS = 100, LONGEST_LINE = 8192 };

typedef struct figures {
    double field[MOST_FIELDS];
    size_t count;
} figures;

static inline void near_to(double got, double wanted, double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance))
        fail_msg("got %.17g, the figures say %.17g", got, wanted);
}

/* Calls `check` for every row of that name in `file`; there have to be some. */
static inline void each_row(const char *file, const char *name, void (*check)(const figures *f))
{
    static char line[LONGEST_LINE];
    char path[4096];
    FILE *stream;
    size_t rows = 0;

    assert_in_range(snprintf(path, sizeof path, "%s%s", FIGURES, file), 1, sizeof path - 1);
    stream = fopen(path, "r");
    assert_non_null(stream);
    while (fgets(line, sizeof line, stream) != NULL) {
        figures f = { { 0 }, 0 };
        size_t len = strcspn(line, "\t\n");

        if (strlen(name) != len || strncmp(line, name, len) != 0)
            continue;
        for (const char *p = line + len; *p == '\t' && f.count < MOST_FIELDS;
             p += strcspn(p, "\t\n")) {
            p++;
            assert_true(thresh_parse_number(&f.field[f.count++], p, strcspn(p, "\t\n")));
        }
        check(&f);
        rows++;
    }
    fclose(stream);
    assert_true(rows > 2);
}

#endif
