// Names in generated code. This is the only place that makes C identifiers from names in a model.
//
// At file scope a model has only names that begin with its prefix (m_run, m_block_1_expand), and
// macros that are the same in upper case (M_INPUT_SIZE). So two names must differ in more than
// case: `Scores` and `scores` would have the same macro.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "compiler/support/letter_case.h"

namespace spindle {

// `text` as a C identifier of ASCII letters, digits and '_'. Every other character, also one of
// several UTF-8 bytes, becomes one '_'. A name that is empty or would begin with a digit or '_'
// (reserved for the C implementation) gets an 'n' in front. Examples: "conv/1" -> "conv_1", "1x1"
// -> "n1x1".
[[nodiscard]] std::string c_identifier(std::string_view text);

// The same for names inside of the generated code, which must be readable rather than predictable:
// several such characters in a row become one '_', and there is none at the ends.
[[nodiscard]] std::string short_identifier(std::string_view text);

// Whether a C or C++ compiler might take a parameter, variable or member of this name, in any case,
// for something else: keywords up to C23 and C++23, macros and types of the headers that generated
// code includes, macros that compilers define, and names of the runtime.
[[nodiscard]] bool is_reserved_identifier(std::string_view name);

// Whether a model must not have this name: its files would replace a standard header, its macros
// could be those of a standard header, or its symbols those of the runtime.
[[nodiscard]] bool is_reserved_prefix(std::string_view name);

// Gives each wish a C identifier that is not reserved and that it has not given before, in any
// case: the result of c_identifier, with _1, _2, ... appended if it is taken.
class UniqueNames {
 public:
  // `forms` are suffixes from which further names are made ("_size"). None of these names clashes
  // with another name either.
  std::string operator()(std::string_view wish, std::initializer_list<std::string_view> forms = {});

  // Marks a name as taken.
  void reserve(std::string_view name);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace spindle
