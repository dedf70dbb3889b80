#include "compiler/lower/build_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/place.h"

namespace spindle {

std::string c_identifier(const std::string& text) {
  std::string name;
  for (char c : text) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0;
    name += good ? c : '_';
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) name = "n" + name;
  return name;
}

namespace {

class UniqueNames {
 public:
  std::string operator()(const std::string& wish) {
    std::string name = c_identifier(wish);
    std::string unique = name;
    for (int i = 1; !taken_.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
    return unique;
  }

 private:
  std::set<std::string> taken_;
};

class Builder {
 public:
  Builder(const Graph& graph, const Selection& selection, const Plan& plan)
      : graph_(graph), selection_(selection), steps_(plan.steps), uses_(steps_), plan_(plan) {}

  Program build() {
    add_io(graph_.inputs, program_.inputs, "input");
    add_io(graph_.outputs, program_.outputs, "output");
    UniqueNames constant_names;
    for (const ConstArray& array : selection_.constants) {
      program_.constants.push_back(array);
      program_.constants.back().name = constant_names(array.name);
      program_.weight_bytes += static_cast<std::int64_t>(array.bytes.size());
    }
    for (const Step& step : steps_.steps) program_.counters.push_back(step.name);
    for (const Step& step : selection_.steps.steps) {
      program_.steps.push_back({step.name, step.macs});
    }
    std::vector<int> cascade_functions;
    for (std::size_t i = 0; i < plan_.cascades.size(); ++i) {
      cascade_functions.push_back(add_cascade(static_cast<int>(i)));
    }
    Function run;
    run.name = "run_cascades";
    run.comment = "The whole model.";
    for (int function : cascade_functions) run.body.emplace_back(Run{function});
    program_.functions.push_back(std::move(run));
    program_.sources = {sources_.begin(), sources_.end()};
    program_.arena_bytes = plan_.arena_bytes;
    return std::move(program_);
  }

 private:
  // Where a kernel call stands: in `step`, for its member `fine`.
  struct Place {
    const Step& step;  // of the plan
    StepId id;
    const Step& fine;  // of the selection; what the kernel was chosen for
  };

  void add_io(const std::vector<TensorId>& ids, std::vector<ProgramIo>& list, const char* what) {
    for (TensorId id : ids) {
      const Tensor& t = graph_.tensor(id);
      ProgramIo io{"", t.name, t.type, t.shape};
      if (!t.origins.empty()) {
        io.onnx_name = t.origins.front().name;
        io.shape = t.origins.front().shape;
      }
      // A single input or output is called just that; several keep their ONNX names.
      io.name = io_names_(ids.size() == 1 ? what : io.onnx_name);
      list.push_back(std::move(io));
    }
  }

  int add_cascade(int index) {
    const Cascade& cascade = plan_.cascades[static_cast<std::size_t>(index)];
    std::map<StepId, int> functions;
    for (StepId step = cascade.first; step < cascade.end; ++step) {
      functions[step] = add_step(step, cascade, functions);
    }
    Function function;
    function.name = fmt::format("cascade_{}", index);
    function.comment = cascade.name;
    const auto finish = [&](StepId step) {
      function.body.emplace_back(Pull{step, constant(steps_.rows(step)), functions[step]});
    };
    finish(cascade.end - 1);
    for (StepId step = cascade.first; step + 1 < cascade.end; ++step) {
      if (!pulled_to_the_end(step, cascade)) finish(step);
    }
    program_.functions.push_back(std::move(function));
    return static_cast<int>(program_.functions.size()) - 1;
  }

  // Whether some reader inside the cascade asks for the step's last row anyway.
  [[nodiscard]] bool pulled_to_the_end(StepId step, const Cascade& cascade) const {
    const ValueId output = steps_.step(step).output;
    const std::int64_t rows = steps_.rows(step);
    for (StepId reader : uses_.readers[static_cast<std::size_t>(output)]) {
      if (reader >= cascade.end) continue;
      for (const StepInput& input : steps_.step(reader).inputs) {
        if (input.value == output && input.access.end(steps_.rows(reader) - 1, rows) == rows) {
          return true;
        }
      }
    }
    return false;
  }

  // Rows of the input needed for the step's current row, as an expression.
  [[nodiscard]] Expr need(const StepInput& input) const {
    const std::int64_t rows = steps_.value(input.value).rows;
    const RowAccess& a = input.access;
    if (a.den == 1) {
      return min(row() * constant(a.num) + constant(a.offset + a.extent), constant(rows));
    }
    const Expr first = floor_div(row() * constant(a.num) + constant(a.offset), constant(a.den));
    return min(first + constant(a.extent), constant(rows));
  }

