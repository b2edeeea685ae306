/* The report of a calibration for people: limits first, then each outcome's points, then what is to
 * be said of them. */
#include "report/calibration.h"
#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2 };

typedef struct printer {
    const thresh_calibration *c;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    words w;
} printer;

static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static void print_headline(printer *p)
{
    static const struct {
        const char *symbol, *ascii, *colour;
    } looks[] = { { "?", "?", "\033[36m" }, { "\xE2\x9C\x93", "ok", "\033[32m" } };
    bool known = p->c->known;
    const char *mark = p->o->ascii ? looks[known].ascii : looks[known].symbol;
    const char *head = calibration_headword(&p->w, p->c);

    fprintf(p->f, "%s%s%s %s%s  ", p->o->colour ? "\033[1m" : "",
            p->o->colour ? looks[known].colour : "", mark, head, p->o->colour ? "\033[0m" : "");
    print_wrapped(p->f, fit_to_print(p, calibration_headline(&p->w, p->c)),
                  cell_width(mark) + cell_width(head) + 3, INDENT,
                  p->o->quiet ? 0 : (size_t)p->o->width);
}

static void print_item(printer *p, const char *mark, const char *text)
{
    fprintf(p->f, "%*s%s ", INDENT, "", mark);
    size_t at = INDENT + cell_width(mark) + 1;

    print_wrapped(p->f, fit_to_print(p, text), at, at, (size_t)p->o->width);
}

thresh_status thresh_report_calibration(const thresh_calibration *calibration,
                                        const thresh_text_options *options, FILE *stream)
{
    printer p = { .c = calibration, .o = options, .f = stream, .arena = ARENA_INIT };
    thresh_status rc = THRESH_OK;

    p.w = (words){ &p.arena, options->language };
    print_headline(&p);
    if (!options->quiet) {
        fputc('\n', stream);
        for (size_t i = 0; i < calibration->outcome_count; i++)
            for (size_t k = 0; k < calibration->outcomes[i].reason_count; k++)
                print_item(&p, "?", say(&p.w, calibration->outcomes[i].reasons[k]));
        if (!calibration->known)
            fputc('\n', stream);
        const grid g = calibration_grid(calibration);
        size_t count;
        rc = print_grid(stream, &p.w, options, &g);
        fputc('\n', stream);
        const char *const *remarks = calibration_remarks(&p.w, calibration, &count);
        for (size_t i = 0; i < count; i++)
            print_item(&p, "-", remarks[i]);
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
