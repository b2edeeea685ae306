# Makes regression.tsv: curves of an outcome over a dose by R's glm, lm and isoreg; doses at which they have
# risen so far by optimize and uniroot over the likelihood; change points by a search over glm and lm.
#
# usage: Rscript regression.R > regression.tsv    (R 4.2.2)
row <- function(name, ...) cat(paste(c(name, sprintf("%.17g", c(...))), collapse = "\t"), "\n", sep = "")
cat("# made by regression.R; see there\n")
set.seed(20261125)
tight <- glm.control(epsilon = 1e-14, maxit = 100)

likelihood <- function(eta, y, w) sum(w * (y * eta - ifelse(eta > 0, eta + log1p(exp(-eta)), log1p(exp(eta)))))

# bounds of the dose by the likelihood of all curves that have risen so far at it
benchmark <- function(x, y, w, fit, dispersion, by, of_base, of_rest, confidence) {
    a <- coef(fit)[[1]]
    b <- coef(fit)[[2]]
    rise <- function(p) p + by + of_base * p + of_rest * (1 - p)
    top <- likelihood(a + b * x, y, w)
    limit <- qt(confidence, length(x) - 2)^2
    reach <- max(12, 8 * sqrt(vcov(fit)[1, 1]))
    lost <- function(d) {
        along <- function(a0) {
            t <- rise(plogis(a0))
            if (t >= 1) return(-1e300)
            likelihood(a0 + (qlogis(t) - a0) / d * x, y, w)
        }
        # the likelihood may be flat far away: a grid, and a search around its best
        grid <- seq(a - reach, a + reach, 0.05)
        best <- grid[which.max(sapply(grid, along))]
        found <- optimize(along, best + c(-0.1, 0.1), maximum = TRUE, tol = 1e-11)
        2 * (top - max(found$objective)) / dispersion - limit
    }
    d <- (qlogis(rise(plogis(a))) - a) / b
    # on either side: the nearest crossing
    side <- function(factor) {
        inner <- d
        for (i in 1:40) {
            outer <- inner * factor
            if (lost(outer) > 0) return(exp(uniroot(function(u) lost(exp(u)), sort(log(c(inner, outer))), tol = 1e-12)$root))
            inner <- outer
        }
        if (factor < 1) 0 else Inf
    }
    c(d, side(1 / 1.5), side(1.5))
}

binomial_case <- function(x, events, trials, by, of_base, of_rest, confidence) {
    y <- events / trials
    fit <- glm(y ~ x, weights = trials, family = quasibinomial, control = tight)
    none <- glm(y ~ 1, weights = trials, family = quasibinomial, control = tight)
    # glm keeps the weights of the step before the last: one more step gives those of the fit
    fit <- glm(y ~ x, weights = trials, family = quasibinomial, start = coef(fit), control = tight)
    m <- fitted(fit)
    u <- trials * m * (1 - m)
    dispersion <- max(1, sum(trials * (y - m)^2 / (m * (1 - m))) / (length(x) - 2))
    v <- solve(rbind(c(sum(u), sum(u * x)), c(sum(u * x), sum(u * x^2)))) * dispersion
    ratio <- (deviance(none) - deviance(fit)) / dispersion
    trend <- pt(sign(coef(fit)[[2]]) * sqrt(ratio), length(x) - 2, lower.tail = FALSE)
    row("logistic", length(x), x, y, trials, coef(fit), v[1, 1], v[2, 2], v[1, 2], dispersion, deviance(fit),
        deviance(none), trend)
    if (coef(fit)[[2]] > 0)
        row("benchmark_share", length(x), x, y, trials, by, of_base, of_rest, confidence,
            benchmark(x, y, trials, fit, dispersion, by, of_base, of_rest, confidence))
}

x <- c(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5)
draw <- function(x, a, b, n, spread = 0) {
    p <- plogis(a + b * x + rnorm(length(x), 0, spread))
    rbinom(length(x), n, p)
}
for (n in c(200, 2000))
    for (spread in c(0, 0.3))
        for (confidence in c(0.95, 0.99)) {
            trials <- round(runif(length(x), n / 2, n * 2))
            binomial_case(x, draw(x, -3, 0.5, trials, spread), trials, 0.01, 0, 0, confidence)
            binomial_case(x, draw(x, -3, 0.5, trials, spread), trials, 0, 0.5, 0, confidence)
            binomial_case(x, draw(x, 1, 0.3, trials, spread), trials, 0, 0, 0.1, confidence)
        }
# yes or no, doses of 0 and below, a shifted range; a weak trend: a bound is missing; a falling one
x1 <- round(runif(28, -1, 6), 3)
binomial_case(x1, rbinom(28, 1, plogis(-1 + 0.6 * x1)), rep(1, 28), 0.1, 0, 0, 0.9)
x2 <- 100 + x
binomial_case(x2, draw(x, -2, 0.4, 500), rep(500, length(x)), 0.02, 0, 0, 0.95)
binomial_case(x, c(5, 6, 4, 7, 5, 8, 6, 7, 6, 8), rep(100, 10), 0.05, 0, 0, 0.95)
binomial_case(x, c(15, 16, 14, 12, 11, 12, 9, 8, 9, 7), rep(100, 10), 0.05, 0, 0, 0.95)

