#include "compiler/llvm/object_frames.h"

#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/DataExtractor.h>
#include <llvm/Support/MemoryBuffer.h>

#include <utility>

#include "compiler/llvm/llvm_session.h"

namespace spindle {
namespace {

bool is_function(const llvm::object::SymbolRef& symbol) {
  return value_or_throw(symbol.getType()) == llvm::object::SymbolRef::ST_Function;
}

class FrameReader {
 public:
  explicit FrameReader(const llvm::object::ObjectFile& object) : object_(object) {
    for (const llvm::object::SymbolRef& symbol : object.symbols()) {
      if (!is_function(symbol)) continue;
      const auto section = value_or_throw(symbol.getSection());
      if (section == object.section_end()) continue;
      function_of_[section->getIndex()] = value_or_throw(symbol.getName()).str();
    }
  }

  std::map<std::string, LlvmFrame> read() {
    for (const llvm::object::SectionRef& section : object_.sections()) {
      const auto relocated = value_or_throw(section.getRelocatedSection());
      if (relocated == object_.section_end()) continue;
      if (value_or_throw(relocated->getName()) == ".stack_sizes") {
        read_stack_sizes(section, *relocated);
      } else if (const auto at = function_of_.find(relocated->getIndex());
                 at != function_of_.end()) {
        for (const llvm::object::RelocationRef& relocation : section.relocations()) {
          const std::string callee = target(relocation);
          if (!callee.empty()) frames_[at->second].calls.insert(callee);
        }
      }
    }
    return std::move(frames_);
  }

 private:
  // The function that a relocation refers to; empty if it refers to none.
  std::string target(const llvm::object::RelocationRef& relocation) {
    const auto symbol = relocation.getSymbol();
    if (symbol == object_.symbol_end()) return {};
    const auto section = value_or_throw(symbol->getSection());
    if (section == object_.section_end())
      return value_or_throw(symbol->getName()).str();  // elsewhere
    const auto found = function_of_.find(section->getIndex());
    return found == function_of_.end() ? std::string{} : found->second;
  }

  // Each entry is an address, which a relocation fills in, and a size in ULEB128.
  void read_stack_sizes(const llvm::object::SectionRef& relocations,
                        const llvm::object::SectionRef& sizes) {
    const llvm::DataExtractor data(value_or_throw(sizes.getContents()), object_.isLittleEndian(),
                                   object_.getBytesInAddress());
    for (const llvm::object::RelocationRef& relocation : relocations.relocations()) {
      std::uint64_t at = relocation.getOffset() + object_.getBytesInAddress();
      frames_[target(relocation)].bytes =
          static_cast<std::int64_t>(data.getULEB128(&at)) + return_address_bytes();
    }
  }

  // The bytes that a call instruction pushes.
  [[nodiscard]] std::int64_t return_address_bytes() const {
    return object_.getArch() == llvm::Triple::x86_64 ? 8 : 0;
  }

  const llvm::object::ObjectFile& object_;
  std::map<std::uint64_t, std::string> function_of_;  // by section
  std::map<std::string, LlvmFrame> frames_;
};

}  // namespace

std::map<std::string, LlvmFrame> object_frames(std::string_view object) {
  const llvm::MemoryBufferRef buffer(llvm::StringRef(object.data(), object.size()), "object");
  const auto file = value_or_throw(llvm::object::ObjectFile::createObjectFile(buffer));
  return FrameReader(*file).read();
}

}  // namespace spindle
