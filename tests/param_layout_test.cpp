// Tests the description of the kernels' parameter structs. The header cannot change without it,
// fields are matched to members by name, and C and this process see the same structs
// (emitter_programs_test compares LLVM too).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "compiler/lower/program/param_check.h"
#include "compiler/lower/program/param_layout.h"
#include "compiler/lower/select/selector.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/target.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

std::string header() {
  std::ifstream file(fs::path(SPINDLE_SOURCE_DIR) / "runtime" / "spindle.h");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Compiles the build's check of the parameter structs with `text` as spindle.h.
ProcessResult check_header(const std::string& text, std::vector<std::string> compiler = {"gcc"}) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "spindle.h") << text;
  std::ofstream(folder.path() / "check.c") << param_check_source();
  for (const char* flag : {"-std=c11", "-fsyntax-only", "check.c"}) compiler.emplace_back(flag);
  return run_process({.command = compiler, .directory = folder.path()});
}

// The header with the body of one struct changed.
template <typename Change>
std::string with_struct(const std::string& text, std::string_view name, const Change& change) {
  const std::size_t end = text.find("\n} " + std::string(name) + ";");
  REQUIRE(end != std::string::npos);
  const std::size_t begin = text.rfind("typedef struct {", end);
  return text.substr(0, begin) + change(text.substr(begin, end - begin)) + text.substr(end);
}

std::string replace_word(const std::string& text, std::string_view word, const std::string& by) {
  return std::regex_replace(text, std::regex("\\b" + std::string(word) + "\\b"), by);
}

// Swaps two members of the same type, which neither a compiler nor a size shows.
std::string swapped(const std::string& body, std::string_view a, std::string_view b) {
  const std::string once = replace_word(body, a, "@");
  return std::regex_replace(replace_word(once, b, std::string(a)), std::regex("@"), std::string(b));
}

bool same_type(const ParamMember& a, const ParamMember& b) {
  return a.type == b.type && a.element == b.element && a.of == b.of && a.count == b.count;
}

}  // namespace

TEST_CASE("the header is as described, on every kind of target") {
  for (const std::vector<std::string>& compiler : std::vector<std::vector<std::string>>{
           {"gcc"},
           {"clang-19"},
           {"arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m0plus"},
           {"arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m7", "-mfloat-abi=hard",
            "-mfpu=fpv5-sp-d16"},
           {"arm-linux-gnueabihf-gcc"},
           {"aarch64-linux-gnu-gcc"}}) {
    if (!available(compiler[0])) continue;
    const ProcessResult result = check_header(header(), compiler);
    INFO(compiler[0] << ": " << result.output);
    CHECK(result.ok());
  }
}

TEST_CASE("a header with two fields in each other's place fails the build's check") {
  if (!available("gcc")) return;
  int swaps = 0;
  for (const ParamStruct& type : param_structs()) {
    for (std::size_t i = 0; i + 1 < type.members.size(); ++i) {
      const ParamMember& a = type.members[i];
      const ParamMember& b = type.members[i + 1];
      if (!same_type(a, b)) continue;
      const ProcessResult result =
          check_header(with_struct(header(), type.name, [&](const std::string& body) {
            return swapped(body, a.name, b.name);
          }));
      INFO(type.name << ": " << a.name << ", " << b.name << ": " << result.output);
      CHECK_FALSE(result.ok());
      CHECK_THAT(result.output, contains_text("offset"));
      ++swaps;
      break;  // one swap per struct is enough
    }
  }
  CHECK(swaps > 40);
}

TEST_CASE("a header with one more field, or one of another type, fails the build's check") {
  if (!available("gcc")) return;
  for (const ParamStruct& type : param_structs()) {
    INFO(type.name);
    // On 64-bit hosts the member fits into the padding of some structs, so their size stays equal.
    CHECK_FALSE(check_header(with_struct(header(), type.name, [](const std::string& body) {
                  return body + "\n  int32_t one_more;";
                })).ok());
  }
  const auto clip = [](const char* from, const char* to) {
    return check_header(
        with_struct(header(), "spindle_clip_f32_params",
                    [&](const std::string& body) { return replace_word(body, from, to); }));
  };
  CHECK(clip("float", "float").ok());
  CHECK_FALSE(clip("float", "int32_t").ok());
  const auto table = [](const char* by) {
    return check_header(
        with_struct(header(), "spindle_lut_s8_params",
                    [&](const std::string& body) { return replace_word(body, "int8_t", by); }));
  };
  CHECK(table("int8_t").ok());
  CHECK_FALSE(table("uint8_t").ok());
}

