#include "compiler/plan/place_within.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

namespace spindle {
namespace {

constexpr std::size_t kMostSums = 96;     // subset sums kept for one time
constexpr std::size_t kMostPlaces = 256;  // offsets tried for one item
constexpr int kMostVisits = 60000;        // states visited
constexpr int kMostTrials = 2000000;      // offsets tried in all
constexpr int kMostPackings = 2000;       // attempts to pack the short-lived items of one time
constexpr std::size_t kMostTimes =
    4000;  // each time is a level of recursion on this program's stack

using Places = std::vector<std::int64_t>;

// Sorts and removes duplicates.
void settle(Places& places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
}

struct Hole {
  std::int64_t begin, end;
};

// Packs items into holes by backtracking. `which` lists the items, largest first.
class Packer {
 public:
  Packer(const std::vector<PlaceItem>& items, const std::vector<std::size_t>& which,
         std::vector<Hole>& holes, std::vector<std::int64_t>& offsets)
      : items_(items), which_(which), holes_(holes), offsets_(offsets) {}

  bool pack(std::size_t next = 0) {
    if (next == which_.size()) return true;
    const std::int64_t bytes = items_[which_[next]].bytes;
    for (Hole& hole : holes_) {
      if (hole.end - hole.begin < bytes) continue;
      if (++tries_ > kMostPackings) return false;
      offsets_[which_[next]] = hole.begin;
      hole.begin += bytes;
      if (pack(next + 1)) return true;
      hole.begin -= bytes;
    }
    return false;
  }

 private:
  const std::vector<PlaceItem>& items_;
  const std::vector<std::size_t>& which_;
  std::vector<Hole>& holes_;
  std::vector<std::int64_t>& offsets_;
  int tries_ = 0;
};

class PlacementSearch {
 public:
  PlacementSearch(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
                  std::int64_t limit)
      : items_(items), limit_(limit / kArenaAlign * kArenaAlign), rules_(items.size()) {
    for (const PlaceOverlay& overlay : overlays) {
      rules_[overlay.in].push_back({overlay.out, overlay.gap, true});
      rules_[overlay.out].push_back({overlay.in, overlay.gap, false});
    }
    for (const PlaceItem& item : items) last_time_ = std::max(last_time_, item.last);
    together_.resize(items.size());
    for (const auto& [i, j] : alive_together(items)) {
      together_[i].push_back(j);
      together_[j].push_back(i);
    }
    times_.resize(last_time_ + 1);
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (std::size_t time = items[i].first; time <= items[i].last; ++time) {
        times_[time].alive.push_back(i);
      }
      if (items[i].bytes == 0) continue;
      Time& begin = times_[items[i].first];
      (lives_on(i) ? begin.kept : begin.brief).push_back(i);
    }
    for (Time& time : times_) {
      by_size(time.kept);
      by_size(time.brief);
      find_sums(time);
    }
    for (const PlaceItem& item : items) offsets_.push_back(item.bytes == 0 ? 0 : kNotPlaced);
    places_.resize(items.size());
    for (std::size_t time = last_time_ + 1; time-- > 0;) {
      for (std::size_t item : times_[time].kept) find_places(item);
    }
  }

  std::optional<std::vector<std::int64_t>> run() {
    if (!fill(0)) return std::nullopt;
    return offsets_;
  }

 private:
  struct Rule {
    std::size_t other;
    std::int64_t gap;  // least offset(in) - offset(out)
    bool is_in;        // this item is the overlay's `in`
  };
  struct Time {
    std::vector<std::size_t> kept;   // items that begin here and live longer, or overlay another
    std::vector<std::size_t> brief;  // items that live at this time only
    Places sums;                     // subset sums of the bytes of `brief`
    std::vector<std::size_t> alive;  // all items alive, ascending
  };

