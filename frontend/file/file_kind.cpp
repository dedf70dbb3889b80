#include "frontend/file/file_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace spindle::frontend {
namespace {

using Text = std::string_view;

constexpr const char* kFromTorch =
    "load it in Python and export it: torch.onnx.export(model, example, 'model.onnx')";
constexpr const char* kFromKeras =
    "load it in Python and export it: model.export('model.onnx', format='onnx'), or tf2onnx";
constexpr const char* kAgain = "download it again: the file itself, not the web page that shows it";

struct Signature {
  std::size_t offset;
  Text bytes;
  const char* what;
  const char* help;
};

// Only signatures that no ONNX model begins with, at least none in practice.
constexpr std::array kSignatures{
    Signature{.offset = 4,
              .bytes = "TFL3",
              .what = "a TensorFlow Lite model",
              .help = "convert it: python -m tf2onnx.convert --tflite FILE --output model.onnx"},
    Signature{.offset = 4,
              .bytes = "ORTM",
              .what = "a model in ONNX Runtime's own format",
              .help = "give the .onnx file that it was made from"},
    Signature{.offset = 0,
              .bytes = "\x89HDF\r\n\x1a\n",
              .what = "an HDF5 file, as Keras writes it",
              .help = kFromKeras},
    Signature{.offset = 0,
              .bytes = "\x93NUMPY",
              .what = "a NumPy array",
              .help = "give the model here and arrays as --input"},
    Signature{.offset = 0,
              .bytes = "\x89PNG",
              .what = "a picture",
              .help = "give the model first and pictures as --input"},
    Signature{.offset = 0,
              .bytes = "\xff\xd8\xff",
              .what = "a picture",
              .help = "give the model first and pictures as --input"},
    Signature{.offset = 0,
              .bytes = "version https://git-lfs.github.com/spec/",
              .what = "a pointer of git-lfs, not the file itself",
              .help = "run `git lfs pull` in its repository"},
    Signature{.offset = 0,
              .bytes = "\x1f\x8b",
              .what = "compressed by gzip",
              .help = "unpack it: gunzip, or tar xzf"},
    Signature{.offset = 0,
              .bytes = "\xfd"
                       "7zXZ",
              .what = "compressed by xz",
              .help = "unpack it: unxz, or tar xJf"},
    Signature{.offset = 0,
              .bytes = "BZh",
              .what = "compressed by bzip2",
              .help = "unpack it: bunzip2, or tar xjf"},
    Signature{.offset = 0,
              .bytes = "\x28\xb5\x2f\xfd",
              .what = "compressed by zstd",
              .help = "unpack it: unzstd"},
    Signature{.offset = 0,
              .bytes = "\x7f"
                       "ELF",
              .what = "a program or an object file",
              .help = "give the .onnx file"},
};

Text text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool holds(Text text, Text part) {
  return text.find(part) != Text::npos;
}

// A zip archive holds the names of its members uncompressed.
FileKind kind_of_zip(Text text) {
  if (holds(text, "/code/") && holds(text, "data.pkl")) {
    return {"a TorchScript archive of PyTorch", kFromTorch};
  }
  if (holds(text, "data.pkl")) return {"a PyTorch file (.pt, .pth)", kFromTorch};
  if (holds(text, "model.weights.h5")) return {"a Keras model (.keras)", kFromKeras};
  if (holds(text, ".onnx")) {
    return {"a zip archive with an ONNX model in it", "unpack it and give the .onnx file"};
  }
  if (holds(text, ".npy")) {
    return {"a NumPy archive (.npz)", "give the model here and .npy files as --input"};
  }
  return {"a zip archive", "unpack it and give the .onnx file"};
}

Text without_space(Text text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == Text::npos ? Text() : text.substr(first);
}

bool begins_with(Text text, Text lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
         });
}

std::optional<FileKind> kind_of_text(Text text) {
  const Text start = without_space(text);
  if (begins_with(start, "<!doctype html") || begins_with(start, "<html")) {
    return FileKind{"a web page", kAgain};
  }
  if (begins_with(start, "<?xml") || begins_with(start, "<net ")) {
    return FileKind{"XML, as OpenVINO writes it", "give the .onnx file that it was made from"};
  }
  if (start.starts_with('{') || start.starts_with('[')) {
    return FileKind{
        "JSON",
        "give the .onnx file; if this one was downloaded, it is probably a server's error message"};
  }
  const Text head = text.substr(0, 4096);
  const bool plain = std::all_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  if (plain) return FileKind{"text", "give the .onnx file"};
  return std::nullopt;
}

}  // namespace

std::optional<FileKind> kind_of_content(std::span<const std::byte> bytes) {
  const Text text = text_of(bytes);
  if (text.empty()) return FileKind{"empty", kAgain};
  if (std::all_of(text.begin(), text.end(), [](char c) { return c == 0; })) {
    return FileKind{"nothing but zeros", "the download or copy was cut off; get it again"};
  }
  if (text.starts_with("PK\x03\x04")) return kind_of_zip(text);
  for (const Signature& signature : kSignatures) {
    if (text.size() > signature.offset &&
        text.substr(signature.offset).starts_with(signature.bytes)) {
      return FileKind{signature.what, signature.help};
    }
  }
  // A Python pickle begins with byte 0x80 and its protocol version.
  const bool pickle = text.size() > 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5;
  if (pickle && holds(text, "torch")) return FileKind{"a PyTorch file (.pt, .pth)", kFromTorch};
  if (pickle) return FileKind{"a Python pickle", kFromTorch};
  if (holds(text.substr(0, 4096), "Placeholder")) {
    return FileKind{"a TensorFlow graph",
                    "convert it: python -m tf2onnx.convert --graphdef FILE, or --saved-model DIR"};
  }
  return kind_of_text(text);
}

}  // namespace spindle::frontend
