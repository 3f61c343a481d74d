import HostConfigs
import Platform
import Testing

/// `Fixtures/servers.json`, found beside this source file.
func fixtureBytes() throws -> [UInt8] {
  let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  let stream = try #require(fopen("/\(folder)/Fixtures/servers.json", "r"))
  defer { fclose(stream) }
  var bytes = [UInt8](repeating: 0, count: 65536)
  let count = fread(&bytes, 1, bytes.count, stream)
  return Array(bytes[..<count])
}

func fixture() throws -> ServersFile {
  try ServersFile(parsing: fixtureBytes(), path: "servers.json")
}
