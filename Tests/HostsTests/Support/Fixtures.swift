import Platform
import Testing
import ValetTesting

@testable import Hosts

/// A file beside the tests: `Fixtures/HOST/NAME`.
func fixture(_ path: String) throws -> [UInt8] {
  let here = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  return try TemporaryFolder.read("\(here)/Fixtures/\(path)")
}

/// The file as a host's place of that scope would read it.
func document(
  _ path: String, of host: Host, _ scope: HostPlace.Scope = .user
) throws -> (HostDocument, [HostServer]) {
  let place = try #require(
    host.places.first { place in
      place.scope == scope
        && (place.folderOf.isEmpty || place.folderOf.contains { path.hasSuffix($0) })
        && (place.format != .yaml || path.hasSuffix("ml"))
    })
  let document = try HostDocument(parsing: fixture(path), format: place.format, path: path)
  return (document, document.servers(in: place.sections))
}
