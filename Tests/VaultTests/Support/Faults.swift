import Platform

/// What faults this machine lets us make; a test that needs one names it in its condition, and is
/// reported as skipped where it is not to be had.
enum Faults {
  /// Whether this process may mount a file system: root, and not in most containers.
  static let canMount: Bool = {
    var template = Array("/tmp/mcp-valet-mount.XXXXXX".utf8CString)
    guard geteuid() == 0, let made = mkdtemp(&template) else { return false }
    let path = String(cString: made)
    defer { rmdir(path) }
    guard mount("tmpfs", path, "size=64k") else { return false }
    return unmount(path)
  }()

  /// Whether strace is installed and may trace.
  static let canTrace: Bool =
    (try? ChildProcess.run(["strace", "-qq", "-o", "/dev/null", "true"]))?.status == 0

  static let hasPrlimit: Bool = (try? ChildProcess.run(["prlimit", "--version"]))?.status == 0

  static func mount(_ type: String, _ path: String, _ options: String) -> Bool {
    (try? ChildProcess.run(["mount", "-t", type, "-o", options, type, path]))?.status == 0
  }

  static func remountReadOnly(_ path: String) -> Bool {
    (try? ChildProcess.run(["mount", "-o", "remount,ro", path]))?.status == 0
  }

  static func unmount(_ path: String) -> Bool {
    (try? ChildProcess.run(["umount", path]))?.status == 0
  }
}

/// A small file system in memory, mounted for the length of a test.
final class TinyFileSystem {
  let path: String

  /// - Parameter options: of tmpfs, such as `size=64k` or `nr_inodes=8`.
  init?(on path: String, options: String) {
    guard mkdir(path, 0o700) == 0, Faults.mount("tmpfs", path, "mode=0700,\(options)") else {
      return nil
    }
    self.path = path
  }

  deinit { _ = Faults.unmount(path) }
}
