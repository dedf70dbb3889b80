// Builds a model written by hand for real targets and runs it under QEMU. Tests emulate/emulate.h
// together with the firmware, the QEMU plugin and the handling of subprocesses that it uses.
//
// More than 400 lines: all cases run variants of one model written by hand.

#include "compiler/emulate/emulate.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "tests/catch.h"

namespace {

using namespace spindle;

const std::string kName = "m";

constexpr const char* kHeader = R"(
#ifndef M_H
#define M_H
#include <stdint.h>
#define M_ARENA_BYTES 300u
#define M_ARENA_ALIGN 16u
#ifdef __cplusplus
extern "C" {
#endif
void m_run(void *arena, const int8_t input[16], const float scale[4], int8_t output[16],
           float scaled[4]);
#ifdef __cplusplus
}
#endif
#endif
)";

// The model. It writes both paint values to arena bytes 16 to 115, executes a known number of
// instructions in two steps, doubles the int8 input and multiplies the float input by 2.5.
// EmulationJob::compile_flags may define LOOPS, MISBEHAVE and so on.
constexpr const char* kSource = R"(
#include "m.h"
#ifndef SPINDLE_TRACE
#define SPINDLE_TRACE(step) ((void)0)
#endif
#ifndef LOOPS
#define LOOPS 1000
#endif
#ifndef MISBEHAVE
#define MISBEHAVE
#endif

static void loop(int n) { /* 2 * n instructions and a constant */
#if defined(__arm__)
  __asm volatile(".syntax unified\n1: subs %0, #1\n bne 1b" : "+l"(n) : : "cc");
#elif defined(__aarch64__)
  __asm volatile("1: subs %w0, %w0, #1\n b.ne 1b" : "+r"(n) : : "cc");
#else
  (void)n;
#endif
}

static const int8_t weights[1000] = {2};

void m_run(void *arena, const int8_t input[16], const float scale[4], int8_t output[16],
           float scaled[4]) {
  unsigned char *bytes = arena;
  volatile const int8_t *w = weights;
  SPINDLE_TRACE(1);
  loop(LOOPS);
  SPINDLE_TRACE(2);
  loop(2 * LOOPS);
  for (int i = 0; i < 100; i++) bytes[16 + i] = i % 2 ? 0xA5 : 0x5A;
  for (int i = 0; i < 16; i++) output[i] = (int8_t)(input[i] * w[0]);
  for (int i = 0; i < 4; i++) scaled[i] = scale[i] * 2.5f;
  SPINDLE_TRACE(0);
  MISBEHAVE;
}
)";

TensorBytes int8_input(int seed) {
  TensorBytes bytes;
  for (int i = 0; i < 16; i++) bytes.push_back(static_cast<std::byte>(3 * i - 20 + seed));
  return bytes;
}

TensorBytes float_input(float seed) {
  const float values[4] = {seed, -seed, 0.5f, 1e6f};
  TensorBytes bytes(sizeof values);
  std::memcpy(bytes.data(), values, sizeof values);
  return bytes;
}

class Model {
 public:
  Model() {
    std::ofstream(folder_.path() / "m.h") << kHeader;
    std::ofstream(folder_.path() / "m.c") << kSource;
  }

