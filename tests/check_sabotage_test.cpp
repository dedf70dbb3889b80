// Puts faults into correct Programs, as bugs in lowering, packing or planning could make them. Each
// must be caught by the Program checker or by the self-check.
//
// More than 400 lines: one table of faults, each with the code that puts it in.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/check/program_checker.h"
#include "compiler/check/self_check.h"
#include "compiler/ir/diagnostics.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Calls `visit` for each call of the program, until it returns true.
bool any_call(Program& program, const std::function<bool(Call&)>& visit) {
  const auto simple = [&](auto& stmt) {
    auto* call = std::get_if<Call>(&stmt);
    return call != nullptr && visit(*call);
  };
  for (Function& function : program.functions) {
    for (Stmt& stmt : function.body) {
      if (simple(stmt)) return true;
      auto* tiles = std::get_if<Tiles>(&stmt);
      if (tiles == nullptr) continue;
      for (auto& inner : tiles->body) {
        if (simple(inner)) return true;
        auto* rows = std::get_if<MemberRows>(&inner);
        if (rows != nullptr && std::any_of(rows->body.begin(), rows->body.end(), simple)) {
          return true;
        }
      }
    }
  }
  return false;
}

template <typename Statement>
bool any_statement(Program& program, const std::function<bool(Function&, Statement&)>& visit) {
  for (Function& function : program.functions) {
    for (Stmt& stmt : function.body) {
      auto* wanted = std::get_if<Statement>(&stmt);
      if (wanted != nullptr && visit(function, *wanted)) return true;
    }
  }
  return false;
}

bool any_member_rows(Program& program, const std::function<void(MemberRows&)>& change) {
  return any_statement<Tiles>(program, [&](Function&, Tiles& tiles) {
    for (auto& inner : tiles.body) {
      if (auto* rows = std::get_if<MemberRows>(&inner)) {
        change(*rows);
        return true;
      }
    }
    return false;
  });
}

