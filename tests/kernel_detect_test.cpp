// Tests detections against results computed by hand, and the kernels against the reference
// interpreter.
#include <algorithm>
#include <cmath>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Random anchors in the unit square, as centre and size.
ConstantPtr random_anchors(Random& random, std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.insert(values.end(), {random.real(0, 1), random.real(0, 1), random.real(0.1F, 0.6F),
                                 random.real(0.1F, 0.6F)});
  }
  return Constant::floats({count, 4}, values);
}

Detect random_detect(Random& random, std::int64_t classes) {
  Detect op;
  op.score = random.real(0.05F, 0.9F);
  op.overlap = random.real(0.05F, 0.9F);
  op.most = static_cast<int>(random.integer(1, 12));
  op.background = static_cast<int>(random.integer(-1, classes - 1));
  op.corners = random.flip();
  for (float& v : op.variance) v = random.real(0.1F, 1);
  return op;
}

spindle_detect_ssd_params params(const Detect& op, const Constant& anchors, std::int64_t classes) {
  spindle_detect_ssd_params p{};
  p.anchors = anchors.as<float>().data();
  p.variance = op.variance.data();
  p.anchor_count = static_cast<std::int32_t>(anchors.size() / 4);
  p.classes = static_cast<std::int32_t>(classes);
  p.background = op.background;
  p.most = op.most;
  p.corners = op.corners ? 1 : 0;
  p.overlap = op.overlap;
  p.least = op.score;
  return p;
}

}  // namespace

TEST_CASE("detections by hand") {
  // Three boxes of equal size. The first and second have an intersection over union of 1/3; the
  // third overlaps neither.
  const Value anchors = f32({3, 4}, {0.2F, 0.2F, 0.2F, 0.2F, 0.2F, 0.3F, 0.2F, 0.2F,  //
                                     0.8F, 0.8F, 0.2F, 0.2F});
  const Value scores = f32({1, 3, 2}, {0.1F, 0.9F, 0.2F, 0.8F, 0.7F, 0.3F});
  const Value offsets = f32({1, 3, 4}, std::vector<float>(12, 0));
  Detect op;
  op.score = 0.25F;
  op.most = 3;
  SECTION("overlap above the limit suppresses") {
    op.overlap = 0.3F;
    const auto rows = floats_of(evaluate_op(op, {scores, offsets, anchors}));
    CHECK(std::vector<float>(rows.begin(), rows.begin() + 2) == std::vector<float>{1, 0.9F});
    CHECK(rows[2] == Approx(0.1F));
    CHECK(rows[5] == Approx(0.3F));
    CHECK(std::vector<float>(rows.begin() + 6, rows.begin() + 8) == std::vector<float>{1, 0.3F});
    CHECK(rows[12] == -1);
  }
  SECTION("below it does not") {
    op.overlap = 0.4F;
    const auto rows = floats_of(evaluate_op(op, {scores, offsets, anchors}));
    CHECK(rows[7] == 0.8F);
    CHECK(rows[13] == 0.3F);
  }
  SECTION("classes do not suppress each other; without background") {
    op.background = -1;
    op.most = 4;
    const auto rows = floats_of(evaluate_op(op, {scores, offsets, anchors}));
    CHECK(rows[6 * 1] == 1);
    CHECK(rows[6 * 2] == 0);  // class 0 of the third box, with score 0.7
    CHECK(rows[6 * 2 + 1] == 0.7F);
    CHECK(rows[6 * 3] == 1);
  }
}

TEST_CASE("offsets of centres and corners by hand") {
  const Value anchors = f32({1, 4}, {0.5F, 0.5F, 0.2F, 0.4F});
  const Value scores = f32({1, 1, 1}, {1});
  const Value offsets = f32({1, 1, 4}, {1, -1, std::log(2.0F), 0});
  Detect op;
  op.background = -1;
  op.most = 1;
  op.variance = {0.5F, 0.5F, 1, 1};
  const auto centers = floats_of(evaluate_op(op, {scores, offsets, anchors}));
  CHECK(centers[2] == Approx(0.6F - 0.2F));  // the centre moves by 0.1, the size doubles
  CHECK(centers[3] == Approx(0.3F - 0.2F));
  CHECK(centers[4] == Approx(0.6F + 0.2F));
  CHECK(centers[5] == Approx(0.3F + 0.2F));
  op.corners = true;
  const auto corners = floats_of(evaluate_op(op, {scores, offsets, anchors}));
  CHECK(corners[2] == Approx(0.4F + 0.5F * 0.2F));
  CHECK(corners[3] == Approx(0.3F - 0.5F * 0.4F));
  CHECK(corners[4] == Approx(0.6F + std::log(2.0F) * 0.2F));
  CHECK(corners[5] == Approx(0.7F));
}

