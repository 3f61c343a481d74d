package import Platform
package import Secrets

/// All rules about terminals in one place.
///
/// We talk to a person only when standard input is a terminal and we are in its foreground: a host
/// that was started from a terminal hands that terminal down to servers, and a prompt there would
/// steal its keys.
package struct Terminal: ~Copyable {
  private let descriptor: Int32

  /// The controlling terminal; `nil` when there is nobody to ask.
  package static func open() -> Terminal? {
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp() else { return nil }
    let descriptor = Platform.open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    return descriptor < 0 ? nil : Terminal(descriptor: descriptor)
  }

  deinit { close(descriptor) }

  /// Asks a question that is answered by `y` or `yes`; anything else is a no.
  package borrowing func confirm(_ question: String) -> Bool {
    show("\(question) [y/N] ")
    var answer: [UInt8] = []
    var byte: UInt8 = 0
    while answer.count < 16, readByte(&byte), byte != UInt8(ascii: "\n") { answer.append(byte) }
    let word = String(decoding: answer, as: UTF8.self).lowercased()
    return word == "y" || word == "yes"
  }

  /// Reads one line without showing it.
  ///
  /// The terminal is taken out of line mode: in line mode the kernel cuts a line at 4,095 bytes
  /// without a word, which some tokens exceed.
  ///
  /// - Parameters:
  ///   - limit: longest accepted value in bytes.
  ///   - refusesMoreLines: whether a second line that comes with the first, as when several are
  ///     pasted, is an error; otherwise it is dropped.
  /// - Throws: ``CommandError/interrupted`` on Ctrl-C; ``CommandError/refused(_:hint:)`` on Ctrl-D
  ///   at the start and on a line that is too long; `SecretMemoryError`.
  package borrowing func readSecret(
    prompt: String, limit: Int, refusesMoreLines: Bool = false
  ) throws -> SecretBytes {
    let mode = try hideInput()
    defer { restore(mode) }
    show(prompt)
    defer { show("\n") }
    var value = try SecretBytes(count: limit)
    var count = 0
    while true {
      var byte: UInt8 = 0
      guard readByte(&byte) else { throw Self.cancelled }
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if refusesMoreLines, hasInput(within: Self.pasteWait) {
          throw CommandError.refused(
            "the value has several lines, and a prompt takes one",
            hint: "pipe it into standard input")
        }
        return try value.prefix(count)
      case Control.c: throw CommandError.interrupted
      case Control.d:
        if count == 0 { throw Self.cancelled }
        return try value.prefix(count)
      case Control.u: count = 0
      case Control.h, Control.delete: count = Self.withoutLastCharacter(value, count: count)
      default:
        guard count < limit else {
          throw CommandError.refused(
            "the value is longer than \(limit) bytes", hint: "pipe it into standard input")
        }
        value.withUnsafeMutableBytes { $0[count] = byte }
        count += 1
      }
    }
  }

  /// Reads a new passphrase twice.
  package borrowing func readNewPassphrase() throws -> SecretBytes {
    let first = try readSecret(prompt: "New passphrase: ", limit: Self.maximumPassphraseLength)
    try Self.checkPassphrase(first)
    let second = try readSecret(prompt: "Again: ", limit: Self.maximumPassphraseLength)
    guard first.isEqual(to: second) else {
      throw CommandError.refused("the two passphrases differ", hint: "try again")
    }
    return first
  }

  /// 1 KiB: longer than any passphrase a person types, short enough to hold in locked memory.
  package static let maximumPassphraseLength = 1024

  /// - Throws: ``CommandError/refused(_:hint:)`` for an empty one.
  package static func checkPassphrase(_ passphrase: borrowing SecretBytes) throws(CommandError) {
    if passphrase.count == 0 {
      throw .refused("the passphrase is empty", hint: "choose one of several words")
    }
  }

  private static let cancelled = CommandError.refused("cancelled", hint: nil)

  private enum Control {
    static let c: UInt8 = 3
    static let d: UInt8 = 4
    static let h: UInt8 = 8
    static let u: UInt8 = 21
    static let delete: UInt8 = 127
  }

  /// Length without the last UTF-8 character.
  private static func withoutLastCharacter(_ value: borrowing SecretBytes, count: Int) -> Int {
    value.withUnsafeBytes { bytes in
      var count = count
      while count > 0 {
        count -= 1
        if bytes[count] & 0b1100_0000 != 0b1000_0000 { break }
      }
      return count
    }
  }

  /// Writes text that holds no control characters but newlines.
  package borrowing func show(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Reads one line, which is shown as it is typed; `nil` at the end of input.
  package borrowing func readLine(prompt: String) -> String? {
    show(prompt)
    var answer: [UInt8] = []
    var byte: UInt8 = 0
    while readByte(&byte) {
      if byte == UInt8(ascii: "\n") { return String(decoding: answer, as: UTF8.self) }
      if answer.count < 4096 { answer.append(byte) }
    }
    return nil
  }

  /// Waits until something was typed, or the time is over; in line mode, until a line is complete.
  ///
  /// - Parameters:
  ///   - other: ends the wait too.
  ///   - milliseconds: at most.
  /// - Returns: whether something was typed.
  package borrowing func waitForTyping(or other: pollfd, milliseconds: Int32) -> Bool {
    var waits = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), other]
    guard poll(&waits, 2, milliseconds) > 0, waits[0].revents != 0 else { return false }
    // In the background a read would stop us.
    return tcgetpgrp(descriptor) == getpgrp()
  }

  /// Takes what was typed, which ``waitForTyping(or:milliseconds:)`` has seen, as it was shown while it was
  /// typed.
  ///
  /// - Returns: how many bytes; 0 at the end of input.
  package borrowing func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    max(read(descriptor, buffer.baseAddress, buffer.count), 0)
  }

  /// Columns of the window; 80 where it does not say.
  package borrowing func width() -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Signals that end a program: held back while the terminal hides its input, so that none of
  /// them leaves it that way.
  private static let fatalSignals = [SIGTERM, SIGHUP, SIGQUIT, SIGINT]

  private struct Mode {
    var terminal = termios()
    var signals = sigset_t()
  }

  private borrowing func hideInput() throws(CommandError) -> Mode {
    var mode = Mode()
    var held = sigset_t()
    sigemptyset(&held)
    for signal in Self.fatalSignals { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, &mode.signals)
    guard tcgetattr(descriptor, &mode.terminal) == 0 else {
      sigprocmask(SIG_SETMASK, &mode.signals, nil)
      throw .refused("the terminal cannot hide its input", hint: "pipe the value instead")
    }
    var hidden = mode.terminal
    hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
    hidden.c_iflag &= ~tcflag_t(IXON)
    tcsetattr(descriptor, TCSAFLUSH, &hidden)
    return mode
  }

  private borrowing func restore(_ mode: Mode) {
    var mode = mode
    tcsetattr(descriptor, TCSAFLUSH, &mode.terminal)
    // A signal that was held back takes effect here, with the terminal as it was.
    sigprocmask(SIG_SETMASK, &mode.signals, nil)
  }

  /// 100 ms: a terminal delivers a paste at once, and nobody types on that fast.
  private static let pasteWait: Int32 = 100

  private borrowing func hasInput(within milliseconds: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, milliseconds) > 0
  }

  /// One byte; `false` at the end of input, or when a signal that was held back wants us to end.
  private borrowing func readByte(_ byte: inout UInt8) -> Bool {
    while true {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, 200)
      if ready == 0 {
        if Self.fatalSignalIsPending { return false }
        continue
      }
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      return count == 1
    }
  }

  private static var fatalSignalIsPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return fatalSignals.contains { sigismember(&pending, $0) == 1 }
  }
}
