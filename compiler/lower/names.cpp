#include "compiler/lower/names.h"

#include <fmt/format.h>

#include <cctype>

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

std::string UniqueNames::operator()(const std::string& wish) {
  std::string name = c_identifier(wish);
  std::string unique = name;
  for (int i = 1; !taken_.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
  return unique;
}

}  // namespace spindle
