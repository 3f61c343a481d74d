internal import Platform
internal import Testing

/// A file of `Tests/Vectors/presets`, found from this source file.
func vector(_ name: String) throws -> [UInt8] {
  let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  let stream = try #require(fopen("/\(tests)/Vectors/presets/\(name)", "r"), "\(name)")
  defer { fclose(stream) }
  var bytes = [UInt8](repeating: 0, count: 65536)
  let count = fread(&bytes, 1, bytes.count, stream)
  return Array(bytes[..<count])
}
