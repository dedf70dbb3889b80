#include "compiler/plan/place.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace spindle {
namespace {

constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
constexpr int kSearchSteps = 4000;

class Placer {
 public:
  Placer(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays)
      : items_(items), rules_(items.size()) {
    for (const PlaceOverlay& overlay : overlays) {
      rules_[static_cast<std::size_t>(overlay.in)].push_back({overlay.out, overlay.gap, true});
      rules_[static_cast<std::size_t>(overlay.out)].push_back({overlay.in, overlay.gap, false});
    }
  }

  [[nodiscard]] Placement in_order(const std::vector<int>& order) const {
    Placement result;
    result.offsets.assign(items_.size(), kNone);
    for (int item : order) {
      const std::int64_t offset = lowest(item, result.offsets);
      result.offsets[static_cast<std::size_t>(item)] = offset;
      result.total = std::max(result.total, offset + items_[static_cast<std::size_t>(item)].bytes);
    }
    return result;
  }

 private:
  struct Rule {
    int other;
    std::int64_t gap;
    bool is_in;  // this item is the overlay's `in`
  };

  // Open interval of offsets that `item` must not take because of a placed item.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> forbidden(int item, int placed,
                                                                std::int64_t at) const {
    const std::int64_t bytes = items_[static_cast<std::size_t>(item)].bytes;
    const std::int64_t other = items_[static_cast<std::size_t>(placed)].bytes;
    std::int64_t low = at - bytes;
    std::int64_t high = at + other;
    for (const Rule& rule : rules_[static_cast<std::size_t>(item)]) {
      if (rule.other != placed) continue;
      if (rule.is_in) {
        high = std::min(high, at + rule.gap);
      } else {
        low = std::max(low, at - rule.gap);
      }
    }
    return {low, high};
  }

  [[nodiscard]] std::int64_t lowest(int item, const std::vector<std::int64_t>& offsets) const {
    const PlaceItem& self = items_[static_cast<std::size_t>(item)];
    std::vector<std::pair<std::int64_t, std::int64_t>> taken;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (offsets[i] == kNone || items_[i].first > self.last || items_[i].last < self.first) {
        continue;
      }
      const auto range = forbidden(item, static_cast<int>(i), offsets[i]);
      if (range.first < range.second) taken.push_back(range);
    }
    std::sort(taken.begin(), taken.end());
    std::int64_t offset = 0;
    for (const auto& [low, high] : taken) {
      if (low >= offset) break;
      offset = std::max(offset, align_up(high));
    }
    return offset;
  }

  const std::vector<PlaceItem>& items_;
  std::vector<std::vector<Rule>> rules_;
};

// The next order in which runs of equal items are permuted; false when all were seen.
bool next_tie_order(std::vector<int>& order, const std::vector<PlaceItem>& items) {
  const auto same = [&](int a, int b) {
    return items[static_cast<std::size_t>(a)].bytes == items[static_cast<std::size_t>(b)].bytes;
  };
  for (auto begin = order.begin(); begin != order.end();) {
    auto end = std::find_if(begin, order.end(), [&](int item) { return !same(*begin, item); });
    if (std::next_permutation(begin, end)) return true;
    begin = end;
  }
  return false;
}

}  // namespace

Placement place(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
                std::int64_t lower_bound, int tries) {
  const Placer placer(items, overlays);
  std::vector<int> order(items.size());
  std::iota(order.begin(), order.end(), 0);
  Placement best = placer.in_order(order);
  std::vector<int> best_order = order;
  const auto consider = [&](const std::vector<int>& candidate, bool sideways) {
    Placement placement = placer.in_order(candidate);
    if (placement.total > best.total || (placement.total == best.total && !sideways)) return;
    best = std::move(placement);
    best_order = candidate;
  };

  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return items[static_cast<std::size_t>(a)].bytes > items[static_cast<std::size_t>(b)].bytes;
  });
  for (int i = 0; i < tries && best.total > lower_bound; ++i) {
    consider(order, false);
    if (!next_tie_order(order, items)) break;
  }

  std::mt19937 random(1);
  const auto pick = [&] { return random() % items.size(); };
  for (int i = 0; i < std::min(tries, kSearchSteps) && best.total > lower_bound && items.size() > 1;
       ++i) {
    std::vector<int> candidate = best_order;
    const std::size_t from = pick();
    const std::size_t to = pick();
    const int item = candidate[from];
    candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(from));
    candidate.insert(candidate.begin() + static_cast<std::ptrdiff_t>(to), item);
    consider(candidate, true);
  }
  return best;
}

std::int64_t place_bound(const std::vector<PlaceItem>& items,
                         const std::vector<PlaceOverlay>& overlays) {
  std::int64_t bound = 0;
  for (const PlaceItem& at : items) {  // the most are alive when one of them begins
    const auto alive = [&](const PlaceItem& item) {
      return item.first <= at.first && at.first <= item.last;
    };
    std::int64_t bytes = 0;
    for (const PlaceItem& item : items) bytes += alive(item) ? item.bytes : 0;
    for (const PlaceOverlay& overlay : overlays) {
      const PlaceItem& in = items[static_cast<std::size_t>(overlay.in)];
      const PlaceItem& out = items[static_cast<std::size_t>(overlay.out)];
      if (!alive(in) || !alive(out)) continue;
      const std::int64_t together = overlay.gap >= 0 ? std::max(overlay.gap + in.bytes, out.bytes)
                                                     : std::max(in.bytes, out.bytes);
      bytes -= std::max<std::int64_t>(in.bytes + out.bytes - together, 0);
    }
    bound = std::max(bound, bytes);
  }
  return bound;
}

}  // namespace spindle
