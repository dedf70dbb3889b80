#include "compiler/package/source_lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/version.h"

namespace spindle {
namespace {

constexpr const char* kLicence = "# SPDX-License-Identifier: LicenseRef-Spindle-Output\n";

// The files as continuation lines: " \" and a new line before each.
std::string make_lines(const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& file : files) text += " \\\n  " + file;
  return text + "\n";
}

void put_make_model(std::string& out, const ListedModel& model) {
  const std::string& name = model.name;
  out += fmt::format("\n# {}, for {}\n", name, model.target);
  if (!model.objects.empty()) {
    out += fmt::format("{}_objects := $(addprefix $(spindle_folder),{})\n", name,
                       fmt::join(model.objects, " "));
  }
  if (model.sources.empty()) return;
  out += fmt::format("{}_kernels :={}", name, make_lines(model.kernels));
  const std::string own = fmt::format("{}", fmt::join(model.sources, " "));
  out += fmt::format("{0}_sources_alone := $(addprefix $(spindle_folder),{1} $({0}_kernels))\n",
                     name, own);
  out += fmt::format(
      "{0}_sources := $(addprefix $(spindle_folder),{1} \\\n"
      "  $(filter-out $(spindle_kernels),$({0}_kernels)))\n"
      "spindle_kernels := $(sort $(spindle_kernels) $({0}_kernels))\n"
      "spindle_sources := $(spindle_sources) $({0}_sources)\n",
      name, own);
}

void put_cmake_files(std::string& out, const std::string& variable,
                     const std::vector<std::string>& files) {
  out += fmt::format("set({}\n", variable);
  for (const std::string& file : files)
    out += fmt::format("  ${{CMAKE_CURRENT_LIST_DIR}}/{}\n", file);
  out += ")\n";
}

void put_cmake_model(std::string& out, const ListedModel& model) {
  const std::string& name = model.name;
  out += fmt::format("\n# {}, for {}\n", name, model.target);
  if (!model.objects.empty()) put_cmake_files(out, name + "_objects", model.objects);
  if (model.sources.empty()) return;
  put_cmake_files(out, name + "_sources", model.sources);
  out += "foreach(kernel IN ITEMS\n";
  for (const std::string& kernel : model.kernels) out += fmt::format("  {}\n", kernel);
  out += fmt::format(
      ")\n  if(NOT DEFINED spindle_file_${{kernel}})\n"
      "    set(spindle_file_${{kernel}} ${{CMAKE_CURRENT_LIST_DIR}}/${{kernel}})\n  endif()\n"
      "  list(APPEND {0}_sources ${{spindle_file_${{kernel}}}})\nendforeach()\n"
      "list(APPEND spindle_sources ${{{0}_sources}})\n"
      "list(REMOVE_DUPLICATES spindle_sources)\n",
      name);
  for (const std::string& source : model.sources) {
    if (!source.ends_with(".S")) continue;
    out += fmt::format(
        "set_source_files_properties(${{CMAKE_CURRENT_LIST_DIR}}/{} PROPERTIES\n"
        "  LANGUAGE C COMPILE_OPTIONS "
        "\"-xassembler-with-cpp;-Wa,-I${{CMAKE_CURRENT_LIST_DIR}}\")\n",
        source);
  }
}

bool any_sources(std::span<const ListedModel> models) {
  return std::any_of(models.begin(), models.end(),
                     [](const ListedModel& model) { return !model.sources.empty(); });
}

}  // namespace

std::string make_list(std::span<const ListedModel> models) {
  std::string out = kLicence;
  out +=
      "# For make: include this file, also beside the lists of other folders; then\n"
      "#   NAME_sources        a model's files, without kernels that a model above or in a list\n"
      "#                       included before has listed: $(a_sources) $(b_sources) link "
      "together\n"
      "#   NAME_sources_alone  with all of its kernels, for a program that has this model only\n"
      "#   spindle_sources     the files of all models listed\n"
      "#   NAME_objects        what --emit=obj wrote\n"
      "spindle_folder := $(dir $(lastword $(MAKEFILE_LIST)))\n"
      "ifeq ($(filter $(abspath $(spindle_folder)),$(spindle_folders)),)\n"
      "spindle_folders := $(spindle_folders) $(abspath $(spindle_folder))\n";
  if (any_sources(models)) {
    out += fmt::format(
        "ifneq ($(filter-out {0},$(spindle_version)),)\n"
        "$(error $(spindle_folder) is of Spindle {0}, a list before it of $(spindle_version): "
        "compile all models with one version)\nendif\nspindle_version := {0}\n",
        version());
  }
  for (const ListedModel& model : models) put_make_model(out, model);
  return out + "\nendif\n";
}

std::string cmake_list(std::span<const ListedModel> models) {
  std::string out = kLicence;
  out +=
      "# For CMake: include() this file, also beside the lists of other folders; then\n"
      "#   NAME_sources     a model's files, for target_sources(). Kernels that several models "
      "use\n"
      "#                    are the same file in each list, which a target has once\n"
      "#   spindle_sources  the files of all models listed\n"
      "#   NAME_objects     what --emit=obj wrote\n";
  if (any_sources(models)) {
    out += fmt::format(
        "if(DEFINED spindle_version AND NOT spindle_version STREQUAL \"{0}\")\n"
        "  message(FATAL_ERROR \"${{CMAKE_CURRENT_LIST_DIR}} is of Spindle {0}, a list before it "
        "of "
        "${{spindle_version}}: compile all models with one version\")\nendif()\n"
        "set(spindle_version \"{0}\")\n",
        version());
  }
  for (const ListedModel& model : models) put_cmake_model(out, model);
  return out;
}

}  // namespace spindle
