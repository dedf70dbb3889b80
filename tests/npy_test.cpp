// Tests .npy files: the bytes that NumPy writes, round trips, and damaged files.
#include "compiler/files/npy.h"

#include <cstring>
#include <filesystem>

#include "tests/catch.h"

using namespace spindle;
using Ints = std::vector<std::int64_t>;

namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// A file of that format version, 1 by default, with this header and data.
std::vector<std::byte> file(const std::string& header, std::string_view data, char version = 1) {
  std::string text = "\x93NUMPY";
  text += version;
  text += '\0';
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  if (version > 1) text += std::string(2, '\0');
  return bytes_of(text + header + std::string(data));
}

std::string error_of(const std::vector<std::byte>& bytes) {
  std::string error;
  CHECK(parse_npy(bytes, error) == nullptr);
  return error;
}

ConstantPtr parse(const std::vector<std::byte>& bytes) {
  std::string error;
  ConstantPtr value = parse_npy(bytes, error);
  INFO(error);
  REQUIRE(value != nullptr);
  return value;
}

const std::string kSix = "\x01\x02\x03\x04\x05\x06";

}  // namespace

TEST_CASE("npy: versions 1 to 3, C order") {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n";
  for (const char version : {char{1}, char{2}, char{3}}) {
    const ConstantPtr value = parse(file(header, kSix, version));
    CHECK(value->type() == DType::kU8);
    CHECK(value->shape() == Shape{2, 3});
    CHECK(value->to_ints() == Ints{1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("npy: Fortran order becomes C order") {
  const ConstantPtr value =
      parse(file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3)}", kSix));
  CHECK(value->to_ints() == Ints{1, 3, 5, 2, 4, 6});
}

TEST_CASE("npy: scalars, vectors and empty arrays") {
  CHECK(
      parse(file("{'descr': '<i2', 'fortran_order': False, 'shape': ()}", "\xFE\xFF"))->to_ints() ==
      Ints{-2});
  CHECK(parse(file("{\"shape\": (2L,), \"fortran_order\": False, \"descr\": \"|b1\"}", "\x01\x07"))
            ->to_ints() == Ints{1, 1});
  CHECK(parse(file("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 3)}", ""))->shape() ==
        Shape{0, 3});
}

TEST_CASE("npy: doubles are rounded to float32") {
  double values[2] = {0.1, -2.0};
  std::string data(sizeof(values), '\0');
  std::memcpy(data.data(), values, sizeof(values));
  const ConstantPtr value =
      parse(file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", data));
  CHECK(value->as<float>()[0] == 0.1F);
  CHECK(value->as<float>()[1] == -2.0F);
}

TEST_CASE("npy: every element type survives a round trip, aligned as NumPy does it") {
  for (DType type : {DType::kI8, DType::kI16, DType::kI32, DType::kI64}) {
    const ConstantPtr value = Constant::ints(type, {2, 1}, {-3, 100});
    const std::vector<std::byte> bytes = to_npy(*value);
    CHECK((bytes.size() - value->bytes().size()) % 64 == 0);
    CHECK(parse(bytes)->type() == type);
    CHECK(parse(bytes)->shape() == value->shape());
    CHECK(parse(bytes)->to_ints() == value->to_ints());
  }
  CHECK(parse(to_npy(*Constant::ints(DType::kU8, {1}, {255})))->as_int(0) == 255);
  CHECK(parse(to_npy(*Constant::ints(DType::kBool, {1}, {1})))->type() == DType::kBool);
  CHECK(parse(to_npy(*Constant::floats({}, {0.5F})))->as<float>()[0] == 0.5F);
}

TEST_CASE("npy: the bytes are those that NumPy writes") {
  // The result of np.save for np.array([7], np.int8).
  const std::string header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }";
  const std::vector<std::byte> expected =
      file(header + std::string(128 - 10 - 1 - header.size(), ' ') + "\n", "\x07");
  CHECK(to_npy(*Constant::ints(DType::kI8, {1}, {7})) == expected);
}

TEST_CASE("npy: files on disk") {
  namespace fs = std::filesystem;
  const fs::path path = fs::path(SPINDLE_BINARY_DIR) / "npy_test.npy";
  std::string error;
  REQUIRE(write_npy(path, *Constant::floats({2}, {1, 2}), error));
  CHECK(read_npy(path, error)->as<float>()[1] == 2);
  fs::remove(path);
  CHECK(read_npy(path, error) == nullptr);
  CHECK(error.find("npy_test.npy") != std::string::npos);
  CHECK_FALSE(write_npy(path / "not_a_folder.npy", *Constant::floats({}, {1}), error));
}

TEST_CASE("npy: what is wrong is said") {
  const auto with = [](const std::string& header) { return file(header, kSix); };
  CHECK(error_of(bytes_of("PK\x03\x04 and more")) == "not a .npy file");
  CHECK(error_of(file("{}", "", 4)) == ".npy format version 4 is not supported");
  CHECK(error_of(with("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3)}")) ==
        "element type '>f4' is not supported");
  CHECK(error_of(with("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}")) ==
        "the element type is not a simple one");
  CHECK(error_of(with("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4)}")) ==
        "the data has 6 bytes, which do not fill the shape (2, 4) of type '|u1'");
  CHECK(error_of(with("{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}")) ==
        "the data has 6 bytes, which do not fill the shape (5) of type '|u1'");
  CHECK(error_of(with("{'descr': '|u1', 'fortran_order': False, 'shape': (-6,)}")) ==
        "the shape is not a tuple of extents");
  CHECK(error_of(with("{'descr': '|u1', 'fortran_order': 1, 'shape': (6,)}")) ==
        "'fortran_order' is neither True nor False");
  CHECK(error_of(with("{'descr': '|u1', 'descr': '|u1', 'shape': (6,)}")) ==
        "the header has an unexpected key 'descr'");
  CHECK(error_of(with("{'descr': '|u1', 'shape': (6,)}")) ==
        "the header lacks 'descr', 'fortran_order' or 'shape'");
  // The number of elements overflows 64 bits.
  CHECK_FALSE(error_of(with("{'descr': '|u1', 'fortran_order': False, 'shape': "
                            "(2147483647, 2147483647, 2147483647)}"))
                  .empty());
}

TEST_CASE("npy: no truncated file is accepted or crashes") {
  const std::vector<std::byte> whole =
      to_npy(*Constant::ints(DType::kI16, {2, 3}, {1, 2, 3, 4, 5, 6}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string error;
    const std::vector<std::byte> part(whole.begin(),
                                      whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(parse_npy(part, error) == nullptr);
    CHECK_FALSE(error.empty());
  }
}
