internal import Broker
internal import Importing
internal import Launch
internal import Platform
internal import Secrets

/// What a file calls us.
enum ProgramName {
  /// The bare name in files that others share, and where every host will find it; else the path,
  /// since hosts that a desktop starts have a PATH of their own.
  static func text(isShared: Bool) -> String {
    let name = "mcp-valet"
    if isShared { return name }
    guard let path = OwnProgram.launcher else { return name }
    return ["/usr/bin/\(name)", "/usr/local/bin/\(name)"].contains(path) ? name : path
  }
}

/// Our environment as a host would pass it on, with the variables that its file sets.
enum HostEnvironment {
  typealias Variable = (name: String, value: String)

  /// `NAME=value`, the host's own first.
  static func entries(_ variables: [Variable]) -> [String] {
    var entries = variables.map { "\($0.name)=\($0.value)" }
    var next = environ
    while let entry = next.pointee {
      if let text = String(validatingCString: entry) {
        let name = text.prefix { $0 != "=" }
        let value = text.dropFirst(name.count + 1)
        // What our shell names of the vault is nothing that a host's server was given.
        let isPlain = (try? Template(String(value)))?.references.isEmpty == true
        if isPlain, !variables.contains(where: { $0.name == name }) { entries.append(text) }
      }
      next += 1
    }
    return entries
  }

  /// The memory is never freed: plans point into it, and the process ends soon.
  static func inherited(_ variables: [Variable]) -> InheritedEnvironment {
    let list = entries(variables).map { strdup($0) } + [nil]
    let copy = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: list.count)
    for (index, entry) in list.enumerated() { (copy + index).initialize(to: entry) }
    return InheritedEnvironment(list: copy)
  }
}

extension ServerRewrite {
  /// What its host sets.
  var hostVariables: [HostEnvironment.Variable] { environment.map { ($0.name, $0.value) } }
}
