#include "compiler/support/nearest.h"

#include <algorithm>
#include <numeric>

namespace spindle {
namespace {

// The Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t other = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({other, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& choices) {
  std::optional<std::string> best;
  std::size_t least = word.size() / 3 + 1;
  for (const std::string& choice : choices) {
    const std::size_t d = distance(word, choice);
    if (d >= least) continue;
    least = d;
    best = choice;
  }
  return best;
}

}  // namespace spindle
