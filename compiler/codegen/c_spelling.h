// What the generated files have in common: names, signatures, banner.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "compiler/codegen/c_emitter.h"
#include "compiler/lower/program/program.h"

namespace spindle {

template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

// Names and signatures of one model. Keeps a reference to the program, which must outlive it.
class CSpelling {
 public:
  CSpelling(const Program& program, const CNames& names);

  const Program& program;
  std::string model;   // prefix of symbols and files
  std::string upper;   // prefix of macros
  std::string banner;  // first lines of every file
  std::string source;  // name of the model file
  std::optional<ModelFacts> facts;

  [[nodiscard]] bool streamed() const { return program.input_mode == InputMode::kStreamed; }

  // The parameter for an arena: "arena", or "arena_dtcm" with a memory map.
  [[nodiscard]] std::string arena(ArenaId id) const;
  // Its macro: "M_ARENA", "M_ARENA_DTCM".
  [[nodiscard]] std::string arena_macro(ArenaId id) const;
  // The parameter for an input or output: its name, changed if the model's own symbols begin with
  // that name, which the parameter could then hide.
  [[nodiscard]] std::string parameter(const ProgramIo& io) const;
  [[nodiscard]] std::string constant(ConstantId id) const;
  // "const int8_t m_weights[16]"
  [[nodiscard]] std::string constant_declaration(ConstantId id) const;

  // The functions that the model's users call.
  [[nodiscard]] std::string run_signature() const;
  [[nodiscard]] std::string begin_signature() const;
  [[nodiscard]] std::string push_signature() const;
  [[nodiscard]] std::string finish_signature() const;
  // The function that the user defines for rows of an output.
  [[nodiscard]] std::string row_signature(const ProgramIo& output) const;
  // Whether there is such a function. The model's functions then have a parameter "user", which it
  // is given.
  [[nodiscard]] bool hands_out_rows() const;

 private:
  [[nodiscard]] std::string function(const char* name) const;  // up to the arenas; the parameter
                                                               // list is not closed
  [[nodiscard]] std::string outputs() const;                   // the remaining parameters
};

}  // namespace spindle
