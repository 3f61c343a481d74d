package import Files
internal import Platform

/// What a command knows of the world it runs in: read once, handed down.
package struct Context: Sendable {
  /// Where the files of this user are.
  package let locations: Locations

  /// - Throws: `FileError` when the environment names no home.
  package static func current() throws(FileError) -> Context {
    Context(locations: try Locations(variable: variable))
  }

  /// An environment variable; `nil` when unset or not UTF-8.
  package static func variable(_ name: String) -> String? {
    getenv(name).flatMap { String(validatingCString: $0) }
  }

  /// Seconds since 1970-01-01T00:00:00Z.
  package static var now: Int64 { Int64(time(nil)) }
}
