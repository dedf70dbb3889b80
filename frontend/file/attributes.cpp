#include "frontend/file/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frontend/file/failure.h"

namespace spindle::frontend {

using AttributeProto = onnx::AttributeProto;

Attributes::Attributes(const onnx::NodeProto& node) : node_(&node) {
  std::set<std::string_view> names;
  for (const AttributeProto& attribute : node.attribute()) {
    if (!names.insert(attribute.name()).second) {
      malformed(fmt::format("attribute '{}' is given twice", printable(attribute.name())));
    }
  }
}

const AttributeProto* Attributes::find(std::string_view name, AttributeProto::AttributeType type,
                                       std::string_view kind) {
  read_.emplace(name);
  for (const AttributeProto& attribute : node_->attribute()) {
    if (attribute.name() != name) continue;
    if (attribute.type() != type) malformed(fmt::format("attribute '{}' must be {}", name, kind));
    return &attribute;
  }
  return nullptr;
}

bool Attributes::has(std::string_view name) {
  read_.emplace(name);
  const auto& all = node_->attribute();
  return std::any_of(all.begin(), all.end(),
                     [&](const AttributeProto& a) { return a.name() == name; });
}

std::int64_t Attributes::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                 std::int64_t most) {
  const AttributeProto* attribute = find(name, AttributeProto::INT, "an integer");
  const std::int64_t value = attribute != nullptr ? attribute->i() : otherwise;
  if (value < least || value > most) {
    malformed(fmt::format("attribute '{}' is {}, outside of [{}, {}]", name, value, least, most));
  }
  return value;
}

bool Attributes::flag(std::string_view name, bool otherwise) {
  return integer(name, otherwise ? 1 : 0, 0, 1) != 0;
}

float Attributes::real(std::string_view name, float otherwise) {
  const AttributeProto* attribute = find(name, AttributeProto::FLOAT, "a float");
  const float value = attribute != nullptr ? attribute->f() : otherwise;
  if (std::isnan(value)) malformed(fmt::format("attribute '{}' is not a number", name));
  return value;
}

std::string Attributes::text(std::string_view name, std::string_view otherwise) {
  const AttributeProto* attribute = find(name, AttributeProto::STRING, "a string");
  return attribute != nullptr ? attribute->s() : std::string(otherwise);
}

std::optional<std::vector<std::int64_t>> Attributes::integers(std::string_view name) {
  const AttributeProto* attribute = find(name, AttributeProto::INTS, "a list of integers");
  if (attribute == nullptr) return std::nullopt;
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::vector<int> Attributes::sizes(std::string_view name, std::size_t count, int otherwise,
                                   std::int64_t least) {
  const auto values = integers(name);
  if (!values) return std::vector<int>(count, otherwise);
  if (values->size() != count) {
    malformed(fmt::format("attribute '{}' has {} values, but {} are needed", name, values->size(),
                          count));
  }
  std::vector<int> result;
  for (std::int64_t value : *values) {
    if (value < least || value > kAttributeLimit) {
      malformed(fmt::format("attribute '{}' has the value {}, outside of [{}, {}]", name, value,
                            least, kAttributeLimit));
    }
    result.push_back(static_cast<int>(value));
  }
  return result;
}

std::optional<std::vector<float>> Attributes::reals(std::string_view name) {
  const AttributeProto* attribute = find(name, AttributeProto::FLOATS, "a list of floats");
  if (attribute == nullptr) return std::nullopt;
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

const onnx::TensorProto* Attributes::tensor(std::string_view name) {
  const AttributeProto* attribute = find(name, AttributeProto::TENSOR, "a tensor");
  return attribute != nullptr ? &attribute->t() : nullptr;
}

const onnx::GraphProto* Attributes::graph(std::string_view name) {
  const AttributeProto* attribute = find(name, AttributeProto::GRAPH, "a graph");
  return attribute != nullptr ? &attribute->g() : nullptr;
}

void Attributes::ignore(std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) read_.emplace(name);
}

std::optional<std::string> Attributes::unread() const {
  for (const AttributeProto& attribute : node_->attribute()) {
    if (read_.find(attribute.name()) == read_.end()) return attribute.name();
  }
  return std::nullopt;
}

}  // namespace spindle::frontend