  EmulationJob job(const std::string& target, std::vector<std::string> flags = {}) const {
    EmulationJob job;
    job.generated = folder_.path();
    job.model_name = kName;
    job.sources = {"m.c"};
    job.inputs = {{"int8_t", 16}, {"float", 16}};
    job.outputs = job.inputs;
    job.target = target;
    job.runs = {{int8_input(0), float_input(3.0f)}, {int8_input(5), float_input(7.0f)}};
    job.compile_flags = std::move(flags);
    job.timeout = std::chrono::seconds(60);
    return job;
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryDirectory folder_;
};

bool installed(const std::string& target) {
  const std::optional<Emulator> emulator = find_emulator(target);
  REQUIRE(emulator);
  if (find_program(emulator->compiler) &&
      (emulator->emulator.empty() || find_program(emulator->emulator))) {
    return true;
  }
  WARN("SKIPPED: no compiler or emulator for " << target);
  return false;
}

// Whether instructions of the target can be counted. The user-mode emulators of Debian 13 are built
// without plugins.
bool counts(const std::string& target) {
  const Emulator emulator = *find_emulator(target);
  if (emulator.kind == Emulator::Kind::kNative) return false;
  const std::string help = run_process({.command = {emulator.emulator, "-h"}}).output;
  if (help.find("-plugin") != std::string::npos) return true;
  WARN("SKIPPED: " << emulator.emulator << " takes no plugins, so " << target << " is not counted");
  return false;
}

EmulationResult succeed(const EmulationJob& job) {
  EmulationOutcome outcome = emulate(job);
  if (const auto* error = std::get_if<EmulationError>(&outcome)) {
    std::string text = error->message;
    for (const std::string& note : error->notes) text += "\n  " + note;
    FAIL(text);
  }
  return std::get<EmulationResult>(std::move(outcome));
}

EmulationError fail(const EmulationJob& job) {
  EmulationOutcome outcome = emulate(job);
  REQUIRE(std::holds_alternative<EmulationError>(outcome));
  return std::get<EmulationError>(std::move(outcome));
}

std::string all_text(const EmulationError& error) {
  return std::accumulate(error.notes.begin(), error.notes.end(), error.message,
                         [](const std::string& a, const std::string& b) { return a + "\n" + b; });
}

void check_says(const EmulationError& error, const std::string& text) {
  INFO("message: " << all_text(error) << "\nexpected: " << text);
  CHECK(all_text(error).find(text) != std::string::npos);
}

void check_outputs(const EmulationResult& result, const EmulationJob& job) {
  REQUIRE(result.outputs.size() == job.runs.size());
  for (std::size_t run = 0; run < job.runs.size(); run++) {
    REQUIRE(result.outputs[run].size() == 2);
    TensorBytes doubled;
    for (const std::byte b : job.runs[run][0]) {
      doubled.push_back(static_cast<std::byte>(2 * std::to_integer<int>(b)));
    }
    CHECK(result.outputs[run][0] == doubled);
    float values[4];
    std::memcpy(values, job.runs[run][1].data(), sizeof values);
    for (float& value : values) value *= 2.5f;
    CHECK(std::memcmp(result.outputs[run][1].data(), values, sizeof values) == 0);
  }
}

void check_target(const std::string& target) {
  INFO(target);
  if (!installed(target)) return;
  const Model model;
  EmulationJob job = model.job(target, {"-DLOOPS=1000"});
  job.steps = 3;
  const EmulationResult result = succeed(job);
  check_outputs(result, job);
  CHECK(result.arena_touched_bytes == 100);
  CHECK(result.arena_extent_bytes == 116);
  CHECK(result.stack_bytes >= 0);
  CHECK(result.stack_bytes < 512);
  CHECK(result.text_bytes > 30);
  CHECK(result.text_bytes < 4000);
  CHECK(result.rodata_bytes >= 1000);
  CHECK(result.rodata_bytes < 1100);

  if (!counts(target)) {
    CHECK(result.instructions == 0);
    CHECK(result.step_instructions.empty());
    CHECK(result.why_not_counted.empty() == (target == "host"));
    return;
  }
  REQUIRE(result.step_instructions.size() == 3);
  CHECK(result.step_instructions[0] >= 2000);
  CHECK(result.step_instructions[0] < 2030);
  CHECK(result.step_instructions[1] >= 4000);
  CHECK(result.step_instructions[2] == 0);
  CHECK(result.instructions >= 6000);
  CHECK(result.instructions < result.step_instructions[0] + result.step_instructions[1] + 100);

  // A second run must give exactly the same counts. With longer loops, the counts must grow by
  // exactly the additional instructions.
  const EmulationResult again = succeed(job);
  CHECK(again.instructions == result.instructions);
  CHECK(again.step_instructions == result.step_instructions);
  job.compile_flags = {"-DLOOPS=3000"};
  const EmulationResult longer = succeed(job);
  CHECK(longer.instructions == result.instructions + 3 * 2 * 2000);
  CHECK(longer.step_instructions[0] == result.step_instructions[0] + 2 * 2000);
  CHECK(longer.step_instructions[1] == result.step_instructions[1] + 2 * 2 * 2000);
}

}  // namespace

