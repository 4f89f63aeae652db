# SPDX-License-Identifier: MIT
"""Peer: ggml's matrix product, in the shared libraries that llama-cpp-python brings.

The weights lie where llama.cpp would put them: in the first of the CPU's extra buffer types
(repacked panels, AMX) that supports the product, else in a plain CPU buffer. Activations and
product are float32; what ggml quantizes of the activations on the way is part of the time.
"""
import ctypes
import os
import sys

import alternation
import peer_worker

NAME = "ggml"

# enum ggml_type
TYPES = {"F32": 0, "F16": 1, "BF16": 30, "Q8_0": 8, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q5_1": 7,
         "Q2_K": 10, "Q3_K": 11, "Q4_K": 12, "Q5_K": 13, "Q6_K": 14, "IQ4_NL": 20, "TQ1_0": 34,
         "TQ2_0": 35}
FEATURES = ("avx2", "fma", "f16c", "avx_vnni", "avx512", "avx512_vnni", "amx_int8", "neon",
            "dotprod", "matmul_int8", "sve", "llamafile")
BUFFER_USAGE_WEIGHTS = 1  # enum ggml_backend_buffer_usage
TOLERANCE = 0.03  # of the activations, which ggml quantizes to 8 bits
CHECKED_ROWS = 64  # of the weights


def matmul_sides(python, job):
    return [alternation.Side(NAME, [python, os.path.abspath(__file__), "--type", job.type,
                                    *job.arguments()])]


