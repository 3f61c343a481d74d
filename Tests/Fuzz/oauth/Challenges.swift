@testable import OAuth

/// `WWW-Authenticate`: what was written by the grammar reads back, and nothing odd comes of the rest.
func readChallenges(_ input: FuzzInput, isMade: Bool) {
  guard isMade else {
    let texts = input.texts
    let found = Challenge.parse(texts)
    // Headers do not run into each other.
    require(found == texts.flatMap { Challenge.parse([$0]) }, "headers that run together")
    for challenge in found {
      require(isToken(challenge.scheme), "a scheme that is none: \(challenge.scheme)")
      for parameter in challenge.parameters {
        require(isToken(parameter.name), "a parameter's name that is none: \(parameter.name)")
      }
    }
    require(found.isEmpty || found.count <= texts.reduce(0) { $0 + $1.utf8.count }, "too many")
    return
  }
  var writer = ChallengeWriter(input: input)
  let (challenges, text) = writer.write()
  require(Challenge.parse([text]) == challenges, "read differently: \(text)")
}

/// In lower case.
private func isToken(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

/// Writes `challenge *( "," challenge )` of RFC 9110 section 11.6.1 in all its spellings.
private struct ChallengeWriter {
  var input: FuzzInput

  private mutating func pick<Element>(_ list: [Element]) -> Element {
    list[input.number(below: list.count)]
  }

  mutating func write() -> ([Challenge], String) {
    var (challenges, text): ([Challenge], String) = ([], pick(["", "", " ", ", ,"]))
    for index in 0..<1 + input.number(below: 3) {
      let scheme = pick(["Bearer", "bearer", "DPoP", "Basic", "Negotiate", "x-1"])
      if index > 0 { text += pick([",", ", ", " , ", ",,\t"]) }
      var challenge = Challenge(scheme: scheme.lowercased())
      text += scheme
      switch input.byte() & 3 {
      case 0: break
      case 1:
        let token = pick(["abc", "oYG8+/==", "a-._~", "x="])
        text += " " + token + pick(["", " "])
      default: addParameters(&challenge, &text)
      }
      challenges.append(challenge)
    }
    return (challenges, text + pick(["", " ", ","]))
  }

  private mutating func addParameters(_ challenge: inout Challenge, _ text: inout String) {
    let count = 1 + input.number(below: 4)
    for index in 0..<count {
      let name = pick(["realm", "Scope", "resource_metadata", "error", "x*"])
      let value = pick([
        "a", "read write", "https://as.example.com/x", "", "a,b", "a\"b\\", "Bearer x=\"y\"", "=",
      ])
      text += index == 0 ? pick([" ", "  ", "\t"]) : pick([",", ", ", " ,", ", , "])
      let isPlain = value == "a" && input.byte() & 1 == 0
      text += name + pick(["=", "=", " = "]) + (isPlain ? value : quoted(value))
      challenge.parameters.append(.init(name: name.lowercased(), value: value))
    }
  }

  private mutating func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      let mustEscape = scalar == "\"" || scalar == "\\"
      text += (mustEscape || input.byte() & 15 == 1 ? "\\" : "") + String(scalar)
    }
    return text + "\""
  }
}
