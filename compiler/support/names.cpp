#include "compiler/support/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace spindle {
namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && std::isalnum(byte) != 0;
}

// Whether the byte is one of a UTF-8 sequence, but not its first.
bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::string with_letter_first(std::string name) {
  const bool good =
      !name.empty() && name[0] != '_' && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  if (!good) name.insert(name.begin(), 'n');
  return name;
}

// In lower case. Keywords that begin with '_' are left out, because no name begins with one.
constexpr std::string_view kWords[] = {
    // C
    "alignas", "alignof", "auto", "bool", "break", "case", "char", "const", "constexpr", "continue",
    "default", "do", "double", "else", "enum", "extern", "false", "float", "for", "goto", "if",
    "inline", "int", "long", "nullptr", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "static_assert", "struct", "switch", "thread_local", "true", "typedef",
    "typeof", "typeof_unqual", "union", "unsigned", "void", "volatile", "while",
    // C++
    "and", "and_eq", "asm", "bitand", "bitor", "catch", "char8_t", "char16_t", "char32_t", "class",
    "co_await", "co_return", "co_yield", "compl", "concept", "const_cast", "consteval", "constinit",
    "decltype", "delete", "dynamic_cast", "explicit", "export", "friend", "mutable", "namespace",
    "new", "noexcept", "not", "not_eq", "operator", "or", "or_eq", "private", "protected", "public",
    "reinterpret_cast", "requires", "static_cast", "template", "this", "throw", "try", "typeid",
    "typename", "using", "virtual", "wchar_t", "xor", "xor_eq",
    // Macros of compilers that do not keep to the standard's names, and of common headers.
    "linux", "unix", "i386", "errno", "eof", "stdin", "stdout", "stderr", "assert", "complex",
    "imaginary", "i", "noreturn",
    // <stddef.h>, <stdint.h>, <math.h>, <string.h>, <stdbool.h>
    "null", "offsetof", "size_t", "ptrdiff_t", "max_align_t", "nullptr_t", "unreachable", "int8_t",
    "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "intptr_t",
    "uintptr_t", "intmax_t", "uintmax_t", "size_max", "size_width", "ptrdiff_min", "ptrdiff_max",
    "wchar_min", "wchar_max", "wint_min", "wint_max", "sig_atomic_min", "sig_atomic_max", "float_t",
    "double_t", "nan", "infinity", "huge_val", "huge_valf", "huge_vall", "isnan", "isinf",
    "isfinite", "isnormal", "signbit", "fpclassify", "fp_nan", "fp_infinite", "fp_zero",
    "fp_subnormal", "fp_normal", "math_errno", "math_errexcept", "math_errhandling", "fp_ilogb0",
    "fp_ilogbnan"};

// Whether <stdint.h> has a name like this: "int_fast8_t", "UINT16_MAX", "INT64_C".
bool is_integer_of_stdint(std::string_view name) {
  if (name.starts_with('u')) name.remove_prefix(1);
  if (!name.starts_with("int")) return false;
  name.remove_prefix(3);
  for (std::string_view part : {"_fast", "_least"}) {
    if (name.starts_with(part)) name.remove_prefix(part.size());
  }
  const std::size_t end = name.find('_');
  if (end == std::string_view::npos) return false;
  const std::string_view size = name.substr(0, end);
  const std::string_view kind = name.substr(end);
  constexpr std::string_view kSizes[] = {"8", "16", "32", "64", "ptr", "max"};
  constexpr std::string_view kKinds[] = {"_t", "_c", "_min", "_max", "_width"};
  return std::find(std::begin(kSizes), std::end(kSizes), size) != std::end(kSizes) &&
         std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
}