linear_case <- function(x, y, w, by, of_base, confidence) {
    fit <- lm(y ~ x, weights = w)
    v <- vcov(fit)
    row("line", length(x), x, y, w, coef(fit), v[1, 1], v[2, 2], v[1, 2], sum(w * residuals(fit)^2) / (length(x) - 2),
        deviance(fit), sum(w * (y - weighted.mean(y, w))^2),
        pt(summary(fit)$coefficients[2, 3], length(x) - 2, lower.tail = FALSE))
    interval <- confint(fit, level = 2 * confidence - 1)[2, ]
    row("slope", length(x), x, y, w, confidence, coef(fit), sqrt(v[2, 2]), interval, summary(fit)$r.squared)
    # Fieller: all d with |climb - d slope| <= t sqrt(var)
    part <- sign(coef(fit)[[1]]) * of_base
    climb <- by + part * coef(fit)[[1]]
    t <- qt(confidence, length(x) - 2)
    b <- coef(fit)[[2]]
    qa <- b^2 - t^2 * v[2, 2]
    qb <- -2 * (climb * b - t^2 * part * v[1, 2])
    qc <- climb^2 - t^2 * part^2 * v[1, 1]
    if (b > 0 && qa > 0) {
        ends <- (-qb + c(-1, 1) * sqrt(qb^2 - 4 * qa * qc)) / (2 * qa)
        row("benchmark_mean", length(x), x, y, w, by, of_base, confidence, climb / b, max(0, ends[1]), ends[2])
    }
}
for (s in c(0.05, 0.3)) {
    w <- round(runif(length(x), 20, 200))
    linear_case(x, -4.2 + 0.15 * x + rnorm(length(x), 0, s / 2), w, 0.2, 0, 0.95)
    linear_case(x, 3 + 0.4 * x + rnorm(length(x), 0, s), rep(1, length(x)), 0, 0.1, 0.975)
    linear_case(x, -4 + 0.2 * x + rnorm(length(x), 0, s), w, 0, 0.05, 0.9)
}

# isoreg knows no weights: whole ones are rows repeated
isotonic_case <- function(y, w) {
    fitted <- isoreg(rep(y, w))$yf[cumsum(w)]
    row("isotonic", length(y), y, w, fitted)
}
isotonic_case(c(1, 2, 3), c(1, 1, 1))
isotonic_case(c(3, 2, 1), c(1, 5, 2))
isotonic_case(1, 4)
for (n in c(5, 12, 25)) isotonic_case(round(rnorm(n, seq_len(n) / n, 0.6), 4), sample(1:9, n, TRUE))

change_case <- function(x, y, w, share, confidence) {
    fit_at <- function(at) {
        z <- pmax(0, x - at)
        if (share) glm(y ~ z, weights = w, family = quasibinomial, control = tight) else lm(y ~ z, weights = w)
    }
    l <- function(at) {
        f <- fit_at(at)
        if (share) likelihood(f$linear.predictors, y, w) else -length(x) / 2 * log(deviance(f))
    }
    low <- max(0, min(x))
    high <- sort(unique(x), decreasing = TRUE)[2]
    grid <- seq(low, high, length.out = 2001)
    values <- sapply(grid, l)
    k <- which.max(values)
    near <- optimize(l, grid[pmin(2001, pmax(1, k + c(-1, 1)))], maximum = TRUE, tol = 1e-10)
    at <- if (near$objective >= values[k]) near$maximum else grid[k]
    best <- max(near$objective, values[k])
    f <- fit_at(at)
    whole <- fit_at(min(x))
    phi <- if (share) max(1, summary(f)$dispersion) else 1
    level <- best - qt(confidence, length(x) - 2)^2 / 2 * phi
    inside <- grid[values >= level]
    gained <- if (share) (deviance(whole) - deviance(f)) / phi else
        (deviance(whole) - deviance(f)) / (deviance(f) / (length(x) - 3))
    row("change", length(x), x, y, w, share, confidence, at, min(inside, at), max(inside, at), coef(f),
        pf(max(0, gained), 1, length(x) - 3, lower.tail = FALSE), (high - low) / 200)
}
x3 <- seq(0, 6, 0.3)
for (n in c(2000, 20000)) {
    w <- rep(n, length(x3))
    change_case(x3, rbinom(length(x3), w, plogis(-3 + 0.5 * pmax(0, x3 - 2.05))) / w, w, 1, 0.95)
    change_case(x3, rbinom(length(x3), w, plogis(-3 + 0.3 * x3)) / w, w, 1, 0.95)
}
for (s in c(0.02, 0.1))
    change_case(x3, 0.1 + 0.3 * pmax(0, x3 - 3.1) + rnorm(length(x3), 0, s), rep(1, length(x3)), 0, 0.95)

# the bins are of one dose each, three rows in every one
fit_case <- function(share, bend) {
    x <- rep(0:5, each = 3)
    w <- round(runif(length(x), 300, 900))
    eta <- 0.4 * x + bend * (x - 2.5)^2
    y <- if (share) rbinom(length(x), w, plogis(-3 + eta)) / w else rnorm(length(x), eta, 0.2)
    fit <- if (share) glm(y ~ x, weights = w, family = quasibinomial, control = tight) else lm(y ~ x, weights = w)
    m <- fitted(fit)
    v <- if (share) w * m * (1 - m) else w
    phi <- if (share) max(1, sum(w^2 * (y - m)^2 / v) / (length(x) - 2)) else sum(w * (y - m)^2) / (length(x) - 2)
    sums <- function(a) tapply(a, x, sum)
    statistic <- sum((sums(w * y) - sums(w * m))^2 / sums(v)) / 4 / phi
    row("fit_p", length(x), x, y, w, share, pf(statistic, 4, length(x) - 2, lower.tail = FALSE))
}
for (share in c(1, 0)) for (bend in c(0, 0.06, 0.2)) fit_case(share, bend)
