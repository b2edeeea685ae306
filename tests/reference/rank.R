# Makes rank-r.tsv: Mann-Whitney tests and Hodges-Lehmann shifts by R's wilcox.test, which has both
# independently of SciPy.
#
# usage: Rscript rank.R > rank-r.tsv    (R 4.2.2)
row <- function(name, ...) cat(name, sprintf("%.17g", c(...)), sep = "\t", fill = FALSE)
show <- function(b, c, confidence) {
    p <- sapply(c("two.sided", "greater", "less"), function(a)
        wilcox.test(b, c, alternative = a, exact = TRUE)$p.value)
    u <- wilcox.test(b, c, exact = TRUE)$statistic
    row("mann_whitney", length(b), length(c), b, c, u, p, 1)
    cat("\n")
    test <- wilcox.test(b, c, exact = TRUE, conf.int = TRUE, conf.level = 2 * confidence - 1)
    # R keeps to itself what it achieves: of the quantile that it takes, one less
    k <- qwilcox(1 - confidence, length(b), length(c))
    achieved <- 1 - pwilcox(k - 1, length(b), length(c))
    row("shift", length(b), length(c), confidence, b, c, test$estimate, test$conf.int, achieved)
    cat("\n")
}
cat("# made by rank.R; see there\n")
permeability <- list(c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46),
                     c(1.15, 0.88, 0.90, 0.74, 1.21))
for (confidence in c(0.9, 0.95, 0.975, 0.99))
    show(permeability[[1]], permeability[[2]], confidence)
set.seed(20240503)
for (size in list(c(3, 3), c(4, 7), c(10, 10), c(20, 15), c(35, 40), c(49, 30)))
    for (confidence in c(0.9, 0.95)) {
        if (size[1] == 3 && confidence == 0.95) next # R has no interval at less than asked for
        show(round(rexp(size[1]) * 3, 7), round(rexp(size[2]) * 2.5, 7), confidence)
    }
