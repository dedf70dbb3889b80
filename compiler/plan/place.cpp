#include "compiler/plan/place.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <utility>

namespace spindle {
namespace {

constexpr int kPatience = 4000;   // steps of the local search without a gain, after which it stops
constexpr int kMostPatience = 5;  // it stops after this many times kPatience steps in any case
// The search stops after looking at this many pairs of items, and takes the best order so far. This
// is four times what all tries need for a detector's 135 buffers, and takes a fraction of a second.
constexpr std::int64_t kMostWork = 60000000;

class Placer {
 public:
  Placer(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays)
      : items_(items), conflicts_(items.size()) {
    for (const auto& [i, j] : alive_together(items)) {
      conflicts_[i].push_back({j, -items[i].bytes, items[j].bytes});
      conflicts_[j].push_back({i, -items[j].bytes, items[i].bytes});
    }
    for (const PlaceOverlay& overlay : overlays) {
      for (Conflict& conflict : conflicts_[overlay.in]) {
        if (conflict.other == overlay.out) conflict.high = std::min(conflict.high, overlay.gap);
      }
      for (Conflict& conflict : conflicts_[overlay.out]) {
        if (conflict.other == overlay.in) conflict.low = std::max(conflict.low, -overlay.gap);
      }
    }
  }

  // Places the items in this order, each at the lowest offset that those before it leave free. The
  // first `known` items of the order get their offsets from `before` instead. nullopt if the total
  // exceeds `most` bytes.
  [[nodiscard]] std::optional<Placement> in_order(const std::vector<std::size_t>& order,
                                                  std::int64_t most, std::size_t known,
                                                  const Placement& before) {
    Placement result;
    result.offsets.assign(items_.size(), kNotPlaced);
    for (std::size_t at = 0; at < order.size(); ++at) {
      const std::size_t i = order[at];
      result.offsets[i] = at < known ? before.offsets[i] : lowest(i, result.offsets);
      result.total = std::max(result.total, result.offsets[i] + items_[i].bytes);
      if (result.total > most) return std::nullopt;
    }
    return result;
  }

  // Pairs of items looked at so far.
  [[nodiscard]] std::int64_t work() const { return work_; }

 private:
  // `other` is alive at the same time: this item's offset minus that of `other` must not lie
  // strictly between `low` and `high`.
  struct Conflict {
    std::size_t other;
    std::int64_t low, high;
  };

  [[nodiscard]] std::int64_t lowest(std::size_t item, const std::vector<std::int64_t>& offsets) {
    taken_.clear();
    work_ += static_cast<std::int64_t>(conflicts_[item].size());
    for (const Conflict& conflict : conflicts_[item]) {
      const std::int64_t at = offsets[conflict.other];
      if (at != kNotPlaced && conflict.low < conflict.high) {
        taken_.emplace_back(at + conflict.low, at + conflict.high);
      }
    }
    std::sort(taken_.begin(), taken_.end());
    std::int64_t offset = 0;
    for (const auto& [low, high] : taken_) {
      if (low >= offset) break;
      offset = std::max(offset, align_up(high));
    }
    return offset;
  }

  const std::vector<PlaceItem>& items_;
  std::vector<std::vector<Conflict>> conflicts_;
  std::vector<std::pair<std::int64_t, std::int64_t>> taken_;  // of `lowest`, to reuse its memory
  std::int64_t work_ = 0;
};

// Permutes items of equal size into the next order. Returns false when all orders were seen.
bool next_tie_order(std::vector<std::size_t>& order, const std::vector<PlaceItem>& items) {
  const auto same = [&](std::size_t a, std::size_t b) { return items[a].bytes == items[b].bytes; };
  for (auto begin = order.begin(); begin != order.end();) {
    auto end =
        std::find_if(begin, order.end(), [&](std::size_t item) { return !same(*begin, item); });
    if (std::next_permutation(begin, end)) return true;
    begin = end;
  }
  return false;
}

// Keeps the best order of the items found so far.
class OrderSearch {
 public:
  OrderSearch(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
              std::int64_t lower_bound)
      : items_(items), lower_bound_(lower_bound), placer_(items, overlays) {
    std::size_t last = 0;
    for (const PlaceItem& item : items) last = std::max(last, item.last);
    top_.resize(last + 1);
    order_.resize(items.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    best_ = *placer_.in_order(order_, std::numeric_limits<std::int64_t>::max(), 0, {});
    excess_ = excess_of(best_);
  }

  [[nodiscard]] bool done() const {
    return best_.total <= lower_bound_ || placer_.work() > kMostWork;
  }
  [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }
  [[nodiscard]] Placement best() && { return std::move(best_); }

  // Takes `order` if it is no worse than the best so far. Returns whether it is better.
  bool consider(const std::vector<std::size_t>& order) {
    const auto differs = std::mismatch(order.begin(), order.end(), order_.begin()).first;
    std::optional<Placement> placement =
        placer_.in_order(order, best_.total, differs - order.begin(), best_);
    if (!placement) return false;
    const std::int64_t excess = excess_of(*placement);
    const bool equal = placement->total == best_.total && excess == excess_;
    if (placement->total == best_.total && excess > excess_) return false;
    best_ = *std::move(placement);
    excess_ = excess;
    order_ = order;
    return !equal;
  }

  // Whether the item at this position of the best order ends at the end of the arena.
  [[nodiscard]] bool ends_at_top(std::size_t at) const {
    const std::size_t i = order_[at];
    return best_.offsets[i] + items_[i].bytes == best_.total;
  }

 private:
  // Bytes in use above the lower bound, summed over time. Of two placements with equal totals, the
  // one with the smaller sum is more likely to lead to a smaller total.
  std::int64_t excess_of(const Placement& placement) {
    std::fill(top_.begin(), top_.end(), lower_bound_);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      for (std::size_t time = items_[i].first; time <= items_[i].last; ++time) {
        std::int64_t& top = top_[time];
        top = std::max(top, placement.offsets[i] + items_[i].bytes);
      }
    }
    return std::accumulate(top_.begin(), top_.end(), std::int64_t{0});
  }