  [[nodiscard]] bool lives_on(std::size_t i) const {
    return items_[i].first < items_[i].last || !rules_[i].empty();
  }
  void by_size(std::vector<std::size_t>& list) const {
    std::stable_sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) {
      return items_[a].bytes > items_[b].bytes;
    });
  }

  void find_sums(Time& time) const {
    time.sums = {0};
    for (std::size_t item : time.brief) {
      Places more = time.sums;
      for (std::int64_t sum : time.sums) more.push_back(sum + items_[item].bytes);
      settle(more);
      if (more.size() > kMostSums) break;
      time.sums = std::move(more);
    }
    std::int64_t all = 0;
    for (std::size_t item : time.brief) all += items_[item].bytes;
    time.sums.push_back(all);
    settle(time.sums);
  }

  // Adds the offsets at which `item` touches or overlays `neighbour`, if that lies at `at`.
  void add_beside(std::size_t item, std::size_t neighbour, std::int64_t at, Places& places) const {
    for (const Rule& rule : rules_[item]) {
      if (rule.other == neighbour && rule.gap > kNoGap) {
        places.push_back(align_up(at + (rule.is_in ? rule.gap : -rule.gap - kArenaAlign + 1)));
        places.push_back(at);
      }
    }
    places.push_back(at + items_[neighbour].bytes);
    places.push_back(at - items_[item].bytes);
  }

  void keep_inside(std::size_t item, Places& places) const {
    std::erase_if(places, [&](std::int64_t at) {
      return at < 0 || at + items_[item].bytes > limit_ || at % kArenaAlign != 0;
    });
    settle(places);
    if (places.size() <= kMostPlaces) return;
    Places few;
    std::size_t i = 0;
    for (std::int64_t at : places) {
      if (i++ * kMostPlaces % places.size() < kMostPlaces) few.push_back(at);
    }
    places = std::move(few);
  }

  // Finds the offsets to try for `item`. Items that begin later have theirs already.
  void find_places(std::size_t item) {
    Places& places = places_[item];
    for (std::size_t time = items_[item].first; time <= items_[item].last; ++time) {
      for (std::int64_t sum : times_[time].sums) {
        places.push_back(sum);
        places.push_back(limit_ - items_[item].bytes - sum);
      }
      for (std::size_t other : times_[time].kept) {
        for (std::int64_t at : places_[other]) {
          if (other != item) add_beside(item, other, at, places);
        }
      }
    }
    keep_inside(item, places);
  }

  // Whether `item` at offset `at` is compatible with the items placed so far.
  [[nodiscard]] bool may_lie(std::size_t item, std::int64_t at) const {
    for (const std::size_t other : together_[item]) {
      if (offsets_[other] == kNotPlaced) continue;
      const bool apart =
          at + items_[item].bytes <= offsets_[other] || offsets_[other] + items_[other].bytes <= at;
      const bool overlaid =
          std::any_of(rules_[item].begin(), rules_[item].end(), [&](const Rule& rule) {
            const std::int64_t gap = rule.is_in ? at - offsets_[other] : offsets_[other] - at;
            return rule.other == other && gap >= rule.gap;
          });
      if (!apart && !overlaid) return false;
    }
    return true;
  }

  // Places all items that begin at `time` or later.
  bool fill(std::size_t time) {
    if (time > last_time_) return true;
    std::vector<std::int64_t> state{static_cast<std::int64_t>(time)};
    for (std::size_t i : times_[time].alive) {
      if (offsets_[i] != kNotPlaced && items_[i].first < time) {
        state.push_back(static_cast<std::int64_t>(i));
        state.push_back(offsets_[i]);
      }
    }
    if (seen_.contains(state) || ++visits_ > kMostVisits) return false;
    if (put(time, 0)) return true;
    seen_.insert(std::move(state));
    return false;
  }

  // Places the items of `kept` at `time` from index `next` on, then everything after them.
  bool put(std::size_t time, std::size_t next) {
    const Time& now = times_[time];
    if (next == now.kept.size()) return pack(time) && fill_next(time);
    const std::size_t item = now.kept[next];
    Places near;
    for (const std::size_t other : together_[item]) {
      if (offsets_[other] != kNotPlaced && lives_on(other)) {
        add_beside(item, other, offsets_[other], near);
      }
    }
    keep_inside(item, near);
    near.insert(near.end(), places_[item].begin(), places_[item].end());
    settle(near);
    for (std::int64_t at : near) {
      if (visits_ > kMostVisits || ++trials_ > kMostTrials) return false;
      if (!may_lie(item, at)) continue;
      offsets_[item] = at;
      if (put(time, next + 1)) return true;
      offsets_[item] = kNotPlaced;
    }
    return false;
  }

  bool fill_next(std::size_t time) {
    if (fill(time + 1)) return true;
    for (std::size_t item : times_[time].brief) offsets_[item] = kNotPlaced;
    return false;
  }

  bool pack(std::size_t time) {
    std::vector<Hole> taken;
    for (std::size_t i : times_[time].alive) {
      if (offsets_[i] == kNotPlaced) continue;
      taken.push_back({offsets_[i], offsets_[i] + items_[i].bytes});
    }
    std::sort(taken.begin(), taken.end(),
              [](const Hole& a, const Hole& b) { return a.begin < b.begin; });
    std::vector<Hole> holes;
    std::int64_t end = 0;
    for (const Hole& piece : taken) {
      if (piece.begin > end) holes.push_back({end, piece.begin});
      end = std::max(end, piece.end);
    }
    if (limit_ > end) holes.push_back({end, limit_});
    const std::vector<std::size_t>& brief = times_[time].brief;
    if (Packer(items_, brief, holes, offsets_).pack()) return true;
    for (std::size_t item : brief) offsets_[item] = kNotPlaced;
    return false;
  }

  const std::vector<PlaceItem>& items_;
  std::int64_t limit_;
  std::vector<std::vector<Rule>> rules_;
  std::vector<std::vector<std::size_t>> together_;  // by item: the others alive at one of its times
  std::size_t last_time_ = 0;
  std::vector<Time> times_;
  std::vector<Places> places_;
  std::vector<std::int64_t> offsets_;
  std::set<std::vector<std::int64_t>> seen_;
  int visits_ = 0;
  int trials_ = 0;
};

}  // namespace

std::optional<std::vector<std::int64_t>> place_within(const std::vector<PlaceItem>& items,
                                                      const std::vector<PlaceOverlay>& overlays,
                                                      std::int64_t limit) {
  const auto late = [](const PlaceItem& item) { return item.last >= kMostTimes; };
  if (std::any_of(items.begin(), items.end(), late)) return std::nullopt;
  return PlacementSearch(items, overlays, limit).run();
}

}  // namespace spindle
