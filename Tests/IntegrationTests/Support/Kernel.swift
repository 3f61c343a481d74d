internal import Platform
internal import ValetTesting

/// What the kernel of this machine offers.
enum Kernel {
  /// Whether there is a user keyring, asked without any code of ours. Containers often forbid it.
  static let keepsKeys: Bool = {
    // keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, create)
    let script = """
      import ctypes, platform, sys
      number = {"x86_64": 250, "aarch64": 219}[platform.machine()]
      sys.exit(ctypes.CDLL(None).syscall(number, 0, -4, 1) < 0)
      """
    let run = try? ProgramRun.run(["/usr/bin/python3", "-c", script], environment: [:])
    return run?.exitCode == 0
  }()

  /// Whether this process may mount file systems where nobody else sees them: root, and not in most
  /// containers.
  static let mounts =
    (try? ProgramRun.run(["/usr/bin/unshare", "--mount", "/bin/true"], environment: [:]))?
    .exitCode == 0
}
