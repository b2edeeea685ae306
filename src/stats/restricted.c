/* Restricted maximum likelihood of two proportions. */
#include "stats/restricted.h"

#include <math.h>

double restricted_paired(double delta, double b, double c, double n)
{
    double A = 2 * n, B = -b - c + (2 * n - b + c) * delta, C = -c * delta * (1 - delta);
    double discriminant = B * B - 4 * A * C, root = sqrt(discriminant > 0 ? discriminant : 0);
    /* either form of the root, whichever does not cancel */
    double q21 = B > 0 ? -2 * C / (root + B) : (root - B) / (2 * A);

    return 2 * q21 + delta * (1 - delta);
}

/* Part of the derivative of the log-likelihood; what did not happen says nothing. */
static double pull(double count, double p)
{
    return count > 0 ? count / p : 0;
}

/*
 * The likelihood has one maximum, where its derivative falls through 0. Bisection finds it to the
 * last digits; the closed solution of the cubic (Miettinen & Nurminen 1985, appendix I) loses half
 * of them where two roots are close.
 */
double restricted_independent(double delta, double x_b, double n_b, double x_c, double n_c)
{
    /* the rarer outcome, so that small proportions are small numbers: 1 - p has few digits left */
    if (x_b + x_c > (n_b + n_c) / 2) {
        x_b = n_b - x_b;
        x_c = n_c - x_c;
        delta = -delta;
    }
    double least_b = delta > 0 ? delta : 0, least_c = delta < 0 ? -delta : 0;
    double low = 0, high = 1 - fabs(delta);
    for (int i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2;
        double p_b = middle + least_b, p_c = middle + least_c;
        if (middle <= low || middle >= high)
            break;
        if (pull(x_b, p_b) - pull(n_b - x_b, 1 - p_b) + pull(x_c, p_c) - pull(n_c - x_c, 1 - p_c)
            > 0)
            low = middle;
        else
            high = middle;
    }
    double p_b = low + least_b, p_c = low + least_c;
    return p_b * (1 - p_b) / n_b + p_c * (1 - p_c) / n_c;
}
