# Makes sequential.tsv: boundaries of Lan and DeMets by repeated integrals over a grid of another kind than
# ours, the one-sided normal mixture by quadrature of its definition, Dirichlet-multinomial factors as
# products, ratios by a search, trends by lm. Checks itself by published tables.
#
# usage: Rscript sequential.R > sequential.tsv    (R 4.2.2)
row <- function(name, ...) cat(paste(c(name, sprintf("%.17g", c(...))), collapse = "\t"), "\n", sep = "")
cat("# made by sequential.R; see there\n")

# --- group sequential: Gauss-Legendre nodes by the eigenvalues of Jacobi's matrix, on panels ---
legendre <- function(n) {
    i <- 1:(n - 1)
    b <- i / sqrt(4 * i^2 - 1)
    j <- matrix(0, n, n)
    j[cbind(i, i + 1)] <- b
    j[cbind(i + 1, i)] <- b
    e <- eigen(j, symmetric = TRUE)
    list(x = e$values, w = 2 * e$vectors[1, ]^2)
}
rule <- legendre(20)
nodes <- function(low, high, panels) {
    at <- seq(low, high, length.out = panels + 1)
    half <- diff(at) / 2
    list(x = c(outer(rule$x, half) + rep((at[-1] + at[-length(at)]) / 2, each = 20)), w = c(outer(rule$w, half)))
}
spend <- function(t, alpha) 2 * pnorm(qnorm(alpha / 2, lower.tail = FALSE) / sqrt(t), lower.tail = FALSE)
boundaries <- function(t, cumulative, sides = 1) {
    out <- numeric(length(t))
    spent <- 0
    for (k in seq_along(t)) {
        left <- cumulative[k] - spent
        spent <- cumulative[k]
        if (k == 1) {
            b <- qnorm(left / sides, lower.tail = FALSE) * sqrt(t[1])
        } else {
            sd <- sqrt(t[k] - t[k - 1])
            p <- function(b) {
                up <- sum(g$w * f * pnorm((b - g$x) / sd, lower.tail = FALSE))
                if (sides == 2) up <- up + sum(g$w * f * pnorm((-b - g$x) / sd))
                log(up) - log(left)
            }
            b <- uniroot(p, c(0.01, 12), tol = 1e-13)$root
        }
        out[k] <- b / sqrt(t[k])
        if (k == length(t)) break
        low <- if (sides == 2) -b else -9 * sqrt(t[k])
        h <- nodes(low, b, 40)
        f2 <- if (k == 1) dnorm(h$x, sd = sqrt(t[1])) else
            sapply(h$x, function(s) sum(g$w * f * dnorm(s - g$x, sd = sd)))
        g <- h
        f <- f2
    }
    out
}
# The two-sided boundaries of five equal looks at 0.05 that programs print to four digits (ld98, whose integration
# is coarser, 3.3569 for 3.3570), and the constant of O'Brien and Fleming, Jennison & Turnbull (2000), table 2.3: C = 2.040 of five looks at 0.05
published <- boundaries((1:5) / 5, 2 * spend((1:5) / 5, 0.025), 2)
stopifnot(abs(published - c(4.8769, 3.3569, 2.6803, 2.2898, 2.0310)) < 1.2e-4)
crossed <- function(c) {
    t <- (1:5) / 5
    p <- 0
    for (k in 1:5) {
        b <- c  # S(t) = sqrt(t) Z(t): the boundary of O'Brien and Fleming is level
        if (k == 1) {
            p <- 2 * pnorm(b / sqrt(t[1]), lower.tail = FALSE)
        } else {
            sd <- sqrt(t[k] - t[k - 1])
            p <- p + sum(g$w * f * (pnorm((b - g$x) / sd, lower.tail = FALSE) + pnorm((-b - g$x) / sd)))
        }
        h <- nodes(-b, b, 40)
        f2 <- if (k == 1) dnorm(h$x, sd = sqrt(t[1])) else sapply(h$x, function(s) sum(g$w * f * dnorm(s - g$x, sd = sd)))
        g <- h
        f <- f2
    }
    p
}
stopifnot(abs(uniroot(function(c) crossed(c) - 0.05, c(1.9, 2.2), tol = 1e-10)$root - 2.040) < 6e-4)
for (alpha in c(0.025, 0.05, 0.05 / 12))
    for (t in list(1, c(0.5, 1), (1:5) / 5, (1:10) / 10, c(0.11, 0.35, 0.36, 0.8, 1), c(0.2, 0.45, 0.7)))
        row("obrien_fleming", alpha, length(t), t, boundaries(t, spend(t, alpha)))

