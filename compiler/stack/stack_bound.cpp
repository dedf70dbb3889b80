#include "compiler/stack/stack_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compiler/support/includes.h"
#include "compiler/support/read_file.h"

namespace spindle {
namespace {

constexpr std::string_view kIndirect = "__indirect_call";

// The quoted text behind `key` in the line; empty if there is none. GCC does not escape quotes and
// backslashes, but names in C do not contain them.
std::string_view quoted(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = line.find('"', at + key.size());
  if (begin == std::string_view::npos) return {};
  const std::size_t end = line.find('"', begin + 1);
  return end == std::string_view::npos ? std::string_view{}
                                       : line.substr(begin + 1, end - begin - 1);
}

// Reads the frame's size from a label like "name\nfile:1:2\n96 bytes (static)\n...", where \n is a
// backslash and an n.
void read_frame(std::string_view label, CallGraph::Function& function) {
  const std::size_t end = label.find(" bytes (");
  if (end == std::string_view::npos) return;
  const std::size_t before = label.rfind("\\n", end);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 2;
  std::int64_t bytes = 0;
  std::from_chars(label.data() + begin, label.data() + end, bytes);
  function.frame = bytes;
  const std::string_view kind = label.substr(end + 8, label.find(')', end) - end - 8);
  function.bounded = kind == "static" || kind == "dynamic,bounded";
}

std::int64_t number_at(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Bytes of a list of registers like "r4-r7, lr" or "d8-d15".
std::int64_t register_bytes(std::string_view list) {
  std::int64_t bytes = 0;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.empty()) continue;
    const std::size_t dash = one.find('-');
    const std::int64_t count = dash == std::string_view::npos
                                   ? 1
                                   : number_at(one.substr(one.find_first_of("0123456789", dash))) -
                                         number_at(one.substr(1)) + 1;
    bytes += count * (one[0] == 'd' ? 8 : one[0] == 'q' ? 16 : 4);
  }
  return bytes;
}

// Bytes that one line of assembly takes from the stack: "push {r4-r7}", "sub sp, sp, #56", "stp x0,
// x1, [sp, #-16]!".
std::int64_t taken_by(std::string_view line) {
  for (const std::string_view store : {"push", "stmdb", "stmfd", "vstmdb"}) {
    const std::size_t open = line.find('{', std::min(line.find(store), line.size()));
    const bool stack = store == "push" || line.find("sp!") != std::string_view::npos;
    if (open == std::string_view::npos || !stack) continue;
    return register_bytes(line.substr(open + 1, line.find('}', open) - open - 1));
  }
  if (const std::size_t before = line.find("[sp, #-"); before != std::string_view::npos) {
    return line.find("]!", before) == std::string_view::npos ? 0
                                                             : number_at(line.substr(before + 7));
  }
  const std::size_t sub = line.find("sub");
  if (sub == std::string_view::npos) return 0;
  std::string_view operands = line.substr(sub + 3);  // behind ".w" or "w", and space or "\t"
  while (operands.starts_with('.') || operands.starts_with('w')) operands.remove_prefix(1);
  while (operands.starts_with(' ') || operands.starts_with("\\t")) {
    operands.remove_prefix(operands.starts_with(' ') ? 1 : 2);
  }
  const std::size_t hash = operands.find('#');
  if (!operands.starts_with("sp,") || hash == std::string_view::npos) return 0;
  return number_at(operands.substr(hash + 1));
}

class Walk {
 public:
  explicit Walk(const CallGraph& graph) : graph_(graph) {}

  StackBound run(std::span<const std::string> entries) {
    for (const std::string& entry : entries) {
      const auto found = graph_.functions.find(entry);
      if (found == graph_.functions.end() || !found->second.frame) {
        fail(fmt::format("'{}' is not in the call graph", entry));
        break;
      }
      const Depth depth = depth_of(entry);
      result_.bytes = std::max(result_.bytes, depth.bytes);
      result_.allowed_bytes = std::max(result_.allowed_bytes, depth.allowed);
    }
    result_.external.assign(external_.begin(), external_.end());
    return std::move(result_);
  }

 private:
  struct Depth {
    std::int64_t bytes = 0;
    std::int64_t allowed = 0;
  };

  void fail(std::string reason) {
    if (result_.reason.empty()) result_.reason = std::move(reason);
  }

  Depth depth_of(const std::string& name) {
    const auto known = depths_.find(name);
    if (known != depths_.end()) return known->second;
    if (name == kIndirect) {
      fail("there is a call through a pointer");
      return {};
    }
    const auto found = graph_.functions.find(name);
    if (found == graph_.functions.end() || !found->second.frame) {
      external_.insert(name);
      return {0, kExternalStackBytes};
    }
    const CallGraph::Function& function = found->second;
    if (!open_.insert(name).second) {
      fail(fmt::format("'{}' calls itself", name));
      return {};
    }
    if (!function.bounded) fail(fmt::format("the frame of '{}' grows at run time", name));
    Depth deepest;
    for (const std::string& callee : function.calls) {
      const Depth depth = depth_of(callee);
      deepest.bytes = std::max(deepest.bytes, depth.bytes);
      deepest.allowed = std::max(deepest.allowed, depth.allowed);
    }
    open_.erase(name);
    return depths_[name] = {deepest.bytes + *function.frame, deepest.allowed + *function.frame};
  }

  const CallGraph& graph_;
  std::map<std::string, Depth> depths_;
  std::set<std::string> open_;  // functions on the current path from the entry
  std::set<std::string> external_;
  StackBound result_;
};

}  // namespace

void CallGraph::add(std::string_view text, std::string_view unit, std::int64_t assembly_bytes) {
  const std::string assembly = fmt::format("assembly in {}", unit);
  if (assembly_bytes > 0) functions[assembly].frame = assembly_bytes;
  const auto name = [&](std::string_view title) {
    const bool local = title.find(':') != std::string_view::npos;  // "file.c:function"
    return local ? fmt::format("{} in {}", title.substr(title.rfind(':') + 1), unit)
                 : std::string(title);
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("node:")) {
      Function& function = functions[name(quoted(line, "title:"))];
      const bool known = function.frame.has_value();
      read_frame(quoted(line, "label:"), function);
      if (!known && function.frame && assembly_bytes > 0) function.calls.insert(assembly);
    } else if (line.starts_with("edge:")) {
      functions[name(quoted(line, "sourcename:"))].calls.insert(name(quoted(line, "targetname:")));
    }
  }
}

std::int64_t assembly_stack_bytes(std::string_view source) {
  std::int64_t bytes = 0;
  while (!source.empty()) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    const std::string_view line = source.substr(0, end);
    source.remove_prefix(std::min(end + 1, source.size()));
    if (line.find('"') != std::string_view::npos) bytes += taken_by(line);
  }
  return bytes;
}

std::int64_t assembly_stack_bytes(const std::filesystem::path& file,
                                  std::set<std::filesystem::path>& seen) {
  const bool is_c = file.extension() == ".c" || file.extension() == ".h";
  if (!is_c || !seen.insert(file).second) return 0;
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;
  // If the file is not there, it is a header of the C library; that is no error.
  std::string missing;
  const std::string text = read_file(file, kMostBytes, missing).value_or("");
  std::int64_t sum = assembly_stack_bytes(text);
  for (const std::string& header : quoted_includes(text)) {
    sum += assembly_stack_bytes(file.parent_path() / header, seen);
  }
  return sum;
}

StackBound stack_bound(const CallGraph& graph, std::span<const std::string> entries) {
  return Walk(graph).run(entries);
}

}  // namespace spindle
