# SPDX-License-Identifier: MIT
"""The network of blocks.py as the graph that docs/formats/graph.md describes."""
import blocks  # noqa: F401  first: it finds the scripts of edgeai-cifar
import torch.nn as nn
from graph import Graph


def add_relu6(graph, name, x, **marks):
    return graph.add("Clip", name, [x, graph.constant("zero", 0.0), graph.constant("six", 6.0)], **marks)


def add_conv(graph, name, x, conv, bn):
    """Convolution and, if there is one, its normalization."""
    pads, group = [conv.padding[0]] * 4, conv.groups
    weight = graph.constant(name + ".weight", conv.weight)
    x = graph.add("Conv", name, [x, weight], pads=pads, strides=list(conv.stride), group=group)
    return x if isinstance(bn, nn.Identity) else graph.normalize(name + ".bn", x, bn)


def add_fading(graph, name, x, act, importance):
    """The activation behind a convolution: none, one that stays, or one that is marked since the block can lose it."""
    if isinstance(act, nn.Identity) or (isinstance(act, blocks.Fading) and act.fade == 1):
        return x
    if not isinstance(act, blocks.Fading):
        return add_relu6(graph, name, x)
    assert act.fade == 0
    return add_relu6(graph, name, x, edgeai_linearizable=1, edgeai_importance=importance)


def add_block(graph, name, x, block, importance):
    y = add_conv(graph, name + ".expand", x, block.expand, block.bn1)
    y = add_fading(graph, name + ".expand.relu6", y, block.act1, importance)
    y = add_conv(graph, name + ".depthwise", y, block.depthwise, block.bn2)
    y = add_fading(graph, name + ".depthwise.relu6", y, block.act2, importance)
    y = add_conv(graph, name + ".project", y, block.project, block.bn3)
    if block.adds:
        y = graph.add("Add", name + ".sum", [y, x])
    return add_relu6(graph, name + ".relu6", y)


def graph_of(net, importance=None):
    """importance: of each block's inner activations, where some of them fade; 1 if left out."""
    graph = Graph()
    x = add_relu6(graph, "stem.relu6", add_conv(graph, "stem", "image", net.stem, net.stem_bn))
    for number, block in enumerate(net.blocks):
        x = add_block(graph, f"block{number + 1}", x, block, importance[number] if importance else 1.0)
    x = graph.add("Flatten", "features", [graph.add("GlobalAveragePool", "mean", [x])])
    weight, bias = (graph.constant("classifier." + n, getattr(net.classifier, n)) for n in ("weight", "bias"))
    graph.add("Gemm", "scores", [x, weight, bias], transB=1)
    return graph
