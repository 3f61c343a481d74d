internal import Broker
internal import FoundationEssentials

/// Lists as JSON, for scripts.
enum JSONOutput {
  /// - Throws: `EncodingError`, which no type of ours causes.
  static func print(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Report.output(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
