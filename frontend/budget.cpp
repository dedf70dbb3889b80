#include "frontend/budget.h"

#include "frontend/failure.h"

namespace spindle::frontend {

void Budget::charge(std::int64_t bytes) {
  if (bytes > left_) {
    throw ImportFailure{"E0109",
                        "constants are too large",
                        {"the model expands to far more constant data than its file holds"},
                        {}};
  }
  left_ -= bytes;
}

}  // namespace spindle::frontend