TEST_CASE("detect_ssd_f32: random detectors") {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const std::int64_t count = random.integer(1, 60);
    const std::int64_t classes = random.integer(1, 5);
    const Detect op = random_detect(random, classes);
    const ConstantPtr anchors = random_anchors(random, count);
    // Few different scores, so that there are ties.
    std::vector<float> values;
    for (std::int64_t k = 0; k < count * classes; ++k) {
      values.push_back(static_cast<float>(random.integer(0, 20)) / 20);
    }
    const ConstantPtr scores = Constant::floats({1, count, classes}, values);
    const ConstantPtr offsets = random_floats(random, {1, count, 4});
    const ConstantPtr expected = evaluate_op(op, {{scores, {}}, {offsets, {}}, {anchors, {}}});
    const spindle_detect_ssd_params p = params(op, *anchors, classes);
    KernelBuffer a(*scores), b(*offsets), out(expected->bytes().size(), 4);
    spindle_detect_ssd_f32(&p, a.data(), b.data(), out.data());
    INFO("case " << i);
    REQUIRE(compare_floats(*expected, out) == "");
  }
}

TEST_CASE("detect_ssd_s8: random detectors, both types") {
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    const DType type = random.flip() ? DType::kI8 : DType::kU8;
    const std::int64_t count = random.integer(1, 60);
    const std::int64_t classes = random.integer(1, 5);
    const Detect op = random_detect(random, classes);
    const ConstantPtr anchors = random_anchors(random, count);
    const Quant score_quant{{1.0F / 256}, {min_of(type)}, -1};
    const Quant offset_quant{{0.01F}, {min_of(type) + 100}, -1};
    const ConstantPtr scores = random_values(random, type, {1, count, classes});
    const ConstantPtr offsets = random_values(random, type, {1, count, 4});
    const ConstantPtr expected =
        evaluate_op(op, {{scores, score_quant}, {offsets, offset_quant}, {anchors, {}}});
    std::vector<float> table;
    for (std::size_t k = 0; k < 4; ++k) {
      for (int q = 0; q < 256; ++q) {
        const float scaled = static_cast<float>(q - 100) * 0.01F * op.variance[k];
        table.push_back(k < 2 || op.corners ? scaled : std::exp(scaled));
      }
    }
    spindle_detect_ssd_params p = params(op, *anchors, classes);
    p.offset_table = table.data();
    p.score_scale = 1.0F / 256;
    p.score_zero = -128;
    p.least_s8 = static_cast<std::int32_t>(std::ceil(op.score * 256)) - 128;
    KernelBuffer a(*to_kernel_s8(*scores)), b(*to_kernel_s8(*offsets));
    KernelBuffer out(expected->bytes().size(), 4);
    spindle_detect_ssd_s8(&p, a.data(), b.data(), out.data());
    INFO("case " << i);
    REQUIRE(compare_floats(*expected, out) == "");
  }
}

TEST_CASE("nms_f32: random boxes, corners in any order, centred ones, ties") {
  Random random(3);
  for (int i = 0; i < 300; ++i) {
    const std::int64_t count = random.integer(1, 40);
    const std::int64_t classes = random.integer(1, 4);
    NonMaxSuppression op;
    op.most = random.integer(1, 8);
    op.overlap = random.real(0, 1);
    op.centered = random.flip();
    if (random.flip()) op.score = random.real(0, 1);
    std::vector<float> values;
    for (std::int64_t k = 0; k < count * classes; ++k) {
      values.push_back(static_cast<float>(random.integer(0, 20)) / 20);
    }
    const ConstantPtr scores = Constant::floats({1, classes, count}, values);
    const ConstantPtr boxes = random_floats(random, {1, count, 4}, 0, 1);
    const ConstantPtr expected = evaluate_op(op, {{boxes, {}}, {scores, {}}});
    const spindle_nms_f32_params p{static_cast<std::int32_t>(count),
                                   static_cast<std::int32_t>(classes),
                                   static_cast<std::int32_t>(std::min(op.most, count)),
                                   op.centered ? 1 : 0,
                                   op.overlap,
                                   op.score};
    KernelBuffer a(*boxes), b(*scores), out(expected->bytes().size(), 8);
    spindle_nms_f32(&p, a.data(), b.data(), out.data());
    INFO("case " << i);
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("top_k_f32: every axis, values and positions, ties") {
  Random random(4);
  for (int i = 0; i < 300; ++i) {
    const Shape shape{random.integer(1, 4), random.integer(1, 9), random.integer(1, 4)};
    TopK op;
    op.axis = static_cast<int>(random.integer(0, 2));
    const std::int64_t extent = shape[static_cast<std::size_t>(op.axis)];
    op.k = random.integer(1, extent);
    op.smallest = random.flip();
    op.indices = random.flip();
    std::vector<float> values;
    for (std::int64_t k = 0; k < element_count(shape); ++k) {
      values.push_back(static_cast<float>(random.integer(-3, 3)));
    }
    const ConstantPtr x = Constant::floats(shape, values);
    const ConstantPtr expected = evaluate_op(op, {{x, {}}});
    spindle_top_k_f32_params p{1,
                               static_cast<std::int32_t>(extent),
                               1,
                               static_cast<std::int32_t>(op.k),
                               op.smallest ? 1 : 0,
                               op.indices ? 1 : 0};
    for (int d = 0; d < 3; ++d) {
      const auto along = static_cast<std::int32_t>(shape[static_cast<std::size_t>(d)]);
      if (d < op.axis) p.outer *= along;
      if (d > op.axis) p.inner *= along;
    }
    KernelBuffer in(*x), out(expected->bytes().size(), op.indices ? 8 : 4);
    spindle_top_k_f32(&p, in.data(), out.data());
    INFO("case " << i);
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}
