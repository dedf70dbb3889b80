#ifndef SPINDLE_COMPILER_TARGET_EMBEDDED_H
#define SPINDLE_COMPILER_TARGET_EMBEDDED_H

#include <span>
#include <string_view>

namespace spindle {

// A file that was compiled into the program, see embed.cmake.
struct EmbeddedFile {
  std::string_view name;  // without folders
  std::string_view data;  // any bytes
};

namespace embedded {
std::span<const EmbeddedFile> firmware();  // target/firmware: start-up, linker scripts, host I/O
std::span<const EmbeddedFile> plugin();    // the QEMU plugin libspindle_count.so
std::span<const EmbeddedFile> runtime();   // the C sources and headers generated code uses
}  // namespace embedded

}  // namespace spindle

#endif
