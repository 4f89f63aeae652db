# SPDX-License-Identifier: MIT
"""Peer: ONNX Runtime's convolution, as a model of one node whose weights are constants.

    float32   Conv
    int8      QLinearConv: activations of 8 bits without a sign, weights of 7 bits with one, a
              scale for each filter. That is what ONNX Runtime's quantizer calls reduce_range: on
              processors without dot products its kernels add pairs of products in 16 bits, where
              weights of 8 bits saturate.

The time is that of the node alone, by the run time's own profile: turning the input to the layout
that its kernels want, and the output back, does not count, as it does not for edgeai-bench.
"""
import json
import os
import sys
import tempfile

import alternation
import peer_worker

NAME = "onnxruntime"
KERNELS = ("Conv", "FusedConv", "QLinearConv")
IN_SCALE, OUT_SCALE = 1 / 127, 1 / 32
LEVELS = 63


def conv_sides(python, job):
    return [alternation.Side(f"{NAME} {kind}", [python, os.path.abspath(__file__), "--operands",
                                                kind, *job.arguments()])
            for kind in ("float32", "int8")]


def float_node(operands):
    """(feed, constants, inputs of the node, node type, what it computes with)"""
    constants = {"W": operands.weights, "B": operands.bias}
    return operands.activations, constants, "XWB", "Conv", operands


def int8_node(operands):
    import numpy as np
    codes = np.clip(np.rint(operands.activations / IN_SCALE) + 128, 0, 255).astype(np.uint8)
    largest = np.abs(operands.weights).max(axis=(1, 2, 3), keepdims=True)
    weights = np.rint(operands.weights / largest * LEVELS).astype(np.int8)
    w_scale = (largest / LEVELS).astype(np.float32)
    bias = np.rint(operands.bias / (IN_SCALE * w_scale.reshape(-1))).astype(np.int32)
    constants = {"s": np.float32(IN_SCALE), "o": np.float32(OUT_SCALE), "z": np.uint8(128), "W": weights,
                 "t": w_scale.reshape(-1), "0": np.zeros(len(weights), np.int8), "B": bias}
    seen = operands.with_values((codes.astype(np.float32) - 128) * IN_SCALE, weights * w_scale)
    return codes, constants, "XszWt0ozB", "QLinearConv", seen


OPERANDS = {"float32": float_node, "int8": int8_node}


def model_bytes(feed, constants, inputs, op, options):
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper
    kind = TensorProto.UINT8 if feed.dtype == np.uint8 else TensorProto.FLOAT
    pad = options.kernel // 2
    node = helper.make_node(op, list(inputs), ["Y"], pads=[pad] * 4, strides=[options.stride] * 2)
    out = peer_worker.conv_out_size(options)
    body = helper.make_graph(
        [node], "conv", [helper.make_tensor_value_info("X", kind, feed.shape)],
        [helper.make_tensor_value_info("Y", kind, (1, options.filters, out, out))],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)],
                             ir_version=8).SerializeToString()


def node_times(path):
    """Milliseconds of the convolution in each run, in order."""
    with open(path, encoding="utf-8") as file:
        events = json.load(file)
    return [event["dur"] / 1e3 for event in events
            if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")
            and event["args"].get("op_name") in KERNELS]


def main():
    parser = peer_worker.conv_parser("Measures a convolution of ONNX Runtime.")
    parser.add_argument("--operands", choices=OPERANDS, required=True)
    options = parser.parse_args()
    import numpy as np
    import onnxruntime
    feed, constants, inputs, op, seen = OPERANDS[options.operands](
        peer_worker.conv_operands(options))
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    settings.enable_profiling = True
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        settings.profile_file_prefix = os.path.join(folder, "profile")
        session = onnxruntime.InferenceSession(model_bytes(feed, constants, inputs, op, options),
                                               settings, providers=["CPUExecutionProvider"])
        found = session.run(None, {"X": feed})[0]
        n_runs = len(peer_worker.time_ms(lambda: session.run(None, {"X": feed}), options))
        samples = node_times(session.end_profiling())[-n_runs:]
    if len(samples) != n_runs:
        sys.exit(f"profile: expected {n_runs} runs, found {len(samples)}")
    if found.dtype == np.uint8:
        found = (found.astype(np.float32) - 128) * OUT_SCALE
    peer_worker.check_convolution(found, seen, options, 0.05)
    peer_worker.report(samples, f"{op}, its node alone, onnxruntime {onnxruntime.__version__}")


if __name__ == "__main__":
    main()