// Headers of C, and headers that come with compilers for Arm, without ".h".
constexpr std::string_view kHeaders[] = {
    "arm_acle", "arm_bf16",  "arm_fp16",    "arm_mve", "arm_neon",  "arm_sve",        "assert",
    "complex",  "ctype",     "errno",       "fenv",    "float",     "inttypes",       "iso646",
    "limits",   "locale",    "math",        "memory",  "setjmp",    "signal",         "stdalign",
    "stdarg",   "stdatomic", "stdbit",      "stdbool", "stdckdint", "stddef",         "stdint",
    "stdio",    "stdlib",    "stdnoreturn", "string",  "strings",   "tgmath",         "threads",
    "time",     "uchar",     "unistd",      "wchar",   "wctype",    "cmsis_compiler", "cmsis_gcc",
    "features", "endian",    "alloca",      "malloc",  "values"};

// Prefixes of standard macros, up to an '_': a model named `int` with an input `max` would define
// INT_MAX.
constexpr std::string_view kMacroPrefixes[] = {
    "char",        "schar",       "uchar",       "shrt",         "ushrt",        "int",
    "uint",        "long",        "ulong",       "llong",        "ullong",       "flt",
    "dbl",         "ldbl",        "size",        "ssize",        "ptrdiff",      "wchar",
    "wint",        "sig",         "sig_atomic",  "fp",           "fe",           "math",
    "exit",        "lc",          "mb",          "rand",         "seek",         "tmp",
    "filename",    "fopen",       "path",        "bool",         "decimal",      "huge",
    "clocks",      "time",        "atomic",      "memory",       "once",         "arm",
    "m_1",         "m_2",         "int8",        "int16",        "int32",        "int64",
    "intptr",      "intmax",      "uint8",       "uint16",       "uint32",       "uint64",
    "uintptr",     "uintmax",     "int_fast8",   "int_fast16",   "int_fast32",   "int_fast64",
    "int_least8",  "int_least16", "int_least32", "int_least64",  "uint_fast8",   "uint_fast16",
    "uint_fast32", "uint_fast64", "uint_least8", "uint_least16", "uint_least32", "uint_least64"};

template <std::size_t count>
bool has(const std::string_view (&list)[count], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

}  // namespace

std::string c_identifier(std::string_view text) {
  std::string name;
  bool in_character = false;  // inside of a UTF-8 sequence
  for (char c : text) {
    if (in_character && continues_character(c)) continue;
    name += is_plain(c) ? c : '_';
    in_character = static_cast<unsigned char>(c) >= 0xC0U;
  }
  return with_letter_first(std::move(name));
}

std::string short_identifier(std::string_view text) {
  std::string name;
  for (char c : text) {
    if (is_plain(c) || (!name.empty() && name.back() != '_')) name += is_plain(c) ? c : '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return with_letter_first(std::move(name));
}

bool is_reserved_identifier(std::string_view name) {
  const std::string lower = lower_case(name);
  return has(kWords, lower) || is_integer_of_stdint(lower) || lower.starts_with("spindle");
}

bool is_reserved_prefix(std::string_view name) {
  const std::string lower = lower_case(name);
  return lower.starts_with("spindle") || has(kHeaders, lower) || has(kMacroPrefixes, lower);
}

std::string UniqueNames::operator()(std::string_view wish,
                                    std::initializer_list<std::string_view> forms) {
  std::string name = c_identifier(wish);
  // All names that begin with "spindle" are reserved for the runtime. The other reserved names may
  // be used with a number appended.
  if (lower_case(name).starts_with("spindle")) name = "n_" + name;
  const auto free = [&](const std::string& candidate) {
    const std::string lower = lower_case(candidate);
    return !is_reserved_identifier(lower) && !taken_.contains(lower) &&
           std::none_of(forms.begin(), forms.end(), [&](std::string_view form) {
             return taken_.contains(lower + lower_case(form));
           });
  };
  std::string unique = name;
  for (int i = 1; !free(unique); ++i) unique = fmt::format("{}_{}", name, i);
  reserve(unique);
  for (std::string_view form : forms) reserve(unique + std::string(form));
  return unique;
}

void UniqueNames::reserve(std::string_view name) {
  taken_.insert(lower_case(name));
}

}  // namespace spindle
