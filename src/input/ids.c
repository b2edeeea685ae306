/* Lists of ids: one on each line. */
#include "input/stream.h"

#include <string.h>

/* Ids of the lines that are left. */
static thresh_status read_lines(stream *s, thresh_samples *ids, const char *path,
                                thresh_diags *diags)
{
    line l;
    size_t at;
    thresh_status rc;

    while ((rc = stream_line(s, &l)) == THRESH_OK) {
        field id = trimmed((field){ l.text, l.len });

        if (l.number == 1 && id.len >= 3 && memcmp(id.text, "\xEF\xBB\xBF", 3) == 0)
            id = (field){ id.text + 3, id.len - 3 };
        if (!is_utf8(id.text, id.len, &at) || memchr(id.text, 0, id.len) != NULL) {
            thresh_diags_add(diags, THRESH_ERROR, path, l.number, 0,
                             "invalid UTF-8; expected an id on each line");
            return THRESH_EFORMAT;
        }
        if (id.len > 0 && (rc = thresh_samples_add_row(ids, id.text, id.len, false)) != THRESH_OK)
            return rc;
    }
    return rc == THRESH_EEMPTY ? THRESH_OK : rc;
}

thresh_status thresh_read_ids(thresh_samples **out, const char *path, FILE *standard_input,
                              thresh_diags *diags)
{
    static const thresh_read_options options;
    thresh_samples *ids = NULL;
    stream *s = NULL;
    thresh_status rc = stream_open(&s, path, standard_input, &options, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = thresh_samples_new(&ids, "", "", NULL);
    if (rc == THRESH_OK)
        rc = read_lines(s, ids, path, diags);
    if (rc == THRESH_OK)
        rc = thresh_samples_finish(ids);
    stream_close(s);
    if (rc == THRESH_OK && thresh_samples_count(ids) == 0) {
        thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "no ids; expected one on each line");
        rc = THRESH_EFORMAT;
    }
    if (rc != THRESH_OK) {
        thresh_samples_free(ids);
        return rc;
    }
    *out = ids;
    return THRESH_OK;
}
