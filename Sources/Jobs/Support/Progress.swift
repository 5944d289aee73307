/// Called as a job advances, from the thread that runs it.
///
/// `done` of `total` steps of `stage` are finished; `total` is 0 where it is not known.
public typealias ProgressHandler = (_ stage: String, _ done: Int, _ total: Int) -> Void
