/* A calibration as Markdown. */
#include "report/calibration.h"

#include <stdlib.h>

enum { ROOM = 20000, MOST_REMARKS = 60 };

static void add_reasons(buffer *b, const words *w, const thresh_text_options *o,
                        const thresh_calibration *c)
{
    const char *mark = o->ascii ? "?" : markdown_look(THRESH_REVIEW);

    for (size_t i = 0; i < c->outcome_count; i++)
        for (size_t k = 0; k < c->outcomes[i].reason_count; k++)
            add_bullet(b, w, o, mark, say(w, c->outcomes[i].reasons[k]));
}

thresh_status thresh_report_calibration_markdown(const thresh_calibration *c,
                                                 const thresh_text_options *options, FILE *stream)
{
    arena a = ARENA_INIT;
    words w = { &a, options->language };
    buffer b = { 0 };
    const grid g = calibration_grid(c);
    size_t count = 0;
    thresh_status rc;

    add_text(&b, "<!-- thresh-calibration -->\n### ");
    if (!options->ascii) {
        add_text(&b, markdown_look(c->known ? THRESH_ACCEPT : THRESH_REVIEW));
        add_text(&b, " ");
    }
    add_text(&b, calibration_headword(&w, c));
    add_line(&b, &w, options, ": ", calibration_headline(&w, c));
    if (!options->quiet) {
        add_text(&b, c->known ? "" : "\n");
        add_reasons(&b, &w, options, c);
        add_grid(&b, &w, options, &g, ROOM);
        add_text(&b, "\n");
        const char *const *remarks = calibration_remarks(&w, c, &count);
        for (size_t i = 0; i < count && i < MOST_REMARKS; i++)
            add_bullet(&b, &w, options, "", remarks[i]);
    }
    rc = b.failed || a.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK)
        fwrite(b.text, 1, b.used, stream);
    free(b.text);
    arena_free(&a);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