class InitParams(ctypes.Structure):
    """struct ggml_init_params"""
    _fields_ = [("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p),
                ("no_alloc", ctypes.c_bool)]


P, SIZE, INT, I64 = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int64
SIGNATURES = {
    "ggml_init": (P, InitParams),
    "ggml_new_tensor_2d": (P, P, INT, I64, I64),
    "ggml_mul_mat": (P, P, P, P),
    "ggml_new_graph": (P, P),
    "ggml_build_forward_expand": (None, P, P),
    "ggml_nbytes": (SIZE, P),
    "ggml_backend_cpu_init": (P,),
    "ggml_backend_cpu_reg": (P,),
    "ggml_backend_cpu_set_n_threads": (None, P, INT),
    "ggml_backend_reg_dev_get": (P, P, SIZE),
    "ggml_backend_reg_get_proc_address": (P, P, ctypes.c_char_p),
    "ggml_backend_dev_buffer_type": (P, P),
    "ggml_backend_dev_supports_op": (ctypes.c_bool, P, P),
    "ggml_backend_buft_name": (ctypes.c_char_p, P),
    "ggml_backend_buft_alloc_buffer": (P, P, SIZE),
    "ggml_backend_buft_get_alloc_size": (SIZE, P, P),
    "ggml_backend_buffer_get_base": (P, P),
    "ggml_backend_buffer_set_usage": (None, P, INT),
    "ggml_backend_buffer_free": (None, P),
    "ggml_backend_tensor_alloc": (INT, P, P, P),
    "ggml_backend_tensor_set": (None, P, P, SIZE, SIZE),
    "ggml_backend_tensor_get": (None, P, P, SIZE, SIZE),
    "ggml_backend_alloc_ctx_tensors": (P, P, P),
    "ggml_backend_graph_compute": (INT, P, P),
    "ggml_version": (ctypes.c_char_p,),
    **{f"ggml_cpu_has_{feature}": (INT,) for feature in FEATURES},
}


class Ggml:
    """The functions of SIGNATURES as attributes, without the prefix ggml_."""

    def __init__(self, folder):
        names = ["libggml-base.so", "libggml-cpu.so", "libggml.so"]
        libraries = [ctypes.CDLL(os.path.join(folder, name), ctypes.RTLD_GLOBAL) for name in names]
        for name, (result, *arguments) in SIGNATURES.items():
            owner = next((one for one in libraries if hasattr(one, name)), None)
            if owner is None:
                sys.exit(f"{folder}: no {name} in {', '.join(names)}")
            function = getattr(owner, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name[len("ggml_"):], function)
        self.backend = self.backend_cpu_init()
        registry = self.backend_cpu_reg()
        self.device = self.backend_reg_dev_get(registry, 0)
        address = self.backend_reg_get_proc_address(registry, b"ggml_backend_dev_get_extra_bufts")
        extra_buffer_types = ctypes.CFUNCTYPE(ctypes.POINTER(P), P)
        self.extra_buffer_types = extra_buffer_types(address) if address else None

    def buffer_types(self):
        """The CPU's buffer types for weights, in the order llama.cpp tries them."""
        if self.extra_buffer_types:
            extra = self.extra_buffer_types(self.device)
            i = 0
            while extra and extra[i]:
                yield extra[i]
                i += 1
        yield self.backend_dev_buffer_type(self.device)


class Product:
    """weights [m, k] times activations [rows, k], in one buffer type; graph None: not supported."""

    def __init__(self, ggml, options, buffer_type):
        self.ggml, self.graph = ggml, None
        self.buffer_name = ggml.backend_buft_name(buffer_type).decode()
        context = ggml.init(InitParams(1 << 20, None, True))
        self.weights = ggml.new_tensor_2d(context, TYPES[options.type], options.k, options.m)
        self.activations = ggml.new_tensor_2d(context, TYPES["F32"], options.k, options.rows)
        self.product = ggml.mul_mat(context, self.weights, self.activations)
        size = ggml.backend_buft_get_alloc_size(buffer_type, self.weights)
        buffer = ggml.backend_buft_alloc_buffer(buffer_type, size)
        ggml.backend_buffer_set_usage(buffer, BUFFER_USAGE_WEIGHTS)
        ggml.backend_tensor_alloc(buffer, self.weights, ggml.backend_buffer_get_base(buffer))
        if not ggml.backend_dev_supports_op(ggml.device, self.product):
            ggml.backend_buffer_free(buffer)
            return
        ggml.backend_alloc_ctx_tensors(context, ggml.backend)
        self.graph = ggml.new_graph(context)
        ggml.build_forward_expand(self.graph, self.product)

    def fill(self, raw, activations):
        """raw: the weights' bytes as a GGUF file holds them; the buffer may repack them."""
        n_bytes = self.ggml.nbytes(self.weights)
        if n_bytes != raw.size:
            sys.exit(f"ggml_nbytes: expected {raw.size}, found {n_bytes}")
        self.ggml.backend_tensor_set(self.weights, raw.ctypes.data, 0, raw.size)
        self.ggml.backend_tensor_set(self.activations, activations.ctypes.data, 0,
                                     activations.nbytes)

    def run(self):
        status = self.ggml.backend_graph_compute(self.ggml.backend, self.graph)
        if status != 0:
            sys.exit(f"ggml_backend_graph_compute: status {status}")

    def result(self, options):
        import numpy as np
        values = np.empty((options.rows, options.m), dtype=np.float32)
        self.ggml.backend_tensor_get(self.product, values.ctypes.data, 0, values.nbytes)
        return values


def library_folder():
    """Where llama-cpp-python keeps its libraries; found without importing it."""
    import importlib.util
    package = importlib.util.find_spec("llama_cpp")
    if package is None:
        sys.exit("llama-cpp-python is not installed")
    return os.path.join(os.path.dirname(package.origin), "lib")


def random_weights(options):
    """The bytes of random weights [m, k] of the type, and the first rows as float32."""
    import numpy as np
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests",
                                    "golden"))
    import blocks
    n_elements = blocks.FORMATS[options.type].elements
    if options.k % n_elements:
        sys.exit(f"{options.type}: expected k a multiple of {n_elements}, found {options.k}")
    n_blocks = options.m * options.k // n_elements
    raw = blocks.random_blocks(np.random.RandomState(1), options.type, n_blocks, 1).reshape(-1)
    n_rows = min(options.m, CHECKED_ROWS)
    return raw, blocks.dequantize(options.type, raw, (n_rows, options.k))


def main():
    parser = peer_worker.matmul_parser("Measures ggml's matrix product.")
    parser.add_argument("--type", choices=TYPES, required=True)
    options = parser.parse_args()
    ggml = Ggml(library_folder())
    ggml.backend_cpu_set_n_threads(ggml.backend, options.threads)
    products = (Product(ggml, options, kind) for kind in ggml.buffer_types())
    product = next((one for one in products if one.graph), None)
    if product is None:
        sys.exit(f"no buffer type of this CPU supports a product of {options.type}")
    raw, some_weights = random_weights(options)
    activations = peer_worker.random_activations(options)
    product.fill(raw, activations)
    samples = peer_worker.time_ms(product.run, options)
    peer_worker.check_product(product.result(options), some_weights, activations, TOLERANCE)
    features = [one for one in FEATURES if getattr(ggml, f"cpu_has_{one}")()]
    peer_worker.report(samples, f"ggml {ggml.version().decode()}, weights in "
                                f"{product.buffer_name}, built with {' '.join(features)}")


if __name__ == "__main__":
    main()
