// An upper bound for the stack of compiled code, from GCC's -fcallgraph-info=su.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// Functions by name. The name of a function with internal linkage includes its unit, so that equal
// names in two units stay apart.
struct CallGraph {
  struct Function {
    std::optional<std::int64_t> frame;  // bytes; empty if the function is defined elsewhere
    bool bounded = true;                // false: the frame grows at run time
    std::set<std::string> calls;
  };
  std::map<std::string, Function> functions;

  // Adds the contents of a .ci file. `unit` must differ from file to file. GCC does not know what
  // assembly in C takes: each function of the unit is assumed to take `assembly_bytes` more, while
  // it calls nothing.
  void add(std::string_view text, std::string_view unit, std::int64_t assembly_bytes = 0);
};

// Upper bound for the stack that assembly in a C source takes: the sum of everything it pushes or
// subtracts from sp as a number, as if nothing were released in between.
[[nodiscard]] std::int64_t assembly_stack_bytes(std::string_view source);
// The same for a C file and the files it includes from its own folder, except those in `seen`, to
// which all files are added. 0 for files other than .c and .h.
[[nodiscard]] std::int64_t assembly_stack_bytes(const std::filesystem::path& file,
                                                std::set<std::filesystem::path>& seen);

// Assumed stack of a function that is not in the graph: the compiler's library (soft floating
// point), memcpy and memset, mathematical functions.
constexpr std::int64_t kExternalStackBytes = 512;

struct StackBound {
  std::int64_t bytes = 0;             // of the deepest chain of calls; external functions count 0
  std::int64_t allowed_bytes = 0;     // the same; an external function counts kExternalStackBytes
  std::vector<std::string> external;  // the external functions that are called, sorted
  std::string reason;                 // why there is no bound; empty if there is one
};

// The bound for calls of `entries`, one after the other. There is no bound if an entry is not in
// the graph, or if a function that is reached calls itself (also through others), calls through a
// pointer or has a frame of variable size.
[[nodiscard]] StackBound stack_bound(const CallGraph& graph, std::span<const std::string> entries);

}  // namespace spindle
