// Reads symbols and sections of ELF files.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

struct ElfSymbol {
  std::string name;
  std::uint64_t address = 0;  // bit 0 of Thumb functions is cleared
  std::uint64_t size = 0;     // bytes
  bool function = false;
};

struct ElfSection {
  std::string name;
  std::uint64_t size = 0;  // bytes
  bool allocated = false;  // occupies memory at run time
  bool writable = false;
  bool executable = false;
};

// The parts of an ELF file that the driver needs. The file is little-endian, 32 or 64 bit, an
// object or an executable.
struct ElfFile {
  std::vector<ElfSection> sections;
  std::vector<ElfSymbol> symbols;

  [[nodiscard]] const ElfSymbol* find(std::string_view name) const;
  [[nodiscard]] const ElfSymbol* function_at(
      std::uint64_t address) const;  // null if no function covers it
};

// Returns nothing if `bytes` is not such a file or is damaged.
std::optional<ElfFile> parse_elf(std::span<const std::byte> bytes);

}  // namespace spindle
