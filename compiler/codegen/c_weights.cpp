#include "compiler/codegen/c_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

std::string header(const CSpelling& c) {
  std::string out = c.banner;
  put(out, "#ifndef {0}_WEIGHTS_H\n#define {0}_WEIGHTS_H\n\n#include <stdint.h>\n\n", c.upper);
  out += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  for (const ConstantId id : c.program.constants.ids()) {
    put(out, "extern {}; /* {} */\n", c.constant_declaration(id),
        c_comment(c.program.constants[id].comment));
  }
  put(out, "\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {}_WEIGHTS_H */\n", c.upper);
  return out;
}

// None for constants without a region.
WeightRegionId region_of(const CSpelling& c, ConstantId constant) {
  return c.program.weight_regions.empty() ? WeightRegionId() : c.program.weight_region_of[constant];
}

// "SPINDLE_WEIGHTS" or "SPINDLE_WEIGHTS_DTCM", to which _ATTR or _SECTION is appended.
std::string macro(const CSpelling& c, WeightRegionId region) {
  if (!region) return "SPINDLE_WEIGHTS";
  return "SPINDLE_WEIGHTS_" + upper(c.program.weight_regions[region].name);
}

bool holds_infinity(const ConstArray& constant) {
  if (constant.type != DType::kF32) return false;
  for (std::size_t at = 0; at < constant.bytes.size(); at += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, constant.bytes.data() + at, sizeof value);
    if (std::isinf(value)) return true;
  }
  return false;
}

std::string source(const CSpelling& c) {
  std::string out = c.banner;
  out.reserve(c.program.weight_bytes * 5);
  put(out, "#include \"{}_weights.h\"\n\n", c.model);
  if (std::any_of(c.program.constants.begin(), c.program.constants.end(), holds_infinity)) {
    out += "#include \"spindle.h\" /* SPINDLE_INFINITY */\n\n";
  }
  out +=
      "/* SPINDLE_WEIGHTS_ATTR may put the weights into a section, or align them. */\n"
      "#ifndef SPINDLE_WEIGHTS_ATTR\n#define SPINDLE_WEIGHTS_ATTR\n#endif\n";
  if (!c.program.weight_regions.empty()) {
    out += "\n/* The same for weights that the memory map has a region for. */\n";
  }
  for (const WeightRegionId id : c.program.weight_regions.ids()) {
    const WeightRegion& region = c.program.weight_regions[id];
    put(out, "#ifndef {0}_ATTR\n#define {0}_ATTR{1}{2}\n#endif\n", macro(c, id),
        region.attribute.empty() ? "" : " ", region.attribute);
  }
  for (const ConstantId id : c.program.constants.ids()) {
    put(out, "\n{}_ATTR {} = {{\n", macro(c, region_of(c, id)), c.constant_declaration(id));
    append_elements(out, c.program.constants[id]);
    out += "};\n";
  }
  return out;
}

// The section that the region's attribute names, or else one of the model's own.
std::string section(const CSpelling& c, const WeightRegion& region) {
  constexpr std::string_view kSection = "section(\"";
  const std::size_t at = region.attribute.find(kSection);
  const std::size_t begin = at + kSection.size();
  const std::size_t end = at == std::string::npos ? at : region.attribute.find('"', begin);
  if (end != std::string::npos && end > begin) return region.attribute.substr(begin, end - begin);
  return fmt::format(".rodata.{}_weights_{}", c.model, region.name);
}

// Writes the assembly that defines the arrays of a region (none: of those without a region) as
// parts of the binary file, and appends their bytes to `image`, the contents of that file.
void put_arrays(std::string& out, const CSpelling& c, WeightRegionId region,
                const std::string& file, std::string& image) {
  for (const ConstantId id : c.program.constants.ids()) {
    if (region_of(c, id) != region) continue;
    const auto& bytes = c.program.constants[id].bytes;
    put(out, "    .global {0}\n    .balign 4\n{0}:\n", c.constant(id));
    put(out, "    .incbin \"{}\", {}, {}\n", file, image.size(), bytes.size());
    image.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

// The assembly file, and one binary file for each region, which it includes.
std::vector<EmittedFile> assembly(const CSpelling& c) {
  std::vector<EmittedFile> files(2);
  files[0].name = c.model + "_weights.S";
  files[1].name = c.model + "_weights.bin";
  std::string out = c.banner;
  put(out,
      "/* Assemble with the folder of {0}_weights.bin in the include path (-Wa,-I). */\n"
      "#ifndef SPINDLE_WEIGHTS_SECTION\n#define SPINDLE_WEIGHTS_SECTION .rodata.{0}_weights\n"
      "#endif\n    .section SPINDLE_WEIGHTS_SECTION, \"a\", %progbits\n",
      c.model);
  put_arrays(out, c, {}, files[1].name, files[1].text);
  for (const WeightRegionId id : c.program.weight_regions.ids()) {
    const WeightRegion& region = c.program.weight_regions[id];
    put(out,
        "#ifndef {0}_SECTION\n#define {0}_SECTION {1}\n#endif\n"
        "    .section {0}_SECTION, \"a\", %progbits\n",
        macro(c, id), section(c, region));
    EmittedFile binary{fmt::format("{}_weights_{}.bin", c.model, region.name), {}};
    put_arrays(out, c, id, binary.name, binary.text);
    files.push_back(std::move(binary));
  }
  // Only on Linux: linkers warn about objects without this note if others have it, and on bare
  // metal no other object has it.
  out += "#if defined(__linux__)\n    .section .note.GNU-stack, \"\", %progbits\n#endif\n";
  files[0].text = std::move(out);
  return files;
}

}  // namespace

std::vector<EmittedFile> c_weights(const CSpelling& c, WeightsForm form) {
  std::vector<EmittedFile> files{{c.model + "_weights.h", header(c)}};
  if (form == WeightsForm::kC) {
    files.push_back({c.model + "_weights.c", source(c)});
    return files;
  }
  for (EmittedFile& file : assembly(c)) files.push_back(std::move(file));
  return files;
}

std::string weights_section(const CSpelling& c, ConstantId constant, const std::string& wish) {
  const WeightRegionId region = region_of(c, constant);
  if (region) return section(c, c.program.weight_regions[region]);
  return wish.empty() ? fmt::format(".rodata.{}_weights", c.model) : wish;
}

}  // namespace spindle
