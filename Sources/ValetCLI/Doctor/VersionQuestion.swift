internal import Files
internal import Platform
internal import Secrets

/// Asks another program of ours for its version: one that an upgrade left behind speaks another
/// language to the rest.
enum VersionQuestion {
  /// 32 bytes: longer than any version.
  private static let limit = 32

  /// Starts it with nothing to read, and takes the first line that it prints.
  ///
  /// - Parameter words: the program's absolute path, and its arguments.
  /// - Returns: `nil` for anything that is no version.
  static func ask(_ words: [String]) -> String? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard let process = start(words, output: writing.rawValue) else { return nil }
    // Ours only keeps the pipe open.
    close(writing.release())
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < limit, read(reading.rawValue, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
    let isVersion =
      !bytes.isEmpty
      && bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return isVersion ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func start(_ words: [String], output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // A version needs nothing of ours.
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, nil, arguments, &environment)
    return code == 0 ? process : nil
  }
}
