// Compares the diagnostics of the command line word by word. Each file of tests/errors/ is a case:
//
//   spindle inspect {dir}/unsupported.onnx                 the command; {dir} is a folder with the
//                                                           models that this file writes
//   exit 1                                                  the exit code
//   error[E0102]: ...                                       the text on stderr
//
// Run with SPINDLE_UPDATE_ERRORS=1 to rewrite the files after a deliberate change.
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <utility>

#include "compiler/files/draw.h"
#include "compiler/files/npy.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/onnx_build.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

void save(const fs::path& file, const std::vector<std::byte>& bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

// A small classifier: a convolution from 3 to 4 channels, Relu, global pooling, a dense layer.
ModelBuilder& classifier(ModelBuilder& model) {
  model.input("image", kFloat, {"N", std::int64_t{3}, std::int64_t{8}, std::int64_t{8}})
      .constant("w", floats({4, 3, 3, 3}, Floats(108, 0.1F)))
      .node("Conv", {"image", "w"}, {"conv"}, {{"pads", Ints{1, 1, 1, 1}}})
      .node("Relu", {"conv"}, {"relu"})
      .node("GlobalAveragePool", {"relu"}, {"pool"})
      .node("Flatten", {"pool"}, {"flat"})
      .constant("d", floats({4, 2}, Floats(8, 0.5F)))
      .node("MatMul", {"flat", "d"}, {"scores"});
  return model;
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string npy_with_header(std::string header) {
  header.resize(117, ' ');
  header += '\n';
  return "\x93NUMPY\x01" + std::string(1, '\0') + static_cast<char>(header.size()) +
         std::string(1, '\0') + header;
}

// Files of other formats that users give instead of a model. Only the bytes that Spindle looks at.
void write_other_formats(const fs::path& folder) {
  using namespace std::string_literals;
  write_text(folder / "nothing.onnx", "");
  write_text(folder / "mobilenet.tflite", "\x1c\0\0\0TFL3\x14\0 \0"s);
  write_text(folder / "weights.pth", "PK\3\4\0\0archive/data.pkl\x80\2"s);
  write_text(folder / "model.keras", "PK\3\4\0\0config.json{}PK\3\4model.weights.h5"s);
  write_text(folder / "model.h5", "\x89HDF\r\n\x1a\n\0\0"s);
  write_text(folder / "arrays.npz", "PK\3\4\0\0arr_0.npy\x93NUMPY"s);
  write_text(folder / "page.onnx", "\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n");
  write_text(folder / "pointer.onnx",
             "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 14000000\n");
  std::ifstream good(folder / "good.onnx", std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(good), {}};
  write_text(folder / "cut.onnx", bytes.substr(0, bytes.size() / 2));
}

void write_models(const fs::path& folder) {
  {
    ModelBuilder model(13);
    save(folder / "good.onnx", classifier(model).output("scores").bytes());
  }
  {
    ModelBuilder model(13);
    classifier(model).node("LSTM", {"flat"}, {"memory"}).named("memory cell");
    model.node("Det", {"flat"}, {"det"}).output("scores").output("memory").output("det");
    save(folder / "unsupported.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);  // names that are not UTF-8, or that would control the terminal
    classifier(model).node("F\xff\x1b[2J", {"flat"}, {"y"}).named("\xc3(\n");
    model.output("scores").output("y");
    save(folder / "strange_names.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);
    model.input("a", kFloat, {std::int64_t{2}, std::int64_t{3}})
        .input("b", kFloat, {std::int64_t{3}, std::int64_t{2}})
        .node("MatMul", {"a", "b"}, {"c"})
        .output("c");
    save(folder / "dynamic_matmul.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);
    const std::vector<Dim> shape(7, std::int64_t{2});
    model.input("x", kFloat, shape)
        .node("Transpose", {"x"}, {"y"}, {{"perm", Ints{0, 2, 1, 4, 3, 6, 5}}})
        .named("shuffle")
        .output("y");
    save(folder / "rank_7.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);
    model.input("x", kInt64, {std::int64_t{4}}).node("Identity", {"x"}, {"y"}).output("y");
    save(folder / "integers.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);
    model
        .input("image", kFloat,
               {std::int64_t{2}, std::int64_t{3}, std::int64_t{8}, std::int64_t{8}})
        .constant("w", floats({4, 3, 3, 3}, Floats(108, 0.1F)))
        .node("Conv", {"image", "w"}, {"conv"})
        .output("conv");
    save(folder / "batch.onnx", model.bytes());
  }
  for (const auto& [name, height] : {std::pair{"huge.onnx", std::int64_t{2147483647}},
                                     std::pair{"tall.onnx", std::int64_t{1000000}}}) {
    ModelBuilder model(13);
    model.input("image", kFloat, {std::int64_t{1}, std::int64_t{1}, height, std::int64_t{8}})
        .constant("w", floats({4, 1, 3, 3}, Floats(36, 0.1F)))
        .node("Conv", {"image", "w"}, {"conv"})
        .output("conv");
    save(folder / name, model.bytes());
  }
  for (const auto& [name, value] :
       {std::pair{"nan.onnx", NAN}, std::pair{"infinite.onnx", -INFINITY}}) {
    ModelBuilder model(13);
    Floats weights(36, 0.1F);
    weights[7] = value;
    model
        .input("image", kFloat,
               {std::int64_t{1}, std::int64_t{1}, std::int64_t{8}, std::int64_t{8}})
        .constant("w", floats({4, 1, 3, 3}, weights))
        .node("Conv", {"image", "w"}, {"conv"})
        .output("conv");
    save(folder / name, model.bytes());
  }
  {
    ModelBuilder model(13);
    model.input("a", kFloat, {std::int64_t{4}}).input("b", kFloat, {std::int64_t{4}});
    save(folder / "sum.onnx", model.node("Add", {"a", "b"}, {"c"}).output("c").bytes());
  }
  {
    ModelBuilder model(13);
    model.input("a", kFloat, {std::int64_t{4}})
        .constant("s", floats({}, {0.1F}))
        .constant("z", ints(kInt8, {}, {0}))
        .node("QuantizeLinear", {"a", "s", "z"}, {"q"})
        .node("DequantizeLinear", {"q", "s", "z"}, {"c"});
    save(folder / "quantized.onnx", model.output("c").bytes());
  }
  {
    ModelBuilder model(13);
    model.input("a", kFloat, {std::int64_t{4}}).node("Exp", {"a"}, {"c"});
    save(folder / "vector.onnx", model.output("c").bytes());
  }
  {
    ModelBuilder model(13);
    model.input("image", kFloat, {std::int64_t{1}, std::int64_t{1}, "H", ""})
        .node("Relu", {"image"}, {"y"})
        .output("y");
    save(folder / "open.onnx", model.bytes());
  }
  {
    ModelBuilder model(13);
    const std::vector<Dim> shape{std::int64_t{1}, std::int64_t{3}, std::int64_t{8},
                                 std::int64_t{8}};
    model.input("image", kFloat, shape)
        .constant("w", floats({4, 3, 3, 3}, Floats(108, 0.1F)))
        .node("Conv", {"image", "w"}, {"conv"})
        .node("ArgMax", {"conv"}, {"map"}, {{"axis", std::int64_t{1}}})
        .output("map");
    save(folder / "argmax.onnx", model.bytes());
  }
  write_other_formats(folder);
  std::ofstream(folder / "text.onnx") << "this is not a model\n";
  std::ofstream(folder / "small.json")
      << R"({"regions": [{"name": "a", "size": 16, "rank": 0}, {"name": "b", "size": 8, "rank": 1}]})";
  std::ofstream(folder / "bad.json")
      << R"({"regions": [{"name": "a", "size": "64Kb/s", "rank": 0}, {"name": "A", "size": 8}]})";
  std::ofstream(folder / "text.png") << "this is not a picture\n";
  std::ofstream(folder / "text.npy") << "this is not an array\n";
  const ConstantPtr small = Constant::floats({2, 2}, {1, 2, 3, 4});
  std::string error;
  REQUIRE(write_npy(folder / "small.npy", *small, error));
  REQUIRE(write_npy(folder / "vector.npy", *Constant::floats({4}, {1, 2, 3, 4}), error));
  REQUIRE(write_npy(folder / "thousand.npy", *Constant::floats({4}, {1, 2, 3, 1000}), error));
  const std::vector<float> values(192, 0.5F);
  REQUIRE(write_npy(folder / "nhwc.npy", *Constant::floats({1, 8, 8, 3}, values), error));
  REQUIRE(write_npy(folder / "flat.npy", *Constant::floats({192}, values), error));
  const std::vector<std::int64_t> bytes(192, 7);
  REQUIRE(write_npy(folder / "bytes.npy", *Constant::ints(DType::kU8, {1, 3, 8, 8}, bytes), error));
  write_text(folder / "promise.npy", npy_with_header("{'descr': '<f4', 'fortran_order': False, "
                                                     "'shape': (2000000000, 2000000000), }"));
  write_text(folder / "small.png", to_png({2, 2, 3, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}));
  std::string large = to_png({1, 1, 3, {0, 0, 0}});
  for (std::size_t at : {18U, 19U, 22U, 23U}) large[at] = '\xff';  // bytes of width and height
  large[16] = large[17] = large[20] = large[21] = 0;
  write_text(folder / "large.png", large);
  write_text(folder / "label.txt", "only one\n");
  fs::create_symlink("good.onnx", folder / "link");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_directory(folder / "empty");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

TEST_CASE("every diagnostic reads as its file says") {
  const TemporaryDirectory folder;
  write_models(folder.path());
  const std::string dir = folder.path().string();
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(SPINDLE_SOURCE_DIR) / "tests/errors")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 80);
  for (const fs::path& file : files) {
    std::ifstream in(file);
    std::string arguments;
    std::getline(in, arguments);
    std::ostringstream rest;
    rest << in.rdbuf();
    std::vector<std::string> command = words_of(replaced(arguments, "{dir}", dir));
    REQUIRE(command.front() == "spindle");
    command.front() = SPINDLE_TOOL;
    const ProcessResult result = run_process({.command = command});
    REQUIRE(result.end == ProcessResult::End::exited);
    const std::string got =
        "exit " + std::to_string(result.code) + "\n" + replaced(result.output, dir, "{dir}");
    INFO(file.filename().string());
    CHECK(got == rest.str());
    CHECK_FALSE(fs::exists(folder.path() / "out"));  // a failed command leaves no output
    if (std::getenv("SPINDLE_UPDATE_ERRORS") != nullptr) {
      std::ofstream(file) << arguments << '\n' << got;
    }
  }
}
