// Checks that kernels need the scratch that the table of kernels says: they write its last byte and
// nothing outside of it. tests/support/scratch_cases.c calls them, on the host where they are plain
// C, and under QEMU.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "runtime/spindle.h"
#include "tests/catch.h"
#include "tests/support/run_c.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A call of a kernel. Pointwise kernels have windows of 1 x 1 and compute `columns` pixels.
struct Shape {
  std::int64_t in_channels = 8, out_channels = 8, side = 3, stride = 1, pad = 1, columns = 1;
  bool weight_zeros = false;
  std::int64_t chunk = 0;  // how many columns to compute together, where a call says so
};

Field int_field(const char* name, std::int64_t value) {
  Field field;
  field.name = name;
  field.value = value;
  return field;
}

// The fields of the kernel's parameter struct that say what scratch it needs.
KernelCall call_of(const KernelInfo& info, const Shape& shape) {
  Field zero;
  zero.name = "weight_zero";
  zero.kind = Field::Kind::kPointer;
  if (shape.weight_zeros) zero.constant = ConstantId(0);
  return kernel(info.symbol,
                {int_field("in_channels", shape.in_channels), int_field("kernel_h", shape.side),
                 int_field("kernel_w", shape.side), int_field("stride", shape.stride), zero},
                {});
}

std::vector<Shape> shapes_of(const KernelInfo& info) {
  const std::string symbol(info.symbol);
  const bool depthwise = symbol.find("_dw") != std::string::npos;
  const bool pointwise = symbol.find("_pw_") != std::string::npos;
  std::vector<Shape> shapes;
  for (const std::int64_t columns : {1, 2, 3, 4, 5, 7, 8, 9, 11, 17}) {
    for (const std::int64_t channels :
         depthwise ? std::vector{16, 24, 33} : std::vector{3, 8, 20}) {
      for (const std::int64_t stride : {1, 2}) {
        Shape shape;
        shape.in_channels = channels;
        shape.out_channels = depthwise ? channels : 9;
        shape.side = symbol.find("5x5") != std::string::npos ? 5 : pointwise ? 1 : 3;
        shape.stride = pointwise ? 1 : stride;
        shape.pad = pointwise ? 0 : shape.side / 2;
        shape.columns = columns;
        const bool large = shape.in_channels * shape.side * shape.side > SPINDLE_STEM_S8_DSP_TAPS;
        if (large && !depthwise && !pointwise) continue;
        shapes.push_back(shape);
        if (info.scratch(call_of(info, shape)).wide_columns == 0) continue;
        shapes.back().chunk = 3;
        shape.chunk = SPINDLE_GEMM_S8_DSP_PIXELS;
        shape.weight_zeros = true;
        shapes.push_back(shape);
      }
    }
  }
  return shapes;
}

std::int64_t bytes_of(const KernelInfo& info, const Shape& shape) {
  const ScratchNeed scratch = info.scratch(call_of(info, shape));
  return scratch.of(std::min(shape.columns, shape.chunk > 0 ? shape.chunk : scratch.columns));
}

std::vector<const KernelInfo*> kernels_with_scratch(const std::set<Isa>& isas) {
  std::vector<const KernelInfo*> found;
  for (const KernelInfo& info : kernels()) {
    if (info.scratch != nullptr && isas.count(info.isa) > 0) found.push_back(&info);
  }
  return found;
}

// Calls all kernels of these instruction sets with scratch, with `offset` bytes more than they
// need. Returns what is wrong, or an empty text.
std::string check(const std::string& target, const std::set<Isa>& isas, const std::string& level,
                  std::int64_t offset = 0) {
  const Emulator emulator = *find_emulator(target);
  if (!available(emulator)) return {};
  const TemporaryDirectory folder;
  std::set<std::string> files{SPINDLE_SOURCE_DIR "/tests/support/scratch_cases.c"};
  std::string header = "static const shape kShapes[] = {\n";
  struct Case {
    std::string what;
    std::int64_t bytes;
  };
  std::vector<Case> cases;
  for (const KernelInfo* info : kernels_with_scratch(isas)) {
    for (const std::string& source : kernel(info->symbol, {}, {}).sources) {
      files.insert(SPINDLE_RUNTIME_FLAT "/" + source);
    }
    for (const Shape& s : shapes_of(*info)) {
      const std::int64_t bytes = bytes_of(*info, s) + offset;
      const std::string values =
          fmt::format("{}, {}, {}, {}, {}, {}, {}, {}", s.in_channels, s.out_channels, s.side,
                      s.stride, s.pad, s.columns, s.chunk, s.weight_zeros ? 1 : 0);
      header += fmt::format("  {{case_{}, {}, {}}},\n", info->symbol, values, bytes);
      cases.push_back({fmt::format("{} {}", info->symbol, values), bytes});
    }
  }
  std::ofstream(folder.path() / "shapes.h") << header << "};\n";
  std::vector<std::string> flags{level, "-std=c99", "-I", folder.path().string()};
  for (const Isa isa : isas) {
    std::string name(name_of(isa));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c - 'a' + 'A'; });
    flags.push_back("-DCASES_" + name);
  }
  const ProcessResult result = run_c(emulator, {files.begin(), files.end()}, flags);
  INFO(result.output);
  REQUIRE(result.ok());
  std::string_view output = result.output;
  std::string wrong;
  for (const auto& [what, bytes] : cases) {
    constexpr std::string_view kBegin = "written, outside: ";
    const std::size_t at = output.find(kBegin);
    REQUIRE(at != std::string_view::npos);
    output.remove_prefix(at + kBegin.size());
    std::int64_t written = -1, outside = -1;
    std::istringstream(std::string(output.substr(0, output.find('\n')))) >> written >> outside;
    if (written == bytes && outside == 0) continue;
    wrong += fmt::format("{}: {} of {} bytes written{}\n", what, written, bytes,
                         outside != 0 ? ", and others" : "");
  }
  return wrong;
}

}  // namespace

TEST_CASE("kernels write the scratch that the table says, and no more") {
  CHECK(check("host", {Isa::kDsp}, "-O1") == "");
  CHECK(check("cortex-m7", {Isa::kDsp, Isa::kVfp}, "-O2") == "");
  CHECK(check("cortex-m4", {Isa::kDsp, Isa::kVfp}, "-O2") == "");
  CHECK(check("cortex-m55", {Isa::kMve}, "-O2") == "");
}

TEST_CASE("too much and too little scratch is noticed") {
  const std::set<Isa> dsp{Isa::kDsp};
  std::size_t count = 0;
  for (const KernelInfo* info : kernels_with_scratch(dsp)) count += shapes_of(*info).size();
  for (const std::int64_t offset : {-1, 1}) {
    const std::string wrong = check("host", dsp, "-O1", offset);
    CHECK(static_cast<std::size_t>(std::count(wrong.begin(), wrong.end(), '\n')) == count);
    CHECK((wrong.find("others") != std::string::npos) == (offset < 0));
  }
}

TEST_CASE("all kernels with scratch are of instruction sets that are tested") {
  CHECK(kernels_with_scratch({Isa::kDsp, Isa::kVfp, Isa::kMve}).size() ==
        static_cast<std::size_t>(
            std::count_if(kernels().begin(), kernels().end(),
                          [](const KernelInfo& info) { return info.scratch != nullptr; })));
}
