#include "compiler/lower/select/call_parts.h"

#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/kernel/param_structs.h"

namespace spindle {

Field int_field(std::string name, std::int64_t value) {
  Field field;
  field.name = std::move(name);
  field.value = value;
  return field;
}

Field float_field(std::string name, float value) {
  Field field;
  field.name = std::move(name);
  field.kind = Field::Kind::kFloat;
  field.real = value;
  return field;
}

Field columns_field(std::string name) {
  Field field;
  field.name = std::move(name);
  field.kind = Field::Kind::kColumns;
  return field;
}

Field pointer_field(std::string name, ConstantId constant) {
  Field field;
  field.name = std::move(name);
  field.kind = Field::Kind::kPointer;
  field.constant = constant;
  return field;
}

Field dims_field(std::string name, std::vector<std::int64_t> values, std::int64_t fill) {
  check_internal(values.size() <= kMaxRank, "more dimensions than kernels have");
  values.resize(kMaxRank, fill);
  Field field;
  field.name = std::move(name);
  field.kind = Field::Kind::kInts;
  field.ints = std::move(values);
  return field;
}

namespace {

KernelArg arg_of(KernelArg::Kind kind, std::int64_t value = 0) {
  KernelArg arg;
  arg.kind = kind;
  arg.value = value;
  return arg;
}

}  // namespace

KernelArg params_arg() {
  return arg_of(KernelArg::Kind::kParams);
}
KernelArg input_arg(std::size_t input) {
  KernelArg arg = arg_of(KernelArg::Kind::kInput);
  arg.input = input;
  return arg;
}
KernelArg out_row_arg() {
  return arg_of(KernelArg::Kind::kOutputRow);
}
KernelArg out_base_arg() {
  return arg_of(KernelArg::Kind::kOutputBase);
}
KernelArg x_arg() {
  return arg_of(KernelArg::Kind::kColumn);
}
KernelArg columns_arg(std::int64_t times) {
  return arg_of(KernelArg::Kind::kColumns, times);
}
KernelArg y_arg() {
  return arg_of(KernelArg::Kind::kRow);
}
KernelArg int_arg(std::int64_t value) {
  return arg_of(KernelArg::Kind::kInt, value);
}

}  // namespace spindle
