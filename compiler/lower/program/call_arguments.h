// The arguments and parameters of kernel calls in a Program.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/lower/kernel/kernel.h"
#include "compiler/lower/program/plan_addresses.h"
#include "compiler/lower/program/program.h"
#include "compiler/lower/select/select.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"

namespace spindle {

// The place of a kernel call: in `step`, for `selected`, at these rows and columns.
struct CallPlace {
  const PlannedStep& step;
  PlannedStepId id;
  const Step& selected;               // for which the kernel was chosen
  const PlannedStep::Member* member;  // the member of `step` that is `selected`; nullptr if
                                      // `step` is not a joined step
  Expr row, column, columns;
  Expr tile_column = constant(0);  // first column of the tile of the joined step
};

// Keeps references to its arguments, which must outlive it.
class CallArguments {
 public:
  CallArguments(const Selection& selection, const Plan& plan, const PlanAddresses& addresses)
      : selection_(selection), steps_(plan.steps), addresses_(addresses) {}

  // The fields of the kernel's parameters, with those filled in that depend on the plan.
  [[nodiscard]] std::vector<Field> fields(const CallPlace& place, const KernelCall& kernel) const;
  // An argument other than the address of parameters.
  [[nodiscard]] ProgramArg argument(const CallPlace& place, const KernelArg& arg) const;

 private:
  [[nodiscard]] Address input(const CallPlace& place, const StepInput& input) const;
  [[nodiscard]] Address columns_of_tile(const CallPlace& place,
                                        const PlannedStep::Member& maker) const;
  [[nodiscard]] Address corner_of_tile(const CallPlace& place,
                                       const PlannedStep::Member& maker) const;
  [[nodiscard]] Address output_row(const CallPlace& place) const;
  [[nodiscard]] Address tile_row(const CallPlace& place, const PlannedStep::Member& maker) const;
  [[nodiscard]] const PlannedStep::Member* made_inside(const PlannedStep& step,
                                                       ValueId value) const;

  const Selection& selection_;
  const PlannedGraph& steps_;
  const PlanAddresses& addresses_;
};

}  // namespace spindle
