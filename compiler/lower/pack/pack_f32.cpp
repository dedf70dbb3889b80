#include "compiler/lower/pack/pack_f32.h"

#include <algorithm>

namespace spindle {

std::vector<float> pack_dw3x3_f32(const std::vector<float>& values, std::size_t outputs,
                                  std::size_t channels, WindowOrder order) {
  constexpr std::size_t kSide = 3;
  constexpr std::size_t kTaps = kSide * kSide;
  std::vector<float> packed;
  for (std::size_t block = 0; block < outputs; block += channels) {
    const std::size_t first = std::min(block, outputs - channels);
    for (std::size_t t = 0; t < kTaps; ++t) {
      const std::size_t tap = order == WindowOrder::kRows ? t : t % kSide * kSide + t / kSide;
      for (std::size_t c = first; c < first + channels; ++c) {
        packed.push_back(values[c * kTaps + tap]);
      }
    }
  }
  return packed;
}

}  // namespace spindle
