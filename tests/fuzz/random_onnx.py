"""Random ONNX networks: any operator may follow any other where its shapes allow.

`random_network(seed)` gives a float model and its inputs. It makes the operators that trained networks of the MobileNet
family lack: ConvTranspose, PRelu, DepthToSpace, SpaceToDepth, Pad of every mode, Tile, Expand, the norms, Gelu, Selu, Mish,
reductions over any axes, Resize, convolutions and pools of sequences, If with a constant condition, ArgMax."""
import random

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

MOST_ELEMENTS = 6000  # of one tensor


class Network:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.opset = self.random.choice([13, 17, 18, 20, 21])
        self.nodes, self.constants, self.shapes, self.inputs = [], [], {}, []
        self.known, self.outputs = [], []
        self.count = 0

    def name(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, values, dtype=np.float32):
        name = self.name("c")
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def floats(self, shape, deviation=1.0, mean=0.0):
        return self.constant(self.numbers.normal(mean, deviation, shape))

    def add(self, op, inputs, shape, **attributes):
        output = self.name(op)
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        self.shapes[output] = tuple(shape)
        return output

    def input(self):
        pick = self.random.randint
        name = self.name("in")
        if self.random.random() < .2:
            shape = (1, pick(1, 8), pick(4, 60))
        else:
            shape = (1, self.random.choice([1, 2, 3, 4, 8]), pick(2, 20), pick(2, 20))
        self.shapes[name] = shape
        self.inputs.append(name)
        return name


def out_extent(extent, kernel, stride, dilation, before, behind):
    return (extent + before + behind - dilation * (kernel - 1) - 1) // stride + 1


