#!/usr/bin/env python3
"""Random networks through Spindle and ONNX Runtime; says where they differ.

usage: onnxruntime_fuzz.py SPINDLE FIRST COUNT [--forms=float,qdq,qoperator] [--code=SHARE] [--keep=FOLDER]

Seeds FIRST to FIRST + COUNT - 1 (random_onnx.py), each in float and as ONNX Runtime's own quantizer makes it: int8 in QDQ form,
uint8 as QOperators, weights per channel or per tensor; sometimes with a second QuantizeLinear and DequantizeLinear behind the
first. Each is run

  - by `spindle run --no-jit` and by ONNX Runtime on its integer path: floats agree to 1e-4 of the largest; of quantized values
    at most a hundredth differs, and those by a step or two, because ONNX Runtime computes some operators in float that the
    contract (docs/numeric-contract.md) computes in integers. Where it differs from its own results without optimization,
    those count, too;
  - for a SHARE of them (default 0.3) by `spindle verify --target=host`: the generated C against the reference interpreter, to
    the bit in integers.

A refusal is counted by its code, and no finding. Networks of findings stay in FOLDER, if it is given. Needs numpy, onnx,
onnxruntime and sympy (PyPI); says so and does nothing without them."""
import argparse
import collections
import logging
import pathlib
import random
import re
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import onnx
    import onnxruntime as ort
    from onnxruntime import quantization as quant
    from random_onnx import random_network
except ImportError as error:
    print(f"*** SKIPPED: {error} ***")
    sys.exit(0)

FLOAT_TOLERANCE = 1e-4
MOST_DIFFERENT = 0.01  # of the values of a quantized output
MOST_STEPS = 2.01


class Samples(quant.CalibrationDataReader):
    def __init__(self, samples):
        self.left = list(samples)

    def get_next(self):
        return self.left.pop() if self.left else None


def quantize_twice(model, choose):
    """Puts another quantization behind a DequantizeLinear that is read by something."""
    graph = model.graph
    constants = {c.name: onnx.numpy_helper.to_array(c) for c in graph.initializer}
    # Not before a Conv or Gemm, whose bias has a scale that fits the first quantization.
    taken = {o.name for o in graph.output}
    taken |= {i for n in graph.node if n.op_type in ("Conv", "Gemm", "ConvTranspose") for i in n.input}
    places = [n for n in graph.node if n.op_type == "DequantizeLinear" and n.input[0] not in constants and
              n.output[0] not in taken]
    if not places:
        return
    node = choose.choice(places)
    scale, zero = constants[node.input[1]], constants[node.input[2]]
    again = [scale * np.float32(choose.uniform(.7, 1.4)),
             np.clip(int(zero) + choose.randint(-10, 10), -128 if zero.dtype == np.int8 else 0,
                     127 if zero.dtype == np.int8 else 255).astype(zero.dtype)]
    names = ["again_scale", "again_zero"]
    graph.initializer.extend(onnx.numpy_helper.from_array(np.asarray(v, v.dtype), n) for v, n in zip(again, names))
    first, node.output[0] = node.output[0], "first_real"
    at = list(graph.node).index(node) + 1
    graph.node.insert(at, onnx.helper.make_node("QuantizeLinear", ["first_real", *names], ["again_codes"]))
    graph.node.insert(at + 1, onnx.helper.make_node("DequantizeLinear", ["again_codes", *names], [first]))


def quantized(folder, form, samples, seed):
    choose = random.Random(seed)
    qdq = form == "qdq"
    quant.quantize_static(
        folder / "float.onnx", folder / f"{form}.onnx", Samples(samples),
        quant_format=quant.QuantFormat.QDQ if qdq else quant.QuantFormat.QOperator,
        activation_type=quant.QuantType.QInt8 if qdq else quant.QuantType.QUInt8,
        weight_type=quant.QuantType.QInt8, per_channel=choose.random() < .6, reduce_range=True)
    if qdq and choose.random() < .3:
        model = onnx.load(folder / f"{form}.onnx")
        quantize_twice(model, choose)
        onnx.save(model, folder / f"{form}.onnx")


def run_onnxruntime(model, inputs, optimized=True):
    options = ort.SessionOptions()
    if not optimized:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    # It would round float weights of a ConvTranspose between quantized tensors to 8 bits.
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"],
                                   disabled_optimizers=["WeightBiasQuantization"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))


