/// One thing that a support thread would ask for.
struct Check: Sendable {
  /// What a check has to wait for, and may wait for in vain.
  enum Resource: Hashable, Sendable {
    /// Folders and files of ours.
    case files
    /// The session bus and what answers there.
    case bus
    /// Files of hosts, in the user's folder and in projects.
    case hosts
    /// Programs and folders of the machine.
    case system
    /// Servers that run.
    case servers
  }

  /// One word, as printed and in JSON.
  let name: String
  /// One that did not answer another check is not asked again: each costs the whole time limit.
  let resources: Set<Resource>
  /// Whether it makes sense where the environment names no home.
  let needsHome: Bool
  let body: @Sendable (Examination) -> [CheckFinding]

  init(
    _ name: String, _ resources: Set<Resource>, needsHome: Bool = true,
    _ body: @escaping @Sendable (Examination) -> [CheckFinding]
  ) {
    self.name = name
    self.resources = resources
    self.needsHome = needsHome
    self.body = body
  }

  /// All, in the order in which they are shown: what others depend on comes first.
  static let all: [Check] = [
    .versions, .home, .files, .space, .vault, .slots, .keyFile, .kernelCache, .bus, .keyring,
    .memory, .memoryFiles, .searchPath, .hosts, .servers, .secrets, .grants, .connections, .audit,
    .running,
  ]
}
