#include "compiler/lower/program/param_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

std::size_t aligned(std::size_t offset, std::size_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

// The size and alignment of one member; `offsets` is not filled in.
ParamLayout member_layout(const ParamMember& member, std::size_t pointer_bytes) {
  if (member.type == ParamType::kStruct) {
    return param_layout(param_struct(member.of), pointer_bytes);
  }
  if (member.type == ParamType::kPointer) return {pointer_bytes, pointer_bytes, {}};
  return {4 * std::max<std::size_t>(member.count, 1), 4, {}};
}

// Assigns the fields of one block to the members of its struct.
class Resolver {
 public:
  Resolver(const Program& program, const ParamBlock& block) : program_(program), block_(block) {}

  std::vector<ParamValue> resolve() {
    std::vector<ParamValue> values = empty_values(param_struct(block_.type));
    list_leaves(values, "");
    for (const Field& field : block_.fields) {
      if (field.kind == Field::Kind::kRows) {
        put_rows(field);
      } else {
        put(field.name, field);
      }
    }
    for (const Leaf& leaf : leaves_) check(leaf.given, leaf.path, "is not given");
    return values;
  }

 private:
  struct Leaf {
    std::string path;  // "window.in.rows"
    ParamValue* value;
    bool given = false;
  };

  void check(bool condition, const std::string& name, const char* what) const {
    check_internal(condition, fmt::format("{} of {} {}", name, block_.type, what));
  }

  static std::vector<ParamValue> empty_values(const ParamStruct& type) {
    std::vector<ParamValue> values;
    for (const ParamMember& member : type.members) {
      ParamValue value;
      value.member = &member;
      if (member.type == ParamType::kStruct) value.members = empty_values(param_struct(member.of));
      values.push_back(std::move(value));
    }
    return values;
  }

  void list_leaves(std::vector<ParamValue>& values, const std::string& prefix) {
    for (ParamValue& value : values) {
      const std::string path = prefix + std::string(value.member->name);
      if (value.member->type == ParamType::kStruct) {
        list_leaves(value.members, path + ".");
      } else {
        leaves_.push_back({path, &value});
      }
    }
  }

  // Finds a member by its full path or, if only one member has it, by the end of its path.
  Leaf& leaf_of(const std::string& name) {
    Leaf* found = nullptr;
    for (Leaf& leaf : leaves_) {
      if (leaf.path == name) return leaf;
      if (!leaf.path.ends_with("." + name)) continue;
      check(found == nullptr, name, "is ambiguous");
      found = &leaf;
    }
    check(found != nullptr, name, "does not exist");
    return *found;
  }

  void put_rows(const Field& field) {
    constexpr std::array kMembers{"rows", "ring", "row_bytes"};  // in the order of Field::ints
    check(field.ints.size() == kMembers.size(), field.name, "has no rows");
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
      Field part;
      part.value = field.ints[i];
      put(field.name + "." + kMembers[i], part);
    }
  }

  void put(const std::string& name, const Field& field) {
    Leaf& leaf = leaf_of(name);
    check(!leaf.given, name, "is given twice");
    leaf.given = true;
    ParamValue& value = *leaf.value;
    check(takes(*value.member, field.kind), name, "has another type");
    switch (field.kind) {
      case Field::Kind::kInt:
      case Field::Kind::kColumns:
      case Field::Kind::kUInt:
        value.ints = {field.value};
        break;
      case Field::Kind::kFloat:
        value.real = field.real;
        break;
      case Field::Kind::kPointer:
        value.constant = constant_of(name, *value.member, field.constant);
        break;
      case Field::Kind::kRows:
      case Field::Kind::kInts:
        check(field.ints.size() == value.member->count, name, "has another length");
        value.ints = field.ints;
        break;
    }
    const bool is_unsigned = value.member->type == ParamType::kUInt32;
    for (const std::int64_t number : value.ints) {
      check(is_unsigned ? number >= 0 && number <= UINT32_MAX
                        : number >= INT32_MIN && number <= INT32_MAX,
            name, "is out of range");
    }
  }

  static bool takes(const ParamMember& member, Field::Kind kind) {
    switch (member.type) {
      case ParamType::kInt32:
        return member.count > 0 ? kind == Field::Kind::kInts
                                : kind == Field::Kind::kInt || kind == Field::Kind::kColumns;
      case ParamType::kUInt32:
        return kind == Field::Kind::kUInt;
      case ParamType::kFloat:
        return kind == Field::Kind::kFloat;
      case ParamType::kPointer:
        return kind == Field::Kind::kPointer;
      case ParamType::kStruct:
        break;
    }
    return false;
  }

  [[nodiscard]] ConstantId constant_of(const std::string& name, const ParamMember& member,
                                       ConstantId id) const {
    if (!id) return id;
    check(program_.constants.contains(id), name, "is no constant");
    check(program_.constants[id].type == member.element, name,
          "points to elements of another type");
    return id;
  }

  const Program& program_;
  const ParamBlock& block_;
  std::vector<Leaf> leaves_;
};

}  // namespace

ParamLayout param_layout(const ParamStruct& type, std::size_t pointer_bytes) {
  ParamLayout layout;
  for (const ParamMember& member : type.members) {
    const ParamLayout inner = member_layout(member, pointer_bytes);
    layout.offsets.push_back(aligned(layout.bytes, inner.alignment));
    layout.bytes = layout.offsets.back() + inner.bytes;
    layout.alignment = std::max(layout.alignment, inner.alignment);
  }
  layout.bytes = aligned(layout.bytes, layout.alignment);
  return layout;
}

std::vector<ParamValue> param_values(const Program& program, const ParamBlock& block) {
  return Resolver(program, block).resolve();
}

}  // namespace spindle
