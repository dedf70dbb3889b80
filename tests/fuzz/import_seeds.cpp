// Writes the seed corpus of import_fuzz: small valid models that together use all operators.
//
//   import_seeds FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "tests/support/onnx_build.h"

using namespace spindle::testing;

namespace {

using Seeds = std::map<std::string, std::vector<std::byte>>;

const std::vector<Dim> kImage{std::string("N"), 2, 4, 4};

std::vector<std::byte> one_node(int opset, const std::string& type,
                                const std::vector<Attribute>& attributes = {}) {
  ModelBuilder model(opset);
  model.input("x", kFloat, kImage).output("y").node(type, {"x"}, {"y"}, attributes);
  return model.bytes();
}

void add_unary(Seeds& seeds) {
  for (const char* type :
       {"Relu",          "Sigmoid",     "Tanh",      "Exp",       "Log",
        "Sqrt",          "Reciprocal",  "Neg",       "Abs",       "Floor",
        "Ceil",          "Round",       "Erf",       "LeakyRelu", "Elu",
        "Softplus",      "HardSigmoid", "HardSwish", "Softmax",   "LogSoftmax",
        "Flatten",       "Transpose",   "Identity",  "Dropout",   "GlobalAveragePool",
        "GlobalMaxPool", "ReduceMean",  "ReduceMax", "ReduceMin", "ArgMax",
        "ArgMin",        "Squeeze"}) {
    seeds[type] = one_node(17, type);
  }
  seeds["Softmax11"] = one_node(11, "Softmax", {{"axis", std::int64_t{1}}});
  seeds["Clip6"] = one_node(6 + 1, "Clip", {{"min", 0.0F}, {"max", 6.0F}});
  seeds["Pad10"] = one_node(10, "Pad", {{"pads", Ints{0, 0, 1, 1, 0, 0, 1, 1}}, {"value", 1.0F}});
  seeds["Slice9"] =
      one_node(9, "Slice", {{"starts", Ints{1}}, {"ends", Ints{3}}, {"axes", Ints{2}}});
  seeds["Upsample7"] = one_node(7, "Upsample", {{"scales", Floats{1, 1, 2, 2}}});
  seeds["Cast"] = one_node(13, "Cast", {{"to", std::int64_t{1}}});
  seeds["Unsqueeze11"] = one_node(11, "Unsqueeze", {{"axes", Ints{0}}});
  const std::vector<Attribute> window{{"kernel_shape", Ints{2, 2}},
                                      {"strides", Ints{2, 2}},
                                      {"pads", Ints{0, 0, 1, 1}},
                                      {"ceil_mode", std::int64_t{1}}};
  seeds["AveragePool"] = one_node(11, "AveragePool", window);
  seeds["MaxPool"] = one_node(11, "MaxPool", window);
}

void add_float(Seeds& seeds) {
  ModelBuilder network(13);
  network.input("x", kFloat, kImage)
      .output("y")
      .constant("w", floats({3, 2, 3, 3}, Floats(54, 0.5F)))
      .constant("b", floats({3}, {1, 2, 3}))
      .constant("gamma", floats({3}, {1, 1, 1}))
      .constant("zero", floats({}, {0}))
      .constant("six", floats({}, {6}))
      .constant("g", floats({3, 5}, Floats(15, 0.25F)))
      .node("Conv", {"x", "w", "b"}, {"c"}, {{"auto_pad", std::string("SAME_UPPER")}})
      .node("BatchNormalization", {"c", "gamma", "b", "b", "gamma"}, {"n"})
      .node("Clip", {"n", "zero", "six"}, {"r"})
      .node("GlobalAveragePool", {"r"}, {"p"})
      .node("Flatten", {"p"}, {"f"})
      .node("Gemm", {"f", "g"}, {"m"})
      .node("Add", {"m", "six"}, {"a"})
      .node("Concat", {"a", "m"}, {"t"}, {{"axis", std::int64_t{1}}})
      .node("Split", {"t"}, {"s1", "s2"}, {{"axis", std::int64_t{1}}})
      .node("Min", {"s1", "s2"}, {"y"});
  seeds["network"] = network.bytes();

  ModelBuilder shapes(13);
  shapes.input("x", kFloat, kImage)
      .output("y")
      .constant("zero", ints(kInt64, {}, {0}))
      .constant("axes", ints(kInt64, {1}, {0}))
      .constant("rest", ints(kInt64, {1}, {-1}))
      .node("Shape", {"x"}, {"s"})
      .node("Gather", {"s", "zero"}, {"n"})
      .node("Unsqueeze", {"n", "axes"}, {"u"})
      .node("Concat", {"u", "rest"}, {"shape"}, {{"axis", std::int64_t{0}}})
      .node("Reshape", {"x", "shape"}, {"y"});
  seeds["shapes"] = shapes.bytes();

  ModelBuilder resize(13);
  resize.input("x", kFloat, kImage)
      .output("y")
      .output("z")
      .constant("scales", floats({4}, {1, 1, 2, 2}))
      .constant("sizes", ints(kInt64, {4}, {1, 2, 3, 3}))
      .constant("pads", ints(kInt64, {8}, {0, 0, 1, 1, 0, 0, 0, 0}))
      .node("Resize", {"x", "", "scales"}, {"r"}, {{"mode", std::string("linear")}})
      .node("Resize", {"x", "", "", "sizes"}, {"z"})
      .node("Pad", {"r", "pads"}, {"y"});
  seeds["resize"] = resize.bytes();
}

void add_quantized(Seeds& seeds) {
  ModelBuilder qdq(13);
  qdq.input("x", kUint8, kImage)
      .output("y")
      .constant("s", floats({}, {0.5F}))
      .constant("z", ints(kUint8, {}, {3}))
      .constant("w", ints(kInt8, {2, 1, 1, 1}, {1, 2}))
      .constant("ws", floats({2}, {0.5F, 0.25F}))
      .node("MaxPool", {"x"}, {"p"}, {{"kernel_shape", Ints{2, 2}}})
      .node("DequantizeLinear", {"p", "s", "z"}, {"f"})
      .node("DequantizeLinear", {"w", "ws"}, {"wf"}, {{"axis", std::int64_t{0}}})
      .node("Conv", {"f", "wf"}, {"c"}, {{"group", std::int64_t{2}}})
      .node("QuantizeLinear", {"c", "s", "z"}, {"y"});
  seeds["qdq"] = qdq.bytes();

  ModelBuilder qlinear(13);
  qlinear.opset("com.microsoft", 1)
      .input("x", kUint8, kImage)
      .output("y")
      .constant("s", floats({}, {0.5F}))
      .constant("z", ints(kUint8, {}, {3}))
      .constant("w", ints(kUint8, {2, 2, 1, 1}, {1, 2, 3, 4}))
      .constant("b", ints(kInt32, {2}, {7, 8}))
      .node("QLinearConv", {"x", "s", "z", "w", "s", "z", "s", "z", "b"}, {"c"})
      .node("com.microsoft::QLinearAdd", {"c", "s", "z", "x", "s", "z", "s", "z"}, {"a"})
      .node("com.microsoft::QLinearConcat", {"s", "z", "a", "s", "z", "c", "s", "z"}, {"k"},
            {{"axis", std::int64_t{1}}})
      .node("com.microsoft::QLinearGlobalAveragePool", {"k", "s", "z", "s", "z"}, {"g"},
            {{"channels_last", std::int64_t{0}}})
      .node("com.microsoft::QLinearSigmoid", {"g", "s", "z", "s", "z"}, {"y"});
  seeds["qlinear"] = qlinear.bytes();
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::cerr << "usage: import_seeds FOLDER\n";
    return 2;
  }
  Seeds seeds;
  add_unary(seeds);
  add_float(seeds);
  add_quantized(seeds);
  std::filesystem::create_directories(argv[1]);
  for (const auto& [name, bytes] : seeds) {
    std::ofstream file(std::filesystem::path(argv[1]) / (name + ".onnx"), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  return 0;
}
