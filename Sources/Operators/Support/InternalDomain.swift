/// The domain of operators that only graph passes write: forms that neither ONNX nor ONNX Runtime's contrib domain has.
///
/// They live in the copy of the model that a session compiles and never reach a file. Their version is 1.
public let internalDomain = "quantize.internal"
