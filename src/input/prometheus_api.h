/* What a Prometheus server answers to /api/v1/query_range and /api/v1/query. */
#ifndef INPUT_PROMETHEUS_API_H
#define INPUT_PROMETHEUS_API_H

#include "base/arena.h"
#include "thresh/base.h"

typedef struct api_sample {
    int64_t ts; /* microseconds since 1970 */
    double value;
    uint32_t series;
} api_sample;

typedef struct api_label {
    const char *name, *value;
} api_label;

typedef struct api_series {
    const char *scope; /* its labels as "a=b/c=d", "" without any */
    const api_label *labels;
    size_t label_count;
} api_series;

/* Begin with API_RESULT_INIT; free with api_result_free(). Samples stand series after series, in
 * order of time within each. */
typedef struct api_result {
    arena arena;
    api_series *list;
    size_t series, list_room;
    api_sample *samples;
    size_t count, samples_room;
    uint64_t not_numbers; /* samples that are NaN or infinite: left out */
} api_result;

#define API_RESULT_INIT                                                                            \
    {                                                                                              \
        .arena = ARENA_INIT                                                                        \
    }

typedef enum api_kind {
    API_SUCCESS,
    API_ERROR,  /* the server says so; it may be otherwise next time */
    API_REFUSED /* the query makes no sense to it, nor will it ever */
} api_kind;

/*
 * Reads the body of an answer. What the server has to say of an error goes to `diags` in its own
 * words; so does what is wrong with a body that is none, each under the name `file`.
 *
 * @return THRESH_OK with *kind, and result unless that is an error; THRESH_EFORMAT for anything
 * that is no such answer; THRESH_ENOMEM
 */
thresh_status prometheus_api_read(api_result *result, api_kind *kind, const char *body, size_t len,
                                  const char *file, thresh_diags *diags);
/* NULL: it has no such label. */
const char *api_label_of(const api_series *series, const char *name);
void api_result_free(api_result *result);

#endif
