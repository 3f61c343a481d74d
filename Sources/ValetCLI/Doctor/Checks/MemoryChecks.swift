internal import Broker
internal import CLaunch
internal import Files
internal import Launch
internal import Platform
internal import Secrets

extension Check {
  /// Whether values stay out of swap.
  static let memory = Check("memory", [.system], needsHome: false) { _ in
    var limit = rlimit()
    let isKnown = LockedMemory.readLimit(&limit)
    let text =
      !isKnown
      ? "unknown"
      : limit.rlim_cur == LockedMemory.unlimited ? "unlimited" : "\(limit.rlim_cur >> 10) KiB"
    if SecretBytes.canBeLocked {
      return [CheckFinding(.ok, "memory for secrets can be locked (limit: \(text))")]
    }
    return [
      CheckFinding(
        .warning, "memory for secrets cannot be locked and may be swapped out (limit: \(text))",
        next: "sudo prlimit --memlock=8388608 --pid $$; for good: memlock in "
          + "/etc/security/limits.conf, LimitMEMLOCK= of a service")
    ]
  }

  /// Whether there is a place in memory for values that servers read from files.
  static let memoryFiles = Check("memory-files", [.system], needsHome: false) { _ in
    var reasons: [String] = []
    for place in MemoryPlace.candidates(variable: Context.variable) {
      let path: String
      switch place {
      case .session(let folder), .shared(let folder): path = folder
      }
      let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard raw >= 0 else {
        reasons.append("\(path): \(String(cString: strerror(errno)))")
        continue
      }
      let descriptor = Descriptor(owning: raw)
      if claunch_is_in_memory(descriptor.rawValue) == 1, access(path, W_OK) == 0 {
        return [CheckFinding(.ok, "values for --file lie in memory, in \(path)")]
      }
      reasons.append("\(path) is not on a tmpfs that can be written to")
    }
    return [
      CheckFinding(
        .note,
        "no place in memory for values that servers read from files (\(reasons.joined(separator: "; ")))",
        next: "sudo mount -t tmpfs -o mode=1777 tmpfs /dev/shm")
    ]
  }
}
