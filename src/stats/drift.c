/* Detectors that follow a stream: Page-Hinkley's cumulative sums, and ADWIN's window. */
#include "stats/drift.h"

#include <math.h>
#include <string.h>

const char *thresh_detector_slug(thresh_detector detector)
{
    static const char *const slugs[] = {
#define X(id, slug) [THRESH_DETECTOR_##id] = slug,
        THRESH_DETECTORS(X)
#undef X
    };
    return slugs[detector];
}

/* --- Page-Hinkley --- */

/* Of what a state may say that was added up. */
static const double LARGEST = 1e150;

static bool is_page_hinkley(double delta, double lambda, thresh_drift_direction direction)
{
    return isfinite(delta) && delta >= 0 && isfinite(lambda) && lambda > 0
           && direction <= THRESH_DRIFT_DOWNWARDS;
}

thresh_status thresh_page_hinkley_init(thresh_page_hinkley *out, double delta, double lambda,
                                       uint64_t least, thresh_drift_direction direction)
{
    if (!is_page_hinkley(delta, lambda, direction))
        return THRESH_EDOMAIN;
    *out = (thresh_page_hinkley){
        .delta = delta, .lambda = lambda, .least = least, .direction = direction
    };
    return THRESH_OK;
}

thresh_status thresh_page_hinkley_add(bool *alarm, thresh_page_hinkley *d, double value)
{
    uint64_t n = d->n + 1;
    double mean = d->mean + (value - d->mean) / (double)n, apart = value - mean;
    double up = fmax(0, d->up + apart - d->delta), down = fmax(0, d->down - apart - d->delta);

    if (!isfinite(value) || !isfinite(apart) || !isfinite(up) || !isfinite(down))
        return THRESH_EDOMAIN;
    d->n = n;
    d->mean = mean;
    d->up = up;
    d->down = down;
    d->statistic = d->direction == THRESH_DRIFT_UPWARDS     ? up
                   : d->direction == THRESH_DRIFT_DOWNWARDS ? down
                                                            : fmax(up, down);
    *alarm = n > d->least && d->statistic > d->lambda;
    if (*alarm) {
        d->alarms++;
        d->n = 0;
        d->mean = d->up = d->down = 0;
    }
    return THRESH_OK;
}

void page_hinkley_put(bytes *b, const thresh_page_hinkley *d)
{
    bytes_put_tag(b, "PgH1");
    bytes_put_u8(b, (uint8_t)d->direction);
    bytes_put_double(b, d->delta);
    bytes_put_double(b, d->lambda);
    bytes_put_u64(b, d->least);
    bytes_put_u64(b, d->n);
    bytes_put_u64(b, d->alarms);
    bytes_put_double(b, d->mean);
    bytes_put_double(b, d->up);
    bytes_put_double(b, d->down);
    bytes_put_double(b, d->statistic);
}

void page_hinkley_take(thresh_page_hinkley *out, bytes_reader *r)
{
    thresh_page_hinkley d = { 0 };

    bytes_take_tag(r, "PgH1");
    d.direction = (thresh_drift_direction)bytes_take_u8(r);
    d.delta = bytes_take_double(r);
    d.lambda = bytes_take_double(r);
    d.least = bytes_take_u64(r);
    d.n = bytes_take_u64(r);
    d.alarms = bytes_take_u64(r);
    d.mean = bytes_take_double(r);
    d.up = bytes_take_double(r);
    d.down = bytes_take_double(r);
    d.statistic = bytes_take_double(r);
    /* within what can be added up without an overflow; NaN is not */
    if (!is_page_hinkley(d.delta, d.lambda, d.direction) || d.n > (uint64_t)1 << 53
        || !(fabs(d.mean) <= LARGEST) || !(d.up >= 0 && d.up <= LARGEST)
        || !(d.down >= 0 && d.down <= LARGEST) || !(d.statistic >= 0 && d.statistic <= LARGEST))
        r->failed = true;
    *out = d;
}

/* --- ADWIN --- */

enum { LEAST_PART = 5 };

static bool is_adwin(double delta, double range, uint32_t clock)
{
    return delta > 0 && delta < 1 && isfinite(range) && range > 0 && clock > 0;
}

thresh_status thresh_adwin_init(thresh_adwin *out, double delta, double range, uint32_t clock)
{
    if (!is_adwin(delta, range, clock))
        return THRESH_EDOMAIN;
    *out = (thresh_adwin){ .delta = delta, .range = range, .clock = clock };
    return THRESH_OK;
}

/* Values of which the number, the mean and the squared deviations are known. */
typedef struct group {
    double n, mean, squares;
} group;

/* Chan, Golub & LeVeque (1983), Am. Stat. 37:242-247, eq. (2.1). */
static group join(group a, group b)
{
    double n = a.n + b.n, apart = b.mean - a.mean;

    if (a.n == 0)
        return b;
    return (group){ n, a.mean + apart * (b.n / n),
                    a.squares + b.squares + apart * apart * a.n * (b.n / n) };
}

static group bucket(const thresh_adwin *d, uint32_t row, uint32_t i)
{
    return (group){ ldexp(1, (int)row), d->row[row].mean[i], d->row[row].squares[i] };
}

static void drop_first(thresh_adwin_row *row, uint32_t many)
{
    row->count -= many;
    memmove(row->mean, row->mean + many, row->count * sizeof *row->mean);
    memmove(row->squares, row->squares + many, row->count * sizeof *row->squares);
}

static void drop_oldest(thresh_adwin *d)
{
    drop_first(&d->row[d->rows - 1], 1);
    d->width -= UINT64_C(1) << (d->rows - 1);
    while (d->rows > 0 && d->row[d->rows - 1].count == 0)
        d->rows--;
}

