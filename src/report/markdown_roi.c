/* A return as Markdown: a comment of its own, and a part of that of a verdict. */
#include "report/roi_words.h"

#include <stdlib.h>

enum { MOST_NOTES = 20, MOST_MAPPINGS = 10 };

static void add_folded(buffer *b, const words *w, const thresh_text_options *o, const char *title,
                       const grid *g, size_t room)
{
    if (g->rows == 0)
        return;
    /* a summary is HTML: words of our own */
    add_text(b, "\n<details>\n<summary>");
    add_text(b, word(w, title));
    add_text(b, "</summary>\n");
    add_grid(b, w, o, g, b->used + room);
    add_text(b, "\n</details>\n");
}

void add_return(buffer *b, const words *w, const thresh_text_options *o, const thresh_roi *r,
                size_t room)
{
    const grid parts = roi_parts_grid(r), ties = roi_ties_grid(r), swings = roi_swings_grid(r);

    add_text(b, "\n");
    add_line(b, w, o, "", roi_title_words(w, r));
    add_grid(b, w, o, &parts, b->used + room / 3);
    if (ties.rows > 0)
        add_grid(b, w, o, &ties, b->used + room / 3);
    add_text(b, "\n");
    for (size_t i = 0; i < r->mapping_count && i < MOST_MAPPINGS; i++)
        add_bullet(b, w, o, "", mapped_words(w, &r->mappings[i]));
    add_bullet(b, w, o, "", payback_words(w, r));
    add_bullet(b, w, o, "", roi_chance_words(w, r));
    add_bullet(b, w, o, "", roi_quantile_words(w, r));
    for (size_t i = 0; i < r->note_count && i < MOST_NOTES; i++)
        add_bullet(b, w, o, "", say(w, r->notes[i]));
    add_folded(b, w, o, N_("Which assumption carries the return"), &swings, room / 3);
}

thresh_status thresh_report_roi_markdown(const thresh_roi *roi, const thresh_text_options *options,
                                         FILE *stream)
{
    enum { ROOM = 30000 };
    arena a = ARENA_INIT;
    words w = { &a, options->language };
    buffer b = { 0 };
    thresh_status rc;

    add_text(&b, "<!-- thresh-roi -->\n### ");
    add_text(&b, options->ascii ? "" : markdown_look(roi->verdict));
    add_text(&b, options->ascii ? "" : " ");
    add_text(&b, verdict_headword(&w, roi->verdict));
    add_line(&b, &w, options, ": ", roi_sentence_words(&w, roi));
    if (!options->quiet)
        add_return(&b, &w, options, roi, ROOM);
    rc = b.failed || a.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK)
        fwrite(b.text, 1, b.used, stream);
    free(b.text);
    arena_free(&a);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