def window(net, x, dilates):
    """Attributes of a window over the spatial dimensions of x, and the output's extents; None if there is none."""
    pick = net.random.randint
    kernel, strides, dilations, before, behind, extents = [], [], [], [], [], []
    for extent in net.shapes[x][2:]:
        k = min(pick(1, 4), extent)
        d = 2 if dilates and 2 * k - 1 <= extent and pick(0, 4) == 0 else 1
        s, b, e = pick(1, 2), pick(0, k // 2), pick(0, k // 2)
        kernel.append(k), strides.append(s), dilations.append(d), before.append(b), behind.append(e)
        extents.append(out_extent(extent, k, s, d, b, e))
    attributes = dict(kernel_shape=kernel, strides=strides, pads=before + behind)
    if dilates:
        attributes["dilations"] = dilations
    return attributes, extents


def is_map(net, x):
    return len(net.shapes[x]) in (3, 4)


def conv(net, x):
    if not is_map(net, x):
        return dense(net, x)
    shape = net.shapes[x]
    channels = shape[1]
    kind = net.random.random()
    groups = channels if kind < .3 else 2 if kind < .4 and channels % 2 == 0 else 1
    outputs = groups * net.random.randint(1, 3 if groups > 1 else 12)
    if groups == 1 and kind > .8:
        outputs = net.random.choice([8, 16])
    attributes, extents = window(net, x, True)
    weights = (outputs, channels // groups, *attributes["kernel_shape"])
    w = net.floats(weights, 1 / np.sqrt(np.prod(weights[1:])))
    return net.add("Conv", [x, w, net.floats((outputs,), .3)], (1, outputs, *extents), group=groups, **attributes)


def conv_transpose(net, x):
    shape = net.shapes[x]
    if len(shape) != 4:
        return conv(net, x)
    groups = shape[1] if net.random.random() < .2 else 1
    each = net.random.randint(1, 6) if groups == 1 else 1
    kernel, strides, pads, extra, extents = [], [], [], [], []
    for extent in shape[2:]:
        s = net.random.randint(1, 3)
        k = net.random.randint(1, 4)
        p = net.random.randint(0, max(0, (k - 1) // 2))
        o = net.random.randint(0, s - 1) if net.random.random() < .4 else 0
        kernel.append(k), strides.append(s), pads.append(p), extra.append(o)
        extents.append((extent - 1) * s + k - 2 * p + o)
    if min(extents) < 1 or np.prod(extents) * each * groups > MOST_ELEMENTS:
        return x
    w = net.floats((shape[1], each, *kernel), 1 / np.sqrt(shape[1] * np.prod(kernel)))
    return net.add("ConvTranspose", [x, w, net.floats((each * groups,), .3)], (1, each * groups, *extents), group=groups,
                   kernel_shape=kernel, strides=strides, pads=pads + pads, output_padding=extra)


def dense(net, x):
    shape = net.shapes[x]
    k = shape[-1]
    if k > 500:
        return x
    n = net.random.randint(1, 12)
    return net.add("MatMul", [x, net.floats((k, n), 1 / np.sqrt(k))], (*shape[:-1], n))


def pool(net, x):
    if not is_map(net, x):
        return activation(net, x)
    attributes, extents = window(net, x, False)
    op = net.random.choice(["MaxPool", "AveragePool"])
    if op == "AveragePool" and net.random.random() < .4:
        attributes["count_include_pad"] = 1
    return net.add(op, [x], (*net.shapes[x][:2], *extents), **attributes)


def activation(net, x):
    kinds = ["Relu", "Relu6", "HardSwish", "Sigmoid", "LeakyRelu", "Selu", "Elu", "Tanh", "HardSigmoid", "PRelu"]
    if net.opset >= 18:
        kinds.append("Mish")
    if net.opset >= 20:
        kinds += ["Gelu", "Gelu"]
    kind, shape = net.random.choice(kinds), net.shapes[x]
    if kind == "Relu6":
        return net.add("Clip", [x, net.constant(0), net.constant(6)], shape)
    if kind == "HardSwish" and net.opset < 14:
        kind = "HardSigmoid"
    if kind == "PRelu":
        slopes = net.random.choice([(1,), (shape[1],) + (1,) * (len(shape) - 2), shape[1:]])
        if len(shape) < 3:
            slopes = (1,)
        return net.add("PRelu", [x, net.constant(net.numbers.uniform(-.2, .6, slopes))], shape)
    attributes = {"approximate": net.random.choice(["none", "tanh"])} if kind == "Gelu" else {}
    return net.add(kind, [x], shape, **attributes)


def space(net, x):
    shape = net.shapes[x]
    if len(shape) != 4:
        return pad(net, x)
    n, c, h, w = shape
    block = net.random.choice([2, 2, 3])
    if h % block == 0 and w % block == 0 and net.random.random() < .5:
        return net.add("SpaceToDepth", [x], (n, c * block**2, h // block, w // block), blocksize=block)
    if c % block**2:
        x = conv_to(net, x, block**2 * net.random.randint(1, 3))
        c = net.shapes[x][1]
    return net.add("DepthToSpace", [x], (n, c // block**2, h * block, w * block), blocksize=block,
                   mode=net.random.choice(["DCR", "CRD"]))


def conv_to(net, x, outputs):
    shape = net.shapes[x]
    w = net.floats((outputs, shape[1]) + (1,) * (len(shape) - 2), 1 / np.sqrt(shape[1]))
    return net.add("Conv", [x, w], (shape[0], outputs, *shape[2:]))


def pad(net, x):
    shape = net.shapes[x]
    modes = ["constant", "reflect", "edge"] + (["wrap"] if net.opset >= 19 else [])
    mode = net.random.choice(modes)
    axes = range(len(shape)) if mode == "constant" else range(2, len(shape))
    before, behind = [0] * len(shape), [0] * len(shape)
    for axis in axes:
        most = 2 if mode == "constant" else min(2, shape[axis] - 1)
        if axis > 0 and most > 0:
            before[axis], behind[axis] = net.random.randint(0, most), net.random.randint(0, most)
    inputs = [x, net.constant(before + behind, np.int64)]
    if mode == "constant" and net.random.random() < .3:
        inputs.append(net.constant(.5))
    return net.add("Pad", inputs, [a + b + c for a, b, c in zip(before, shape, behind)], mode=mode)


def repeat(net, x):
    shape = net.shapes[x]
    if net.random.random() < .5:
        times = [1] + [net.random.choice([1, 1, 2, 3]) for _ in shape[1:]]
        return net.add("Tile", [x, net.constant(times, np.int64)], [a * b for a, b in zip(shape, times)])
    if len(shape) == 4:
        x = net.add("GlobalAveragePool", [x], (*shape[:2], 1, 1))
        to = (*shape[:2], net.random.randint(1, 5), net.random.randint(1, 5))
    else:
        to = shape
    return net.add("Expand", [x, net.constant(to, np.int64)], to)


def norm(net, x):
    shape = net.shapes[x]
    kind = net.random.choice(["InstanceNormalization", "LayerNormalization", "GroupNormalization", "BatchNormalization"])
    if len(shape) < 3:
        kind = "LayerNormalization"
    c = shape[1]
    ones = lambda extents: net.constant(net.numbers.uniform(.5, 1.5, extents))
    if kind == "LayerNormalization":
        if net.opset < 17 or np.prod(shape[-1:]) < 2:
            return x
        axis = net.random.choice([-1, -1, 1])
        of = shape[axis:]
        return net.add(kind, [x, ones(of), net.floats(of, .2)], shape, axis=axis)
    if kind == "GroupNormalization" and net.opset >= 21 and np.prod(shape[2:]) > 1:
        groups = net.random.choice([g for g in range(1, c + 1) if c % g == 0])
        return net.add(kind, [x, ones((c,)), net.floats((c,), .2)], shape, num_groups=groups)
    if kind == "InstanceNormalization" and np.prod(shape[2:]) > 1:
        return net.add(kind, [x, ones((c,)), net.floats((c,), .2)], shape)
    return net.add("BatchNormalization", [x, ones((c,)), net.floats((c,), .2), net.floats((c,), .2), ones((c,))], shape)


def reduce(net, x):
    shape = net.shapes[x]
    if len(shape) < 3:
        return activation(net, x)
    axes = sorted(net.random.sample(range(1, len(shape)), net.random.randint(1, len(shape) - 1)))
    op = net.random.choice(["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceL1", "ReduceSumSquare"])
    to = [1 if i in axes else n for i, n in enumerate(shape)]
    if op == "ReduceSum" or net.opset >= 18:
        return net.add(op, [x, net.constant(axes, np.int64)], to)
    return net.add(op, [x], to, axes=axes)


def resize(net, x):
    shape = net.shapes[x]
    if len(shape) != 4:
        return pool(net, x)
    mode = net.random.choice(["linear", "nearest"])
    attributes = dict(mode=mode, coordinate_transformation_mode=net.random.choice(
        ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]))
    if mode == "nearest":
        attributes["nearest_mode"] = net.random.choice(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"])
    if net.random.random() < .5:
        by = net.random.choice([2, 2, 3])
        to = (*shape[:2], shape[2] * by, shape[3] * by)
        inputs = [x, "", net.constant([1, 1, by, by])]
    else:
        to = (*shape[:2], net.random.randint(1, 24), net.random.randint(1, 24))
        inputs = [x, "", "", net.constant(to, np.int64)]
    return net.add("Resize", inputs, to, **attributes)


def branch(net, x):
    """An If with a constant condition whose branches read the outer graph."""
    def graph(op):
        output = net.name(op)
        return helper.make_graph([helper.make_node(op, [x], [output])], op, [],
                                 [helper.make_tensor_value_info(output, TensorProto.FLOAT, net.shapes[x])])
    condition = net.constant(net.random.random() < .5, np.bool_)
    return net.add("If", [condition], net.shapes[x], then_branch=graph("Tanh"), else_branch=graph("Relu"))


def combine(net, x):
    shape = net.shapes[x]
    fits = [k for k in net.known if k != x and len(net.shapes[k]) == len(shape) and
            all(b in (1, a) for a, b in zip(shape, net.shapes[k]))]
    op = net.random.choice(["Add", "Add", "Mul", "Sub"])
    if fits and net.random.random() < .7:
        other = net.random.choice(fits)
    else:
        other = net.floats([net.random.choice([1, n]) for n in shape])
    return net.add(op, [x, other] if net.random.random() < .6 else [other, x], shape)


def concat(net, x):
    shape = net.shapes[x]
    axis = net.random.randint(1, len(shape) - 1)
    fits = [k for k in net.known if len(net.shapes[k]) == len(shape) and
            all(a == b for i, (a, b) in enumerate(zip(shape, net.shapes[k])) if i != axis)]
    parts = [x] + net.random.sample(fits, min(len(fits), net.random.randint(1, 2)))
    net.random.shuffle(parts)
    to = list(shape)
    to[axis] = sum(net.shapes[p][axis] for p in parts)
    return net.add("Concat", parts, to, axis=axis)


def move(net, x):
    shape = net.shapes[x]
    kind = net.random.choice(["transpose", "slice", "reshape"])
    if kind == "transpose":
        perm = [0] + net.random.sample(range(1, len(shape)), len(shape) - 1)
        return net.add("Transpose", [x], [shape[p] for p in perm], perm=perm)
    if kind == "slice":
        axis = net.random.randint(1, len(shape) - 1)
        start = net.random.randint(0, shape[axis] - 1)
        step = net.random.choice([1, 1, 2, -1])
        end = shape[axis] if step > 0 else -shape[axis] - 1
        if step < 0:
            start = shape[axis] - 1
        to = list(shape)
        to[axis] = len(range(shape[axis])[start::step] if step > 0 else range(shape[axis])[::-1])
        return net.add("Slice", [x] + [net.constant([v], np.int64) for v in (start, end, axis, step)], to)
    c, rest = shape[1], int(np.prod(shape[2:]))
    to = net.random.choice([(1, rest, c, 1), (1, c, rest), (1, c * rest), (1, c, 1, rest)])
    return net.add("Reshape", [x, net.constant(to, np.int64)], to)


KINDS = [conv] * 5 + [conv_transpose] * 2 + [activation] * 4 + [pool] * 2 + [space] * 2 + [pad] * 2 + [repeat, norm, norm] + \
    [reduce, reduce, resize, resize, branch, combine, combine, concat, move, move, dense]


def too_large(net, x):
    shape = net.shapes[x]
    return np.prod(shape) > MOST_ELEMENTS or len(shape) > 4 or (len(shape) > 1 and shape[1] > 64)


def random_network(seed):
    """The model and a dictionary of three times as many inputs as it has: random arrays, for calibration and comparison."""
    net = Network(seed)
    net.known = [net.input() for _ in range(net.random.choice([1, 1, 1, 2]))]
    x = conv(net, net.known[0])
    for unread in net.known[1:]:
        net.outputs.append(activation(net, conv(net, unread)))
    net.known.append(x)
    for _ in range(net.random.randint(2, 8)):
        if net.random.random() < .15:
            x = net.random.choice(net.known)
        before = len(net.nodes), len(net.constants)
        y = net.random.choice(KINDS)(net, x)
        if too_large(net, y):
            del net.nodes[before[0]:], net.constants[before[1]:]
            continue
        x = y
        net.known.append(x)
        if net.random.random() < .08 and x not in net.inputs:
            net.outputs.append(x)
    kind = net.random.random()
    if x in net.inputs:
        x = activation(net, x)
    if kind < .15:
        keep = net.random.choice([0, 1])
        axis = net.random.randint(1, len(net.shapes[x]) - 1)
        shape = [1 if i == axis else n for i, n in enumerate(net.shapes[x]) if keep or i != axis]
        x = net.add("ArgMax", [x], shape, axis=axis, keepdims=keep, select_last_index=net.random.choice([0, 1]))
    elif kind < .3:
        # Over a single element ONNX Runtime's kernels differ from each other.
        axes = [axis for axis in (1, len(net.shapes[x]) - 1) if net.shapes[x][axis] > 1]
        if axes:
            x = net.add("Softmax", [x], net.shapes[x], axis=net.random.choice(axes))
    net.outputs.append(x)
    outputs = list(dict.fromkeys(net.outputs))
    return model(net, outputs), [arrays(net) for _ in range(3)]


def arrays(net):
    return {name: net.numbers.normal(0, 1, net.shapes[name]).astype(np.float32) for name in net.inputs}


def model(net, outputs):
    needed, kept = set(outputs), []
    for node in reversed(net.nodes):
        if node.output[0] in needed:
            kept.append(node)
            needed.update(node.input)
            for attribute in node.attribute:
                for inner in attribute.g.node:
                    needed.update(inner.input)
    net.inputs = [name for name in net.inputs if name in needed]
    kinds = {name: TensorProto.INT64 if name.startswith("ArgMax") else TensorProto.FLOAT for name in outputs}
    graph = helper.make_graph(
        kept[::-1], "random",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, net.shapes[name]) for name in net.inputs],
        [helper.make_tensor_value_info(name, kinds[name], net.shapes[name]) for name in outputs],
        [constant for constant in net.constants if constant.name in needed])
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", net.opset)], ir_version=9)
    checker.check_model(result, full_check=True)
    return result
