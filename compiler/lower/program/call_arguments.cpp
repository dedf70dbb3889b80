#include "compiler/lower/program/call_arguments.h"

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/program/row_expr.h"

namespace spindle {
namespace {

std::int64_t tile_row_bytes(const PlannedStep::Member& member) {
  return member.tile_bytes / member.rows;
}

}  // namespace

std::vector<Field> CallArguments::fields(const CallPlace& place, const KernelCall& kernel) const {
  std::vector<Field> fields = kernel.fields;
  for (Field& field : fields) {
    if (field.kind == Field::Kind::kColumns) {
      field.value =
          place.member != nullptr ? place.member->scratch_columns : place.step.scratch_columns;
    }
    if (field.kind != Field::Kind::kRows || !field.ints.empty()) continue;
    const ValueId value = place.selected.inputs[field.input].value;
    if (const PlannedStep::Member* maker = made_inside(place.step, value)) {
      field.ints = {steps_.value(value).rows, maker->rows, tile_row_bytes(*maker)};
    } else {
      field.ints = {steps_.value(value).rows, addresses_.ring_of(value),
                    steps_.value(value).row_bytes};
    }
  }
  return fields;
}

ProgramArg CallArguments::argument(const CallPlace& place, const KernelArg& arg) const {
  switch (arg.kind) {
    case KernelArg::Kind::kInput:
      return input(place, place.selected.inputs[arg.input]);
    case KernelArg::Kind::kOutputRow:
      return output_row(place);
    case KernelArg::Kind::kOutputBase:
      return addresses_.at(place.selected.output, constant(0));
    case KernelArg::Kind::kScratch:
      return addresses_.scratch(place.id, place.step.tiles_bytes());
    case KernelArg::Kind::kRow:
      return place.row;
    case KernelArg::Kind::kColumn:
      return place.column;
    case KernelArg::Kind::kColumns:
      return place.columns * constant(arg.value);
    case KernelArg::Kind::kParams:
    case KernelArg::Kind::kInt:
      break;
  }
  check_internal(arg.kind == KernelArg::Kind::kInt, "parameters are no plain argument");
  return constant(arg.value);
}

Address CallArguments::input(const CallPlace& place, const StepInput& input) const {
  if (const PlannedStep::Member* maker = made_inside(place.step, input.value)) {
    const std::int64_t columns = selection_.steps.step(maker->step).columns;
    check_internal(input.column_bytes * columns == steps_.value(input.value).row_bytes,
                   "a tile is read in columns that it was not written in");
    return input.columnwise ? columns_of_tile(place, *maker) : corner_of_tile(place, *maker);
  }
  const bool own_rows = input.access == RowAccess{} && input.row_bytes > 0;
  Address at = own_rows ? addresses_.row(input.value, place.row)
                        : addresses_.at(input.value, place.row * constant(input.row_bytes));
  if (input.columnwise) at.offset = at.offset + place.column * constant(input.column_bytes);
  return at;
}

// Where the tile holds the row and columns of `place`, for a reader of the same columns.
Address CallArguments::columns_of_tile(const CallPlace& place,
                                       const PlannedStep::Member& maker) const {
  check_internal(maker.column_access == place.member->column_access,
                 "a tile is read by other columns");
  return tile_row(place, maker);
}

// Where row 0, column 0 would be, for kernels that find the rows of a window themselves.
Address CallArguments::corner_of_tile(const CallPlace& place,
                                      const PlannedStep::Member& maker) const {
  const std::int64_t columns = selection_.steps.step(maker.step).columns;
  Address at = addresses_.scratch(place.id, maker.tile_offset);
  const Expr left = first_row(maker.column_access, place.tile_column, columns);
  at.offset = at.offset + left * constant(-tile_row_bytes(maker) / maker.columns);
  at.outside = true;
  return at;
}

Address CallArguments::output_row(const CallPlace& place) const {
  if (place.selected.output != place.step.output) return tile_row(place, *place.member);
  Address at = addresses_.row(place.selected.output, place.row);
  if (place.selected.columns > 0 && !steps_.value(place.selected.output).accumulator) {
    at.offset = at.offset + place.column * constant(steps_.value(place.selected.output).row_bytes /
                                                    place.selected.columns);
  }
  return at;
}

// Where the tile holds the row of `place`.
Address CallArguments::tile_row(const CallPlace& place, const PlannedStep::Member& maker) const {
  Address at = addresses_.scratch(place.id, maker.tile_offset);
  at.offset = at.offset + mod(place.row, constant(maker.rows)) * constant(tile_row_bytes(maker));
  return at;
}

// The member of a joined step that writes `value` as a tile; nullptr if there is none.
const PlannedStep::Member* CallArguments::made_inside(const PlannedStep& step,
                                                      ValueId value) const {
  for (const PlannedStep::Member& member : step.members) {
    if (member.tile_offset >= 0 && selection_.steps.step(member.step).output == value) {
      return &member;
    }
  }
  return nullptr;
}

}  // namespace spindle
