/// How `mcp-valet-net` is told what to do, and what it tells: frames in both directions over a
/// stream socket that it inherits as descriptor 3. It takes no arguments.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | length of the payload, little-endian |
/// | 4 | 1 | kind of the message |
/// | 5 | … | payload: fields as in a connection's record |
///
/// The first message is ``NetRequest/begin(_:)``, the last one ``NetMessage/isLast``; then
/// `mcp-valet-net` ends. When the other side closes the socket, it ends at once, whatever it is
/// doing: that is how a command is cancelled.
package enum ExchangeFormat {
  /// The descriptor that `mcp-valet-net` finds its end of the socket at.
  package static let descriptor: Int32 = 3
  package static let headLength = 5
  /// A record, the settings and a file of presets beside it.
  package static let maximumPayloadLength = ConnectionLimits.maximumRecordLength + (1 << 20)
  /// 256 KiB: text of the file with the person's own presets.
  package static let maximumPresetsLength = 256 << 10
  /// 8 KiB: a redirect URL with its code, as pasted.
  package static let maximumPastedLength = 8 << 10

  enum Kind {
    static let begin: UInt8 = 1
    static let pasted: UInt8 = 2
    static let progress: UInt8 = 129
    static let authorize: UInt8 = 130
    static let device: UInt8 = 131
    static let result: UInt8 = 132
    static let revoked: UInt8 = 133
    static let failure: UInt8 = 134
  }
}

/// A message between the two programs as it is sent.
package struct ExchangeFrame {
  package let kind: UInt8
  package let payload: SharedSecret
}
