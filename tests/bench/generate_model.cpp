// Writes a MobileNetV2 with weights that mean nothing: generate_model FILE ALPHA RESOLUTION CLASSES
// [SEED].
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/support/mobilenet.h"

int main(int argc, char** argv) {
  if (argc < 5 || argc > 6) {
    std::cerr << "usage: " << argv[0] << " FILE.onnx ALPHA RESOLUTION CLASSES [SEED]\n";
    return 2;
  }
  const double alpha = std::strtod(argv[2], nullptr);
  const int resolution = std::atoi(argv[3]);
  const int classes = std::atoi(argv[4]);
  const auto seed = static_cast<std::uint32_t>(argc == 6 ? std::strtoul(argv[5], nullptr, 10) : 1);
  if (!(alpha > 0) || resolution < 1 || classes < 1) {
    std::cerr << "ALPHA, RESOLUTION and CLASSES are positive\n";
    return 2;
  }
  const std::string bytes = spindle::testing::mobilenet_v2_onnx(alpha, resolution, classes, seed);
  std::ofstream file(argv[1], std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return 0;
  std::cerr << "cannot write " << argv[1] << '\n';
  return 1;
}
