// swift-tools-version: 6.2
import PackageDescription

/// One place for the compiler settings of every target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "mcp-valet",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "mcp-valet", targets: ["mcp-valet"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium",
      providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .target(name: "CLibsecret"),
    .target(name: "CLaunch"),
    module("Platform"),
    module("Secrets", ["CSodium", "Platform"]),
    module("Files", ["Platform", "Secrets"]),
    module("Vault", ["CSodium", "Files", "Platform", "Secrets"]),
    module("Keyring", ["CLibsecret", "Platform", "Secrets"]),
    module("Launch", ["CLaunch", "CSodium", "Files", "Platform", "Secrets"]),
    module("HostConfigs", ["Secrets"]),
    module("Relay", ["Secrets"]),
    module(
      "ValetCLI",
      [
        "CSodium", "Files", "HostConfigs", "Keyring", "Launch", "Platform", "Relay", "Secrets",
        "Vault", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "mcp-valet", dependencies: ["Platform", "ValetCLI"], swiftSettings: strict),
    module("ValetTesting", ["Files", "Platform", "Secrets"]),
    tests("SecretsTests", ["Secrets"]),
    tests("FilesTests", ["Files", "Platform", "ValetTesting"]),
    tests("VaultTests", ["Vault", "CSodium", "Files", "Platform", "ValetTesting"]),
    tests("KeyringTests", ["Keyring", "Platform", "ValetTesting"]),
    tests("LaunchTests", ["Launch", "Platform", "ValetTesting"]),
    tests("HostConfigsTests", ["HostConfigs"]),
    tests("RelayTests", ["Relay"]),
    tests("IntegrationTests", ["Platform", "ValetTesting"]),
  ],
  swiftLanguageModes: [.v6]
)
