#include "compiler/support/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "compiler/support/human.h"

namespace spindle {
namespace fs = std::filesystem;
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::nullopt_t fail(std::string& error, std::string why) {
  error = std::move(why);
  return std::nullopt;
}

}  // namespace

const char* kind_of_file(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::socket:
      return "a socket";
    case fs::file_type::symlink:
      return "a symbolic link";
    case fs::file_type::block:
    case fs::file_type::character:
      return "a device";
    default:
      return "no regular file";
  }
}

std::optional<std::string> read_file(const fs::path& file, std::uintmax_t most,
                                     std::string& error) {
  std::error_code code;
  const fs::file_status status = fs::status(file, code);
  if (status.type() == fs::file_type::not_found) return fail(error, "there is no such file");
  if (code) return fail(error, code.message());
  if (!fs::is_regular_file(status)) {
    return fail(error, fmt::format("it is {}", kind_of_file(status.type())));
  }
  // O_NONBLOCK, because the file may have been replaced by a pipe since the check.
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat now{};
  if (descriptor.get() < 0 || fstat(descriptor.get(), &now) != 0) {
    return fail(error, std::strerror(errno));
  }
  if (static_cast<std::uintmax_t>(now.st_size) > most) {
    return fail(error, fmt::format("it has {}; the limit is {}", human_bytes(now.st_size),
                                   human_bytes(static_cast<std::int64_t>(most))));
  }
  // The size is only a hint: files in /proc have size 0, and files can grow.
  std::string bytes;
  bytes.resize(now.st_size + 1);
  std::size_t held = 0;
  for (;;) {
    const ssize_t n = read(descriptor.get(), bytes.data() + held, bytes.size() - held);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(error, std::strerror(errno));
    if (n == 0) break;
    held += n;
    if (held > most) return fail(error, "it grew while it was being read");
    if (held == bytes.size()) bytes.resize(held + 65536);
  }
  bytes.resize(held);
  return bytes;
}

}  // namespace spindle
