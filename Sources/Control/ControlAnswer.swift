package import Secrets

/// What a relay says to a command.
package enum ControlAnswer: Equatable, Sendable {
  case status(ServerStatus)
  /// The server is being ended; the end of the connection says that it has.
  case stopping
  /// The swap was understood and begins.
  case accepted
  /// New requests go to the new server.
  case switched
  /// The old server has ended.
  ///
  /// - Parameters:
  ///   - abandoned: requests that it left unanswered.
  ///   - announced: whether the host was told of changed lists.
  case finished(abandoned: UInt32, announced: Bool)
  case failed(Failure)
  /// The server uses none of the secrets.
  case notAffected
  /// The server has these very values already and goes on.
  case unchanged
  /// The server gets no other values any more.
  case withdrawn

  /// A failure as a person reads it.
  package struct Failure: ReportableError, Equatable {
    package let message: String
    package let hint: String?
    package let exitCode: ExitCode

    package init(message: String, hint: String?, exitCode: ExitCode) {
      self.message = message
      self.hint = hint
      self.exitCode = exitCode
    }

    package init(_ error: some ReportableError) {
      self.init(message: error.message, hint: error.hint, exitCode: error.exitCode)
    }
  }

  /// Whether nothing comes behind it.
  package var isLast: Bool {
    switch self {
    case .status, .finished, .failed, .notAffected, .unchanged, .withdrawn: true
    case .stopping, .accepted, .switched: false
    }
  }
}

extension ControlAnswer {
  /// 600 characters: what a server said last, and what the relay says of it.
  private static let shownLength = 600

  private enum Kind {
    static let status: UInt8 = 129
    static let stopping: UInt8 = 130
    static let accepted: UInt8 = 131
    static let switched: UInt8 = 132
    static let finished: UInt8 = 133
    static let failed: UInt8 = 134
    static let notAffected: UInt8 = 135
    static let unchanged: UInt8 = 136
    static let withdrawn: UInt8 = 137
  }

  private var kind: UInt8 {
    switch self {
    case .status: Kind.status
    case .stopping: Kind.stopping
    case .accepted: Kind.accepted
    case .switched: Kind.switched
    case .finished: Kind.finished
    case .failed: Kind.failed
    case .notAffected: Kind.notAffected
    case .unchanged: Kind.unchanged
    case .withdrawn: Kind.withdrawn
    }
  }

  /// The whole frame.
  func frame(identifier: UInt32) -> [UInt8] {
    var body = FieldWriter()
    switch self {
    case .status(let status): status.write(to: &body)
    case .finished(let abandoned, let announced):
      body.write(abandoned)
      body.write(UInt8(announced ? 1 : 0))
    case .failed(let failure):
      body.write(failure.message)
      body.write(failure.hint)
      body.write(failure.exitCode.rawValue)
    case .stopping, .accepted, .switched, .notAffected, .unchanged, .withdrawn: break
    }
    let head = FrameHead(kind: kind, identifier: identifier, length: body.bytes.count)
    return head.bytes + body.bytes
  }

  /// - Throws: ``ControlError/malformed(_:)``.
  init(kind: UInt8, body: UnsafeRawBufferPointer) throws(ControlError) {
    var reader = FieldReader(body)
    switch kind {
    case Kind.status: self = .status(try ServerStatus(&reader))
    case Kind.stopping: self = .stopping
    case Kind.accepted: self = .accepted
    case Kind.switched: self = .switched
    case Kind.finished:
      self = .finished(abandoned: try reader.integer(), announced: try reader.isPresent())
    case Kind.failed:
      let message = try reader.text()
      let hint = try reader.optionalText()
      let code = ExitCode(rawValue: try reader.integer()) ?? .software
      // From another process: nothing in it may move the cursor of whoever reads it.
      self = .failed(
        Failure(
          message: printable(message, limit: Self.shownLength),
          hint: hint.map { printable($0, limit: Self.shownLength) },
          exitCode: code == .success ? .software : code))
    case Kind.notAffected: self = .notAffected
    case Kind.unchanged: self = .unchanged
    case Kind.withdrawn: self = .withdrawn
    default: throw .malformed("an answer of the unknown kind \(kind)")
    }
  }
}

/// The first bytes of every message.
struct FrameHead {
  let kind: UInt8
  let identifier: UInt32
  /// Of the body, in bytes.
  let length: Int

  init(kind: UInt8, identifier: UInt32, length: Int) {
    self.kind = kind
    self.identifier = identifier
    self.length = length
  }

  var bytes: [UInt8] {
    var writer = FieldWriter()
    writer.write(ControlFormat.version)
    writer.write(kind)
    writer.write(UInt16(0))
    writer.write(identifier)
    writer.write(UInt32(length))
    return writer.bytes
  }

  /// - Parameters:
  ///   - bytes: ``ControlFormat/headLength`` bytes.
  ///   - limit: the longest accepted body.
  /// - Throws: ``ControlError/otherVersion(_:)``, ``ControlError/malformed(_:)``.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(ControlError) {
    var reader = FieldReader(bytes)
    let version = try reader.integer(UInt8.self)
    guard version == ControlFormat.version else { throw .otherVersion(version) }
    kind = try reader.integer()
    guard try reader.integer(UInt16.self) == 0 else { throw .malformed("a reserved field is set") }
    identifier = try reader.integer()
    let length = Int(try reader.integer(UInt32.self))
    guard length <= limit else { throw .malformed("a message of \(length) bytes is too long") }
    self.length = length
  }
}
