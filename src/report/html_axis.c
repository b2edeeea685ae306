/* What drawings of the HTML report share: places, round numbers, bars and lines. */
#include "report/html.h"

#include <math.h>

int axis_place(const plot_axis *a, double value)
{
    double share = (value - a->low) / (a->high - a->low);

    return (int)lround(1000 * (share > 0 ? fmin(1, share) : 0));
}

plot_axis axis_padded(double low, double high, double left, double right)
{
    double width = high - low;

    if (!(width > 0))
        width = fmax(fabs(low), 1);
    return (plot_axis){ low - left * width, low + width * (1 + right) };
}

size_t axis_ticks(const plot_axis *a, size_t wanted, double ticks[MOST_AXIS_TICKS])
{
    double raw = (a->high - a->low) / (double)wanted, unit = pow(10, floor(log10(raw)));
    double step = raw / unit < 1.5   ? unit
                  : raw / unit < 3.5 ? 2 * unit
                  : raw / unit < 7.5 ? 5 * unit
                                     : 10 * unit;
    size_t n = 0;

    for (double k = ceil(a->low / step); k * step <= a->high && n < MOST_AXIS_TICKS; k++)
        ticks[n++] = k * step + 0.0;
    return n;
}

void put_axis_ticks(page *p, const plot_axis *a, size_t wanted, int y,
                    const char *(*number)(const words *w, double value))
{
    double ticks[MOST_AXIS_TICKS];
    size_t count = axis_ticks(a, wanted, ticks);

    for (size_t i = 0; i < count; i++) {
        int at = axis_place(a, ticks[i]);
        fprintf(p->f, "<text class=\"tick%s\" x=\"" PLACE "\" y=%d>%s</text>",
                at < 30    ? " first"
                : at > 970 ? " last"
                           : "",
                PLACED(at), y, esc(p, number(&p->w, ticks[i])));
    }
}

void put_label(page *p, int at, int y, const char *text)
{
    bool left = at > 550;

    fprintf(p->f, "<text class=\"%s\" x=\"" PLACE "\" dx=%d y=%d>%s</text>",
            left ? "last" : "first", PLACED(at), left ? -6 : 6, y, esc(p, text));
}

void put_stretch(page *p, const plot_axis *a, const char *class, double from, double to, int y,
                 int height)
{
    int left = axis_place(a, fmin(from, to)), right = axis_place(a, fmax(from, to));

    fprintf(p->f, "<rect class=\"%s\" x=\"" PLACE "\" width=\"" PLACE "\" y=%d height=%d />", class,
            PLACED(left), PLACED(right - left), y, height);
}

void put_upright(page *p, const plot_axis *a, const char *class, double at, int from, int to)
{
    int x = axis_place(a, at);

    fprintf(p->f, "<line class=\"%s\" x1=\"" PLACE "\" x2=\"" PLACE "\" y1=%d y2=%d />", class,
            PLACED(x), PLACED(x), from, to);
}
