// Writes HTML and SVG that is well-formed as XML.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spindle {

// Escapes text for use as XML character data or as an attribute value in double quotes. Bytes that
// are not UTF-8 and characters that XML does not allow become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

class Markup {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string>>;

  void open(std::string_view tag, const Attributes& attributes = {});
  void close();  // closes the element opened last
  void text(std::string_view text);
  void leaf(std::string_view tag, const Attributes& attributes, std::string_view text);
  void empty(std::string_view tag, const Attributes& attributes = {});
  void raw(std::string_view markup);  // appended unchanged; must be well-formed by itself
  void line() { out_ += '\n'; }

  // Returns the document. Every element must be closed.
  [[nodiscard]] std::string finish();

 private:
  void start(std::string_view tag, const Attributes& attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace spindle
