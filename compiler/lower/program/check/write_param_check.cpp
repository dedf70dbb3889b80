// Writes param_check_source() to the file that the argument names; for the build only.
#include <fstream>

#include "compiler/lower/program/param_check.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ofstream file(argv[1]);
  file << spindle::param_check_source();
  file.close();
  return file ? 0 : 1;
}