Field* field_of(ParamBlock& block, const std::string& name) {
  for (Field& field : block.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// Whether the layer's output range is a single value, which random scales may cause. Wrong
// parameters of such a layer change nothing, so no check could find them.
bool makes_one_value(ParamBlock& block) {
  const Field* lo = field_of(block, "lo");
  const Field* hi = field_of(block, "hi");
  return lo != nullptr && hi != nullptr && lo->kind == Field::Kind::kInt && lo->value == hi->value;
}

bool any_field(Program& program, const std::string& name,
               const std::function<bool(ParamBlock&, Field&)>& change) {
  return std::any_of(program.params.begin(), program.params.end(), [&](ParamBlock& block) {
    Field* field = field_of(block, name);
    return field != nullptr && !makes_one_value(block) && change(block, *field);
  });
}

// Calls `change` on argument number `which` of each call, counting only addresses in the arena,
// until it returns true. `change` returns false if it changed nothing.
bool any_arena_argument(Program& program, std::size_t which,
                        const std::function<bool(Address&)>& change) {
  return any_call(program, [&](Call& call) {
    std::size_t found = 0;
    for (ProgramArg& arg : call.args) {
      auto* address = std::get_if<Address>(&arg);
      if (address == nullptr || !std::holds_alternative<ArenaId>(address->base)) continue;
      if (found++ == which && change(*address)) return true;
    }
    return false;
  });
}

std::vector<std::byte>* pointed_to(Program& program, const Field& field) {
  if (field.kind != Field::Kind::kPointer || !field.constant) return nullptr;
  return &program.constants[field.constant].bytes;
}

bool change_constant(Program& program, const std::string& field,
                     const std::function<bool(std::vector<std::byte>&)>& change) {
  return any_field(program, field, [&](ParamBlock&, Field& pointer) {
    std::vector<std::byte>* bytes = pointed_to(program, pointer);
    return bytes != nullptr && change(*bytes);
  });
}

struct Sabotage {
  const char* name;
  std::function<bool(Program&)> put;  // returns false if this program cannot have the fault
};

std::vector<Sabotage> addresses() {
  return {
      {"an operand is read a byte further on",
       [](Program& p) {
         return any_arena_argument(p, 0, [](Address& a) {
           a.offset = a.offset + constant(1);
           return true;
         });
       }},
      {"a result goes a byte further on",
       [](Program& p) {
         return any_arena_argument(p, 1, [](Address& a) {
           a.offset = a.offset + constant(1);
           return true;
         });
       }},
      {"an operand is read where another buffer is",
       [](Program& p) {
         return any_arena_argument(p, 0, [](Address& a) {
           const bool is_there = a.offset.kind == Expr::Kind::kConst && a.offset.value == 0;
           a.offset = constant(0);
           return !is_there;
         });
       }},
      {"an operand is an alias of the other one",
       [](Program& p) {
         return any_call(p, [](Call& call) {
           if (call.symbol.find("spindle_add") != 0) return false;
           call.args[1] = call.args[2];
           return true;
         });
       }},
      {"the column of a tile is left out of an address",
       [](Program& p) {
         return any_statement<Tiles>(p, [](Function&, Tiles& tiles) {
           for (auto& inner : tiles.body) {
             auto* call = std::get_if<Call>(&inner);
             if (call == nullptr || tiles.columns == tiles.tile) continue;
             for (ProgramArg& arg : call->args) {
               auto* address = std::get_if<Address>(&arg);
               if (address == nullptr || address->offset.kind != Expr::Kind::kAdd) continue;
               Expr rest = address->offset.args[0];
               address->offset = std::move(rest);
               return true;
             }
           }
           return false;
         });
       }},
      {"scratch lies over the operand",
       [](Program& p) {
         return any_call(p, [](Call& call) {
           if (call.symbol.find("_dsp") == std::string::npos || call.args.size() < 5) return false;
           call.args[3] = call.args[1];
           return std::holds_alternative<ArenaId>(std::get<Address>(call.args[1]).base);
         });
       }},
      {"an offset is beyond int32",
       [](Program& p) {
         return any_arena_argument(p, 0, [](Address& a) {
           a.offset = a.offset + constant(2147483647) + variable(Expr::Kind::kRow) + constant(1);
           return true;
         });
       }},
      {"the arena is a byte too small",
       [](Program& p) {
         p.arenas.front().bytes = p.arenas.front().planned_bytes - 1;  // bytes may be rounded up
         return true;
       }},
      {"the arena has bytes that nobody touches",
       [](Program& p) {
         p.arenas.front().planned_bytes += 4;
         return true;
       }},
  };
}

std::vector<Sabotage> schedules() {
  return {
      {"rings have a row too few",  // all rings, because the last row of one may never be read
       [](Program& p) {
         bool any = false;
         (void)any_field(p, "in", [&](ParamBlock&, Field& rows) {
           if (rows.ints.size() != 3 || rows.ints[1] < 2) return false;
           rows.ints[1] -= 1;
           any = true;
           return false;  // go on with the next ring
         });
         return any;
       }},
      {"a row of an operand has another length",
       [](Program& p) {
         return any_field(p, "in", [](ParamBlock&, Field& rows) {
           rows.ints[2] += 1;
           return rows.ints[1] > 1;
         });
       }},
      {"a band of rows too few is pulled",
       [](Program& p) {
         return any_statement<Pull>(p, [&](Function&, Pull& pull) {
           if (pull.need.kind == Expr::Kind::kConst) return false;
           const Function& producer = p.functions[pull.function];
           pull.need = pull.need + constant(-std::max<std::int64_t>(producer.band, 1));
           return true;
         });
       }},
      {"a tile loop stops after the first tile",
       [](Program& p) {
         return any_statement<Tiles>(p, [](Function&, Tiles& tiles) {
           const bool more = tiles.tile < tiles.columns;
           tiles.columns = std::min(tiles.tile, tiles.columns);
           return more;
         });
       }},
      {"a tile loop is lost",
       [](Program& p) {
         for (Function& function : p.functions) {
           for (std::size_t i = 0; i < function.body.size(); ++i) {
             const auto* tiles = std::get_if<Tiles>(&function.body[i]);
             if (tiles == nullptr || tiles->tile >= tiles->columns) continue;
             std::vector<Stmt> body;
             for (const auto& inner : tiles->body) {
               if (const auto* trace = std::get_if<Trace>(&inner)) body.emplace_back(*trace);
               if (const auto* call = std::get_if<Call>(&inner)) body.emplace_back(*call);
             }
             if (body.size() != tiles->body.size()) continue;
             function.body.erase(function.body.begin() + static_cast<std::ptrdiff_t>(i));
             function.body.insert(function.body.begin() + static_cast<std::ptrdiff_t>(i),
                                  body.begin(), body.end());
             return true;
           }
         }
         return false;
       }},
      {"a function computes its rows from the second on",
       [](Program& p) {
         return any_call(p, [](Call& call) {
           for (ProgramArg& arg : call.args) {
             auto* expr = std::get_if<Expr>(&arg);
             if (expr == nullptr || expr->kind != Expr::Kind::kRow) continue;
             *expr = *expr + constant(1);
             return true;
           }
           return false;
         });
       }},
      {"members begin a row late",
       [](Program& p) {
         return any_member_rows(p, [](MemberRows& r) { r.first = r.first + constant(1); });
       }},
      {"members make a column too few",
       [](Program& p) {
         return any_member_rows(p, [](MemberRows& r) { r.columns = r.columns + constant(-1); });
       }},
      {"sums are added up twice",
       [](Program& p) {
         for (Function& function : p.functions) {
           if (function.rows < 2 || function.band > 1) continue;  // a first call clears the sums
           for (std::size_t i = 0; i < function.body.size(); ++i) {
             const auto* call = std::get_if<Call>(&function.body[i]);
             if (call == nullptr || call->symbol.find("spindle_mean_add") != 0) continue;
             const Stmt again = function.body[i];
             function.body.insert(function.body.begin() + static_cast<std::ptrdiff_t>(i), again);
             return true;
           }
         }
         return false;
       }},
      {"a cascade is left out",
       [](Program& p) {
         std::vector<Stmt>& body = p.functions.back().body;
         body.erase(body.begin());
         return true;
       }},
      {"a counter is not moved on",
       [](Program& p) {
         for (Function& function : p.functions) {
           if (!function.counter) continue;
           std::erase_if(function.body,
                         [](const Stmt& stmt) { return std::holds_alternative<Advance>(stmt); });
           return true;
         }
         return false;
       }},
      {"a step computes half as many pixels",
       [](Program& p) {
         return any_call(p, [](Call& call) {
           if (call.args.empty()) return false;
           auto* count = std::get_if<Expr>(&call.args.back());
           if (count == nullptr || count->kind != Expr::Kind::kConst || count->value < 2) {
             return false;
           }
           count->value /= 2;
           return true;
         });
       }},
  };
}

std::vector<Sabotage> parameters() {
  const auto add_to = [](const char* name, std::int64_t more) {
    return [=](Program& p) {
      return any_field(p, name, [&](ParamBlock&, Field& field) {
        field.value += more;
        return true;
      });
    };
  };
  return {
      {"another padding", add_to("pad_left", 1)},
      {"another zero point of an operand", add_to("in_zero", 3)},
      {"another zero point of a result", add_to("out_zero", 3)},
      {"two limits are swapped",
       [](Program& p) {
         return any_field(p, "lo", [](ParamBlock& block, Field& lo) {
           Field* hi = field_of(block, "hi");
           if (hi == nullptr || lo.kind != Field::Kind::kInt) return false;
           std::swap(lo.value, hi->value);
           return true;
         });
       }},
      {"two numbers of channels are swapped",
       [](Program& p) {
         return any_field(p, "in_channels", [](ParamBlock& block, Field& in) {
           Field* out = field_of(block, "out_channels");
           if (out == nullptr || in.value == out->value) return false;
           std::swap(in.value, out->value);
           return true;
         });
       }},
      {"weights in another order",
       [](Program& p) {
         return change_constant(p, "weights", [](std::vector<std::byte>& bytes) {
           if (bytes.size() < 64) return false;
           std::rotate(bytes.begin(), bytes.begin() + 4, bytes.end());
           return true;
         });
       }},
      {"a bias is lost",
       [](Program& p) {
         return change_constant(p, "bias", [](std::vector<std::byte>& bytes) {
           const bool any = std::any_of(bytes.begin(), bytes.end(),
                                        [](std::byte b) { return b != std::byte{0}; });
           std::fill(bytes.begin(), bytes.end(), std::byte{0});
           return any;
         });
       }},
      {"multipliers of other channels",
       [](Program& p) {
         return change_constant(p, "multiplier", [](std::vector<std::byte>& bytes) {
           if (bytes.size() < 8) return false;
           const std::vector<std::byte> before = bytes;
           std::rotate(bytes.begin(), bytes.begin() + 4, bytes.end());
           return bytes != before;
         });
       }},
  };
}

// Which check caught the fault: 1: the Program checker, 2: the self-check, 0: none.
int caught_by(const Graph& graph, const Program& program) {
  try {
    if (!check_program(graph, program).empty()) return 1;
    if (!self_check(graph, program).empty()) return 2;
  } catch (const InternalError&) {
    return 2;
  }
  return 0;
}

void check_all(const std::vector<Sabotage>& faults) {
  std::map<std::string, int> places;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const char* target : {"host", "cortex-m7"}) {
      const Graph graph = random_model(seed, DType::kI8, Branches::kMany);
      const Compilation right = compile_graph(graph, target);
      CAPTURE(seed, target);
      REQUIRE(caught_by(right.graph, right.program) == 0);
      for (const Sabotage& fault : faults) {
        Program program = right.program;
        if (!fault.put(program)) continue;
        INFO(fault.name);
        ++places[fault.name];
        CHECK(caught_by(right.graph, program) != 0);
      }
    }
  }
  for (const Sabotage& fault : faults) {
    INFO(fault.name << " was never tried");
    CHECK(places[fault.name] > 0);
  }
}

}  // namespace

TEST_CASE("wrong addresses are caught") {
  check_all(addresses());
}

TEST_CASE("wrong schedules are caught") {
  check_all(schedules());
}

TEST_CASE("wrong parameters and constants are caught") {
  check_all(parameters());
}
