#include "compiler/llvm/stack_note.h"

#include <llvm/ObjCopy/ConfigManager.h>
#include <llvm/ObjCopy/ObjCopy.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <utility>

#include "compiler/llvm/llvm_session.h"

namespace spindle {
namespace {

constexpr const char* kNote = ".note.GNU-stack";

std::string without_line(std::string text) {
  const std::size_t note = text.find(kNote);
  if (note == std::string::npos) return text;
  const std::size_t begin = text.rfind('\n', note) + 1;
  text.erase(begin, text.find('\n', note) + 1 - begin);
  return text;
}

}  // namespace

std::string without_stack_note(std::string file, bool assembly) {
  if (assembly) return without_line(std::move(file));
  llvm::objcopy::ConfigManager config;
  const auto refuse = [](llvm::Error error) { return error; };
  throw_if_failed(config.Common.ToRemove.addMatcher(
      llvm::objcopy::NameOrPattern::create(kNote, llvm::objcopy::MatchStyle::Literal, refuse)));
  const llvm::MemoryBufferRef buffer(file, "object");
  const auto object = value_or_throw(llvm::object::ObjectFile::createObjectFile(buffer));
  std::string result;
  llvm::raw_string_ostream out(result);
  throw_if_failed(llvm::objcopy::executeObjcopyOnBinary(config, *object, out));
  out.flush();
  return result;
}

}  // namespace spindle
