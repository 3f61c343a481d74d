/// Why bytes are no TOML or YAML, and where.
struct TextError: Error, Equatable {
  /// A clause; never text of the file.
  let reason: String
  /// In bytes.
  let offset: Int

  init(_ reason: String, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
