#include "compiler/lower/program/param_check.h"

#include <fmt/format.h>

#include <iterator>

#include "compiler/lower/program/param_layout.h"

namespace spindle {
namespace {

// The type of a pointer to the member, for example "int32_t (*)[6]". A pointer neither decays nor
// loses its qualifiers in _Generic.
std::string pointer_to(const ParamMember& member) {
  switch (member.type) {
    case ParamType::kInt32:
      return member.count > 0 ? fmt::format("int32_t (*)[{}]", member.count) : "int32_t *";
    case ParamType::kUInt32:
      return "uint32_t *";
    case ParamType::kFloat:
      return "float *";
    case ParamType::kPointer:
      return fmt::format("const {} **", c_type_of(member.element));
    case ParamType::kStruct:
      break;
  }
  return std::string(member.of) + " *";
}

void put_layout(std::string& out, const ParamStruct& type, std::size_t pointer_bytes) {
  const ParamLayout layout = param_layout(type, pointer_bytes);
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "OFFSET({}, {}, {})\n", type.name, type.members[i].name,
                   layout.offsets[i]);
  }
  fmt::format_to(std::back_inserter(out), "SIZE({}, {})\n", type.name, layout.bytes);
}

// An initializer of zeros for all members, for example "{0, 0}".
std::string zeros(const ParamStruct& type) {
  std::string text;
  for (const ParamMember& member : type.members) {
    text += text.empty() ? "{" : ", ";
    if (member.type == ParamType::kStruct) {
      text += zeros(param_struct(member.of));
    } else {
      text += member.count > 0 ? "{0}" : "0";
    }
  }
  return text + "}";
}

}  // namespace

std::string param_check_source() {
  std::string out =
      "/* Written by Spindle's build: the parameter structs are as the compiler knows them. */\n"
      "#include <stddef.h>\n#include <stdint.h>\n\n#include \"spindle.h\"\n\n"
      "#define OFFSET(type, member, offset) \\\n"
      "  _Static_assert(offsetof(type, member) == offset, #type \".\" #member \": offset\");\n"
      "#define TYPE(type, member, pointer) \\\n"
      "  _Static_assert(_Generic(&((type *)0)->member, pointer: 1, default: 0), \\\n"
      "                 #type \".\" #member \": type\");\n"
      "#define SIZE(type, size) _Static_assert(sizeof(type) == size, #type \": size\");\n\n";
  for (const std::size_t pointer_bytes : {std::size_t{4}, std::size_t{8}}) {
    out += pointer_bytes == 4 ? "#if UINTPTR_MAX == UINT32_MAX\n" : "#else\n";
    for (const ParamStruct& type : param_structs()) put_layout(out, type, pointer_bytes);
  }
  out += "#endif\n\n";
  for (const ParamStruct& type : param_structs()) {
    for (const ParamMember& member : type.members) {
      fmt::format_to(std::back_inserter(out), "TYPE({}, {}, {})\n", type.name, member.name,
                     pointer_to(member));
    }
  }
  out +=
      "\n/* One more member may hide in the padding at a struct's end. */\n"
      "#pragma GCC diagnostic error \"-Wmissing-field-initializers\"\n";
  for (const ParamStruct& type : param_structs()) {
    fmt::format_to(std::back_inserter(out), "const {0} {0}_check = {1};\n", type.name, zeros(type));
  }
  return out;
}

}  // namespace spindle
