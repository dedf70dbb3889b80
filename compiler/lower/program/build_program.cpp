#include "compiler/lower/program/build_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compiler/lower/program/call_arguments.h"
#include "compiler/lower/program/plan_addresses.h"
#include "compiler/lower/program/region_use.h"
#include "compiler/lower/program/row_expr.h"
#include "compiler/lower/program/scopes.h"
#include "compiler/plan/simulate.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

class Builder {
 public:
  Builder(const Graph& graph, const Selection& selection, const Plan& plan)
      : graph_(graph),
        selection_(selection),
        steps_(plan.steps),
        uses_(steps_),
        plan_(plan),
        arenas_(list_arenas(plan)),
        addresses_(plan, arenas_.by_region),
        arguments_(selection, plan, addresses_) {}

  Program build() {
    program_.arenas = arenas_.arenas;
    reserve_names();
    add_inputs();
    add_outputs();
    for (const ConstantId id : selection_.constants.ids()) {
      const ConstArray& array = selection_.constants[id];
      program_.constants.push_back(array);
      const auto output = std::find_if(program_.outputs.begin(), program_.outputs.end(),
                                       [&](const ProgramIo& io) { return io.constant == id; });
      program_.constants.back().name =
          output == program_.outputs.end() ? names_(array.name) : output->name + "_data";
      program_.weight_bytes += static_cast<std::int64_t>(array.bytes.size());
    }
    WeightList weights = list_weights(selection_, plan_);
    program_.weight_regions = std::move(weights.regions);
    program_.weight_region_of = std::move(weights.by_constant);
    program_.input_mode = plan_.input_mode;
    add_counters();
    for (const Step& step : selection_.steps.steps) {
      program_.steps.push_back({.name = step.name,
                                .macs = step.macs,
                                .node = step.node,
                                .tensor = selection_.steps.value(step.output).tensor});
    }
    std::vector<FunctionId> cascade_functions;
    for (const CascadeId id : plan_.cascades.ids()) cascade_functions.push_back(add_cascade(id));
    const bool streamed = plan_.input_mode == InputMode::kStreamed;
    if (streamed) add_streaming(cascade_functions.at(0));
    if (plan_.input_mode == InputMode::kArena) add_input_places();
    Function run;
    run.name = "run_cascades";
    run.comment = streamed ? "Runs the cascades that are left when all rows have arrived."
                           : "Runs the whole model.";
    for (const FunctionId function : cascade_functions) {
      if (streamed && function == cascade_functions[0]) continue;
      run.body.emplace_back(Run{function});
    }
    program_.functions.push_back(std::move(run));
    program_.sources = {sources_.begin(), sources_.end()};
    return std::move(program_);
  }

 private:
  // One counter for each step of the plan. For streamed input, the counter of the rows pushed comes
  // first.
  void add_counters() {
    UniqueNames names;  // own scope: they are members of a struct
    if (plan_.input_mode == InputMode::kStreamed) {
      program_.counters.push_back(names("pushed"));
      ++first_counter_;
    }
    for (const PlannedStep& step : steps_.steps) program_.counters.push_back(names(step.name));
  }
  [[nodiscard]] CounterId counter_of(PlannedStepId step) const {
    return first_counter_ + step.number();
  }

  void add_streaming(FunctionId first_cascade) {
    Streaming& s = program_.streaming;
    s.pushed = CounterId(0);
    for (const PlannedStepId id : steps_.steps.ids()) {
      const PlannedStep& step = steps_.step(id);
      if (!step.receives) continue;
      s.receives = true;
      set_streamed_value(steps_.value(step.output));
      s.receive = addresses_.row(step.output, row());
      s.pushed = counter_of(id);
    }
    for (const Value& value : steps_.values) {
      if (value.storage == Storage::kStream) set_streamed_value(value);
    }
    s.push = first_cascade;
    s.kept_counters = counter_of(plan_.cascades.front().end).index();
    for (const Buffer& buffer : plan_.buffers) {
      if (buffer.kind != BufferKind::kState) continue;
      s.state_arena = addresses_.arena_of(buffer);
      s.state_offset = buffer.offset;
    }
  }

