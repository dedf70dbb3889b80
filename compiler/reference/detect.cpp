// Detections of a single-shot detector: decodes every candidate, sorts them by score, and drops
// those that overlap a better one of the same class.
#include <algorithm>
#include <cmath>

#include "compiler/reference/boxes.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

struct Candidate {
  float score;
  std::int64_t anchor, label;
  Box box;
};

Box decode(const Detect& op, const float* offset, const float* anchor) {
  Box box;
  for (std::size_t d = 0; d < 2; ++d) {
    const float size = anchor[2 + d];
    const float first = offset[d] * op.variance[d];
    const float second = offset[2 + d] * op.variance[2 + d];
    if (op.corners) {
      box[d] = anchor[d] - size * 0.5F + first * size;
      box[2 + d] = anchor[d] + size * 0.5F + second * size;
      continue;
    }
    const float center = anchor[d] + first * size;
    const float half = std::exp(second) * size * 0.5F;
    box[d] = center - half;
    box[2 + d] = center + half;
  }
  return box;
}

}  // namespace

ConstantPtr compute(const Detect& op, const Call& call) {
  const Shape& shape = call.in(0).shape();
  const std::int64_t classes = shape.back();
  const std::vector<float> scores = real_values(*call.in(0).tensor, *call.in(0).value);
  const std::vector<float> offsets = real_values(*call.in(1).tensor, *call.in(1).value);
  const std::vector<float> anchors = real_values(*call.in(2).tensor, *call.in(2).value);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto anchor = static_cast<std::int64_t>(i) / classes;
    const auto label = static_cast<std::int64_t>(i) % classes;
    if (label == op.background || !(scores[i] >= op.score)) continue;
    const std::size_t at = anchor * 4;
    candidates.push_back({.score = scores[i],
                          .anchor = anchor,
                          .label = label,
                          .box = decode(op, &offsets[at], &anchors[at])});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  std::vector<Candidate> kept;
  for (const Candidate& candidate : candidates) {
    const bool suppressed = std::any_of(kept.begin(), kept.end(), [&](const Candidate& other) {
      return other.label == candidate.label && overlap(other.box, candidate.box, op.overlap);
    });
    if (!suppressed && std::ssize(kept) < op.most) kept.push_back(candidate);
  }
  std::vector<float> result;
  for (const Candidate& c : kept) {
    result.insert(result.end(), {static_cast<float>(c.label), c.score});
    result.insert(result.end(), c.box.begin(), c.box.end());
  }
  while (std::ssize(result) < std::int64_t{op.most} * 6) {
    result.insert(result.end(), {-1, 0, 0, 0, 0, 0});
  }
  return Constant::floats(call.out().shape, result);
}

}  // namespace spindle::reference
