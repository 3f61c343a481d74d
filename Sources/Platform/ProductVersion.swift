/// The version that `--version` of each of the three programs prints; `packaging/changelog` says
/// what it holds.
package enum ProductVersion {
  /// `MAJOR.MINOR.PATCH`.
  package static let text = "0.1.0"
}