  void set_streamed_value(const Value& value) {
    program_.streaming.rows = value.rows;
    program_.streaming.row_bytes = value.row_bytes;
    program_.streaming.row_elements = graph_.tensor(value.tensor).elements() / value.rows;
  }

  void add_input_places() {
    program_.input_places.resize(program_.inputs.size());
    for (const ValueId id : steps_.values.ids()) {
      const Value& value = steps_.value(id);
      if (!value.given) continue;
      const Buffer& buffer = plan_.buffers[plan_.buffer_of[id]];
      program_.input_places[value.input.index()] = {addresses_.arena_of(buffer), buffer.offset};
    }
  }

  // Reserves the names that every model has at file scope (after its prefix), as symbols or macros,
  // and the names of parameters other than inputs and outputs.
  void reserve_names() {
    constexpr std::string_view kFixed[] = {
        "run", "begin", "push_row", "finish", "input_rows", "input_row_size", "state", "kept",
        "kept_in", "run_cascades", "weights", "h", "weights_h", "user", "arena", "arena_align",
        "arena_bytes", "arena_is_as_planned", "spindle_version", "target", "options",
        "model_sha256", "stack_bytes", "input_mean", "input_std",
        // A model called `m` has macros like those of math.h.
        "e", "log2e", "log10e", "ln2", "ln10", "pi", "pi_2", "pi_4", "sqrt2", "sqrt1_2"};
    for (std::string_view name : kFixed) names_.reserve(name);
    for (const CascadeId id : plan_.cascades.ids()) names_.reserve(cascade_name(id));
    for (const Arena& arena : program_.arenas) {
      for (const char* form : {"", "_bytes", "_is_as_planned"}) {
        names_.reserve(fmt::format("arena_{}{}", arena.name, form));
      }
    }
  }

  static std::string cascade_name(CascadeId id) { return fmt::format("cascade_{}", id.number()); }

