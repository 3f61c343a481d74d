/// How a command talks to a relay, over the relay's own socket: frames in both directions. All
/// integers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | version of the format: 1 |
/// | 1 | 1 | kind of the message |
/// | 2 | 2 | zero |
/// | 4 | 4 | identifier: a number that the client chooses, repeated in every answer |
/// | 8 | 4 | length of the body |
/// | 12 | … | body |
///
/// A *text* is its length in bytes (2 bytes) and that much UTF-8; an *optional* is one byte, 0 or
/// 1, and behind a 1 what it holds.
///
/// Requests, of which a client may send one after another:
///
/// | kind | body |
/// |---|---|
/// | 1 status | nothing |
/// | 2 stop | milliseconds from SIGTERM to SIGKILL (4) |
/// | 3 swap | when it was issued (8, see ``SwapOrder/issued``); how many values (2); for each the reference (text), its version (optional 4), its length (4) and its bytes |
/// | 4 withdraw | the name of a server (text) that is allowed nothing any more |
/// | 5 swap with connections | as 3; behind it how many connections (2); for each the reference of its token among the values (text), the connection's id (16) and its key (32) |
///
/// Kind 5 is sent only where there are connections to hand over, so that older relays understand all
/// other swaps.
///
/// A relay that does not know the kind of a request changes nothing, answers *failed* and closes the
/// connection.
///
/// Answers:
///
/// | kind | body | last |
/// |---|---|---|
/// | 129 status | as ``ServerStatus`` encodes it; a later version may append fields | yes |
/// | 130 stopping | nothing; the end of the connection then means that the server has ended | no |
/// | 131 accepted | nothing: the swap was understood and begins | no |
/// | 132 switched | nothing | no |
/// | 133 finished | abandoned requests (4), lists announced (1) | yes |
/// | 134 failed | message (text), hint (optional text), exit code (4) | yes |
/// | 135 not affected | nothing: the server uses none of these secrets, or has another name | yes |
/// | 136 unchanged | nothing: the server has these very values already | yes |
/// | 137 withdrawn | nothing: the server keeps the values that it has, and gets no others | yes |
package enum ControlFormat {
  static let version: UInt8 = 1
  static let headLength = 12

  /// 4 MiB: four values of the largest size, or a thousand of the usual ones. A relay takes locked
  /// memory of that size for it, for each connection.
  package static let maximumRequestLength = 4 << 20
  /// 1 MiB: the status of a server with some ten thousand secrets.
  package static let maximumAnswerLength = 1 << 20
  /// Of one request; a rotation has one.
  package static let maximumValueCount = 1024
}
