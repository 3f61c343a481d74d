import Platform
import Synchronization
import ValetTesting

/// A program of a test's own with its standard input and output at pipes, its output collected as
/// lines.
final class LineProgram: Sendable {
  private let process: pid_t
  private let input: Int32
  private let state = Mutex<(lines: [String], rest: [UInt8])>(([], []))
  private let output: Int32

  init(_ words: [String]) throws {
    let (toChild, fromChild) = (try TestPipe(), try TestPipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild.reader, 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild.writer, 1)
    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    guard posix_spawnp(&process, words[0], &actions, nil, arguments, environ) == 0 else {
      throw SystemFailure("spawn \(words[0])")
    }
    close(toChild.reader)
    close(fromChild.writer)
    self.process = process
    input = toChild.writer
    output = fromChild.reader
  }

  deinit {
    close(input)
    close(output)
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// All lines so far.
  var lines: [String] {
    read(milliseconds: 0)
    return state.withLock { $0.lines }
  }

  /// The first line.
  func firstLine() throws -> String {
    for _ in 0..<200 {
      if let line = state.withLock({ $0.lines.first }) { return line }
      read(milliseconds: 50)
    }
    throw SystemFailure("no line")
  }

  private func read(milliseconds: Int32) {
    state.withLock { state in
      var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      var patience = milliseconds
      while poll(&wait, 1, patience) > 0 {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Platform.read(output, &buffer, buffer.count)
        guard count > 0 else { return }
        state.rest += buffer[..<count]
        while let end = state.rest.firstIndex(of: 10) {
          state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
          state.rest.removeFirst(end + 1)
        }
        patience = 0
      }
    }
  }
}

struct SystemFailure: Error {
  let what: String
  init(_ what: String) { self.what = "\(what): \(String(cString: strerror(errno)))" }
}
