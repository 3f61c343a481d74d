internal import Launch
internal import Platform
internal import Redaction
internal import Relay
internal import Secrets

/// The servers' standard error, on its way to ours.
extension Supervisor {
  /// How long the beginning of a secret is held back for its rest, in milliseconds: no pause that a
  /// program makes in the middle of what it prints, and no wait that a person would notice.
  private static let quietTime: Int64 = 200
  private static let pieceLength = 16 << 10

  func wantsErrors(of link: ServerLink) -> Bool { link.hasErrorsOpen && errors.hasRoom }

  func readErrors(of link: ServerLink) {
    let descriptor = link.server.errorDescriptor
    guard descriptor >= 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: Self.pieceLength, alignment: 16) { buffer in
      let transfer = Transfer(read(descriptor, buffer.baseAddress, buffer.count))
      switch transfer {
      case .moved(let count):
        link.owedErrors -= count
        passErrors(Bytes(rebasing: buffer.bindMemory(to: UInt8.self)[..<count]), of: link)
        wipe(buffer)
      case .blocked: link.owedErrors = 0
      case .ended: finishErrors(of: link)
      }
    }
  }

  private func passErrors(_ piece: Bytes, of link: ServerLink) {
    guard isRedacting else {
      emitErrors(piece, of: link)
      return
    }
    link.redactor.receive(piece, patterns) { self.emitErrors($0, of: link) }
    link.flushTime = link.redactor.isHolding ? now + Self.quietTime : nil
  }

  private func emitErrors(_ bytes: Bytes, of link: ServerLink) {
    if needsLastWords(of: link) { link.lastWords.note(bytes) }
    errors.pass(bytes)
  }

  /// To be called when nothing has come for ``quietTime``: passes on what is held back, unless it is
  /// we who did not read.
  func endQuiet(of link: ServerLink) {
    guard errors.hasRoom else {
      link.flushTime = now + Self.quietTime
      return
    }
    // The rest of a secret may have come while this process did not run.
    if Self.waiting(link.server.errorDescriptor) > 0 {
      link.flushTime = now + Self.quietTime
      readErrors(of: link)
    } else {
      flushErrors(of: link)
    }
  }

  /// The end of what a server printed, for its host.
  ///
  /// Searched once more as one text: a secret that was printed with a pause in the middle is in it as
  /// a whole.
  func lastWords(of link: ServerLink) -> String {
    guard isRedacting else { return link.lastWords.text }
    var words = LastWords()
    // Where there is no memory to search it, it is not told.
    guard var redactor = try? StreamRedactor() else { return "" }
    link.lastWords.withBytes { redactor.receive($0, patterns) { words.note($0) } }
    redactor.flush(patterns) { words.note($0) }
    return words.text
  }

  func flushErrors(of link: ServerLink) {
    link.flushTime = nil
    link.redactor.flush(patterns) { self.emitErrors($0, of: link) }
  }

  /// What the pipe holds at the end of a server: no more than a pipe holds, whatever waits already.
  func readOwedErrors(of link: ServerLink) {
    while link.owedErrors > 0, link.hasErrorsOpen { readErrors(of: link) }
    flushErrors(of: link)
  }

  func finishErrors(of link: ServerLink) {
    flushErrors(of: link)
    link.server.closeErrors()
  }
}
