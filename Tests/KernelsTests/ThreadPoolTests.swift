import CKernels
import Kernels
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct ThreadPoolTests {
  /// How often each chunk of one job was run.
  private func counts(_ pool: ThreadPool, chunks: Int) -> [Int] {
    let counts = Mutex([Int](repeating: 0, count: chunks))
    pool.run(chunks: chunks) { chunk in counts.withLock { $0[chunk] += 1 } }
    return counts.withLock { $0 }
  }

  @Test(arguments: [1, 2, 3, 8]) func everyChunkRunsExactlyOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threads == threads)
    for chunks in [0, 1, 2, 3, 7, 100] {
      #expect(counts(pool, chunks: chunks) == [Int](repeating: 1, count: chunks))
    }
  }

  @Test func manyShortJobsInARowLoseNoChunk() {
    let pool = ThreadPool(threads: 3)
    let total = Atomic(0)
    for _ in 0..<20_000 {
      pool.run(chunks: 5) { chunk in total.add(chunk + 1, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 20_000 * 15)
  }

  /// Neighbouring data then stays in one core's cache from job to job.
  @Test func theCallerDoesTheFirstChunksAndOtherThreadsTheLast() {
    let pool = ThreadPool(threads: 3)
    nonisolated(unsafe) let caller = pthread_self()
    for _ in 0..<200 {
      let isCallers = Mutex([Bool](repeating: false, count: 20))
      pool.run(chunks: 20) { chunk in
        let isCaller = pthread_equal(pthread_self(), caller) != 0
        usleep(20)
        isCallers.withLock { $0[chunk] = isCaller }
      }
      let ofCaller = isCallers.withLock { $0 }
      #expect(ofCaller == ofCaller.filter { $0 } + ofCaller.filter { !$0 })
    }
  }

  @Test func aJobInsideAChunkRunsInOrder() {
    let pool = ThreadPool(threads: 2)
    let inner = Mutex([[Int]](repeating: [], count: 4))
    pool.run(chunks: 4) { outer in
      pool.run(chunks: 3) { chunk in inner.withLock { $0[outer].append(chunk) } }
    }
    #expect(inner.withLock { $0 } == [[Int]](repeating: [0, 1, 2], count: 4))
  }

  @Test func jobsFromSeveralThreadsDoNotMix() async {
    let pool = ThreadPool(threads: 2)
    let sums = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
      for task in 0..<4 {
        group.addTask {
          let sum = Atomic(0)
          for _ in 0..<500 { pool.run(chunks: 6) { _ in sum.add(task, ordering: .relaxed) } }
          return sum.load(ordering: .relaxed)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums.sorted() == [0, 3000, 6000, 9000])
  }

  @Test func sleepingThreadsWakeForTheNextJob() async throws {
    let pool = ThreadPool(threads: 2)
    for _ in 0..<3 {
      #expect(counts(pool, chunks: 10) == [Int](repeating: 1, count: 10))
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// How many chunks of a job other threads than the caller do. Each chunk takes the caller so many milliseconds of
  /// work, and other threads so many of sleep.
  private func chunksOfOthers(
    _ pool: ThreadPool, chunks: Int, callerWorks work: Int, othersSleep sleep: UInt32 = 0
  ) -> Int {
    let others = Atomic(0)
    let caller = UInt(bitPattern: pthread_self().hashValue)
    pool.run(chunks: chunks) { _ in
      if UInt(bitPattern: pthread_self().hashValue) == caller {
        let end = ContinuousClock.now + .milliseconds(work)
        while ContinuousClock.now < end {}
      } else {
        others.add(1, ordering: .relaxed)
        usleep(sleep * 1000)
      }
    }
    return others.load(ordering: .relaxed)
  }

  @Test func aThreadThatHoldsUpTheCallerIsLeftOutForAWhile() async throws {
    let pool = ThreadPool(threads: 2)
    // More than once, as the other thread may come too late to hold up anybody.
    let isLeftOut = (0..<10).contains { _ in
      chunksOfOthers(pool, chunks: 4, callerWorks: 2, othersSleep: 100) > 0
        && chunksOfOthers(pool, chunks: 20, callerWorks: 10) == 0
    }
    #expect(isLeftOut)
    // Longer than any rest.
    try await Task.sleep(for: .milliseconds(400))
    #expect(chunksOfOthers(pool, chunks: 20, callerWorks: 10) > 0)
  }

  #if os(Linux)
    /// The processors that this thread may run on: "0-3,8".
    private func allowedProcessors() throws -> String {
      let file = try #require(unsafe fopen("/proc/thread-self/status", "r"))
      defer { unsafe fclose(file) }
      var text = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe fread(&text, 1, text.count, file)
      let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
      let line = try #require(lines.first { $0.hasPrefix("Cpus_allowed_list:") })
      return String(line.drop { !$0.isNumber })
    }

    @Test func aThreadLeavesAProcessorAndMayRunWhereItMightBefore() throws {
      let allowed = try allowedProcessors()
      // The system may move it back at once, but not every time.
      let hasLeft = (0..<20).contains { _ in
        let processor = ck_current_processor()
        ck_leave_processor(processor)
        return ck_current_processor() != processor
      }
      #expect(hasLeft == (Int(allowed) == nil))
      #expect(try allowedProcessors() == allowed)
    }
  #endif
}
