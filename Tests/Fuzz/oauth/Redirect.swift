import Connections

@testable import OAuth

/// The query of a redirect: each parameter as a plain reader finds it, and a code only for him who
/// knows the state and names the issuer.
func readCallback(_ input: FuzzInput, isMade: Bool) {
  let request = try? AuthorizationRequest(
    issuer: Known.issuer, expectsIssuer: input.bytes.count & 1 == 0,
    redirectURI: "http://127.0.0.1:1/", clientID: "a")
  guard let request else { return require(false, "no request") }
  let query = isMade ? makeQuery(input, request.state) : Array(input.bytes)
  guard let found = query.withUnsafeBytes({ try? CallbackParameters(query: $0) }) else {
    return require(false, "a query that cannot be read")
  }
  let pairs = plainPairs(query)
  for name in ["state", "code", "iss", "error", "error_description"] {
    let values = pairs.filter { $0.name == name }.map(\.value)
    require(found.isRepeated(name) == (values.count > 1), "another count of '\(name)'")
    let value = found.value(name)
    let bytes = value.map { $0.withUnsafeBytes { Array($0) } }
    require(bytes == (values.count == 1 ? values[0] : nil), "'\(name)' read differently")
  }
  judge(found, of: request)
  // What a person pastes is the same query, with something in front and behind.
  guard !query.contains(where: { $0 <= 0x20 || $0 == 0x3F || $0 == 0x23 }) else { return }
  let address = Array(" http://127.0.0.1:1/?".utf8) + query + Array("#x\n".utf8)
  let pasted = (try? SharedSecret(copy: address)).flatMap { try? CallbackParameters(pasted: $0) }
  for name in ["state", "code", "iss"] {
    require(pasted?.text(name) == found.text(name), "'\(name)' pasted differently")
  }
}

private func judge(_ parameters: CallbackParameters, of request: AuthorizationRequest) {
  let issuer = parameters.text("iss")
  let isOurs = parameters.text("state") == request.state
  let isNamed = issuer == Known.issuer || (issuer == nil && !request.expectsIssuer)
  do {
    guard case .code(let code) = try request.judge(parameters) else { return }
    require(isOurs && isNamed, "a code from somebody else")
    require(parameters.text("error") == nil, "a code beside an error")
    let isPlain = code.withUnsafeBytes { $0.allSatisfy { 0x20...0x7E ~= $0 } }
    require(isPlain && code.count > 0, "an odd code")
  } catch {
    require(isOurs, "a login that anybody can end")
  }
}

/// RFC 6749 appendix B, as plainly as it goes; the first 32.
private func plainPairs(_ query: [UInt8]) -> [(name: String, value: [UInt8])] {
  query.split(separator: 0x26).prefix(32).compactMap { pair in
    guard let equals = pair.firstIndex(of: 0x3D), let name = plain(pair[..<equals]),
      let value = plain(pair[(equals + 1)...])
    else { return nil }
    return (String(decoding: name, as: UTF8.self), value)
  }
}

private func plain(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
  var output: [UInt8] = []
  var index = bytes.startIndex
  while index < bytes.endIndex {
    switch bytes[index] {
    case 0x25:
      guard index + 2 < bytes.endIndex else { return nil }
      let digits = bytes[(index + 1)...(index + 2)]
      // A sign would do for the radix, and is none of the digits.
      guard digits.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      output.append(byte)
      index += 2
    case 0x2B: output.append(0x20)
    default: output.append(bytes[index])
    }
    index += 1
  }
  return output
}

private func makeQuery(_ input: FuzzInput, _ state: String) -> [UInt8] {
  var input = input
  let names = ["state", "code", "iss", "error", "error_description", "x", "st%61te", "c+de", ""]
  let values = [
    state, state, percentEncoded(Known.issuer), Known.issuer, "abc", "a%20b+c", "%", "%zz", "%+1",
    "", "é", "%00", "access_denied", "\(state)x", "a=b",
  ]
  var pairs = ["state=\(state)", "code=\(input.byte())", "iss=\(percentEncoded(Known.issuer))"]
  // What somebody else would send, or nothing.
  let lies = ["state=\(state.dropLast())A", "code=%00", "iss=https%3A%2F%2Fevil.test"]
  for index in pairs.indices.reversed() {
    switch input.byte() & 7 {
    case 0: pairs.remove(at: index)
    case 1: pairs[index] = lies[index]
    default: break
    }
  }
  for _ in 0..<input.number(below: 4) {
    let name = names[input.number(below: names.count)]
    let value = values[input.number(below: values.count)]
    let pair = input.byte() & 7 == 0 ? name : "\(name)=\(value)"
    pairs.insert(pair, at: input.number(below: pairs.count + 1))
  }
  return Array(pairs.joined(separator: "&").utf8)
}
