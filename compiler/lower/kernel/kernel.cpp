#include "compiler/lower/kernel/kernel.h"

#include <algorithm>

namespace spindle {

const Field* field_of(const KernelCall& call, std::string_view name) {
  const auto found = std::find_if(call.fields.begin(), call.fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == call.fields.end() ? nullptr : &*found;
}

std::int64_t int_value(const KernelCall& call, std::string_view name) {
  const Field* field = field_of(call, name);
  return field == nullptr ? 0 : field->value;
}

}  // namespace spindle