TEST_CASE("a model runs and is measured on Cortex-M3 and M4", "[emulate]") {
  check_target("cortex-m3");
  check_target("cortex-m4");
}

TEST_CASE("a model runs and is measured on Cortex-M7", "[emulate]") {
  check_target("cortex-m7");
}

TEST_CASE("a model runs and is measured on Cortex-M33", "[emulate]") {
  check_target("cortex-m33");
}

TEST_CASE("a model runs and is measured on Cortex-M55", "[emulate]") {
  check_target("cortex-m55");
}

TEST_CASE("a model runs and is measured on Cortex-A9", "[emulate]") {
  check_target("cortex-a9");
}

TEST_CASE("a model runs and is measured on Cortex-A72", "[emulate]") {
  check_target("cortex-a72");
}

TEST_CASE("a model runs and is measured on the host", "[emulate]") {
  check_target("host");
}

TEST_CASE("every listed target builds and runs", "[emulate]") {
  const Model model;
  for (const Target& listed : targets()) {
    const std::string target(listed.name);
    INFO(target);
    if (!installed(target)) continue;
    EmulationJob job = model.job(target);
    const EmulationResult result = succeed(job);
    check_outputs(result, job);
    CHECK((result.instructions > 6000) == counts(target));
  }
}

TEST_CASE("large constants, inputs and arenas find room on every board", "[emulate]") {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "m.h") << R"(
#include <stdint.h>
#define M_ARENA_BYTES ARENA
void m_run(void *arena, const uint8_t input[1000000], uint8_t output[2]);
)";
  std::ofstream(folder.path() / "m.c") << R"(
#include "m.h"
static const unsigned char weights[WEIGHTS] = {1, [WEIGHTS - 1] = 7};
void m_run(void *arena, const uint8_t input[1000000], uint8_t output[2]) {
  volatile unsigned char *a = arena;
  a[M_ARENA_BYTES - 1] = input[999999];
  output[0] = a[M_ARENA_BYTES - 1];
  output[1] = ((volatile const unsigned char *)weights)[WEIGHTS - 1];
}
)";
  EmulationJob job;
  job.generated = folder.path();
  job.model_name = kName;
  job.sources = {"m.c"};
  job.inputs = {{"uint8_t", 1000000}};
  job.outputs = {{"uint8_t", 2}};
  job.runs = {{TensorBytes(1000000, std::byte{9})}};
  for (const char* target : {"cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"}) {
    if (!installed(target)) continue;
    job.target = target;
    // First weights as large as those of a full float MobileNetV2, then an arena that does not fit
    // into the memory that holds the stack.
    for (const auto& flags : {std::vector<std::string>{"-DWEIGHTS=14000000", "-DARENA=1000000"},
                              std::vector<std::string>{"-DWEIGHTS=8000000", "-DARENA=4000000"}}) {
      INFO(target << " " << flags[0] << " " << flags[1]);
      job.compile_flags = flags;
      const EmulationResult result = succeed(job);
      CHECK(result.outputs[0][0] == TensorBytes{std::byte{9}, std::byte{7}});
      CHECK(result.arena_touched_bytes == 1);
    }
  }
}

