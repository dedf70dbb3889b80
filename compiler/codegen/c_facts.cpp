#include "compiler/codegen/c_facts.h"

#include <cstddef>
#include <string_view>

#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

// The text as a string literal.
std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) {
      // Always three digits, so that a digit after them is not taken as part of the escape.
      result += fmt::format("\\{:03o}", byte);
      continue;
    }
    if (c == '"' || c == '\\' || c == '?') result += '\\';  // '?' could begin a trigraph
    result += c;
  }
  return result + "\"";
}

void put_stack(std::string& out, const CSpelling& c) {
  const ModelFacts& facts = *c.facts;
  if (facts.stack_bytes < 0) {
    put(out, "/* How much stack a call takes is not known: {}. */\n\n",
        c_comment(facts.stack_basis));
    return;
  }
  put(out,
      "/* The most bytes of stack that a call takes, library functions included. Functions that "
      "you\n"
      " * define, the caller and interrupts come on top. The figure is for\n"
      " * {}.\n"
      " * `spindle verify` measures the stack for other flags. */\n"
      "#define {}_STACK_BYTES {}u\n\n",
      c_comment(facts.stack_basis), c.upper, facts.stack_bytes);
}

// The normalization of an image, one value for all channels or one for each.
std::string picture_meaning(const CSpelling& c, const ProgramIo& io) {
  const std::vector<float>& values = c.facts->input_u8;
  const std::size_t half = values.size() / 2;
  std::string text = fmt::format(
      "/* {}: the bytes of a picture, row by row from the top. The channels of a pixel are "
      "together.\n"
      " * The model computes with (byte - MEAN) / STD, {}: */\n",
      io.name, half > 1 ? "by channel" : "for all channels");
  for (const bool mean : {true, false}) {
    put(text, "#define {}_{}_{} ", c.upper, upper(io.name), mean ? "MEAN" : "STD");
    if (half > 1) text += "{";
    for (std::size_t i = 0; i < half; ++i) {
      put(text, "{}{}", i == 0 ? "" : ", ", c_float(values[mean ? i : half + i]));
    }
    text += half > 1 ? "}\n" : "\n";
  }
  return text;
}

std::string detection_meaning(const CSpelling& c, const ProgramIo& io) {
  const char* first = c.facts->detections == Detections::kXFirst ? "x" : "y";
  const char* second = c.facts->detections == Detections::kXFirst ? "y" : "x";
  const std::string name = fmt::format("{}_{}", c.upper, upper(io.name));
  return fmt::format(
      "/* {0}: {1}_ROWS detections of {1}_ROW_SIZE floats, the best first. Corners are in the\n"
      " * units of the anchors, as a rule 0 to 1 over the picture. Unused rows have class -1. */\n"
      "#define {1}_ROWS {2}u\n#define {1}_ROW_SIZE {3}u\n"
      "#define {1}_CLASS 0 /* a whole number */\n#define {1}_SCORE 1\n"
      "#define {1}_{4}_LOW 2\n#define {1}_{5}_LOW 3\n#define {1}_{4}_HIGH 4\n#define {1}_{5}_HIGH "
      "5\n",
      io.name, name, io.shape[0], io.shape[1], upper(first), upper(second));
}

std::string quantization(const CSpelling& c, const ProgramIo& io) {
  const std::string name = fmt::format("{}_{}", c.upper, upper(io.name));
  if (!io.quant->per_tensor()) {
    return fmt::format(
        "/* {}: each index along axis {} has a scale and a zero point of its own. */\n", io.name,
        io.quant->axis);
  }
  return fmt::format(
      "/* {0}: a value q stands for {1}_SCALE * (q - {1}_ZERO_POINT). */\n"
      "#define {1}_SCALE {2}\n#define {1}_ZERO_POINT {3}\n",
      io.name, name, c_float(io.quant->scale[0]),
      io.quant->zero_point[0] < 0 ? fmt::format("({})", io.quant->zero_point[0])
                                  : fmt::format("{}", io.quant->zero_point[0]));
}

}  // namespace

std::string c_origin(const CSpelling& c) {
  if (!c.facts) return {};
  const ModelFacts& facts = *c.facts;
  std::string out;
  if (facts.runtime) {
    put(out,
        "/* Models share kernels, so one version of Spindle must have compiled all of them. */\n"
        "#if defined(SPINDLE_RUNTIME_VERSION) && SPINDLE_RUNTIME_VERSION != {0}\n"
        "#error \"this program has models of two versions of Spindle: compile all of them with one "
        "version\"\n"
        "#endif\n#ifndef SPINDLE_RUNTIME_VERSION\n#define SPINDLE_RUNTIME_VERSION {0}\n#endif\n\n",
        version_number(facts.version));
  }
  out +=
      "/* The version of Spindle, the target, the options and the model file that this was made "
      "from. */\n";
  put(out, "#define {}_SPINDLE_VERSION {}\n", c.upper, literal(facts.version));
  put(out, "#define {}_TARGET {}\n", c.upper, literal(facts.target));
  put(out, "#define {}_OPTIONS {}\n", c.upper, literal(facts.options));
  put(out, "#define {}_MODEL_SHA256 \\\n  {}\n\n", c.upper, literal(facts.sha256));
  put_stack(out, c);
  return out;
}

std::string c_meaning(const CSpelling& c, const ProgramIo& io, bool input) {
  if (input && c.facts && !c.facts->input_u8.empty()) return picture_meaning(c, io);
  if (!input && c.facts && c.facts->detections != Detections::kNone) {
    return detection_meaning(c, io);
  }
  return io.quant ? quantization(c, io) : std::string();
}

int version_number(std::string_view version) {
  int number = 0;
  int part = 0;
  for (const char c : version) {
    if (c == '.') {
      number = (number + part) * 100;
      part = 0;
    } else {
      part = part * 10 + (c - '0');
    }
  }
  return number + part;
}

std::string version_symbol(std::string_view version) {
  std::string symbol = "spindle_runtime_";
  for (const char c : version) symbol += c == '.' ? '_' : c;
  return symbol;
}

}  // namespace spindle
