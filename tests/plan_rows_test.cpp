#include "compiler/plan/rows.h"

#include "tests/catch.h"

using spindle::RowAccess;

TEST_CASE("a pointwise step needs its own row") {
  const RowAccess access;
  CHECK(access.first(3, 10) == 3);
  CHECK(access.end(3, 10) == 4);
}

TEST_CASE("a window needs the rows of its taps, cut at the image") {
  // A window of 3 rows, stride 2, one row of padding above: output row y reads rows 2y-1 to 2y+1.
  const RowAccess access = RowAccess::window(2, 1, 3);
  CHECK(access.first(0, 7) == 0);  // row -1 is padding
  CHECK(access.end(0, 7) == 2);
  CHECK(access.first(2, 7) == 3);
  CHECK(access.end(2, 7) == 6);
  CHECK(access.first(3, 7) == 5);
  CHECK(access.end(3, 7) == 7);  // row 7 is padding
}

TEST_CASE("every window agrees with its taps one by one") {
  for (int k = 1; k <= 5; k += 2) {
    for (int stride = 1; stride <= 3; ++stride) {
      for (int dilation = 1; dilation <= 3; ++dilation) {
        for (int pad = 0; pad <= dilation * (k - 1); ++pad) {
          const int rows = 11;
          const int reach = dilation * (k - 1) + 1;
          const RowAccess access = RowAccess::window(stride, pad, reach);
          for (int y = 0; y * stride - pad + reach <= rows + pad; ++y) {
            int first = rows;
            int end = 0;
            for (int tap = 0; tap < k; ++tap) {
              const int row = y * stride - pad + tap * dilation;
              if (row < 0 || row >= rows) continue;
              first = std::min(first, row);
              end = std::max(end, row + 1);
            }
            if (end == 0) continue;  // only padding is read
            CHECK(access.first(y, rows) <= first);
            CHECK(access.end(y, rows) >= end);
            // Not more rows than the window covers.
            CHECK(access.end(y, rows) - access.first(y, rows) <= reach);
          }
        }
      }
    }
  }
}

TEST_CASE("the whole input, and its last row") {
  CHECK(RowAccess::whole(9).first(0, 9) == 0);
  CHECK(RowAccess::whole(9).end(0, 9) == 9);
  const RowAccess last{0, 1, 8, 1};
  CHECK(last.first(0, 9) == 8);
  CHECK(last.end(0, 9) == 9);
}

TEST_CASE("rational access rounds down, below zero too") {
  // Two rows from floor((y - 1) / 2) on: for y = 0, rows -1 and 0.
  const RowAccess access{1, 2, -1, 2};
  CHECK(access.first(0, 4) == 0);
  CHECK(access.end(0, 4) == 1);
  CHECK(access.first(3, 4) == 1);
  CHECK(access.end(3, 4) == 3);
}
