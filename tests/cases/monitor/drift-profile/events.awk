# 1,200 rows of an accuracy of 0.9; lengths rise in the second half, those of answers do not.
function draw() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
BEGIN {
  seed = 7
  for (i = 0; i < 1200; i++)
    printf "{\"ts\": %d, \"accuracy\": %d, \"length\": %.4f, \"answer\": %.4f}\n", 1795579200 + i, i % 10 != 0,
           (i < 600 ? 100 : 115) + 40 * draw(), 50 + 20 * draw()
}