TEST_CASE("each target's vector instructions are accepted and run", "[emulate]") {
  struct Case {
    const char* target;
    const char* header;
    const char* sum;  // C code that adds the 16 products a[i] * b[i] to s
  };
  const Case cases[] = {
      {"cortex-m4", "arm_acle.h",
       "for (int i = 0; i < 16; i++) s = __smlabb((int)a[i], (int)b[i], s)"},
      {"cortex-m7", "arm_acle.h",
       "for (int i = 0; i < 16; i += 2)"
       " s = __smlad((int)__pkhbt(a[i], a[i + 1]), (int)__pkhbt(b[i], b[i + 1]), s)"},
      {"cortex-m33", "arm_acle.h",
       "for (int i = 0; i < 16; i += 2)"
       " s = __smlad((int)__pkhbt(a[i], a[i + 1]), (int)__pkhbt(b[i], b[i + 1]), s)"},
      {"cortex-m55", "arm_mve.h", "s = vmladavaq_s8(s, vldrbq_s8(a), vldrbq_s8(b))"},
      {"cortex-m85", "arm_mve.h", "s = vmladavaq_s8(s, vldrbq_s8(a), vldrbq_s8(b))"},
      {"cortex-a9", "arm_neon.h", "s = neon_sum(a, b)"},
      {"cortex-a72", "arm_neon.h", "s = neon_sum(a, b)"},
      {"cortex-a55", "arm_neon.h",
       "s = vaddvq_s32(vdotq_s32(vdupq_n_s32(0), vld1q_s8(a), vld1q_s8(b)))"},
      {"cortex-a76+i8mm", "arm_neon.h",
       "int32x4_t m = vmmlaq_s32(vdupq_n_s32(0), vld1q_s8(a), vld1q_s8(b));"
       " s = vgetq_lane_s32(m, 0) + vgetq_lane_s32(m, 3)"},
  };
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "m.h") << R"(
#include <stdint.h>
#define M_ARENA_BYTES 16
void m_run(void *arena, const int8_t a[16], const int8_t b[16], int32_t output[1]);
)";
  std::ofstream(folder.path() / "m.c") << R"(
#include "m.h"
#include HEADER
#define __pkhbt(low, high) ((uint32_t)(uint16_t)(low) | (uint32_t)(high) << 16)
#ifdef __ARM_NEON
static inline int neon_sum(const int8_t *a, const int8_t *b) {
  const int8x16_t x = vld1q_s8(a), y = vld1q_s8(b);
  int32x4_t s = vpaddlq_s16(vmull_s8(vget_low_s8(x), vget_low_s8(y)));
  s = vaddq_s32(s, vpaddlq_s16(vmull_s8(vget_high_s8(x), vget_high_s8(y))));
  return s[0] + s[1] + s[2] + s[3];
}
#endif
void m_run(void *arena, const int8_t a[16], const int8_t b[16], int32_t output[1]) {
  int32_t s = 0;
  (void)arena;
  SUM;
  output[0] = s;
}
)";
  EmulationJob job;
  job.generated = folder.path();
  job.model_name = kName;
  job.sources = {"m.c"};
  job.inputs = {{"int8_t", 16}, {"int8_t", 16}};
  job.outputs = {{"int32_t", 4}};
  job.runs = {{int8_input(0), int8_input(-3)}};
  std::int32_t expected = 0;
  for (int i = 0; i < 16; i++) expected += (3 * i - 20) * (3 * i - 23);
  for (const Case& c : cases) {
    INFO(c.target);
    if (!installed(c.target)) continue;
    job.target = c.target;
    job.compile_flags = {std::string("-DHEADER=<") + c.header + ">", std::string("-DSUM=") + c.sum};
    std::int32_t sum = 0;
    std::memcpy(&sum, succeed(job).outputs[0][0].data(), sizeof sum);
    CHECK(sum == expected);
  }
}

TEST_CASE("writes where none is allowed are found", "[emulate]") {
  const Model model;
  for (const std::string target : {"host", "cortex-m7"}) {
    INFO(target);
    if (!installed(target)) continue;
    const auto misbehave = [&](const std::string& code) {
      return fail(model.job(target, {"-DMISBEHAVE=" + code}));
    };
    check_says(misbehave("bytes[300]=1"), "wrote outside the arena: 0 bytes past its end");
    check_says(misbehave("bytes[-2]=1"), "wrote outside the arena: 2 bytes before its start");
    check_says(misbehave("output[19]=1"), "wrote outside output 0: 3 bytes past its end");
    check_says(misbehave("((int8_t*)input)[3]^=1"), "changed its input");
    check_says(misbehave("output[0]=(int8_t)bytes[200]"), "held before");
    CHECK(misbehave("bytes[300]=1").kind == EmulationError::Kind::run);
  }
}

