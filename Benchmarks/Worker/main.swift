// Runs one model again and again on behalf of Benchmarks/compare.py, which lets several such processes take turns.
//
//     benchmark-worker MODEL DATA BATCH THREADS
//
// Prints "ready" once the model is. Every line read from standard input is a number of runs; the answer is the seconds
// that they took together.
import Engine
import Jobs
import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct UsageError: Error {}

/// Answers at once: standard output to a pipe is otherwise held back until there is much of it.
func answer(_ text: String) {
  print(text)
  fflush(nil)
}

func seconds(of runs: Int, _ session: Session, _ batch: [Tensor]) throws -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  for _ in 0..<runs { _ = try session.run(batch) }
  let duration = (clock.now - start).components
  return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let batchSize = Int(arguments[3]), let threads = Int(arguments[4]), threads > 0 else {
  throw UsageError()
}
ProcessMemory.keepFreedBlocks()
let compute = Compute(tier: try KernelTier.fromEnvironment(), threads: threads)
let session = try LoadedModel(path: arguments[1]).session(compute: compute)
let batch = try ModelData(path: arguments[2], inputs: session.inputs, batch: batchSize).batch(0)

answer("ready")
while let line = readLine(), let runs = Int(line) { answer("\(try seconds(of: runs, session, batch))") }
