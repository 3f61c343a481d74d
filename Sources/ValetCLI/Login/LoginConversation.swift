internal import Broker
internal import Connections
internal import NetClient
internal import Platform
internal import Refreshing
internal import Secrets

/// A login as the person sees it: what `mcp-valet-net` says is shown, the browser is opened, and what
/// is pasted goes to `mcp-valet-net`, whichever comes first.
final class LoginConversation {
  private let net: NetProcess
  private let words: LoginWords
  private let opensBrowser: Bool
  private let terminal: Terminal?
  private var typed: TypedLine
  private var mayType: Bool
  private var last: Progress?
  /// When the wait ends, and when the person is reminded of it.
  private var wait: (end: MonotonicInstant, reminder: MonotonicInstant)?

  /// Often enough that nobody believes it hangs.
  private static let reminder: Duration = .seconds(30)
  /// Milliseconds after which a Ctrl-C is noticed.
  private static let step: Int32 = 100

  /// - Parameters:
  ///   - net: has been sent its request.
  ///   - opensBrowser: whether the person lets us.
  /// - Throws: `SecretMemoryError`.
  init(_ net: NetProcess, opensBrowser: Bool) throws {
    self.net = net
    self.opensBrowser = opensBrowser
    terminal = Terminal.open()
    mayType = terminal != nil
    typed = try TypedLine()
    words = LoginWords(canPaste: mayType, width: terminal?.width() ?? 80)
  }

  /// Goes on until `mcp-valet-net` has said its last.
  ///
  /// - Parameter signals: held back by the caller; when one comes, the login is over.
  /// - Returns: the record with its tokens; nothing is stored.
  /// - Throws: ``CommandError/interrupted``; `NetFailure`; what ``NetProcess`` throws.
  func run(_ signals: borrowing HeldSignals) throws -> ConnectionRecord {
    while true {
      if signals.isCancelled { throw CommandError.interrupted }
      while let message = try net.advance() {
        switch message {
        case .result(let record): return record
        case .failure(let failure): throw failure
        case .revoked: throw ConnectionError.malformed("a login that revokes")
        case .progress, .authorize, .device: show(message)
        }
      }
      // Read only while there is something to paste: what is typed before is for the next prompt.
      if wait != nil, mayType {
        let other = pollfd(fd: net.descriptor, events: net.events, revents: 0)
        if terminal?.waitForTyping(or: other, milliseconds: Self.step) == true { try takeTyped() }
      } else {
        var wait = pollfd(fd: net.descriptor, events: net.events, revents: 0)
        poll(&wait, 1, Self.step)
      }
      remind()
    }
  }

  private func show(_ message: NetMessage) {
    switch message {
    case .progress(let progress):
      follow(progress)
      // A server that logs in itself is asked for both.
      if progress != last { words.say(progress) }
      last = progress
    case .authorize(let url, _, let listens):
      words.say(page: url, listens: listens, refusal: open(url))
    case .device(let prompt):
      words.say(prompt, refusal: open(prompt.completeURL ?? prompt.verificationURL))
    case .result, .revoked, .failure: break
    }
  }

  private func follow(_ progress: Progress) {
    switch progress {
    case .waiting(let seconds):
      let now = MonotonicInstant.now
      wait = (now + .seconds(Int64(seconds)), now + Self.reminder)
    case .callback, .exchanging: wait = nil
    default: break
    }
  }

  private func remind() {
    let now = MonotonicInstant.now
    guard let wait, wait.reminder < now, now < wait.end else { return }
    words.sayStillWaiting(seconds: (wait.end - now).components.seconds)
    self.wait?.reminder = now + Self.reminder
  }

  /// - Returns: why no browser was opened.
  private func open(_ url: String) -> BrowserOpener.Refusal? {
    do {
      try BrowserOpener.current(allowed: opensBrowser).open(url)
      return nil
    } catch {
      return error
    }
  }

  private func takeTyped() throws {
    let outcome = try typed.take { buffer in terminal?.take(into: buffer) ?? 0 }
    switch outcome {
    case .line(let line): try net.send(.pasted(line))
    case .tooLong:
      Report.warning(
        "the terminal takes no line of 4096 bytes: open the page in a browser on this machine")
    case .end: mayType = false
    case .nothing: break
    }
  }
}