namespace {

Field rows(std::string name, std::vector<std::int64_t> values) {
  Field field;
  field.name = std::move(name);
  field.kind = Field::Kind::kRows;
  field.ints = std::move(values);
  return field;
}

std::vector<ParamValue> resolve(const char* type, std::vector<Field> fields) {
  Program program;
  program.constants = {{"bytes", DType::kI8, std::vector<std::byte>(4), ""},
                       {"words", DType::kI32, std::vector<std::byte>(4), ""}};
  return param_values(program, {"block", type, std::move(fields)});
}

// The message of the InternalError that resolve() throws for the fields.
std::string refusal(const char* type, std::vector<Field> fields) {
  try {
    static_cast<void>(resolve(type, std::move(fields)));
  } catch (const InternalError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("fields find their members by name, in any order and nesting") {
  const std::vector<ParamValue> values =
      resolve("spindle_stack_rows_params", {int_field("first_row", 7), rows("in", {5, 4, 3})});
  REQUIRE(values.size() == 2);
  CHECK(values[0].member->name == "in");
  REQUIRE(values[0].members.size() == 3);
  CHECK(values[0].members[1].member->name == "ring");
  CHECK(values[0].members[1].ints[0] == 4);
  CHECK(values[0].members[2].ints[0] == 3);
  CHECK(values[1].ints[0] == 7);

  const std::vector<ParamValue> whole =
      resolve("spindle_stack_rows_params", {int_field("in.row_bytes", 3), int_field("in.rows", 5),
                                            int_field("ring", 4), int_field("first_row", 7)});
  CHECK(whole[0].members[0].ints[0] == 5);
  CHECK(whole[0].members[1].ints[0] == 4);
}

TEST_CASE("fields that do not fit their struct are internal errors") {
  const char* quantize = "spindle_quantize_params";
  CHECK(refusal(quantize, {int_field("zero", 1), float_field("scale", 1)}).empty());
  CHECK_THAT(refusal(quantize, {int_field("zero", 1)}), contains_text("scale of"));
  CHECK_THAT(refusal(quantize, {int_field("zero", 1)}), contains_text("is not given"));
  CHECK_THAT(
      refusal(quantize, {int_field("zero", 1), float_field("scale", 1), int_field("more", 1)}),
      contains_text("does not exist"));
  CHECK_THAT(
      refusal(quantize, {int_field("zero", 1), float_field("scale", 1), int_field("zero", 1)}),
      contains_text("given twice"));
  CHECK_THAT(refusal(quantize, {float_field("zero", 1), float_field("scale", 1)}),
             contains_text("another type"));
  CHECK_THAT(refusal(quantize, {int_field("zero", 1), int_field("scale", 1)}),
             contains_text("another type"));
  CHECK_THAT(refusal(quantize, {int_field("zero", INT64_C(1) << 31), float_field("scale", 1)}),
             contains_text("out of range"));
  CHECK_THAT(refusal("spindle_lut_s8_params", {pointer_field("table", ConstantId(1))}),
             contains_text("elements of another type"));
  CHECK_THAT(refusal("spindle_lut_s8_params", {pointer_field("table", ConstantId(2))}),
             contains_text("is no constant"));
  CHECK(refusal("spindle_lut_s8_params", {pointer_field("table", ConstantId(0))}).empty());
  CHECK(refusal("spindle_lut_s8_params", {pointer_field("table", {})}).empty());
  CHECK_THAT(refusal("spindle_stack_rows_params", {rows("in", {}), int_field("first_row", 1)}),
             contains_text("has no rows"));
  Field extent = int_field("extent", 0);
  extent.kind = Field::Kind::kInts;
  extent.ints = {1, 2, 3};
  CHECK_THAT(refusal("spindle_strided_copy_params", {extent}), contains_text("another length"));
  CHECK_THAT(refusal("spindle_unknown_params", {}), contains_text("no parameter struct"));
}

TEST_CASE("every target's kernels are given what their structs have") {
  int blocks = 0;
  for (const Target& target : targets()) {
    for (const DType type : {DType::kI8, DType::kU8, DType::kF32}) {
      const Compilation compiled =
          compile_graph(random_model(5, type, Branches::kMany), std::string(target.name).c_str());
      for (const ParamBlock& block : compiled.program.params) {
        CHECK_NOTHROW(param_values(compiled.program, block));
        ++blocks;
      }
    }
  }
  CHECK(blocks > 500);
}
