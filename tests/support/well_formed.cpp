#include "tests/support/well_formed.h"

#include <set>
#include <vector>

namespace spindle::testing {
namespace {

class Checker {
 public:
  explicit Checker(const std::string& html) : html_(html) {}

  std::string run() {
    constexpr std::string_view kDoctype = "<!DOCTYPE html>";
    if (html_.compare(0, kDoctype.size(), kDoctype) != 0) return "no doctype";
    at_ = kDoctype.size();
    while (at_ < html_.size() && error_.empty()) {
      if (html_[at_] == '<') {
        take_tag();
      } else if (html_[at_] == '&') {
        take_entity();
      } else {
        ++at_;
      }
    }
    if (error_.empty() && !open_.empty()) fail("not closed: " + open_.back());
    return error_;
  }

 private:
  void fail(const std::string& what) {
    const std::size_t from = at_ < 60 ? 0 : at_ - 60;
    error_ = what + " near: " + html_.substr(from, 120);
  }

  void take_entity() {
    for (const char* name : {"&lt;", "&gt;", "&amp;", "&quot;"}) {
      const std::string entity(name);
      if (html_.compare(at_, entity.size(), entity) != 0) continue;
      at_ += entity.size();
      return;
    }
    fail("a bare &");
  }

  std::string take_name() {
    const std::size_t end = html_.find_first_of(" =/>\n\"<", at_);
    std::string name = html_.substr(at_, end - at_);
    at_ = end;
    if (name.empty()) fail("a name is missing");
    return name;
  }

  void take_tag() {
    ++at_;
    if (html_[at_] == '/') {
      ++at_;
      const std::string name = take_name();
      if (open_.empty() || open_.back() != name) return fail("unexpected end of " + name);
      open_.pop_back();
      if (html_[at_] != '>') return fail("an end tag goes on");
      ++at_;
      return;
    }
    open_.push_back(take_name());
    std::set<std::string> seen;
    while (error_.empty() && html_.compare(at_, 1, " ") == 0) {
      ++at_;
      if (html_[at_] == '/') break;
      take_attribute(seen);
    }
    if (html_.compare(at_, 2, "/>") == 0) {
      open_.pop_back();
      at_ += 2;
    } else if (html_.compare(at_, 1, ">") == 0) {
      ++at_;
    } else if (error_.empty()) {
      fail("a tag that does not end");
    }
  }

  void take_attribute(std::set<std::string>& seen) {
    const std::string name = take_name();
    if (!error_.empty()) return;
    if (!seen.insert(name).second) return fail("twice: " + name);
    if (html_.compare(at_, 2, "=\"") != 0) return fail("not quoted: " + name);
    at_ += 2;
    const std::size_t begin = at_;
    while (error_.empty() && at_ < html_.size() && html_[at_] != '"') {
      if (html_[at_] == '<') return fail("a bare <");
      html_[at_] == '&' ? take_entity() : static_cast<void>(++at_);
    }
    if (name == "id" && !ids_.insert(html_.substr(begin, at_ - begin)).second)
      fail("id used twice");
    ++at_;
  }

  const std::string& html_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  std::set<std::string> ids_;
  std::string error_;
};

}  // namespace

std::string markup_error(const std::string& html) {
  return Checker(html).run();
}

}  // namespace spindle::testing
