#include "compiler/package/licence.h"

#include "compiler/ir/diagnostics.h"
#include "compiler/target/embedded.h"

namespace spindle {

std::string licence_text() {
  const auto files = embedded::licence();
  check_internal(files.size() == 1, "the licence is not embedded");
  return "The files of this folder, by the SPDX-License-Identifier in their first line:\n"
         "\n"
         "  Apache-2.0                  spindle*.c, spindle*.h: Spindle's kernels, copied. The "
         "licence\n"
         "                              stands below; an object (NAME.o) holds kernels in compiled "
         "form.\n"
         "  LicenseRef-Spindle-Output   all other files, which Spindle generated from a model.\n"
         "\n"
         "LicenseRef-Spindle-Output\n"
         "\n"
         "  These files are yours. Spindle's authors claim no rights in what Spindle generates: "
         "what\n"
         "  text of theirs is in it may be used, changed and distributed without any condition, "
         "and\n"
         "  comes without any warranty. The weights and the structure of the network are the "
         "model's;\n"
         "  what may be done with them is for the model's owner to say.\n"
         "\n"
         "Apache-2.0\n"
         "\n" +
         std::string(files[0].data);
}

}  // namespace spindle
