/// The version that `--version` prints; `packaging/changelog` says what it holds.
enum ProductVersion {
  static let text = "0.1.0"
}