  void add_inputs() {
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      add_io(graph_.inputs.size() == 1 ? "input" : "", graph_.input_port(i),
             graph_.tensor(graph_.inputs[i]), program_.inputs);
    }
  }

  // Outputs that do not depend on the input become constant arrays with the output's name.
  void add_outputs() {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      add_io(graph_.outputs.size() == 1 ? "output" : "", graph_.output_port(i),
             graph_.tensor(graph_.outputs[i]), program_.outputs);
      program_.outputs.back().constant = selection_.constant_outputs[i];
    }
  }

  // A single input (output) is named "input" ("output"); several keep their ONNX names. The header
  // makes macros, data and functions from a name, so their suffixes are reserved too.
  void add_io(const char* only, Port port, const Tensor& tensor, std::vector<ProgramIo>& list) {
    ProgramIo io{.name = "",
                 .onnx_name = std::move(port.name),
                 .type = tensor.type,
                 .shape = std::move(port.shape),
                 .codes = port.codes};
    if (is_quantized_type(tensor.type)) io.quant = tensor.quant;
    io.name = names_(*only != 0 ? std::string(only) : io.onnx_name,
                     {"_size", "_offset", "_data", "_row", "_scale", "_zero_point"});
    list.push_back(std::move(io));
  }

  FunctionId add_cascade(CascadeId id) {
    const Cascade& cascade = plan_.cascades[id];
    std::map<PlannedStepId, FunctionId> functions;
    for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
      if (!steps_.step(step).receives) functions[step] = add_step(step, cascade, functions);
    }
    Function function;
    function.name = cascade_name(id);
    function.comment = fmt::format("Runs the cascade {}.", cascade.name);
    const auto finish = [&](PlannedStepId step) {
      add_pull(function, step, constant(steps_.rows(step)), functions);
    };
    finish(cascade.end - 1);
    for (PlannedStepId step = cascade.first; step + 1 < cascade.end; ++step) {
      if (steps_.step(step).receives) continue;
      if (!pulled_to_the_end(steps_, uses_, cascade.end, step)) finish(step);
    }
    return program_.functions.push_back(std::move(function));
  }

  void add_pull(Function& function, PlannedStepId producer, Expr need,
                const std::map<PlannedStepId, FunctionId>& functions) const {
    if (steps_.step(producer).receives) {
      function.body.emplace_back(Await{counter_of(producer), std::move(need)});
      function.resumable = true;
      return;
    }
    const FunctionId callee = functions.at(producer);
    function.resumable = function.resumable || program_.functions[callee].resumable;
    function.body.emplace_back(Pull{counter_of(producer), std::move(need), callee});
  }

  [[nodiscard]] Expr need(const PlannedStep& step, const StepInput& input) const {
    return needed_rows(input.access, steps_.value(input.value).rows, step.band > 1);
  }

  FunctionId add_step(PlannedStepId id, const Cascade& cascade,
                      const std::map<PlannedStepId, FunctionId>& functions) {
    const PlannedStep& step = steps_.step(id);
    Function function;
    function.name = names_(step.name);
    function.counter = counter_of(id);
    function.rows = steps_.rows(id);
    function.band = step.band;
    const std::string what =
        step.band > 1 ? fmt::format("up to {} rows", step.band) : std::string("one row");
    function.comment =
        fmt::format("Computes {} (of {}) of {}.", what, function.rows, describe(step));
    for (const StepInput& input : step.inputs) {
      if (steps_.value(input.value).storage == Storage::kStream) {
        function.body.emplace_back(Await{CounterId(0), need(step, input)});
        function.resumable = true;
      }
      const PlannedStepId producer = uses_.producer[input.value];
      if (producer >= cascade.first) add_pull(function, producer, need(step, input), functions);
    }
    add_calls(id, function);
    function.body.emplace_back(Advance{counter_of(id)});
    return program_.functions.push_back(std::move(function));
  }

  void add_calls(PlannedStepId id, Function& function) {
    const PlannedStep& step = steps_.step(id);
    if (step.members.empty()) {
      const CallPlace place{.step = step,
                            .id = id,
                            .selected = selection_.steps.step(step.selected),
                            .member = nullptr,
                            .row = row(),
                            .column = constant(0),
                            .columns = band_columns(step, std::max<std::int64_t>(step.columns, 1))};
      add_kernels(place, step.selected, function.body);
      return;
    }
    Tiles tiles{
        .columns = step.columns, .tile = step.tile, .body = {}, .by_member = step.by_member};
    const bool bands = step.band > 1 && !step.by_member;
    const bool loops = step.tile < step.columns || bands ||
                       std::any_of(
                           step.members.begin(), step.members.end(),
                           [&](const PlannedStep::Member& m) { return needs_rows(step, m); });
    const Expr column = loops ? variable(Expr::Kind::kColumn) : constant(0);
    for (const PlannedStep::Member& member : step.members) {
      add_member({.step = step,
                  .id = id,
                  .selected = selection_.steps.step(member.step),
                  .member = &member,
                  .row = bands ? variable(Expr::Kind::kBandRow) : row(),
                  .column = column,
                  .columns = loops ? variable(Expr::Kind::kColumns) : constant(step.columns),
                  .tile_column = column},
                 tiles);
    }
    if (loops) {
      function.body.emplace_back(std::move(tiles));
      return;
    }
    for (auto& stmt : tiles.body) {
      if (auto* trace = std::get_if<Trace>(&stmt)) function.body.emplace_back(*trace);
      if (auto* call = std::get_if<Call>(&stmt)) function.body.emplace_back(std::move(*call));
    }
  }

  // The columns of a call for a whole band. Its rows are contiguous, so they are one long row.
  static Expr band_columns(const PlannedStep& step, std::int64_t columns) {
    if (step.band == 1) return constant(columns);
    return (variable(Expr::Kind::kBandEnd) + row() * constant(-1)) * constant(columns);
  }

  // Whether the member computes exactly the rows and columns of the joined step. If a reader pads
  // on the right or below only, the member computes fewer.
  [[nodiscard]] bool is_aligned(const PlannedStep& step, const PlannedStep::Member& member) const {
    return member.row_access == RowAccess{} && member.column_access == RowAccess{} &&
           selection_.steps.rows(member.step) == steps_.value(step.output).rows &&
           selection_.steps.step(member.step).columns == step.columns;
  }

  // Whether one call of the member computes all rows of the joined step's band.
  [[nodiscard]] bool takes_band(const PlannedStep& step, const PlannedStep::Member& member) const {
    return step.flat && selection_.steps.step(member.step).flat;
  }

  // Whether the member needs a loop over its own rows (MemberRows). Otherwise one call computes one
  // row of the joined step, or its band.
  [[nodiscard]] bool needs_rows(const PlannedStep& step, const PlannedStep::Member& member) const {
    return !is_aligned(step, member) || (step.by_member && !takes_band(step, member));
  }

  void add_member(CallPlace place, Tiles& tiles) {
    const PlannedStep::Member& member = *place.member;
    const bool by_member = place.step.by_member;
    if (takes_band(place.step, member)) {
      place.row = row();
      place.column = constant(0);
      place.columns = band_columns(place.step, place.step.columns);
    }
    if (!needs_rows(place.step, member)) {
      add_kernels(place, member.step, tiles.body);
      return;
    }
    const std::int64_t rows = selection_.steps.rows(member.step);
    const RowAccess& down = member.row_access;
    const RowAccess& across = member.column_access;
    MemberRows loop;
    loop.first = first_row(down, place.row, rows);
    if (place.step.band > 1 && !by_member) {
      loop.first = if_first(std::move(loop.first), end_row(down, place.row + constant(-1), rows));
    }
    const Expr last = by_member ? variable(Expr::Kind::kBandEnd) + constant(-1) : place.row;
    loop.end = end_row(down, last, rows);
    loop.column = first_row(across, place.column, place.selected.columns);
    loop.columns =
        end_row(across, place.column + place.columns + constant(-1), place.selected.columns) +
        loop.column * constant(-1);
    place.row = variable(Expr::Kind::kMemberRow);
    place.column = variable(Expr::Kind::kMemberColumn);
    place.columns = variable(Expr::Kind::kMemberColumns);
    add_kernels(place, member.step, loop.body);
    tiles.body.emplace_back(std::move(loop));
  }

  template <typename Body>
  void add_kernels(const CallPlace& place, StepId selected, Body& body) {
    body.emplace_back(Trace{selected});
    for (const KernelCall& call : selection_.calls[selected]) {
      body.emplace_back(lower_call(place, call));
    }
  }

  [[nodiscard]] std::string describe(const PlannedStep& step) const {
    const Value& out = steps_.value(step.output);
    if (out.tensor == kNoTensor) return "partial sums";
    const Tensor& t = graph_.tensor(out.tensor);
    const std::string& name = t.origins.empty() ? t.name : t.origins.front().name;
    return fmt::format("{}, {}", name, to_string(t.shape));
  }

  Call lower_call(const CallPlace& place, const KernelCall& kernel) {
    Call call{kernel.symbol, {}, kernel.output_row};
    if (kernel.output_row) {
      program_.outputs[kernel.output_row.index()].rows = steps_.value(place.selected.output).rows;
    }
    sources_.insert(kernel.sources.begin(), kernel.sources.end());
    ParamsId params;
    if (!kernel.params_type.empty()) {
      params = program_.params.push_back({.name = names_(place.selected.name + "_params"),
                                          .type = kernel.params_type,
                                          .fields = arguments_.fields(place, kernel)});
    }
    for (const KernelArg& arg : kernel.args) {
      call.args.push_back(arg.kind == KernelArg::Kind::kParams ? ProgramArg(params)
                                                               : arguments_.argument(place, arg));
    }
    return call;
  }

  const Graph& graph_;
  const Selection& selection_;
  const PlannedGraph& steps_;
  PlannedUses uses_;
  const Plan& plan_;
  ArenaList arenas_;
  PlanAddresses addresses_;
  CallArguments arguments_;
  Program program_;
  CounterId first_counter_ = CounterId(0);  // of the first step
  UniqueNames names_;                       // at file scope, without the model's prefix
  std::set<std::string> sources_;
};

}  // namespace

Program build_program(const Graph& graph, const Selection& selection, const Plan& plan) {
  Program program = Builder(graph, selection, plan).build();
  check_scopes(program);
  return program;
}

}  // namespace spindle
