#include "compiler/emulate/elf_file.h"

#include <algorithm>
#include <cstddef>

namespace spindle {
namespace {

// Reads little-endian numbers and remembers whether one of them was outside of the file.
class Reader {
 public:
  Reader(std::span<const std::byte> bytes, bool is64) : bytes_(bytes), is64_(is64) {}

  std::uint64_t number(std::uint64_t offset, unsigned size) {
    if (offset > bytes_.size() || bytes_.size() - offset < size) {
      failed_ = true;
      return 0;
    }
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; i++) {
      value |= std::uint64_t{std::to_integer<std::uint8_t>(bytes_[offset + i])} << (8 * i);
    }
    return value;
  }

  std::string text(std::uint64_t offset) {
    std::string text;
    while (const auto c = static_cast<char>(number(offset++, 1))) text += c;
    return text;
  }

  // A field whose offset and size differ between 32-bit and 64-bit files.
  std::uint64_t field(std::uint64_t base, unsigned at32, unsigned size32, unsigned at64,
                      unsigned size64) {
    return is64_ ? number(base + at64, size64) : number(base + at32, size32);
  }

  [[nodiscard]] bool is64() const { return is64_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  bool is64_;
  bool failed_ = false;
};

struct RawSection {
  std::uint64_t name, type, flags, offset, size, link;
};

constexpr std::uint64_t kSymbolTable = 2;
constexpr std::uint64_t kWrite = 1, kAlloc = 2, kExecute = 4;
constexpr std::uint64_t kFunction = 2;
constexpr std::uint64_t kMachineArm = 40;

RawSection read_section(Reader& in, std::uint64_t at) {
  return {.name = in.number(at, 4),
          .type = in.number(at + 4, 4),
          .flags = in.field(at, 8, 4, 8, 8),
          .offset = in.field(at, 16, 4, 24, 8),
          .size = in.field(at, 20, 4, 32, 8),
          .link = in.field(at, 24, 4, 40, 4)};
}

void read_symbols(Reader& in, const RawSection& table, const RawSection& names, bool arm,
                  std::vector<ElfSymbol>& symbols) {
  const std::uint64_t entry = in.is64() ? 24 : 16;
  if (table.offset > in.size() || in.size() - table.offset < table.size) {
    in.number(in.size(), 1);  // marks the file as damaged
    return;
  }
  for (std::uint64_t at = table.offset; at + entry <= table.offset + table.size; at += entry) {
    ElfSymbol symbol;
    symbol.name = in.text(names.offset + in.number(at, 4));
    symbol.address = in.field(at, 4, 4, 8, 8);
    symbol.size = in.field(at, 8, 4, 16, 8);
    symbol.function = (in.field(at, 12, 1, 4, 1) & 15) == kFunction;
    if (arm && symbol.function) symbol.address &= ~std::uint64_t{1};
    if (!symbol.name.empty()) symbols.push_back(std::move(symbol));
    if (in.failed()) return;
  }
}

}  // namespace

const ElfSymbol* ElfFile::find(std::string_view name) const {
  const auto at = std::ranges::find(symbols, name, &ElfSymbol::name);
  return at != symbols.end() ? &*at : nullptr;
}

const ElfSymbol* ElfFile::function_at(std::uint64_t address) const {
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.function && address - symbol.address < symbol.size) return &symbol;
  }
  return nullptr;
}

std::optional<ElfFile> parse_elf(std::span<const std::byte> bytes) {
  Reader ident(bytes, false);
  if (ident.number(0, 4) != 0x464C457Fu || ident.number(5, 1) != 1) return std::nullopt;
  const std::uint64_t word_class = ident.number(4, 1);
  if (ident.failed() || (word_class != 1 && word_class != 2)) return std::nullopt;

  Reader in(bytes, word_class == 2);
  const bool arm = in.number(18, 2) == kMachineArm;
  const std::uint64_t table = in.field(0, 32, 4, 40, 8);
  const std::uint64_t entry_size = in.field(0, 46, 2, 58, 2);
  const std::uint64_t count = in.field(0, 48, 2, 60, 2);
  const std::uint64_t names_index = in.field(0, 50, 2, 62, 2);

  std::vector<RawSection> raw;
  for (std::uint64_t i = 0; i < count && !in.failed(); i++) {
    raw.push_back(read_section(in, table + i * entry_size));
  }
  if (in.failed() || names_index >= raw.size()) return std::nullopt;

  ElfFile file;
  for (const RawSection& section : raw) {
    file.sections.push_back({.name = in.text(raw[names_index].offset + section.name),
                             .size = section.size,
                             .allocated = (section.flags & kAlloc) != 0,
                             .writable = (section.flags & kWrite) != 0,
                             .executable = (section.flags & kExecute) != 0});
    if (section.type == kSymbolTable && section.link < raw.size()) {
      read_symbols(in, section, raw[section.link], arm, file.symbols);
    }
    if (in.failed()) return std::nullopt;
  }
  return file;
}

}  // namespace spindle