/* Where there is one more bucket of a size than may be, its two oldest become one of the next. */
static void insert(thresh_adwin *d, group g)
{
    for (uint32_t row = 0;; row++) {
        thresh_adwin_row *here = &d->row[row];

        if (row == d->rows)
            d->row[d->rows++].count = 0;
        here->mean[here->count] = g.mean;
        here->squares[here->count++] = g.squares;
        if (here->count <= THRESH_ADWIN_BUCKETS)
            break;
        if (row == THRESH_ADWIN_ROWS - 1) {
            drop_oldest(d);
            break;
        }
        g = join(bucket(d, row, 0), bucket(d, row, 1));
        drop_first(here, 2);
    }
}

static group whole(const thresh_adwin *d)
{
    group all = { 0, 0, 0 };

    for (uint32_t row = d->rows; row-- > 0;)
        for (uint32_t i = 0; i < d->row[row].count; i++)
            all = join(all, bucket(d, row, i));
    return all;
}

/* Looks from the oldest bucket on for a place where what is before differs from what is after. */
static bool is_cut(thresh_adwin *d)
{
    group all = whole(d), older = { 0, 0, 0 };
    double log_part = log(2 * log(all.n) / d->delta), variance = all.squares / all.n;

    d->mean = all.n > 0 ? all.mean : 0;
    for (uint32_t row = d->rows; row-- > 0;)
        for (uint32_t i = 0; i < d->row[row].count; i++) {
            double newer_n, newer, inverse, cut;

            older = join(older, bucket(d, row, i));
            newer_n = all.n - older.n;
            if (newer_n < LEAST_PART)
                return false;
            if (older.n < LEAST_PART)
                continue;
            newer = all.mean + (all.mean - older.mean) * (older.n / newer_n);
            inverse = 1 / older.n + 1 / newer_n;
            cut = sqrt(2 * inverse * variance * log_part) + 2.0 / 3 * inverse * d->range * log_part;
            if (fabs(older.mean - newer) > cut) {
                d->older = older.mean;
                d->newer = newer;
                d->cut = cut;
                d->older_n = (uint64_t)older.n;
                d->newer_n = (uint64_t)newer_n;
                return true;
            }
        }
    return false;
}

thresh_status thresh_adwin_add(bool *alarm, thresh_adwin *d, double value)
{
    /* squares of what is in the window have to fit */
    if (!isfinite(value) || fabs(value) > 1e150)
        return THRESH_EDOMAIN;
    *alarm = false;
    d->width++;
    insert(d, (group){ 1, value, 0 });
    if (++d->since < d->clock)
        return THRESH_OK;
    d->since = 0;
    while (is_cut(d)) {
        *alarm = true;
        drop_oldest(d);
    }
    d->alarms += *alarm;
    return THRESH_OK;
}

double thresh_adwin_mean(const thresh_adwin *d)
{
    return whole(d).mean;
}

void adwin_put(bytes *b, const thresh_adwin *d)
{
    bytes_put_tag(b, "ADW1");
    bytes_put_double(b, d->delta);
    bytes_put_double(b, d->range);
    bytes_put_u32(b, d->clock);
    bytes_put_u32(b, d->since);
    bytes_put_u64(b, d->alarms);
    bytes_put_double(b, d->mean);
    bytes_put_double(b, d->older);
    bytes_put_double(b, d->newer);
    bytes_put_double(b, d->cut);
    bytes_put_u64(b, d->older_n);
    bytes_put_u64(b, d->newer_n);
    bytes_put_u32(b, d->rows);
    for (uint32_t row = 0; row < d->rows; row++) {
        bytes_put_u32(b, d->row[row].count);
        bytes_put_doubles(b, d->row[row].mean, d->row[row].count);
        bytes_put_doubles(b, d->row[row].squares, d->row[row].count);
    }
}

static bool is_row(const thresh_adwin_row *row)
{
    for (uint32_t i = 0; i < row->count; i++)
        if (!(fabs(row->mean[i]) <= LARGEST) || !isfinite(row->squares[i]) || row->squares[i] < 0)
            return false;
    return true;
}

void adwin_take(thresh_adwin *out, bytes_reader *r)
{
    thresh_adwin d = { 0 };

    bytes_take_tag(r, "ADW1");
    d.delta = bytes_take_double(r);
    d.range = bytes_take_double(r);
    d.clock = bytes_take_u32(r);
    d.since = bytes_take_u32(r);
    d.alarms = bytes_take_u64(r);
    d.mean = bytes_take_double(r);
    d.older = bytes_take_double(r);
    d.newer = bytes_take_double(r);
    d.cut = bytes_take_double(r);
    d.older_n = bytes_take_u64(r);
    d.newer_n = bytes_take_u64(r);
    d.rows = bytes_take_u32(r);
    if (d.rows > THRESH_ADWIN_ROWS || !is_adwin(d.delta, d.range, d.clock) || d.since >= d.clock)
        r->failed = true;
    for (uint32_t row = 0; row < d.rows && !r->failed; row++) {
        uint32_t count = bytes_take_u32(r);
        if (count > THRESH_ADWIN_BUCKETS || (count == 0 && row == d.rows - 1)) {
            r->failed = true;
            break;
        }
        d.row[row].count = count;
        d.width += (uint64_t)count << row;
        bytes_take_doubles(r, d.row[row].mean, count);
        bytes_take_doubles(r, d.row[row].squares, count);
        if (!is_row(&d.row[row]))
            r->failed = true;
    }
    *out = d;
}
