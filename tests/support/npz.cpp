#include "tests/support/npz.h"

#include <zlib.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <vector>

#include "compiler/files/npy.h"

namespace spindle::testing {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::size_t kEndOfDirectorySize = 22;
constexpr std::size_t kDirectoryEntrySize = 46;
constexpr std::size_t kLocalHeaderSize = 30;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("npz: " + what);
}

std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t width) {
  if (at + width > bytes.size()) fail("truncated");
  std::uint32_t value = 0;
  for (std::size_t i = width; i-- > 0;) {
    value = (value << 8) | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

std::vector<std::byte> inflate_raw(Bytes compressed, std::size_t size) {
  std::vector<std::byte> data(size);
  z_stream stream{};
  // Negative window bits mean a raw deflate stream without a zlib header.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail("zlib");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(data.data());
  stream.avail_out = static_cast<uInt>(size);
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.avail_out != 0) fail("bad deflate stream");
  return data;
}

std::size_t find_end_of_directory(Bytes zip) {
  if (zip.size() < kEndOfDirectorySize) fail("no zip directory");
  for (std::size_t at = zip.size() - kEndOfDirectorySize + 1; at-- > 0;) {
    if (little_endian(zip, at, 4) == kEndOfDirectory) return at;
  }
  fail("no zip directory");
}

// Reads the member whose entry in the central directory begins at offset `entry`.
ConstantPtr read_member(Bytes zip, std::size_t entry) {
  const std::uint32_t method = little_endian(zip, entry + 10, 2);
  const std::size_t compressed_size = little_endian(zip, entry + 20, 4);
  const std::size_t size = little_endian(zip, entry + 24, 4);
  const std::size_t local = little_endian(zip, entry + 42, 4);
  const std::size_t start = local + kLocalHeaderSize + little_endian(zip, local + 26, 2) +
                            little_endian(zip, local + 28, 2);
  if (start + compressed_size > zip.size()) fail("member outside of the file");
  const Bytes raw = zip.subspan(start, compressed_size);
  if (method != 0 && method != 8) fail("unknown compression method");
  const std::vector<std::byte> data =
      method == 8 ? inflate_raw(raw, size) : std::vector<std::byte>(raw.begin(), raw.end());
  std::string error;
  ConstantPtr array = parse_npy(data, error);
  if (array == nullptr) fail(error);
  return array;
}

std::vector<std::byte> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) fail("cannot open " + file.string());
  const std::vector<char> chars{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = std::as_bytes(std::span(chars));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::map<std::string, ConstantPtr> read_npz(const std::filesystem::path& file) {
  const std::vector<std::byte> zip = read_file(file);
  const std::size_t end = find_end_of_directory(zip);
  const std::uint32_t count = little_endian(zip, end + 10, 2);
  std::size_t entry = little_endian(zip, end + 16, 4);
  std::map<std::string, ConstantPtr> arrays;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t name_size = little_endian(zip, entry + 28, 2);
    if (entry + kDirectoryEntrySize + name_size > zip.size()) fail("truncated");
    std::string name(reinterpret_cast<const char*>(zip.data()) + entry + kDirectoryEntrySize,
                     name_size);
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    arrays[name] = read_member(zip, entry);
    entry += kDirectoryEntrySize + name_size + little_endian(zip, entry + 30, 2) +
             little_endian(zip, entry + 32, 2);
  }
  return arrays;
}

}  // namespace spindle::testing
