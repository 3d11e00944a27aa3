"""ONNX models built by Python, the peers of our graphs; the weights are given.

usage: models.py mlp WEIGHTS.npz OUT.onnx        layers as w0, b0, w1, b1, ...
       models.py minilm FOLDER OUT.onnx          a folder in Hugging Face's layout
       models.py folded MODEL.onnx OUT.npz       convolutions with their normalizations folded in, in the order of the nodes
"""
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """Nodes and weights of a model, as exporters of Python write them."""

    def __init__(self):
        self.nodes, self.weights = [], {}

    def weight(self, name, array):
        self.weights[name] = np.ascontiguousarray(array)
        return name

    def op(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def save(self, path, inputs, output):
        name, kind, shape = output
        graph = helper.make_graph(
            self.nodes + [helper.make_node("Identity", [name], ["output"])],
            "model",
            [helper.make_tensor_value_info(*one) for one in inputs],
            [helper.make_tensor_value_info("output", kind, shape)],
            [numpy_helper.from_array(array, key) for key, array in self.weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def mlp(source, out):
    arrays = np.load(source)
    layers = len(arrays.files) // 2
    model, x = Builder(), "x"
    for i in range(layers):
        w, b = model.weight(f"w{i}", arrays[f"w{i}"]), model.weight(f"b{i}", arrays[f"b{i}"])
        x = model.op("Gemm", x, w, b)
        if i + 1 < layers:
            x = model.op("Relu", x)
    inputs = arrays["w0"].shape[0]
    outputs = arrays[f"w{layers - 1}"].shape[1]
    model.save(out, [("x", TensorProto.FLOAT, ["batch", inputs])], (x, TensorProto.FLOAT, ["batch", outputs]))


def safetensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header, data = json.loads(file.read(size)), file.read()
    kinds = {"F32": np.float32, "I64": np.int64}
    return {
        name: np.frombuffer(data[slice(*one["data_offsets"])], kinds[one["dtype"]]).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__"
    }


def minilm(folder, out):
    with open(f"{folder}/config.json", encoding="utf-8") as file:
        config = json.load(file)
    weights = safetensors(f"{folder}/model.safetensors")
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    size, eps = hidden // heads, config["layer_norm_eps"]
    model = Builder()
    ints = lambda name, *values: model.weight(name, np.array(values, np.int64))
    whole = lambda name, value: model.weight(name, np.array(value, np.int64))
    floats = lambda name, value: model.weight(name, np.array(value, np.float32))

    def linear(x, name):
        w = model.weight(f"{name}.weight", weights[f"{name}.weight"].T)
        return model.op("Add", model.op("MatMul", x, w), model.weight(f"{name}.bias", weights[f"{name}.bias"]))

    def norm(x, name):
        scale, shift = (model.weight(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return model.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=eps)

    def table(name, ids):
        key = f"embeddings.{name}.weight"
        return model.op("Gather", model.weight(key, weights[key]), ids)

    ids, given = "input_ids", "attention_mask"
    tokens = model.op("Shape", ids, start=1, end=2)
    rows = model.weight("places", np.arange(config["max_position_embeddings"], dtype=np.int64))
    places = model.op("Slice", rows, ints("first", 0), tokens, ints("axis0", 0))
    types = model.op("Mul", ids, whole("none", 0))
    x = model.op("Add", table("word_embeddings", ids), table("token_type_embeddings", types))
    x = norm(model.op("Add", x, table("position_embeddings", places)), "embeddings.LayerNorm")
    wide = model.op("Cast", model.op("Unsqueeze", given, ints("axes12", 1, 2)), to=TensorProto.FLOAT)
    lowest = floats("lowest", np.finfo(np.float32).min)
    mask = model.op("Mul", model.op("Sub", floats("one", 1), wide), lowest)
    split, merged = ints("split", 0, 0, heads, size), ints("merged", 0, 0, hidden)
    scale = floats("scale", np.sqrt(size))
    for i in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{i}"
        parts = [model.op("Reshape", linear(x, f"{at}.attention.self.{part}"), split) for part in ("query", "key", "value")]
        query, value = (model.op("Transpose", part, perm=[0, 2, 1, 3]) for part in (parts[0], parts[2]))
        key = model.op("Transpose", parts[1], perm=[0, 2, 3, 1])
        scores = model.op("Add", model.op("Div", model.op("MatMul", query, key), scale), mask)
        context = model.op("MatMul", model.op("Softmax", scores, axis=-1), value)
        context = model.op("Reshape", model.op("Transpose", context, perm=[0, 2, 1, 3]), merged)
        x = norm(model.op("Add", linear(context, f"{at}.attention.output.dense"), x), f"{at}.attention.output.LayerNorm")
        wider = model.op("Gelu", linear(x, f"{at}.intermediate.dense"))
        x = norm(model.op("Add", linear(wider, f"{at}.output.dense"), x), f"{at}.output.LayerNorm")
    counts = model.op("Cast", model.op("Unsqueeze", given, ints("axis2", 2)), to=TensorProto.FLOAT)
    axis1 = ints("axis1", 1)
    total = model.op("ReduceSum", model.op("Mul", x, counts), axis1, keepdims=0)
    number = model.op("Max", model.op("ReduceSum", counts, axis1, keepdims=0), floats("least", 1e-9))
    mean = model.op("Div", total, number)
    length = model.op("Max", model.op("ReduceL2", mean, axis1, keepdims=1), floats("shortest", 1e-12))
    shape = ["batch", "sequence"]
    model.save(
        out,
        [(ids, TensorProto.INT64, shape), (given, TensorProto.INT64, shape)],
        (model.op("Div", mean, length), TensorProto.FLOAT, ["batch", hidden]),
    )


def folded(source, out):
    graph = onnx.load(source).graph
    weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    norms = {node.input[0]: node for node in graph.node if node.op_type == "BatchNormalization"}
    arrays = []
    for node in graph.node:
        if node.op_type == "Conv":
            norm = norms[node.output[0]]
            scale, shift, mean, variance = (weights[name].astype(np.float64) for name in norm.input[1:])
            eps = next(one.f for one in norm.attribute if one.name == "epsilon")
            factor = scale / np.sqrt(variance + eps)
            arrays += [weights[node.input[1]] * factor[:, None, None, None], shift - mean * factor]
        if node.op_type == "Gemm":
            arrays += [weights[node.input[1]].T, weights[node.input[2]]]
    np.savez(out, **{f"a{i}": array.astype(np.float32) for i, array in enumerate(arrays)})


if __name__ == "__main__":
    {"mlp": mlp, "minilm": minilm, "folded": folded}[sys.argv[1]](*sys.argv[2:])
