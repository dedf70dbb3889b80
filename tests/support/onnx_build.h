// Builds small ONNX models for tests. Callers need no protobuf headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle::testing {

// Element types by their number in the format (TensorProto.DataType).
enum OnnxType {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kBfloat16 = 16,
  kInt4 = 22,
};

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

// A constant; `raw` is in the file's byte order (little-endian).
struct OnnxTensor {
  int type = kFloat;
  Ints shape;
  std::vector<std::byte> raw;
};
[[nodiscard]] OnnxTensor floats(Ints shape, const Floats& values);
[[nodiscard]] OnnxTensor ints(int type, Ints shape, const Ints& values);  // any integer type

class ModelBuilder;

// A ModelBuilder stands for its graph: the branch of an If, for example.
using AttributeValue =
    std::variant<std::int64_t, float, std::string, Ints, Floats, OnnxTensor, const ModelBuilder*>;
struct Attribute {
  std::string name;
  AttributeValue value;
};

// A dimension of an input or output: a number, a name, or unknown if the name is empty.
using Dim = std::variant<std::int64_t, std::string>;

// The model file with its inputs from index `first` on replaced by constants, which is the form
// that exporters write. `values` are TensorProto files, one for each input.
[[nodiscard]] std::vector<std::byte> with_constant_inputs(
    const std::filesystem::path& model, const std::vector<std::filesystem::path>& values,
    std::size_t first);
// Reads a TensorProto file. Null if its type is not supported.
[[nodiscard]] ConstantPtr read_onnx_tensor(const std::filesystem::path& file);
// The names of the operators in a model file.
[[nodiscard]] std::set<std::string> operators_of(const std::filesystem::path& model);

class ModelBuilder {
 public:
  explicit ModelBuilder(int opset, int ir_version = 8);
  ~ModelBuilder();
  ModelBuilder(const ModelBuilder&) = delete;
  ModelBuilder& operator=(const ModelBuilder&) = delete;

  ModelBuilder& opset(const std::string& domain, int version);
  ModelBuilder& input(const std::string& name, int type, const std::vector<Dim>& shape);
  ModelBuilder& output(const std::string& name);
  ModelBuilder& output(const std::string& name, int type, const std::vector<Dim>& shape);
  ModelBuilder& constant(const std::string& name, const OnnxTensor& data);
  // Stores the data in the typed field for `type` (float_data, int32_data or int64_data), not in
  // raw_data.
  ModelBuilder& constant_typed(const std::string& name, int type, const Ints& shape,
                               const Ints& values);
  ModelBuilder& constant_typed(const std::string& name, const Ints& shape, const Floats& values);
  ModelBuilder& constant_external(const std::string& name, int type, const Ints& shape,
                                  const std::vector<std::pair<std::string, std::string>>& entries);
  // The type may include the domain: "com.microsoft::QLinearAdd". The node has no name unless
  // named() is called next.
  ModelBuilder& node(const std::string& type, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs,
                     const std::vector<Attribute>& attributes = {});
  ModelBuilder& named(const std::string& name);  // names the last node

  [[nodiscard]] std::vector<std::byte> bytes() const;

  struct Proto;
  [[nodiscard]] const Proto& proto() const { return *proto_; }

 private:
  std::unique_ptr<Proto> proto_;
};

}  // namespace spindle::testing
