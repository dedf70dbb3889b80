// Table 3 of the MobileNetV2 paper (Sandler, Howard, Zhu, Zhmoginov, Chen, 2018), for comparison
// with plans: the memory that must be materialized at each spatial resolution of a network for 224
// x 224 pictures.
#pragma once

#include <array>
#include <cstdint>

namespace spindle {

// Channels and memory of one network at one resolution, as the paper prints them. Memory is in
// thousands of bytes, with activations of 16 bits.
struct PaperCell {
  int channels = 0;
  std::int64_t kilobytes = 0;
};

struct PaperRow {
  int resolution = 0;                                // rows and columns
  PaperCell mobilenet_v1, mobilenet_v2, shufflenet;  // ShuffleNet is the 2x, g = 3 variant
};

inline constexpr std::array<PaperRow, 6> kPaperTable{{
    {112, {64, 1600}, {16, 400}, {32, 800}},
    {56, {128, 800}, {32, 200}, {48, 300}},
    {28, {256, 400}, {64, 100}, {400, 600}},
    {14, {512, 200}, {160, 62}, {800, 310}},
    {7, {1024, 199}, {320, 32}, {1600, 156}},
    {1, {1024, 2}, {1280, 2}, {1600, 3}},
}};
// The last line of the table: the maximum of each network.
inline constexpr PaperRow kPaperMaximum{0, {0, 1600}, {0, 400}, {0, 600}};

// The paper's memory converted to activations of `bits` bits, in bytes.
[[nodiscard]] constexpr std::int64_t paper_bytes(const PaperCell& cell, int bits) {
  return cell.kilobytes * 1000 * bits / 16;
}

}  // namespace spindle