  int add_step(StepId id, const Cascade& cascade, const std::map<StepId, int>& functions) {
    const Step& step = steps_.step(id);
    Function function;
    function.name = step.name;
    function.counter = id;
    const Value& out = steps_.value(step.output);
    function.comment = fmt::format("one of {} rows of {}", out.rows, describe(step));
    for (const StepInput& input : step.inputs) {
      const StepId producer = uses_.producer[static_cast<std::size_t>(input.value)];
      if (producer < cascade.first) continue;
      function.body.emplace_back(Pull{producer, need(input), functions.at(producer)});
    }
    add_calls(id, function);
    function.body.emplace_back(Advance{id});
    program_.functions.push_back(std::move(function));
    return static_cast<int>(program_.functions.size()) - 1;
  }

  void add_calls(StepId id, Function& function) {
    const Step& step = steps_.step(id);
    Tiles tiles{step.columns, step.members.empty() ? step.columns : step.tile, {}};
    std::vector<StepId> members;
    for (const Step::Member& member : step.members) members.push_back(member.step);
    if (members.empty()) members.push_back(selected(step));
    for (StepId member : members) {
      tiles.body.emplace_back(Trace{member + 1});
      const Place place{step, id, selection_.steps.step(member)};
      for (const KernelCall& call : selection_.calls[static_cast<std::size_t>(member)]) {
        tiles.body.emplace_back(lower_call(place, call, tiles));
      }
    }
    if (tiles.tile < tiles.columns) {
      function.body.emplace_back(std::move(tiles));
      return;
    }
    for (auto& stmt : tiles.body) {
      std::visit([&](auto& s) { function.body.emplace_back(std::move(s)); }, stmt);
    }
  }

  // The step of the selection that an unjoined step of the plan is.
  [[nodiscard]] StepId selected(const Step& step) const {
    for (std::size_t i = 0; i < selection_.steps.steps.size(); ++i) {
      if (selection_.steps.steps[i].output == step.output) return static_cast<StepId>(i);
    }
    throw InternalError("a step of the plan was not selected");
  }

  [[nodiscard]] std::string describe(const Step& step) const {
    const Value& out = steps_.value(step.output);
    if (out.tensor == kNoTensor) return "partial sums";
    const Tensor& t = graph_.tensor(out.tensor);
    const std::string& name = t.origins.empty() ? t.name : t.origins.front().name;
    return fmt::format("{}, {}", name, to_string(t.shape));
  }

  Call lower_call(const Place& place, const KernelCall& kernel, const Tiles& tiles) {
    Call call{kernel.symbol, {}};
    sources_.insert(kernel.sources.begin(), kernel.sources.end());
    if (!kernel.params_type.empty()) add_params(place, kernel);
    const bool tiled = tiles.tile < tiles.columns;
    const Expr x = tiled ? column() : constant(0);
    const Expr n = tiled ? columns() : constant(std::max<std::int64_t>(tiles.columns, 1));
    for (const KernelArg& arg : kernel.args) call.args.push_back(lower_arg(place, arg, x, n));
    return call;
  }

  void add_params(const Place& place, const KernelCall& kernel) {
    ParamBlock block{param_names_(place.fine.name + "_params"), kernel.params_type, kernel.fields};
    for (Field& field : block.fields) {
      if (field.kind != Field::Kind::kRows || !field.ints.empty()) continue;
      const ValueId value = place.fine.inputs[static_cast<std::size_t>(field.index)].value;
      field.ints = {steps_.value(value).rows, ring_of(value), steps_.value(value).row_bytes};
    }
    program_.params.push_back(std::move(block));
  }

  [[nodiscard]] std::int64_t ring_of(ValueId value) const {
    const int buffer = plan_.buffer_of[static_cast<std::size_t>(value)];
    return buffer < 0 ? steps_.value(value).rows
                      : plan_.buffers[static_cast<std::size_t>(buffer)].rows;
  }

