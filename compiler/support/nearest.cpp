#include "compiler/support/nearest.h"

#include <algorithm>
#include <numeric>

#include "compiler/support/letter_case.h"

namespace spindle {
namespace {

// How many letters must be added, removed, replaced, or swapped with their neighbours to make `a`
// of `b`, no letter twice (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // the rows of a[0 .. i - 1), and of a[0 .. i)
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    before.swap(last);
    last = row;
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = last[j] + (a[i] == b[j] ? 0 : 1);
      row[j + 1] = std::min({replaced, row[j] + 1, last[j + 1] + 1});
      const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row.back();
}

// The only choice that contains `word`.
std::optional<std::string> container(const std::string& word,
                                     const std::vector<std::string>& choices) {
  const auto contains = [&](const std::string& choice) {
    return lower_case(choice).find(word) != std::string::npos;
  };
  if (word.size() < 2 || std::count_if(choices.begin(), choices.end(), contains) != 1) {
    return std::nullopt;
  }
  return *std::find_if(choices.begin(), choices.end(), contains);
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& choices) {
  std::optional<std::string> best;
  std::size_t least = word.size() / 3 + 1;
  const std::string wanted = lower_case(word);
  for (const std::string& choice : choices) {
    const std::size_t d = distance(wanted, lower_case(choice));
    if (d >= least) continue;
    least = d;
    best = choice;
  }
  return best ? best : container(wanted, choices);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& choices) {
  const std::optional<std::string> meant = nearest(word, choices);
  return meant ? "did you mean '" + *meant + "'?" : "";
}

}  // namespace spindle
