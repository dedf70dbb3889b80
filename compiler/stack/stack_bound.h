// The most stack that compiled code can take, from GCC's -fcallgraph-info=su.
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

// Functions by name. Those of internal linkage carry the unit they are in, so that two of one name
// are two.
struct CallGraph {
  struct Function {
    std::optional<std::int64_t> frame;  // bytes; nothing if it is defined elsewhere
    bool bounded = true;                // false: the frame grows at run time
    std::set<std::string> calls;
  };
  std::map<std::string, Function> functions;

  // Adds what a .ci file says; `unit` must differ from file to file. GCC does not look into
  // assembly within C: each function of the unit may take `assembly_bytes` more while it calls
  // nothing.
  void add(std::string_view text, std::string_view unit, std::int64_t assembly_bytes = 0);
};

// What the assembly in a C source may take from the stack: everything that it pushes or subtracts
// from sp by a number, as if nothing were given back in between.
[[nodiscard]] std::int64_t assembly_stack_bytes(std::string_view source);
// The same of a C file and what it includes from its own folder, but for what is in `seen`; files
// that are no C have none.
[[nodiscard]] std::int64_t assembly_stack_bytes(const std::filesystem::path& file,
                                                std::set<std::filesystem::path>& seen);

// Allowed for each call of a function that is not in the graph: the compiler's own library (soft
// floating point), memcpy and memset, the mathematical functions.
constexpr std::int64_t kExternalStackBytes = 512;

struct StackBound {
  std::int64_t bytes = 0;             // of the deepest chain of calls, those that leave as 0
  std::int64_t allowed_bytes = 0;     // the same with kExternalStackBytes for those
  std::vector<std::string> external;  // the functions that leave, sorted
  std::string reason;                 // why there is no bound; empty if there is one
};

// Of calls of `entries`, one after the other. No bound if a function is missing, calls itself
// (through others or not), calls through a pointer or has a frame of variable size.
[[nodiscard]] StackBound stack_bound(const CallGraph& graph, std::span<const std::string> entries);

}  // namespace spindle
