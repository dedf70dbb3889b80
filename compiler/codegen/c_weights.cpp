#include "compiler/codegen/c_weights.h"

#include <cstddef>
#include <utility>

#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

std::string header(const CSpelling& c) {
  std::string out = c.banner;
  put(out, "#ifndef {0}_WEIGHTS_H\n#define {0}_WEIGHTS_H\n\n#include <stdint.h>\n\n", c.upper);
  out += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  for (std::size_t i = 0; i < c.program.constants.size(); ++i) {
    put(out, "extern {}; /* {} */\n", c.constant_declaration(static_cast<int>(i)),
        c.program.constants[i].comment);
  }
  put(out, "\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {}_WEIGHTS_H */\n", c.upper);
  return out;
}

std::string source(const CSpelling& c) {
  std::string out = c.banner;
  out.reserve(static_cast<std::size_t>(c.program.weight_bytes) * 5);
  put(out, "#include \"{}_weights.h\"\n\n", c.model);
  out +=
      "/* Where weights go: a section or an alignment, as the target wants. */\n"
      "#ifndef SPINDLE_WEIGHTS_ATTR\n#define SPINDLE_WEIGHTS_ATTR\n#endif\n";
  for (std::size_t i = 0; i < c.program.constants.size(); ++i) {
    put(out, "\nSPINDLE_WEIGHTS_ATTR {} = {{\n", c.constant_declaration(static_cast<int>(i)));
    append_elements(out, c.program.constants[i]);
    out += "};\n";
  }
  return out;
}

// Assembly that places each array from `image`, which it fills.
std::string assembly(const CSpelling& c, std::string& image) {
  std::string out = c.banner;
  put(out,
      "/* Assemble with the folder of {0}_weights.bin in the include path (-Wa,-I). */\n"
      "#ifndef SPINDLE_WEIGHTS_SECTION\n#define SPINDLE_WEIGHTS_SECTION .rodata.{0}_weights\n"
      "#endif\n    .section SPINDLE_WEIGHTS_SECTION, \"a\", %progbits\n",
      c.model);
  for (std::size_t i = 0; i < c.program.constants.size(); ++i) {
    const auto& bytes = c.program.constants[i].bytes;
    put(out, "    .global {0}\n    .balign 4\n{0}:\n", c.constant(static_cast<int>(i)));
    put(out, "    .incbin \"{}_weights.bin\", {}, {}\n", c.model, image.size(), bytes.size());
    image.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  out += "    .section .note.GNU-stack, \"\", %progbits\n";
  return out;
}

}  // namespace

std::vector<EmittedFile> c_weights(const CSpelling& c, WeightsForm form) {
  std::vector<EmittedFile> files{{c.model + "_weights.h", header(c)}};
  if (form == WeightsForm::kC) {
    files.push_back({c.model + "_weights.c", source(c)});
    return files;
  }
  std::string image;
  std::string text = assembly(c, image);
  files.push_back({c.model + "_weights.S", std::move(text)});
  files.push_back({c.model + "_weights.bin", std::move(image)});
  return files;
}

}  // namespace spindle
