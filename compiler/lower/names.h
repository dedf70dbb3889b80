// Names in generated code: the one place that makes C identifiers of what people call things.
//
// All that a model has at file scope is its prefix and a name (m_run, m_block_1_expand), and its
// macros are the same in upper case (M_INPUT_SIZE). Names are therefore kept apart whatever their
// case: `Scores` and `scores` would have one macro.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "compiler/support/letter_case.h"

namespace spindle {

// `text` as a C identifier of ASCII letters, digits and '_': any other character, a UTF-8 sequence
// too, becomes one '_'. A name that is empty or would begin with a digit or '_' (such names are the
// implementation's) gets an 'n' in front.
[[nodiscard]] std::string c_identifier(std::string_view text);

// The same for names inside of the code, which need not be predictable but readable: runs of other
// characters become one '_', and there is none at the ends.
[[nodiscard]] std::string short_identifier(std::string_view text);

// Whether a parameter, variable or member of that name, in this or another case, could mean
// something else to a C or C++ compiler: keywords up to C23 and C++23, macros and types of the
// headers that generated code includes, macros that compilers define, and the runtime's names.
[[nodiscard]] bool is_reserved_identifier(std::string_view name);

// Whether a model cannot be called that: its files would replace a standard header, its macros
// could be a standard header's, or its symbols the runtime's.
[[nodiscard]] bool is_reserved_prefix(std::string_view name);

// Gives each wish a C identifier that it has not given before, in any case, and that is not
// reserved: the wish as c_identifier, with _1, _2, ... where that is taken.
class UniqueNames {
 public:
  // `forms` are what else is made of the name by appending them ("_size"): none of them is, or
  // becomes, another name either.
  std::string operator()(std::string_view wish, std::initializer_list<std::string_view> forms = {});

  // A name that is not to be given.
  void reserve(std::string_view name);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace spindle
