#include "compiler/files/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "compiler/files/npy_header.h"
#include "compiler/support/read_file.h"

namespace spindle {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kPreamble = 8;  // magic and version
constexpr std::size_t kHeaderAlignment = 64;
// Limit for a file; reading takes up to twice as much memory.
constexpr std::uintmax_t kMostFileBytes = std::uintmax_t{256} << 20;

// An element type in a file, and the type it is read into.
struct ElementType {
  std::string_view descr;
  DType type;
  std::size_t width;  // bytes in the file
};

constexpr std::array<ElementType, 8> kElementTypes{{
    {"<f4", DType::kF32, 4},
    {"|i1", DType::kI8, 1},
    {"|u1", DType::kU8, 1},
    {"<i2", DType::kI16, 2},
    {"<i4", DType::kI32, 4},
    {"<i8", DType::kI64, 8},
    {"|b1", DType::kBool, 1},
    {"<f8", DType::kF32, 8},
}};

const ElementType* find_type(std::string_view descr) {
  for (const ElementType& type : kElementTypes) {
    // Single bytes have no byte order, but some writers state one.
    const bool same_kind = type.width == 1 && descr.size() == 3 &&
                           descr.substr(1) == type.descr.substr(1) &&
                           (descr[0] == '<' || descr[0] == '>' || descr[0] == '=');
    if (descr == type.descr || same_kind) return &type;
  }
  return nullptr;
}

// Size of the data in bytes; nothing if it is more than `available`.
std::optional<std::size_t> data_size(const Shape& shape, std::size_t width, std::size_t available) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::size_t size = width;
  for (std::int64_t extent : shape) {
    const std::size_t count = extent;
    if (size > available / count) return std::nullopt;
    size *= count;
  }
  return size <= available ? std::optional(size) : std::nullopt;
}

// Reorders elements of `width` bytes from Fortran order (the first index varies fastest) to C order
// (the last one does).
std::vector<std::byte> to_c_order(const Shape& shape, std::size_t width, Bytes bytes) {
  std::vector<std::byte> result(bytes.size());
  Shape index(shape.size(), 0);
  for (std::size_t to = 0; to < result.size(); to += width) {
    std::int64_t from = 0;
    for (std::size_t d = shape.size(); d-- > 0;) from = from * shape[d] + index[d];
    std::memcpy(result.data() + to, bytes.data() + from * width, width);
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

std::vector<std::byte> doubles_to_floats(Bytes bytes) {
  std::vector<std::byte> result(bytes.size() / 2);
  for (std::size_t i = 0; i < result.size() / sizeof(float); ++i) {
    double wide = 0;
    std::memcpy(&wide, bytes.data() + i * sizeof(double), sizeof(double));
    const auto narrow = static_cast<float>(wide);
    std::memcpy(result.data() + i * sizeof(float), &narrow, sizeof(float));
  }
  return result;
}

// The text of the header. Sets `data` to the offset at which the array begins. Returns nothing if
// the file ends before.
std::optional<std::string_view> header_text(Bytes bytes, std::size_t& data) {
  const auto byte = [&](std::size_t at) { return std::to_integer<std::size_t>(bytes[at]); };
  const std::size_t length_width = byte(kMagic.size()) == 1 ? 2 : 4;
  const std::size_t start = kPreamble + length_width;
  if (bytes.size() < start) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = length_width; i-- > 0;) length = (length << 8) | byte(kPreamble + i);
  if (length > bytes.size() - start) return std::nullopt;
  data = start + length;
  return std::string_view(reinterpret_cast<const char*>(bytes.data()) + start, length);
}

ConstantPtr fail(std::string& error, std::string message) {
  error = std::move(message);
  return nullptr;
}

}  // namespace

ConstantPtr parse_npy(Bytes bytes, std::string& error) {
  if (bytes.size() < kPreamble || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return fail(error, "not a .npy file");
  }
  const int version = std::to_integer<int>(bytes[kMagic.size()]);
  if (version < 1 || version > 3) {
    return fail(error, fmt::format(".npy format version {} is not supported", version));
  }
  std::size_t start = 0;
  const std::optional<std::string_view> text = header_text(bytes, start);
  if (!text) return fail(error, "the file ends within the header");
  NpyHeader header;
  if (std::string problem = parse_npy_header(*text, header); !problem.empty()) {
    return fail(error, problem);
  }
  const ElementType* element = find_type(header.descr);
  if (element == nullptr) {
    return fail(error, fmt::format("element type '{}' is not supported", header.descr));
  }
  Bytes data = bytes.subspan(start);
  const std::optional<std::size_t> size = data_size(header.shape, element->width, data.size());
  if (!size || *size != data.size()) {
    return fail(error,
                fmt::format("the data has {} bytes, which do not fill the shape ({}) of type '{}'",
                            data.size(), fmt::join(header.shape, ", "), header.descr));
  }
  std::vector<std::byte> values = header.fortran_order
                                      ? to_c_order(header.shape, element->width, data)
                                      : std::vector<std::byte>(data.begin(), data.end());
  if (element->descr == "<f8") values = doubles_to_floats(values);
  if (element->type == DType::kBool) {
    for (std::byte& value : values) value = value == std::byte{0} ? std::byte{0} : std::byte{1};
  }
  return std::make_shared<const Constant>(element->type, header.shape, std::move(values));
}

ConstantPtr read_npy(const std::filesystem::path& file, std::string& error) {
  const std::optional<std::string> bytes = read_file(file, kMostFileBytes, error);
  ConstantPtr value = bytes ? parse_npy(std::as_bytes(std::span(*bytes)), error) : nullptr;
  if (value == nullptr) error = fmt::format("{}: {}", file.string(), error);
  return value;
}

std::vector<std::byte> to_npy(const Constant& value) {
  std::string_view descr;
  for (const ElementType& type : kElementTypes) {
    if (type.type == value.type() && type.width == size_of(type.type)) descr = type.descr;
  }
  const bool single = value.shape().size() == 1;  // a Python tuple of one needs a comma
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   descr, fmt::join(value.shape(), ", "), single ? "," : "");
  const std::size_t prefix = kPreamble + 2;
  const std::size_t total =
      (prefix + header.size() + 1 + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment;
  header.resize(total - prefix - 1, ' ');
  header += '\n';

  std::string text(kMagic);
  text += '\x01';
  text += '\x00';
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  const Bytes head = std::as_bytes(std::span(text));
  std::vector<std::byte> bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), value.bytes().begin(), value.bytes().end());
  return bytes;
}

bool write_npy(const std::filesystem::path& file, const Constant& value, std::string& error) {
  const std::vector<std::byte> bytes = to_npy(value);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return true;
  error = fmt::format("{}: cannot be written", file.string());
  return false;
}

}  // namespace spindle
