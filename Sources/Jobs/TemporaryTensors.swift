import Kernels
struct TensorConversionJob { init(_ r: ConversionRequest, compute: Compute, progress: @escaping ProgressHandler) {}
 func convert(_ f: LoadedTensors) throws(JobError) -> ConversionReport { throw JobError(.internalError, "no") } }
struct TensorVerification { init(_ r: VerificationJob, compute: Compute, progress: ProgressHandler) {}
 func compare(_ a: LoadedTensors, _ b: LoadedTensors) throws(JobError) -> VerificationReport { throw JobError(.internalError, "no") } }
