#include "frontend/op_table.h"

#include <unordered_map>

namespace spindle::frontend {
namespace {

using Table = std::unordered_map<std::string_view, const OpEntry*>;

Table table_of(std::initializer_list<std::span<const OpEntry>> lists) {
  Table table;
  for (const auto& list : lists) {
    for (const OpEntry& entry : list) table.emplace(entry.type, &entry);
  }
  return table;
}

}  // namespace

const OpEntry* find_operator(std::string_view domain, std::string_view type) {
  static const Table standard =
      table_of({conv_operators(), conv_transpose_operators(), dense_operators(), pool_operators(),
                reduce_operators(), math_operators(), norm_operators(), activation_operators(),
                reshape_operators(), slice_operators(), fold_operators(), resize_operators(),
                select_operators(), quant_operators(), qlinear_operators(), refused_operators()});
  static const Table microsoft = table_of({microsoft_operators(), microsoft_quant_operators()});
  const Table* table = nullptr;
  if (domain.empty() || domain == "ai.onnx") table = &standard;
  if (domain == "com.microsoft") table = &microsoft;
  if (table == nullptr) return nullptr;
  const auto found = table->find(type);
  return found == table->end() ? nullptr : found->second;
}

}  // namespace spindle::frontend
