#include "frontend/file/tensors.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "frontend/file/element_count.h"
#include "frontend/file/failure.h"

namespace spindle::frontend {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

using Proto = onnx::TensorProto;

std::size_t bytes_in_file(int type) {
  switch (type) {
    case Proto::DOUBLE:
    case Proto::INT64:
    case Proto::UINT64:
      return 8;
    case Proto::FLOAT:
    case Proto::INT32:
    case Proto::UINT32:
      return 4;
    case Proto::FLOAT16:
    case Proto::BFLOAT16:
    case Proto::INT16:
    case Proto::UINT16:
      return 2;
    default:
      return 1;
  }
}

Shape shape_of(const Proto& proto) {
  Shape shape(proto.dims().begin(), proto.dims().end());
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) bad_constant(fmt::format("constant has the negative extent {}", extent));
    if (extent > std::numeric_limits<std::int32_t>::max()) {
      bad_constant(fmt::format("constant has the extent {}, which is too large", extent));
    }
    if (!multiply_count(count, extent)) bad_constant("constant has too many elements");
  }
  return shape;
}

std::int64_t parse_number(const std::string& text, const char* key) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    bad_constant(
        fmt::format("{} of the external data is '{}', not a number", key, printable(text)));
  }
  return value;
}

std::vector<std::byte> external_bytes(const Proto& proto, std::int64_t wanted,
                                      ExternalData& external) {
  std::string location;
  std::int64_t offset = 0;
  std::int64_t length = wanted;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = parse_number(entry.value(), "offset");
    if (entry.key() == "length") length = parse_number(entry.value(), "length");
  }
  if (length != wanted) {
    bad_constant(
        fmt::format("the external data has {} bytes, but the shape needs {}", length, wanted));
  }
  return external.read(location, offset, length);
}

template <typename Stored, typename Field>
std::vector<std::byte> narrow(const Field& field) {
  std::vector<Stored> values;
  values.reserve(field.size());
  for (auto value : field) {
    const auto stored = static_cast<Stored>(value);
    if (static_cast<decltype(value)>(stored) != value) {
      bad_constant(fmt::format("constant has the value {}, which its type cannot hold", value));
    }
    values.push_back(stored);
  }
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

// The data of the typed field in the form that raw_data has.
std::vector<std::byte> typed_bytes(const Proto& proto) {
  switch (proto.data_type()) {
    case Proto::FLOAT: {
      const auto bytes =
          std::as_bytes(std::span(proto.float_data().data(), proto.float_data_size()));
      return {bytes.begin(), bytes.end()};
    }
    case Proto::DOUBLE: {
      const auto bytes =
          std::as_bytes(std::span(proto.double_data().data(), proto.double_data_size()));
      return {bytes.begin(), bytes.end()};
    }
    case Proto::INT64:
      return narrow<std::int64_t>(proto.int64_data());
    case Proto::UINT64:
      return narrow<std::uint64_t>(proto.uint64_data());
    case Proto::UINT32:
      return narrow<std::uint32_t>(proto.uint64_data());
    case Proto::INT32:
      return narrow<std::int32_t>(proto.int32_data());
    case Proto::INT16:
      return narrow<std::int16_t>(proto.int32_data());
    case Proto::INT8:
      return narrow<std::int8_t>(proto.int32_data());
    case Proto::UINT8:
    case Proto::BOOL:
      return narrow<std::uint8_t>(proto.int32_data());
    default:  // uint16 and the 16-bit floats, which are stored as their bits
      return narrow<std::uint16_t>(proto.int32_data());
  }
}

template <typename From, typename Convert>
std::vector<std::byte> convert(const std::vector<std::byte>& bytes, Convert&& one) {
  using To = decltype(one(From{}));
  const std::size_t count = bytes.size() / sizeof(From);
  std::vector<std::byte> result(count * sizeof(To));
  for (std::size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
    const To converted = one(value);
    std::memcpy(result.data() + i * sizeof(To), &converted, sizeof(To));
  }
  return result;
}

float from_double(double value) {
  const auto narrowed =
      static_cast<float>(std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()
                             ? std::numeric_limits<double>::infinity()
                             : value);
  if (std::isfinite(value) && !std::isfinite(narrowed)) {
    bad_constant(fmt::format("constant has the value {}, which float32 cannot hold", value));
  }
  return narrowed;
}

std::int64_t from_uint64(std::uint64_t value) {
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    bad_constant(fmt::format("constant has the value {}, which int64 cannot hold", value));
  }
  return static_cast<std::int64_t>(value);
}

// Converts from the type in the file to the type in which Spindle holds it.
std::vector<std::byte> held(int type, std::vector<std::byte> bytes) {
  switch (type) {
    case Proto::FLOAT16:
      return convert<std::uint16_t>(bytes, from_float16);
    case Proto::BFLOAT16:
      return convert<std::uint16_t>(bytes, [](std::uint16_t bits) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
      });
    case Proto::DOUBLE:
      return convert<double>(bytes, from_double);
    case Proto::UINT16:
      return convert<std::uint16_t>(bytes,
                                    [](std::uint16_t v) { return static_cast<std::int32_t>(v); });
    case Proto::UINT32:
      return convert<std::uint32_t>(bytes,
                                    [](std::uint32_t v) { return static_cast<std::int64_t>(v); });
    case Proto::UINT64:
      return convert<std::uint64_t>(bytes, from_uint64);
    case Proto::BOOL:
      return convert<std::uint8_t>(
          bytes, [](std::uint8_t v) { return static_cast<std::uint8_t>(v != 0 ? 1 : 0); });
    default:
      return bytes;
  }
}

}  // namespace

float from_float16(std::uint16_t bits) {
  const auto sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU;
  const std::uint32_t mantissa = bits & 0x3FFU;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
    const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t biased = exponent == 31 ? 255U : exponent + 112U;
  return std::bit_cast<float>(sign | (biased << 23) | (mantissa << 13));
}

ConstantPtr load_tensor(const Proto& proto, ExternalData& external, Budget& budget) {
  const int type = proto.data_type();
  const auto dtype = held_as(type);
  if (!dtype) {
    bad_constant(
        fmt::format("constants of element type '{}' are not supported", name_of_element(type)));
  }
  if (proto.has_segment()) bad_constant("constants in segments are not supported");
  Shape shape = shape_of(proto);
  const std::int64_t count = element_count(shape);
  const std::int64_t wanted = count * static_cast<std::int64_t>(bytes_in_file(type));
  std::vector<std::byte> bytes;
  if (proto.data_location() == Proto::EXTERNAL) {
    bytes = external_bytes(proto, wanted, external);
  } else if (proto.has_raw_data()) {
    const auto raw = std::as_bytes(std::span(proto.raw_data()));
    bytes.assign(raw.begin(), raw.end());
  } else {
    bytes = typed_bytes(proto);
  }
  if (static_cast<std::int64_t>(bytes.size()) != wanted) {
    bad_constant(fmt::format("the constant has {} bytes of data, but its shape {} needs {}",
                             bytes.size(), to_string(shape), wanted));
  }
  budget.charge(count * static_cast<std::int64_t>(size_of(*dtype)));
  return std::make_shared<const Constant>(*dtype, std::move(shape), held(type, std::move(bytes)));
}

}  // namespace spindle::frontend
