#include "compiler/files/npy_header.h"

#include <charconv>
#include <optional>

namespace spindle {

namespace {

constexpr std::int64_t kMaxExtent = (std::int64_t{1} << 31) - 1;

// A recursive-descent parser for the few Python literals that NumPy writes.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  // Skips white space, then `c` if it is next.
  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  std::optional<std::string> string() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"' && !accept('"')) return std::nullopt;
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }

  std::optional<bool> boolean() {
    if (accept_word("True")) return true;
    if (accept_word("False")) return false;
    return std::nullopt;
  }

  std::optional<Shape> tuple() {
    if (!accept('(')) return std::nullopt;
    Shape shape;
    while (!accept(')')) {
      const std::optional<std::int64_t> extent = integer();
      if (!extent) return std::nullopt;
      shape.push_back(*extent);
      if (!accept(',')) {
        if (!accept(')')) return std::nullopt;
        break;
      }
    }
    return shape;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  std::optional<std::int64_t> integer() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, status] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (status != std::errc{} || value < 0 || value > kMaxExtent) return std::nullopt;
    at_ = end - text_.data();
    accept_word("L");  // Python 2's long integers
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

struct Fields {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<Shape> shape;
};

// Parses one "'key': value". Returns an error, or an empty string.
std::string parse_entry(Parser& parser, Fields& fields) {
  const std::optional<std::string> key = parser.string();
  if (!key || !parser.accept(':')) return "the header is not a dictionary";
  if (*key == "descr" && !fields.descr) {
    fields.descr = parser.string();
    return fields.descr ? "" : "the element type is not a simple one";
  }
  if (*key == "fortran_order" && !fields.fortran_order) {
    fields.fortran_order = parser.boolean();
    return fields.fortran_order ? "" : "'fortran_order' is neither True nor False";
  }
  if (*key == "shape" && !fields.shape) {
    fields.shape = parser.tuple();
    return fields.shape ? "" : "the shape is not a tuple of extents";
  }
  return "the header has an unexpected key '" + *key + "'";
}

}  // namespace

std::string parse_npy_header(std::string_view text, NpyHeader& header) {
  Parser parser(text);
  Fields fields;
  if (!parser.accept('{')) return "the header is not a dictionary";
  while (!parser.accept('}')) {
    if (std::string error = parse_entry(parser, fields); !error.empty()) return error;
    if (!parser.accept(',')) {
      if (!parser.accept('}')) return "the header is not a dictionary";
      break;
    }
  }
  if (!parser.at_end()) return "the header has text after the dictionary";
  if (!fields.descr || !fields.fortran_order || !fields.shape) {
    return "the header lacks 'descr', 'fortran_order' or 'shape'";
  }
  header = {*fields.descr, *fields.fortran_order, *fields.shape};
  return {};
}

}  // namespace spindle
