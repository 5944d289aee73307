import ArgumentParser
import Jobs
import Kernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How to run: on how many threads, with which kernels.
struct ComputeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to run on (default: the processors there are).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }

  func makeCompute() throws(JobError) -> Compute {
    let tier: KernelTier
    do { tier = try KernelTier.fromEnvironment() } catch {
      throw JobError(.usage, "QUANTIZE_KERNELS: \(error.description)")
    }
    return Compute(tier: tier, threads: threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
  }
}
