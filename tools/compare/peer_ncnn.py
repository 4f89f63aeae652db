# SPDX-License-Identifier: MIT
"""Peer: ncnn's convolution, through its Python package.

A layer with as many filters as channels and stride 1 stands four times in a row, and a quarter of
the time counts, so that bringing the input to ncnn's layout and the output back weighs little. In
int8 the layers between hand on codes of 8 bits, as ncnn's own quantizer arranges it.
"""
import os
import struct
import sys
import tempfile

import alternation
import peer_worker

NAME = "ncnn"
TAG_INT8 = 0x000D4B38
SCALES, SCALES_AND_OUTPUT = 1, 101  # Convolution's parameter 8
OUTPUT_SCALE = 127 / 4  # of results whose variance is about 1


def conv_sides(python, job):
    return [alternation.Side(f"{NAME} {kind}", [python, os.path.abspath(__file__), "--operands",
                                                kind, *job.arguments()])
            for kind in ("float32", "int8")]


def layer_parameters(options, int8):
    values = {0: options.filters, 1: options.kernel, 3: options.stride, 4: options.kernel // 2,
              5: 1, 6: options.filters * options.channels * options.kernel ** 2}
    if int8:
        values[8] = int8
    return " ".join(f"{key}={value}" for key, value in values.items())


def network(operands, options, n_layers, is_int8):
    """(text of the .param file, bytes of the .bin file)"""
    import numpy as np
    lines = ["7767517", f"{n_layers + 1} {n_layers + 1}",
             f"Input input 0 1 b0 0={options.size} 1={options.size} 2={options.channels}"]
    data = b""
    for i in range(n_layers):
        int8 = (SCALES if i == n_layers - 1 else SCALES_AND_OUTPUT) if is_int8 else 0
        lines.append(f"Convolution c{i} 1 1 b{i} b{i + 1} " + layer_parameters(options, int8))
        bias = operands.bias.astype(np.float32).tobytes()
        if not is_int8:
            data += struct.pack("<I", 0) + operands.weights.tobytes() + bias
            continue
        scales = 127 / np.abs(operands.weights).max(axis=(1, 2, 3)).astype(np.float32)
        codes = np.rint(operands.weights * scales[:, None, None, None]).astype(np.int8).tobytes()
        data += struct.pack("<I", TAG_INT8) + codes + b"\0" * (-len(codes) % 4) + bias
        data += scales.tobytes() + struct.pack("<f", input_scale(operands, i))
        if int8 == SCALES_AND_OUTPUT:
            data += struct.pack("<f", OUTPUT_SCALE)
    return "\n".join(lines) + "\n", data


def input_scale(operands, layer):
    import numpy as np
    return OUTPUT_SCALE if layer else float(127 / np.abs(operands.activations).max())


def load(operands, options, n_layers):
    import ncnn
    text, data = network(operands, options, n_layers, options.operands == "int8")
    net = ncnn.Net()
    net.opt.num_threads = options.threads
    net.opt.use_vulkan_compute = False
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        path = os.path.join(folder, "conv")
        with open(path + ".param", "w", encoding="ascii") as file:
            file.write(text)
        with open(path + ".bin", "wb") as file:
            file.write(data)
        if net.load_param(path + ".param") != 0 or net.load_model(path + ".bin") != 0:
            sys.exit("ncnn cannot load the network")
    return net


def run(net, feed, n_layers):
    extractor = net.create_extractor()
    extractor.input("b0", feed)
    status, found = extractor.extract(f"b{n_layers}")
    if status != 0:
        sys.exit(f"ncnn: extract: {status}")
    return found


def main():
    parser = peer_worker.conv_parser("Measures a convolution of ncnn.")
    parser.add_argument("--operands", choices=("float32", "int8"), required=True)
    options = parser.parse_args()
    import ncnn
    import numpy as np
    operands = peer_worker.conv_operands(options)
    feed = ncnn.Mat(np.ascontiguousarray(operands.activations[0])).clone()
    found = np.array(run(load(operands, options, 1), feed, 1))
    peer_worker.check_convolution(found[None], operands, options, 0.05)
    n_layers = 4 if options.filters == options.channels and options.stride == 1 else 1
    net = load(operands, options, n_layers)
    samples = peer_worker.time_ms(lambda: run(net, feed, n_layers), options)
    peer_worker.report([ms / n_layers for ms in samples],
                       f"Convolution, {n_layers} in a row, ncnn {ncnn.__version__}")


if __name__ == "__main__":
    main()
