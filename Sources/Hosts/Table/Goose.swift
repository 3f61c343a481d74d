extension Host {
  static let goose = Host(
    id: "goose", name: "Goose",
    places: [HostPlace(.config("goose/config.yaml"), .yaml, extensions)],
    copies: [HostCopies(.config("goose"), .prefixed("config.yaml."))],
    rewriters: ["goose", "goosed"],
    facts: [
      HostFact(
        "https://github.com/block/goose/blob/main/documentation/docs/guides/config-files.md",
        checked: "2026-11-21")
    ])

  private static let extensions = [
    ServerSection(
      "extensions",
      members: ServerMembers(
        command: ["cmd"], environment: ["envs"], urls: ["uri", "url"], disabled: nil))
  ]
}