  [[nodiscard]] ProgramArg lower_arg(const Place& place, const KernelArg& arg, const Expr& x,
                                     const Expr& n) const {
    const auto input = [&]() -> const StepInput& {
      return place.fine.inputs[static_cast<std::size_t>(arg.index)];
    };
    switch (arg.kind) {
      case KernelArg::Kind::kParams:
        return ParamsRef{static_cast<int>(program_.params.size()) - 1};
      case KernelArg::Kind::kInputRow:
        return input_row(place, input(), arg.row_bytes, x);
      case KernelArg::Kind::kInputBase:
        return address(input().value, constant(0));
      case KernelArg::Kind::kOutputRow:
        return output_row(place, x);
      case KernelArg::Kind::kOutputBase:
        return address(place.fine.output, constant(0));
      case KernelArg::Kind::kScratch: {
        std::int64_t tiles = 0;
        for (const Step::Member& member : place.step.members) {
          tiles = std::max(tiles, align_up(member.tile_offset + member.tile_bytes));
        }
        return scratch(place.id, tiles);
      }
      case KernelArg::Kind::kRow:
        return row();
      case KernelArg::Kind::kColumn:
        return x;
      case KernelArg::Kind::kColumns:
        return n * constant(arg.value);
      case KernelArg::Kind::kInt:
        break;
    }
    return constant(arg.value);
  }

  [[nodiscard]] Address input_row(const Place& place, const StepInput& input,
                                  std::int64_t other_rows, const Expr& x) const {
    if (const Step::Member* member = made_inside(place.step, input.value)) {
      return scratch(place.id, member->tile_offset);
    }
    if (other_rows > 0) return address(input.value, row() * constant(other_rows));
    Address at = row_address(input.value, input.access.num == 0 ? constant(0) : row());
    if (input.columnwise) {
      at.offset = at.offset + x * constant(pixel_bytes(input.value, place.fine));
    }
    return at;
  }

  [[nodiscard]] Address output_row(const Place& place, const Expr& x) const {
    if (place.fine.output != place.step.output) {
      return scratch(place.id, made_inside(place.step, place.fine.output)->tile_offset);
    }
    Address at = row_address(place.fine.output, row());
    if (place.fine.columns > 0) {
      at.offset = at.offset + x * constant(pixel_bytes(place.fine.output, place.fine));
    }
    return at;
  }

  [[nodiscard]] std::int64_t pixel_bytes(ValueId value, const Step& fine) const {
    return steps_.value(value).row_bytes / std::max<std::int64_t>(fine.columns, 1);
  }

  // The member of a joined step that makes `value` as a tile, if any.
  [[nodiscard]] const Step::Member* made_inside(const Step& step, ValueId value) const {
    for (const Step::Member& member : step.members) {
      if (member.tile_offset >= 0 && selection_.steps.step(member.step).output == value) {
        return &member;
      }
    }
    return nullptr;
  }

  [[nodiscard]] Address scratch(StepId id, std::int64_t offset) const {
    const int buffer = plan_.scratch_of[static_cast<std::size_t>(id)];
    check_internal(buffer >= 0, "a kernel uses scratch that was not planned");
    return {Address::Base::kArena, 0,
            constant(plan_.buffers[static_cast<std::size_t>(buffer)].offset + offset)};
  }

  [[nodiscard]] Address row_address(ValueId value, Expr y) const {
    const std::int64_t rows = ring_of(value);
    if (rows < steps_.value(value).rows) y = mod(std::move(y), constant(rows));
    if (steps_.value(value).rows == 1) y = constant(0);
    return address(value, std::move(y) * constant(steps_.value(value).row_bytes));
  }

  [[nodiscard]] Address address(ValueId id, Expr offset) const {
    const Value& value = steps_.value(id);
    switch (value.storage) {
      case Storage::kInput:
        return {Address::Base::kInput, value.io_index, std::move(offset)};
      case Storage::kOutput:
        return {Address::Base::kOutput, value.io_index, std::move(offset)};
      case Storage::kConstant:
        return {Address::Base::kConstant, value.io_index, std::move(offset)};
      case Storage::kArena:
        break;
    }
    const int buffer = plan_.buffer_of[static_cast<std::size_t>(id)];
    const std::int64_t base = plan_.buffers[static_cast<std::size_t>(buffer)].offset;
    return {Address::Base::kArena, 0, constant(base) + std::move(offset)};
  }

  const Graph& graph_;
  const Selection& selection_;
  const StepGraph& steps_;
  ValueUses uses_;
  const Plan& plan_;
  Program program_;
  UniqueNames io_names_, param_names_;
  std::set<std::string> sources_;
};

}  // namespace

Program build_program(const Graph& graph, const Selection& selection, const Plan& plan) {
  return Builder(graph, selection, plan).build();
}

}  // namespace spindle