TEST_CASE("stack use is measured", "[emulate]") {
  const Model model;
  const std::string frame = "volatile char deep[2000];deep[0]=1;deep[1999]=2";
  for (const std::string target : {"cortex-m7", "cortex-a72", "host"}) {
    INFO(target);
    if (!installed(target)) continue;
    const std::int64_t plain = succeed(model.job(target)).stack_bytes;
    const std::int64_t deep = succeed(model.job(target, {"-DMISBEHAVE=" + frame})).stack_bytes;
    CHECK(deep >= plain + 2000 - 16);
    CHECK(deep <= plain + 2000 + 64);
    check_says(fail(model.job(target, {"-DMISBEHAVE=volatile char big[200000];big[0]=1;"
                                       "for(int i=0;i<200000;i+=100)big[i]=1"})),
               "more stack");
  }
}

TEST_CASE("a crash is reported with its place", "[emulate]") {
  const Model model;
  for (const std::string target : {"cortex-m0plus", "cortex-m3", "cortex-m7", "cortex-m33",
                                   "cortex-m55", "cortex-a9", "cortex-a72", "host"}) {
    INFO(target);
    if (!installed(target)) continue;
    const EmulationError crash =
        fail(model.job(target, {"-DMISBEHAVE=*(volatile int*)0xFFFFFFF0u=1"}));
    CHECK(crash.kind == EmulationError::Kind::run);
    check_says(crash, "crashed");
    if (target.starts_with("cortex-m")) check_says(crash, "at m_run + ");
  }
}

TEST_CASE("unaligned accesses fault on the cores that lack them", "[emulate]") {
  const Model model;
  for (const std::string target : {"cortex-m0plus", "cortex-m23", "cortex-m3"}) {
    INFO(target);
    if (!installed(target)) continue;
    const EmulationJob job = model.job(target, {"-DMISBEHAVE=*(volatile int*)(bytes+1)=1"});
    if (target == "cortex-m3") {
      succeed(job);
    } else {
      check_says(fail(job), "crashed");
    }
  }
}

TEST_CASE("an endless loop is stopped", "[emulate]") {
  const Model model;
  for (const std::string target : {"cortex-m7", "cortex-a72", "host"}) {
    INFO(target);
    if (!installed(target)) continue;
    EmulationJob endless = model.job(target, {"-DMISBEHAVE=for(;;)bytes[16]=1"});
    endless.timeout = std::chrono::seconds(1);
    check_says(fail(endless), "did not finish");
  }
}

TEST_CASE("a job that cannot be run is refused with the reason", "[emulate]") {
  const Model model;
  EmulationJob job = model.job("host");
  job.runs[1].pop_back();
  check_says(fail(job), "run 1 has 1 inputs, the model has 2");
  job = model.job("host");
  job.runs[0][1].pop_back();
  check_says(fail(job), "input 1 of run 0 has 15 bytes, the model takes 16");
  job = model.job("host");
  job.runs.clear();
  check_says(fail(job), "no input");
  check_says(fail(model.job("cortex-z80")), "cortex-m55");
  job = model.job("host");
  job.sources.push_back("missing.c");
  check_says(fail(job), "missing.c");
  job = model.job("host", {"-DMISBEHAVE=does_not_exist=1"});
  CHECK(fail(job).kind == EmulationError::Kind::build);
  check_says(fail(job), "does_not_exist");
  job = model.job("host");
  job.outputs[0].c_type = "int8_t x; evil";
  check_says(fail(job), "cannot be passed");
}

TEST_CASE("a missing tool names its package", "[emulate]") {
  const Model model;
  const std::string path = std::getenv("PATH");
  setenv("PATH", model.path().c_str(), 1);
  const EmulationError no_compiler = fail(model.job("host"));
  const EmulationError no_emulator = fail(model.job("cortex-m7"));
  setenv("PATH", path.c_str(), 1);
  CHECK(no_compiler.kind == EmulationError::Kind::setup);
  check_says(no_compiler, "apt install gcc");
  check_says(no_emulator, "apt install qemu-system-arm");
}

TEST_CASE("nothing is left in the temporary folder", "[emulate]") {
  const Model model;
  const TemporaryDirectory temporary;
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before != nullptr ? before : "/tmp";
  setenv("TMPDIR", temporary.path().c_str(), 1);
  succeed(model.job("host"));
  fail(model.job("host", {"-DMISBEHAVE=bytes[300]=1"}));
  setenv("TMPDIR", saved.c_str(), 1);
  CHECK(std::filesystem::is_empty(temporary.path()));
}
