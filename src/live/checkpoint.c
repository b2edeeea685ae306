/*
 * What a monitor's command needs to go on after it was killed, in one piece: little-endian numbers
 * of fixed width throughout, a version in front and a sum behind. The sum tells damage; what is
 * read is checked all the same.
 */
#include "live/watch.h"

#include <stdlib.h>
#include <string.h>

/* The last is the version, of all that is inside. */
static const char tag[4] = { 'M', 'O', 'C', '2' };

thresh_status thresh_monitor_pack(unsigned char **out, size_t *len, const thresh_monitor *monitor,
                                  const thresh_events *events, const thresh_monitor_checkpoint *c)
{
    bytes b = BYTES_INIT;
    unsigned char *state = NULL;
    void *parser = NULL;
    size_t state_len = 0, parser_len = 0;
    thresh_status rc = thresh_monitor_save(monitor, &state, &state_len);

    *out = NULL;
    *len = 0;
    if (rc == THRESH_OK)
        rc = thresh_events_save(events, &parser, &parser_len);
    if (rc != THRESH_OK)
        goto done;
    bytes_put_tag(&b, tag);
    bytes_put_text(&b, c->fingerprint);
    bytes_put_u64(&b, c->input.device);
    bytes_put_u64(&b, c->input.inode);
    bytes_put_u64(&b, c->input.offset);
    bytes_put_u64(&b, c->input.hash);
    bytes_put_u64(&b, c->output_device);
    bytes_put_u64(&b, c->output_inode);
    bytes_put_u64(&b, c->output_offset);
    bytes_put_block(&b, c->lines, c->lines_len);
    bytes_put_u64(&b, c->due_count);
    for (size_t i = 0; i < c->due_count; i++) {
        bytes_put_text(&b, c->due[i].name);
        bytes_put_text(&b, c->due[i].key);
        bytes_put_text(&b, c->due[i].body);
        bytes_put_text(&b, c->due[i].variables);
    }
    bytes_put_block(&b, state, state_len);
    bytes_put_block(&b, parser, parser_len);
    bytes_put_u64(&b, b.failed ? 0 : bytes_sum(b.data, b.len));
    *out = bytes_give(&b, len);
    rc = *out != NULL ? THRESH_OK : THRESH_ENOMEM;
done:
    bytes_free(&b);
    free(state);
    free(parser);
    return rc;
}

static void take_due(arena *a, bytes_reader *r, thresh_monitor_checkpoint *c)
{
    size_t count = bytes_take_count(r, 4, SIZE_MAX);
    thresh_due_action *due = arena_alloc(a, (count + 1) * sizeof *due);

    for (size_t i = 0; due != NULL && i < count; i++) {
        due[i].name = bytes_take_string(r, a);
        due[i].key = bytes_take_string(r, a);
        due[i].body = bytes_take_string(r, a);
        due[i].variables = bytes_take_string(r, a);
        if (r->failed)
            return;
        c->due_count = i + 1;
    }
    c->due = due;
}

/* A state of another version, or one that is damaged, is told apart. */
static thresh_status open_state(bytes_reader *out, const unsigned char *data, size_t len,
                                thresh_diags *diags)
{
    bytes_reader end;

    if (len >= sizeof tag && memcmp(data, tag, sizeof tag - 1) == 0
        && data[sizeof tag - 1] != (unsigned char)tag[sizeof tag - 1]) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "the state was written by another version of thresh; go on with that one, "
                         "or begin with another --state");
        return THRESH_EINVAL;
    }
    if (len < sizeof tag + sizeof(uint64_t))
        return THRESH_EFORMAT;
    len -= sizeof(uint64_t);
    end = bytes_read(data + len, sizeof(uint64_t));
    if (bytes_take_u64(&end) != bytes_sum(data, len))
        return THRESH_EFORMAT;
    *out = bytes_read(data, len);
    bytes_take_tag(out, tag);
    return THRESH_OK;
}

thresh_status thresh_monitor_unpack(thresh_monitor *monitor, thresh_events **events,
                                    thresh_monitor_checkpoint *c, const unsigned char *data,
                                    size_t len, const char *fingerprint,
                                    const thresh_events_options *options, thresh_diags *diags)
{
    bytes_reader r, part;
    arena *a = &monitor->arena;
    thresh_status rc;

    *events = NULL;
    *c = (thresh_monitor_checkpoint){ 0 };
    if ((rc = open_state(&r, data, len, diags)) != THRESH_OK)
        return rc;
    c->fingerprint = bytes_take_string(&r, a);
    if (r.failed || a->failed)
        return r.failed ? THRESH_EFORMAT : THRESH_ENOMEM;
    if (strcmp(c->fingerprint, fingerprint) != 0) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "the state was made with other profiles, another baseline or other "
                         "options; go on with those, or begin with another --state");
        return THRESH_EINVAL;
    }
    c->input.device = bytes_take_u64(&r);
    c->input.inode = bytes_take_u64(&r);
    c->input.offset = bytes_take_u64(&r);
    c->input.hash = bytes_take_u64(&r);
    c->output_device = bytes_take_u64(&r);
    c->output_inode = bytes_take_u64(&r);
    c->output_offset = bytes_take_u64(&r);
    part = bytes_take_block(&r);
    c->lines_len = (size_t)(part.end - part.at);
    c->lines = arena_strndup(a, c->lines_len > 0 ? (const char *)part.at : "", c->lines_len);
    take_due(a, &r, c);
    part = bytes_take_block(&r);
    if (a->failed)
        return THRESH_ENOMEM;
    if (r.failed)
        return THRESH_EFORMAT;
    rc = thresh_monitor_load(monitor, part.at, (size_t)(part.end - part.at));
    if (rc != THRESH_OK)
        return rc;
    part = bytes_take_block(&r);
    if (!bytes_done(&r))
        return THRESH_EFORMAT;
    return thresh_events_load(events, options, part.at, (size_t)(part.end - part.at), diags);
}
