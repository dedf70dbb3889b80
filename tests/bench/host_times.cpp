// Measures how long an inference takes on this machine. The generated portable C code is built by a
// C compiler and run many times in one thread.
//
//   host_times [--format=text|json] [--compiler=gcc] [--runs=31] MODEL.onnx...
//
// The times are wall-clock times. The median is the result; a minimum far below it means that the
// machine was busy. The input is a fixed pattern of numbers, since the time does not depend on it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"

namespace fs = std::filesystem;
using namespace spindle;
using Json = nlohmann::ordered_json;

namespace {

// A C program that measures models with one input and one output, each of floats or bytes.
constexpr const char* kHarness = R"(#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

MODEL_ARENA(arena);
static union { float real; unsigned char bytes[4]; } input[MODEL_INPUT_SIZE], output[MODEL_OUTPUT_SIZE * 2];

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  const int runs = argc > 1 ? atoi(argv[1]) : 31;
  double *times = malloc((size_t)runs * sizeof *times);
  if (!times || runs < 1) return 1;
  for (size_t i = 0; i < MODEL_INPUT_SIZE; ++i) input[i].real = (float)(i * 37 % 251) / 125.5f - 1.0f;
  for (int i = 0; i < runs; ++i) {
    const double begin = now();
    model_run(arena, (void *)input, (void *)output);
    times[i] = now() - begin;
  }
  qsort(times, (size_t)runs, sizeof *times, compare);
  printf("%.3f %.3f\n", times[0], times[runs / 2]);
  free(times);
  return 0;
}
)";

Json failed(const std::string& model, const ProcessResult& result) {
  return {{"model", model}, {"error", result.output}};
}

Json measure(const std::string& model, const std::string& compiler, int runs) {
  const TemporaryDirectory folder;
  const fs::path code = folder.path() / "code";
  ProcessResult result = run_process(
      {{SPINDLE_TOOL, "compile", model, "--target=host", "--name=model", "-o", code.string()}});
  if (!result.ok()) return failed(model, result);
  std::ofstream(folder.path() / "main.c") << kHarness;
  const fs::path program = folder.path() / "program";
  std::vector<std::string> build{compiler,
                                 "-std=c11",
                                 "-O3",
                                 "-march=native",
                                 "-ffp-contract=off",
                                 "-I" + code.string(),
                                 "-o",
                                 program.string(),
                                 (folder.path() / "main.c").string()};
  for (const auto& entry : fs::directory_iterator(code)) {
    if (entry.path().extension() == ".c") build.push_back(entry.path().string());
  }
  build.emplace_back("-lm");
  if (result = run_process({build}); !result.ok()) return failed(model, result);
  result = run_process({{program.string(), std::to_string(runs)}});
  double least = 0;
  double median = 0;
  if (!result.ok() || std::sscanf(result.output.c_str(), "%lf %lf", &least, &median) != 2) {
    return failed(model, result);
  }
  return {{"model", model},
          {"compiler", compiler},
          {"runs", runs},
          {"median_ms", median},
          {"least_ms", least}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Times of inference on this machine");
  std::vector<std::string> models;
  std::string compiler = "gcc";
  std::string format = "text";
  int runs = 31;
  app.add_option("model", models, "ONNX files")->required();
  app.add_option("--compiler", compiler);
  app.add_option("--format", format)->check(CLI::IsMember({"text", "json"}));
  app.add_option("--runs", runs)->check(CLI::Range(1, 100000));
  CLI11_PARSE(app, argc, argv);
  bool good = true;
  Json rows = Json::array();
  for (const std::string& model : models) {
    rows.push_back(measure(model, compiler, runs));
    const Json& row = rows.back();
    good = good && !row.contains("error");
    if (format == "json") continue;
    const std::string name = fs::path(model).stem().string();
    if (row.contains("error")) {
      std::cout << fmt::format("{}: {}\n", name, row["error"].get<std::string>());
    } else {
      std::cout << fmt::format("{:<50} median {:7.2f} ms, least {:7.2f} ms of {} runs\n", name,
                               row["median_ms"].get<double>(), row["least_ms"].get<double>(), runs);
    }
  }
  if (format == "json") std::cout << rows.dump(2) << '\n';
  return good ? 0 : 1;
}