# --- the mixture: integral over effects of a half-normal prior, by its definition ---
for (alpha in c(0.05, 0.01, 0.05 / 12)) {
    best <- uniroot(function(r) -r + 2 * (0.5 * log1p(r) - log(2 * alpha)) - 0, c(0.01, 100), tol = 1e-13)$root
    row("best", alpha, best)
    for (r in c(0.05, 0.5, 1, best, 20, 400)) {
        # S = x at unit information; effects d have a standard deviation of sqrt(r)
        mixture <- function(x) {
            top <- x * r / (1 + r)
            f <- function(d) 2 * dnorm(d, sd = sqrt(r)) * exp(d * x - d^2 / 2 - x^2 * r / (2 * (1 + r)))
            sd <- sqrt(r / (1 + r))
            low <- max(0, top - 12 * sd)
            log(integrate(f, low, top + 12 * sd, rel.tol = 1e-12, subdivisions = 2000)$value) + x^2 * r / (2 * (1 + r))
        }
        row("mixture", r, alpha, uniroot(function(x) mixture(x) + log(alpha), c(0.1, 30), tol = 1e-12)$root)
    }
}

# --- the split of traffic: a product of predictive chances ---
for (case in list(list(c(50, 50), c(0.5, 0.5), 1), list(c(9500, 520), c(0.95, 0.05), 10000),
                  list(c(480, 520), c(0.5, 0.5), 100), list(c(30, 900, 70), c(0.02, 0.9, 0.08), 50), list(c(0, 300), c(0.99, 0.01), 1000))) {
    x <- case[[1]]
    prior <- case[[3]] * case[[2]]
    factor <- -sum(log(sum(prior) + 0:(sum(x) - 1)))
    for (i in seq_along(x)) if (x[i] > 0) factor <- factor + sum(log(prior[i] + 0:(x[i] - 1))) - x[i] * log(case[[2]][i])
    row("split", case[[3]], length(x), x, case[[2]], factor)
}

# --- ratios: where c - r b reaches its multiple ---
for (z in list(c(1.96, 1.96), c(3.2, 2.5)))
    for (a in list(c(0.05, 1e-6, 0.047, 4e-6), c(-2, 0.01, -2.1, 0.02), c(120, 4, 131, 9))) {
        end <- function(z, side) {
            reach <- function(r) side * (r * a[1] - a[3]) * sign(a[1]) - z * sqrt(r^2 * a[2] + a[4])
            middle <- a[3] / a[1]
            uniroot(reach, sort(c(middle, middle + side * abs(middle) * 0.9)), tol = 1e-14, extendInt = "no")$root
        }
        row("ratio", a, z, end(z[1], -1), end(z[2], 1))
    }

# --- shares: Wilson's limits by a search, their distances as squares; ratios by the closed form of Donner and Zou ---
wilson <- function(x, n, z, side) {
    p <- x / n
    f <- function(l) (p - l)^2 - z^2 * l * (1 - l) / n
    if (side < 0 && x == 0) return(0)
    if (side > 0 && x == n) return(1)
    # beyond the bound f is above 0, at p itself below
    uniroot(f, if (side < 0) c(0, p - 1e-9) else c(p + 1e-9, 1), tol = 1e-15)$root
}
for (case in list(c(400, 2000, 36, 200), c(90, 19000, 0, 1000), c(5, 1000, 12, 1000), c(950, 1000, 1000, 1000), c(8000, 1e5, 7800, 1e5)))
    for (z in list(c(1.96, 1.96), c(3.63, 2.77))) {
        b <- case[1] / case[2]
        c <- case[3] / case[4]
        limit <- function(i, k, side) wilson(case[i], case[i + 1], z[k], side)
        low <- b - c - sqrt((b - limit(1, 1, -1))^2 + (limit(3, 1, 1) - c)^2)
        high <- b - c + sqrt((limit(1, 2, 1) - b)^2 + (c - limit(3, 2, -1))^2)
        lc <- limit(3, 1, -1); uc <- limit(3, 2, 1); ub <- limit(1, 1, 1); lb <- limit(1, 2, -1)
        if (lb * (2 * b - lb) > 0 && ub * (2 * b - ub) > 0)
            row("shares", case, z, low, high,
                (b * c - sqrt((b * c)^2 - lc * ub * (2 * c - lc) * (2 * b - ub))) / (ub * (2 * b - ub)),
                (b * c + sqrt((b * c)^2 - uc * lb * (2 * c - uc) * (2 * b - lb))) / (lb * (2 * b - lb)))
    }

# --- trends ---
set.seed(8)
for (n in c(3, 7, 24)) {
    v <- runif(n, 0.5, 2)
    y <- rnorm(n, 0.1 * (1:n), sqrt(v))
    fit <- summary(lm(y ~ seq_along(y), weights = 1 / v))
    se <- sqrt(fit$cov.unscaled[2, 2])
    row("trend", n, y, v, coef(fit)[2, 1], se, 2 * pnorm(-abs(coef(fit)[2, 1]) / se))
}
