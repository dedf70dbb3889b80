// Tests `--print-after=times`: the table lists every pass and stage, and its numbers fit together.
#include "compiler/support/stage_times.h"

#include <sstream>
#include <string>
#include <vector>

#include "compiler/passes/pipeline.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct PassLine {
  std::string pass;
  double milliseconds = 0;
  std::size_t nodes = 0, removed = 0, added = 0;
};

struct StageLine {
  std::string stage;  // without the indentation
  double milliseconds = 0;
  int calls = 0;
};

struct Table {
  std::vector<PassLine> passes;
  std::vector<StageLine> stages;
};

// What the tool prints on stderr, with its results on stdout before or behind it.
Table read_table(const std::string& output) {
  Table table;
  std::istringstream text(output);
  std::string line;
  while (std::getline(text, line) && !line.starts_with("pass ")) {
  }
  while (std::getline(text, line) && !line.empty()) {
    PassLine& pass = table.passes.emplace_back();
    REQUIRE(std::istringstream(line) >> pass.pass >> pass.milliseconds >> pass.nodes >>
            pass.removed >> pass.added);
  }
  REQUIRE(std::getline(text, line));
  REQUIRE(line.starts_with("stage "));
  while (std::getline(text, line) && !line.empty()) {
    StageLine& stage = table.stages.emplace_back();
    const std::size_t begin = line.find_first_not_of(' ');
    const std::size_t end = line.find("  ", begin);
    stage.stage = line.substr(begin, end - begin);
    REQUIRE(std::istringstream(line.substr(end)) >> stage.milliseconds >> stage.calls);
  }
  return table;
}

Table compiled(const std::vector<std::string>& options) {
  const TemporaryDirectory folder;
  std::vector<std::string> arguments{"compile", digits_model("int8"), "-o",
                                     (folder.path() / "out").string(), "--print-after=times"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const ProcessResult result = run_tool(arguments);
  INFO(result.output);
  REQUIRE(result.ok());
  return read_table(result.output);
}

}  // namespace

TEST_CASE("the table lists all passes and all stages in their order") {
  const Table table = compiled({});
  std::vector<std::string> passes;
  for (const PassLine& line : table.passes) passes.push_back(line.pass);
  const std::vector<std::string_view> sequence = pass_sequence();
  CHECK(passes == std::vector<std::string>(sequence.begin(), sequence.end()));
  std::vector<std::string> names;
  for (const StageLine& line : table.stages) names.push_back(line.stage);
  std::vector<std::string> all;
  for (const StageInfo& info : stages()) all.emplace_back(info.name);
  CHECK(names == all);
}

TEST_CASE("every stage is measured that a compilation has") {
  const Table checked = compiled({});
  const Table unchecked = compiled({"--no-check"});
  REQUIRE(checked.stages.size() == stages().size());
  REQUIRE(unchecked.stages.size() == stages().size());
  for (std::size_t i = 0; i < stages().size(); ++i) {
    INFO(stages()[i].name);
    // The program is checked by the self-check or else by the checker alone.
    CHECK((checked.stages[i].calls > 0) == (stages()[i].stage != Stage::kProgramChecker));
    CHECK((unchecked.stages[i].calls > 0) == (stages()[i].stage != Stage::kSelfCheck));
  }
}

TEST_CASE("the numbers of nodes follow from each other") {
  const Table table = compiled({});
  std::size_t changes = 0;
  for (std::size_t i = 1; i < table.passes.size(); ++i) {
    const PassLine& line = table.passes[i];
    INFO(line.pass);
    CHECK(line.nodes + line.removed == table.passes[i - 1].nodes + line.added);
    changes += line.removed + line.added;
  }
  CHECK(changes > 0);
}

TEST_CASE("nothing is recorded without a record") {
  REQUIRE(recorded_times() == nullptr);
  {
    const TimedStage stage(Stage::kEmit);
  }
  StageTimes times;
  CHECK(recorded_times() == &times);
  const std::string before = times.text();
  {
    const TimedStage stage(Stage::kEmit);
  }
  CHECK(before.find("emit                            0.00        0\n") != std::string::npos);
  CHECK(times.text().find("        1\n") != std::string::npos);
}
