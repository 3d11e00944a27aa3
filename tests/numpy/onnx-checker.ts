import { spawnSync } from 'node:child_process'

const program = `
import onnx, sys
for path in sys.argv[1:]:
    try:
        onnx.checker.check_model(path, full_check=True)
        model = onnx.shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True, data_prop=True)
        known = {value.name for value in [*model.graph.value_info, *model.graph.output] if value.type.HasField("tensor_type")}
        lost = [name for node in model.graph.node for name in node.output if name and name not in known]
        if lost: print(path, "no types for", lost)
    except Exception as error:
        print(path, type(error).__name__, error)
`

/** What ONNX' own checker and its inference of types and shapes have against files, a line for each; nothing is best. */
export function judgedByOnnx(python: string, files: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, ...files], { encoding: 'utf8' })
  return status === 0 ? stdout : stderr
}