  const std::vector<PlaceItem>& items_;
  std::int64_t lower_bound_;
  Placer placer_;
  std::vector<std::size_t> order_;
  Placement best_;
  std::int64_t excess_ = 0;
  std::vector<std::int64_t> top_;  // of excess_of, to reuse its memory
};

}  // namespace

Placement place(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
                std::int64_t lower_bound, int tries) {
  OrderSearch search(items, overlays, lower_bound);
  const auto item = [&](std::size_t i) -> const PlaceItem& { return items[i]; };
  const auto larger_first = [&](std::size_t a, std::size_t b) {
    return item(a).bytes > item(b).bytes;
  };
  std::vector<std::size_t> order = search.order();
  std::stable_sort(order.begin(), order.end(), larger_first);
  for (int i = 0; i < tries && !search.done(); ++i) {
    search.consider(order);
    if (!next_tie_order(order, items)) break;
  }
  // An output lies below the input that it overlays. So best fit can place a chain of overlays only
  // from its last item to its first.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return item(a).first > item(b).first; });
  search.consider(order);
  std::stable_sort(order.begin(), order.end(), larger_first);
  search.consider(order);

  std::mt19937 random(1);
  const auto pick = [&](std::size_t count) { return random() % count; };
  const int patience = std::min(tries, kPatience);
  const int most = patience * kMostPatience;
  for (int i = 0, last = 0; i < most && i - last < patience && !search.done(); ++i) {
    order = search.order();
    std::size_t from = pick(order.size());
    std::size_t to = pick(order.size());
    if (i % 2 == 0) {  // move an item that ends at the top before some other one
      while (!search.ends_at_top(from)) from = (from + 1) % order.size();
      to = pick(from + 1);
    }
    const auto begin = order.begin();
    const auto at = [&](std::size_t place) { return begin + static_cast<std::ptrdiff_t>(place); };
    if (from < to) {
      std::rotate(at(from), at(from + 1), at(to + 1));
    } else {
      std::rotate(at(to), at(from), at(from + 1));
    }
    if (search.consider(order)) last = i;
  }
  return std::move(search).best();
}

std::vector<std::pair<std::size_t, std::size_t>> alive_together(
    const std::vector<PlaceItem>& items) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return items[a].first < items[b].first; });
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  std::vector<std::size_t> alive;
  for (std::size_t item : order) {
    std::erase_if(alive, [&](std::size_t other) { return items[other].last < items[item].first; });
    for (std::size_t other : alive) pairs.emplace_back(other, item);
    alive.push_back(item);
  }
  return pairs;
}

std::int64_t place_bound(const std::vector<PlaceItem>& items,
                         const std::vector<PlaceOverlay>& overlays) {
  std::int64_t bound = 0;
  for (const PlaceItem& at : items) {  // the number of bytes alive is highest when some item begins
    const auto alive = [&](const PlaceItem& item) {
      return item.first <= at.first && at.first <= item.last;
    };
    std::int64_t bytes = 0;
    for (const PlaceItem& item : items) bytes += alive(item) ? item.bytes : 0;
    for (const PlaceOverlay& overlay : overlays) {
      const PlaceItem& in = items[overlay.in];
      const PlaceItem& out = items[overlay.out];
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
