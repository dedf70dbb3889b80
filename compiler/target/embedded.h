// Files that are compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace spindle {

// A file that was compiled into the program; see embed.cmake.
struct EmbeddedFile {
  std::string_view name;  // base name
  std::string_view data;  // any bytes
};

namespace embedded {
std::span<const EmbeddedFile> firmware();   // start-up code, linker scripts, host I/O
std::span<const EmbeddedFile> licence();    // LICENSE
std::span<const EmbeddedFile> plan_html();  // style and script of the plan report
std::span<const EmbeddedFile> plugin();     // the QEMU plugin, built for each interface version
std::span<const EmbeddedFile> runtime();    // C sources and headers of the kernels
}  // namespace embedded

}  // namespace spindle
