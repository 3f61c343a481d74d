internal import Platform
internal import Testing
internal import ValetTesting

/// Where a text can be found; see `Tests/Peers/scan.py`.
struct Scan {
  let found: [String]
  /// How many places could be read at all.
  let searched: Int
  let connected: [String]

  /// - Parameters:
  ///   - isHexadecimal: the text stands for bytes.
  ///   - user: another user who looks; `nil`: the one who runs the test.
  ///   - processes: `nil`: all.
  init(
    for text: String, isHexadecimal: Bool = false, asUser user: uid_t? = nil, processes: [pid_t]?,
    folders: [String]
  ) throws {
    // Another user cannot read a script in somebody's home.
    let script = File.text(Programs.peer("scan.py"))
    try #require(!script.isEmpty)
    let change =
      user.map { ["/usr/bin/setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
    var named = isHexadecimal ? ["--hex"] : []
    if processes?.isEmpty == true { named.append("--files") }
    named += (processes ?? []).flatMap { ["--process", "\($0)"] }
    let run = try ProgramRun.run(
      change + ["/usr/bin/python3", "-c", script] + named + folders,
      environment: ["PATH": "/usr/bin:/bin"], input: Array(text.utf8), folder: "/")
    let report = try #require(ReferenceJSON.parse(run.output), "\(run.errorText)")
    found = report["found"].elements.compactMap(\.text)
    searched = try #require(report["searched"].number.flatMap { Int($0) })
    connected = report["connected"].elements.compactMap(\.text)
  }
}
