// Tests running other programs: their output, their exit code, and that a timeout ends them.
#include "compiler/support/subprocess.h"

#include "tests/catch.h"

using namespace spindle;

TEST_CASE("a subprocess is reaped, bounded and heard", "[subprocess]") {
  using End = ProcessResult::End;
  const ProcessResult echo =
      run_process({.command = {"sh", "-c", "echo out; echo err >&2; exit 7"}});
  CHECK(echo.end == End::exited);
  CHECK(echo.code == 7);
  CHECK(echo.output == "out\nerr\n");

  const auto start = std::chrono::steady_clock::now();
  const ProcessResult stubborn =
      run_process({.command = {"sh", "-c", "trap '' TERM; echo on; while :; do sleep 0.1; done"},
                   .timeout = std::chrono::milliseconds(300)});
  CHECK(stubborn.end == End::timed_out);
  CHECK(stubborn.output == "on\n");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));

  CHECK(run_process({.command = {"sh", "-c", "kill -SEGV $$"}}).end == End::signalled);
  CHECK(run_process({.command = {"/no/such/program"}}).end == End::not_started);
  CHECK(run_process({.command = {}}).end == End::not_started);
  const ProcessResult much =
      run_process({.command = {"sh", "-c", "yes x | head -c 3000000; echo; echo last"}});
  CHECK(much.ok());
  CHECK(much.output.size() <= 256 * 1024);
  CHECK(much.output.ends_with("last\n"));
}

TEST_CASE("a subprocess gets a place of its own for temporary files", "[subprocess]") {
  setenv("TMPDIR", "/somewhere", 1);
  const std::vector<std::string> command{"sh", "-c", "env | grep ^TMPDIR="};
  CHECK(run_process({.command = command, .temporary = "/else"}).output == "TMPDIR=/else\n");
  CHECK(run_process({.command = command}).output == "TMPDIR=/somewhere\n");
  unsetenv("TMPDIR");
  CHECK(run_process({.command = command, .temporary = "/else"}).output == "TMPDIR=/else\n");
}
