/// The issuers that a row is for.
///
/// Issuers are compared as they are written (A9): nothing is lower-cased, decoded or normalised,
/// so that what is spelled in any unusual way finds no row, which only means that nothing is filled
/// in.
package struct IssuerPattern: Sendable, Equatable {
  /// Hosts, lower case and without a final dot; with a port only where the issuer has one. A label
  /// `*` stands for exactly one label, never for several: for providers that give each customer a
  /// host. None: the row is applied by `--provider` alone.
  package var hosts: [String]
  /// What follows the host: empty, or beginning with `/`. A segment `{name}` stands for one
  /// segment of `[A-Za-z0-9._~-]`, 128 bytes at most.
  package var paths: [String]
  /// A second path by which the first one's issuer is named too, such as with a slash more or less
  /// than its own metadata has. What is named so is asked for, and compared, as the first.
  package var otherPath: String?

  /// For issuers without a path unless `paths` says otherwise; nothing is checked.
  package init(hosts: [String], paths: [String] = [""], otherPath: String? = nil) {
    self.hosts = hosts
    self.paths = paths
    self.otherPath = otherPath
  }

  /// The issuer where there is but one.
  package var soleIssuer: String? {
    guard hosts.count == 1, paths.count == 1, !hosts[0].contains("*"), !paths[0].contains("{")
    else { return nil }
    return "https://\(hosts[0])\(paths[0])"
  }

  /// What an issuer is made of, when it is one of these.
  ///
  /// - Parameters:
  ///   - issuer: as a person or a server wrote it.
  ///   - anyHost: whether the person named the row, so that the host need not be known.
  func match(_ issuer: String, anyHost: Bool) -> IssuerMatch? {
    guard let parts = IssuerParts(issuer),
      anyHost
        || parts.isSecure && hosts.contains(where: { hostPattern($0, covers: parts.authority) })
    else { return nil }
    for path in paths {
      if let found = Self.variables(of: path, in: parts.path) {
        return IssuerMatch(parts, path: parts.path, variables: found)
      }
    }
    guard let otherPath, let path = paths.first,
      let found = Self.variables(of: otherPath, in: parts.path)
    else { return nil }
    return IssuerMatch(parts, path: filled(path, with: found), variables: found)
  }

  /// What the `{name}` segments of `template` stand for in `path`; `nil` when it is another path.
  private static func variables(of template: String, in path: String) -> [Variable]? {
    let expected = template.split(separator: "/", omittingEmptySubsequences: false)
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    guard expected.count == segments.count else { return nil }
    var found: [Variable] = []
    for (expected, segment) in zip(expected, segments) {
      if expected.first == "{", expected.last == "}" {
        guard IssuerParts.isSegment(segment) else { return nil }
        found.append(Variable(name: String(expected), value: String(segment)))
      } else if expected != segment {
        return nil
      }
    }
    return found
  }
}

/// Whether a host, with its port where it has one, is the pattern's: label by label, `*` standing
/// for one.
func hostPattern(_ pattern: String, covers host: String) -> Bool {
  if !pattern.contains("*") { return pattern == host }
  let expected = pattern.split(separator: ".", omittingEmptySubsequences: false)
  let labels = host.split(separator: ".", omittingEmptySubsequences: false)
  guard expected.count == labels.count else { return false }
  return zip(expected, labels).allSatisfy { expected, label in
    // No provider gives its customers internationalised names; somebody may.
    expected == "*" ? IssuerParts.isLabel(label) && !label.hasPrefix("xn--") : expected == label
  }
}

/// What a `{name}` stands for.
struct Variable: Sendable, Equatable {
  /// With its braces.
  let name: String
  let value: String
}

/// An issuer of a pattern.
struct IssuerMatch: Equatable {
  /// The identifier to ask and to compare with.
  let issuer: String
  let variables: [Variable]

  init(_ parts: IssuerParts, path: String, variables: [Variable]) {
    issuer = parts.origin + path
    self.variables =
      variables + [
        Variable(name: "{origin}", value: parts.origin),
        Variable(name: "{host}", value: parts.authority),
      ]
  }
}

/// `template` with every variable in its place.
func filled(_ template: String, with variables: [Variable]) -> String {
  var result = ""
  var rest = Substring(template)
  while let open = rest.firstIndex(of: "{") {
    result += rest[..<open]
    guard let close = rest[open...].firstIndex(of: "}") else { break }
    let name = rest[open...close]
    result += variables.first { $0.name == name }?.value ?? String(name)
    rest = rest[rest.index(after: close)...]
  }
  return result + rest
}
