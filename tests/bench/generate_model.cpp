// Writes a model of the MobileNetV2 family with random weights:
//
//   generate_model FILE.onnx ALPHA RESOLUTION CLASSES [SEED [NETWORK [PRECISION]]]
//
// NETWORK is classifier (int8 only), ssdlite, deeplab or squeeze (with squeeze-and-excite).
// PRECISION is int8 or float.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>

#include "tests/support/detector.h"
#include "tests/support/mobilenet.h"
#include "tests/support/squeeze_excite.h"

namespace {

using namespace spindle::testing;

std::optional<std::string> generate(const std::string& network, Precision precision, double alpha,
                                    int resolution, int classes, std::uint32_t seed) {
  if (network == "ssdlite") return ssdlite_onnx(precision, alpha, resolution, classes, seed);
  if (network == "deeplab") return deeplab_onnx(precision, alpha, resolution, classes, seed);
  if (network == "squeeze") return squeeze_excite_onnx(precision, alpha, resolution, classes, seed);
  if (network != "classifier" || precision != Precision::kInt8) return std::nullopt;
  return mobilenet_v2_onnx(alpha, resolution, classes, seed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || argc > 8) {
    std::cerr << "usage: " << argv[0]
              << " FILE.onnx ALPHA RESOLUTION CLASSES [SEED [NETWORK [PRECISION]]]\n";
    return 2;
  }
  const double alpha = std::strtod(argv[2], nullptr);
  const int resolution = std::atoi(argv[3]);
  const int classes = std::atoi(argv[4]);
  const auto seed = static_cast<std::uint32_t>(argc > 5 ? std::strtoul(argv[5], nullptr, 10) : 1);
  const std::string network = argc > 6 ? argv[6] : "classifier";
  const std::string precision = argc > 7 ? argv[7] : "int8";
  if (!(alpha > 0) || resolution < 1 || classes < 1) {
    std::cerr << "ALPHA, RESOLUTION and CLASSES are positive\n";
    return 2;
  }
  std::optional<std::string> bytes;
  if (precision == "int8" || precision == "float") {
    bytes = generate(network, precision == "int8" ? Precision::kInt8 : Precision::kFloat, alpha,
                     resolution, classes, seed);
  }
  if (!bytes) {
    std::cerr << "there is no " << precision << " " << network << '\n';
    return 2;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  file.close();
  if (file) return 0;
  std::cerr << "cannot write " << argv[1] << '\n';
  return 1;
}
