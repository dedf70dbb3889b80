// Files that are compiled into the program.
#pragma once

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
std::span<const EmbeddedFile> licence();   // LICENSE
std::span<const EmbeddedFile> plan_html();  // driver/plan_html: style and script of the report
std::span<const EmbeddedFile> plugin();    // target/plugin, built for each interface version
std::span<const EmbeddedFile> runtime();   // the C sources and headers generated code uses
}  // namespace embedded

}  // namespace spindle
