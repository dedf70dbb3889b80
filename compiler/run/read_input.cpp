#include "compiler/run/read_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/files/npy.h"
#include "compiler/reference/arithmetic.h"

namespace spindle {
namespace {

bool is_npy(const std::filesystem::path& file) {
  return file.extension() == ".npy";
}

Diagnostic& does_not_fit(const ProgramIo& io, const std::filesystem::path& file,
                         Diagnostics& diagnostics) {
  return diagnostics.error(
      "E0421", fmt::format("'{}' does not fit input '{}'", file.string(), io.onnx_name));
}

// If `to` is `from` with its axes in the other image order (NHWC or NCHW), the permutation in
// NumPy's notation, like "0, 3, 1, 2".
std::optional<std::string> order_between(const Shape& from, const Shape& to) {
  if (from.size() != 4 || to.size() != 4) return std::nullopt;
  if (Shape{from[0], from[3], from[1], from[2]} == to) return "0, 3, 1, 2";
  if (Shape{from[0], from[2], from[3], from[1]} == to) return "0, 2, 3, 1";
  return std::nullopt;
}

// How the user can make `array` fit, as a NumPy expression.
std::string remedy(const Constant& array, const ProgramIo& io) {
  const Shape& shape = array.shape();
  if (shape != io.shape) {
    if (const auto order = order_between(shape, io.shape)) {
      return fmt::format("the axes are in another order; save x.transpose({})", *order);
    }
    if (array.size() == element_count(io.shape)) {
      return fmt::format("if the values are in the model's order, save x.reshape({})",
                         fmt::join(io.shape, ", "));
    }
    return "save the array in the model's shape";
  }
  if (io.codes) {
    return fmt::format("save the codes as {}, or floats as float32",
                       io.type == DType::kU8 ? "uint8" : "int8");
  }
  if (io.type == DType::kF32) return "save x.astype('float32'), scaled as the model was trained";
  return fmt::format("save x.astype('{}'){}", io.type == DType::kU8 ? "uint8" : "int8",
                     array.type() == DType::kF32 ? ", quantized as the model says" : "");
}

// The codes of floats, as the QuantizeLinear of the file would make them.
ConstantPtr quantized(const Constant& floats, const ProgramIo& io) {
  std::vector<std::int64_t> codes;
  for (float value : floats.as<float>()) {
    codes.push_back(
        reference::quantize(value, io.quant->scale[0], io.quant->zero_point[0], io.type));
  }
  return Constant::ints(io.type, io.shape, codes);
}

ConstantPtr read_array(const ProgramIo& io, const std::filesystem::path& file,
                       Diagnostics& diagnostics) {
  std::string error;
  ConstantPtr array = read_npy(file, error);
  if (!array) {
    diagnostics.error("E0420", error).helps.emplace_back("write the file with numpy.save");
    return nullptr;
  }
  if (array->shape() == io.shape) {
    if (array->type() == io.type) return array;
    if (io.codes && array->type() == DType::kF32) return quantized(*array, io);
  }
  Diagnostic& diagnostic = does_not_fit(io, file, diagnostics);
  diagnostic.notes.push_back(fmt::format("the file holds {} {}, but the model takes {} {}",
                                         name_of(array->type()), to_string(array->shape()),
                                         name_of(io.type), to_string(io.shape)));
  diagnostic.helps.push_back(remedy(*array, io));
  return nullptr;
}

// Means and stds need a float input, and one value for all channels or one for each. Otherwise
// reports E0424.
bool check_scaling(const ProgramIo& io, int channels, const PictureOptions& options,
                   Diagnostics& diagnostics) {
  for (const auto& [name, values] :
       {std::pair{"--mean", &options.mean}, std::pair{"--std", &options.std}}) {
    if (values->empty()) continue;
    if (io.type != DType::kF32 && !io.codes) {
      diagnostics
          .error("E0424", fmt::format("{} is for float inputs, '{}' takes {}", name, io.onnx_name,
                                      name_of(io.type)))
          .helps.push_back(fmt::format("omit `{}`: the model takes bytes", name));
      return false;
    }
    if (values->size() == 1 || std::ssize(*values) == channels) continue;
    diagnostics
        .error("E0424",
               fmt::format("{} has {} values, but input '{}' has {} channel{}", name,
                           values->size(), io.onnx_name, channels, channels == 1 ? "" : "s"))
        .helps.emplace_back("give one value for all channels, or one for each");
    return false;
  }
  return true;
}

}  // namespace

ConstantPtr read_input(const Program& program, std::size_t index, const std::filesystem::path& file,
                       const PictureOptions& options, Diagnostics& diagnostics) {
  return read_input(program.inputs[index], file, options, diagnostics);
}

ConstantPtr read_input(const ProgramIo& io, const std::filesystem::path& file,
                       const PictureOptions& options, Diagnostics& diagnostics) {
  if (is_npy(file)) return read_array(io, file, diagnostics);
  const ImageShape image = image_shape(io.shape);
  if (image.channels == 0) {
    Diagnostic& diagnostic = does_not_fit(io, file, diagnostics);
    diagnostic.notes.push_back(fmt::format("the model takes {} {}, which is no picture",
                                           name_of(io.type), to_string(io.shape)));
    diagnostic.helps.emplace_back("give a .npy file of that type and shape");
    return nullptr;
  }
  if (!check_scaling(io, image.channels, options, diagnostics)) return nullptr;
  std::string error;
  const Picture picture = read_picture(file, image.channels, error);
  if (picture.pixels.empty()) {
    diagnostics.error("E0420", error)
        .helps.emplace_back("inputs are .png, .jpg and .bmp pictures and .npy arrays");
    return nullptr;
  }
  const Picture fitted = fit(picture, image.width, image.height, options.crop);
  if (!io.codes) return to_input(fitted, io.shape, io.type, options);
  return quantized(*to_input(fitted, io.shape, DType::kF32, options), io);
}

}  // namespace spindle