def difference(wanted, got, exact):
    """What is wrong with an output, or an empty text."""
    if wanted.shape != got.shape:
        return f"shape {got.shape}, not {wanted.shape}"
    if wanted.dtype.kind == "i":
        wrong = np.count_nonzero(wanted != got) / wanted.size
        return f"{wrong:.1%} of indices differ" if wrong > .02 else ""
    apart = np.abs(wanted.astype(np.float64) - got)
    largest = max(np.abs(wanted).max(initial=0), 1e-9)
    if apart.max(initial=0) <= (1e-6 if exact else FLOAT_TOLERANCE) * largest:
        return ""
    if not exact:
        return f"{apart.max() / largest:.2g} of the largest"
    steps = np.diff(np.unique(wanted))
    step = steps[steps > 1e-3 * largest].min(initial=largest)  # a float tail is taken for steps of 1/1000
    wrong = apart > 1e-5 * largest
    if wrong.sum() <= max(1, MOST_DIFFERENT * wanted.size) and apart.max(initial=0) <= MOST_STEPS * step:
        return ""
    return f"{wrong.sum()} of {wanted.size} values differ, by up to {apart.max() / step:.1f} steps"


def differences(wanted, got, form):
    texts = {name: difference(wanted[name], got[name], form != "float") for name in wanted}
    return {name: text for name, text in texts.items() if text}


def spindle(arguments, **more):
    return subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=300, **more)


def check(tool, folder, form, inputs, code):
    """What came out for one model: (kind, text); the kind `same` is no finding, nor is `refused ...`."""
    model = folder / f"{form}.onnx"
    try:
        wanted = run_onnxruntime(model, inputs)
    except Exception as error:  # ONNX Runtime raises classes of its own
        return "onnxruntime refuses", str(error)[:200]
    given = []
    for name in inputs:
        np.save(folder / f"{name}.npy", inputs[name])
        given.append(folder / f"{name}.npy")
    result = spindle([tool, "run", "--no-jit", model, "--output-dir", folder / form, "--input", *given])
    if result.returncode == 1:
        codes = re.findall(r"error\[(E\d+)\]: (.*)", result.stdout)
        return "refused " + (codes[0][0] if codes else "?"), codes[0][1] if codes else result.stdout
    if result.returncode != 0:
        return "CRASH", f"exit code {result.returncode}: {result.stdout[-500:]}"
    got = {name: np.load(folder / form / (re.sub(r"[^A-Za-z0-9_.-]", "_", name) + ".npy")) for name in wanted}
    wrong = differences(wanted, got, form)
    if wrong:  # what agrees with ONNX Runtime's own result without optimization is right, too
        plain = differences(run_onnxruntime(model, inputs, optimized=False), got, form)
        wrong = {name: text for name, text in wrong.items() if name in plain}
    if wrong:
        return "DIFFERS", "; ".join(f"{name}: {text}" for name, text in wrong.items())
    if code:
        result = spindle([tool, "verify", "--target=host", model, "--input", *given])
        if result.returncode != 0:
            return "CODE", f"exit code {result.returncode}: {result.stdout[-500:]}"
    return "same", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spindle", type=pathlib.Path)
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--forms", default="float,qdq,qoperator")
    parser.add_argument("--code", type=float, default=.3)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    logging.disable()  # the quantizer's advice
    counts = collections.Counter()
    for seed in range(options.first, options.first + options.count):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            model, samples = random_network(seed)
            onnx.save(model, folder / "float.onnx")
            for form in options.forms.split(","):
                if form != "float":
                    try:
                        quantized(folder, form, samples[1:], seed)
                    except Exception as error:  # the quantizer's own faults
                        counts[f"{form}: not quantized"] += 1
                        print(f"seed {seed} {form}: not quantized: {str(error)[:150]}", flush=True)
                        continue
                kind, text = check(options.spindle, folder, form, samples[0],
                                   random.Random(seed).random() < options.code)
                counts[f"{form}: {kind}"] += 1
                if kind != "same":
                    print(f"seed {seed} {form}: {kind}: {text}", flush=True)
                if kind.isupper() and options.keep:
                    kept = options.keep / f"{seed}_{form}"
                    kept.mkdir(parents=True, exist_ok=True)
                    for file in [folder / f"{form}.onnx", *folder.glob("*.npy")]:
                        (kept / file.name).write_bytes(file.read_bytes())
    for kind, count in sorted(counts.items()):
        print(f"{count:6} {kind}")
    return 1 if any(k.split(": ")[1].isupper() for k in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
