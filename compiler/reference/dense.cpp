// Fully connected layers and matrix products.
#include <utility>

#include "compiler/ir/index.h"
#include "compiler/reference/dot.h"
#include "compiler/reference/linear.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// Calls emit(o, sum of products) for every row of `x` and every row `o` of `w`.
template <typename T, typename Emit>
void multiply_rows(const std::vector<T>& x, const std::vector<T>& w, std::int64_t depth,
                   std::int64_t rows, std::int64_t channels, Emit&& emit) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t o = 0; o < channels; ++o) {
      emit(o, dot(x.data() + row * depth, w.data() + o * depth, depth));
    }
  }
}

// The extents of a matrix product, and which matrices of a batch are multiplied.
struct Product {
  Shape a, b;                            // [...,M,K], [...,K,N]
  std::vector<std::int64_t> a_at, b_at;  // by matrix of the output: index of the matrix of a, of b

  explicit Product(const Call& call) : a(call.in(0).shape()), b(call.in(1).shape()) {
    const Shape& out = call.out().shape;
    const Shape batch(out.begin(), out.end() - 2);
    a_at = broadcast_indices(Shape(a.begin(), a.end() - 2), batch);
    b_at = broadcast_indices(Shape(b.begin(), b.end() - 2), batch);
  }

  [[nodiscard]] std::int64_t m() const { return a[a.size() - 2]; }
  [[nodiscard]] std::int64_t k() const { return a.back(); }
  [[nodiscard]] std::int64_t n() const { return b.back(); }
};

// The products of all matrices, in row-major order.
std::vector<float> multiply_matrices(const Product& p, const std::vector<float>& a,
                                     const std::vector<float>& b) {
  std::vector<float> result;
  std::vector<float> column(p.k());
  for (std::size_t batch = 0; batch < p.a_at.size(); ++batch) {
    const float* left = a.data() + p.a_at[batch] * p.m() * p.k();
    const float* right = b.data() + p.b_at[batch] * p.k() * p.n();
    for (std::int64_t i = 0; i < p.m(); ++i) {
      for (std::int64_t j = 0; j < p.n(); ++j) {
        for (std::size_t k = 0; k < column.size(); ++k) {
          column[k] = right[static_cast<std::int64_t>(k) * p.n() + j];
        }
        result.push_back(static_cast<float>(dot(left + i * p.k(), column.data(), p.k())));
      }
    }
  }
  return result;
}

}  // namespace

ConstantPtr compute(const Dense& op, const Call& call) {
  const Input& x = call.in(0);
  const Input& w = call.in(1);
  const std::int64_t channels = w.shape()[0];
  const std::int64_t depth = w.shape()[1];
  const std::int64_t rows = element_count(Shape(x.shape().begin(), x.shape().end() - 1));

  if (is_integer_linear(call)) {
    const Requantizer requantize = linear_requantizer(call, op.act);
    const std::vector<std::uint32_t> bias = integer_bias(call, channels);
    std::vector<std::int64_t> result;
    multiply_rows(centered_values(*x.tensor, *x.value), centered_values(*w.tensor, *w.value), depth,
                  rows, channels, [&](std::int64_t o, std::uint32_t sum) {
                    result.push_back(requantize(bias[o] + sum, o));
                  });
    return store_integers(call.out(), std::move(result));
  }

  const std::vector<float> bias = real_bias(call, channels);
  std::vector<float> result;
  multiply_rows(real_values(*x.tensor, *x.value), real_values(*w.tensor, *w.value), depth, rows,
                channels, [&](std::int64_t o, double sum) {
                  const double total = sum + static_cast<double>(bias[o]);
                  result.push_back(clamp(static_cast<float>(total), op.act));
                });
  return store_reals(call.out(), result);
}

ConstantPtr compute(const MatMul&, const Call& call) {
  const Input& a = call.in(0);
  const Input& b = call.in(1);
  return store_reals(call.out(), multiply_matrices(Product(call), real_values(*a.tensor, *a.value),
                                                   real_values(*b.tensor, *b.value)));
}

}  // namespace spindle::reference
