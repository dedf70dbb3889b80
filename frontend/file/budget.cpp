#include "frontend/file/budget.h"

#include "frontend/file/failure.h"

namespace spindle::frontend {

void Budget::charge(std::int64_t bytes) {
  if (bytes > left_) {
    throw ImportFailure{
        .code = "E0109",
        .message = "constants are too large",
        .notes = {"the model expands to far more constant data than its file holds"}};
  }
  left_ -= bytes;
}

}  // namespace spindle::frontend
