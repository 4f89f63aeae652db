# SPDX-License-Identifier: MIT
"""Peer: ONNX Runtime's matrix products, each as a model of one node whose weights are constants.

A side is an operator at one setting; which ones are run depends on how many bits a weight of the
compared type takes:

    4 bits   MatMulNBits, blocks of 32, activations as int8 (accuracy level 4) and as float32 (0)
    8 bits   DynamicQuantizeMatMul (activations quantized on the way), and MatMulInteger (they are
             bytes already: less work than the others do)
    F32      MatMul
"""
import os
import sys

import alternation
import peer_worker

NAME = "onnxruntime"
BLOCK = 32
CONTRIB = "com.microsoft"

SIDES_OF_TYPE = {
    **dict.fromkeys(("Q4_0", "Q4_1", "Q4_K", "IQ4_NL"), ("nbits-int8", "nbits-float")),
    "Q8_0": ("dynamic-quantize", "integer"),
    "F32": ("float",),
}


def matmul_sides(python, job):
    return [alternation.Side(f"{NAME} {operator}", [python, os.path.abspath(__file__), "--operator",
                                                    operator, *job.arguments()])
            for operator in SIDES_OF_TYPE.get(job.type, ())]


class Graph:
    """One node: its type and attributes, its inputs, and the operands that they stand for."""

    def __init__(self, op, domain, attributes, feed, constants, operands, is_int32=False):
        self.op, self.domain, self.attributes = op, domain, attributes
        self.feed, self.constants = feed, constants  # the activations; the weights
        self.operands = operands  # weights [m, k] and activations [rows, k] as the node sees them
        self.is_int32 = is_int32


def symmetric(values, largest, levels):
    """int8 of -levels .. levels, and scales, of a symmetric quantization; largest: of all values,
    or [..., 1] of each group."""
    import numpy as np
    scale = (largest / levels).astype(np.float32)
    return np.clip(np.rint(values / scale), -levels, levels).astype(np.int8), scale


def nbits(weights, activations, level):
    """B: [m, k / 32, 16] bytes of two nibbles, the low one first, offset 8; scales [m, k / 32]."""
    import numpy as np
    m, k = weights.shape
    if k % BLOCK:
        sys.exit(f"MatMulNBits: expected k a multiple of {BLOCK}, found {k}")
    grouped = weights.reshape(m, k // BLOCK, BLOCK)
    quants, scale = symmetric(grouped, np.abs(grouped).max(axis=2, keepdims=True), 7)
    nibbles = (quants + 8).astype(np.uint8)
    packed = nibbles[:, :, 0::2] | (nibbles[:, :, 1::2] << 4)
    attributes = {"K": k, "N": m, "bits": 4, "block_size": BLOCK, "accuracy_level": level}
    back = (quants * scale).reshape(m, k)
    return Graph("MatMulNBits", CONTRIB, attributes, activations,
                 {"B": packed, "scales": scale.reshape(-1)}, (back, activations))


def dynamic_quantize(weights, activations):
    import numpy as np
    quants, scale = symmetric(weights, np.abs(weights).max(), 127)
    constants = {"B": np.ascontiguousarray(quants.T), "scale": scale.reshape(1)}
    return Graph("DynamicQuantizeMatMul", CONTRIB, {}, activations, constants,
                 (quants * scale, activations))


def integer(weights, activations):
    import numpy as np
    quants, _ = symmetric(weights, np.abs(weights).max(), 127)
    shifted = np.clip(np.rint(activations * 32 + 128), 0, 255).astype(np.uint8)
    constants = {"B": np.ascontiguousarray(quants.T), "zero": np.array(128, dtype=np.uint8)}
    return Graph("MatMulInteger", "", {}, shifted, constants,
                 (quants, shifted.astype(np.float32) - 128), is_int32=True)


def plain(weights, activations):
    import numpy as np
    return Graph("MatMul", "", {}, activations, {"B": np.ascontiguousarray(weights.T)},
                 (weights, activations))


OPERATORS = {
    "nbits-int8": lambda w, a: nbits(w, a, 4),
    "nbits-float": lambda w, a: nbits(w, a, 0),
    "dynamic-quantize": dynamic_quantize,
    "integer": integer,
    "float": plain,
}


def model_bytes(graph, shape):
    from onnx import TensorProto, helper, numpy_helper
    types = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8}
    node = helper.make_node(graph.op, ["A", *graph.constants], ["Y"], domain=graph.domain,
                            **graph.attributes)
    inputs = [helper.make_tensor_value_info("A", types[str(graph.feed.dtype)], graph.feed.shape)]
    out_type = TensorProto.INT32 if graph.is_int32 else TensorProto.FLOAT
    outputs = [helper.make_tensor_value_info("Y", out_type, shape)]
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    body = helper.make_graph([node], "product", inputs, outputs, constants)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)]
    # The oldest IR that has this opset: newer than the run time knows is refused.
    return helper.make_model(body, opset_imports=versions, ir_version=8).SerializeToString()


def bound_session(graph, options):
    """A session whose input and output stay where they are from run to run."""
    import numpy as np
    import onnxruntime
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    shape = (options.rows, options.m)
    session = onnxruntime.InferenceSession(model_bytes(graph, shape), settings,
                                           providers=["CPUExecutionProvider"])
    product = onnxruntime.OrtValue.ortvalue_from_numpy(
        np.zeros(shape, dtype=np.int32 if graph.is_int32 else np.float32))
    binding = session.io_binding()
    binding.bind_ortvalue_input("A", onnxruntime.OrtValue.ortvalue_from_numpy(graph.feed))
    binding.bind_ortvalue_output("Y", product)
    return session, binding, product


def main():
    parser = peer_worker.matmul_parser("Measures a matrix product of ONNX Runtime.")
    parser.add_argument("--operator", choices=OPERATORS, required=True)
    options = parser.parse_args()
    import onnxruntime
    graph = OPERATORS[options.operator](peer_worker.random_weights(options),
                                        peer_worker.random_activations(options))
    session, binding, product = bound_session(graph, options)
    samples = peer_worker.time_ms(lambda: session.run_with_iobinding(binding), options)
    peer_worker.check_product(product.numpy(), *graph.operands, 0.05)
    level = graph.attributes.get("accuracy_level")
    detail = "" if level is None else f", accuracy level {level}"
    peer_worker.report(samples, f"{graph.op}{detail}, onnxruntime {onnxruntime.__version__}")


if __name__ == "__main__":
    main()
