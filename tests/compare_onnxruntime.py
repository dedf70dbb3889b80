#!/usr/bin/env python3
"""Compares what the compiled networks of tests/support/detector.h give with ONNX Runtime.

usage: compare_onnxruntime.py BUILD_FOLDER

Generates SSDLite and DeepLabv3, small and at the sizes of the paper, and blocks with
squeeze-and-excite, float and int8, runs each on random pictures with `spindle run` and with ONNX Runtime (x64), and compares:

  int8   every value must be the same, classes too; ONNX Runtime takes its integer path
  float  within 1e-4 of the largest; the class of a pixel may differ where the two best scores are
         that near to each other: at most 1 of 1000 pixels

Says so and does nothing where onnxruntime is missing."""
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import onnxruntime as ort
except ImportError as error:
    print(f"*** SKIPPED: {error} ***")
    sys.exit(0)

MODELS = [("ssdlite", 0.35, 96, 5), ("ssdlite", 1.0, 320, 91), ("deeplab", 0.35, 65, 21),
          ("deeplab", 0.5, 257, 21), ("deeplab", 1.0, 513, 21), ("squeeze", 1.0, 64, 24)]
PICTURES = 2
FLOAT_TOLERANCE = 1e-4
CLASS_TOLERANCE = 1e-3


def run_onnxruntime(model, picture):
    options = ort.SessionOptions()
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"input": picture})))


def compare(name, wanted, got, exact):
    """A line about one output; whether it is near enough."""
    if got.shape != wanted.shape:
        return f"{name}: shape {got.shape}, not {wanted.shape}", False
    different = np.count_nonzero(got != wanted)
    apart = np.abs(got.astype(np.float64) - wanted.astype(np.float64)).max()
    scale = max(np.abs(wanted.astype(np.float64)).max(), 1e-30)
    text = f"{name}: {different} of {got.size} values differ, by up to {apart:.3g} of {scale:.3g}"
    if exact:
        return text, different == 0
    classes = wanted.dtype.kind == "i"
    return text, (different <= CLASS_TOLERANCE * got.size if classes
                  else apart <= FLOAT_TOLERANCE * scale)


def main(build):
    good = True
    for network, alpha, size, classes in MODELS:
        for precision in ("float", "int8"):
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary)
                model = folder / "model.onnx"
                subprocess.run([build / "tests/generate_model", model, str(alpha), str(size),
                                str(classes), "1", network, precision], check=True)
                random = np.random.default_rng(1)
                for _ in range(PICTURES):
                    picture = random.integers(0, 256, (1, size, size, 3), dtype=np.uint8)
                    np.save(folder / "in.npy", picture)
                    subprocess.run([build / "spindle", "run", model,
                                    f"--input={folder / 'in.npy'}", f"--output-dir={folder}"],
                                   check=True, stdout=subprocess.DEVNULL)
                    for name, wanted in run_onnxruntime(model, picture).items():
                        text, near = compare(name, wanted, np.load(folder / f"{name}.npy"),
                                             exact=precision == "int8")
                        good = good and near
                        print(f"{'ok  ' if near else 'FAIL'} {network} {alpha} {size} {precision} "
                              f"{text}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1])))
