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

func tests(
  _ name: String, _ dependencies: [Target.Dependency], excluding: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: excluding, swiftSettings: strict)
}

/// A program that is shipped.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, swiftSettings: strict,
    linkerSettings: [
      // The toolchain's own linker. The default one, gold, warns of a `mktemp` that lies unused in
      // the static FoundationEssentials; that would hide a warning of ours.
      .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux]))
    ])
}

/// A program that tests start, to do in a process of its own what would harm the test runner's.
func driver(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Tests/Drivers/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "mcp-valet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "mcp-valet", targets: ["mcp-valet"]),
    .executable(name: "mcp-valet-ctl", targets: ["mcp-valet-ctl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium",
      providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .target(name: "CKernelKeys"),
    .target(name: "CLibsecret"),
    .target(
      name: "CLaunch",
      cSettings: [.define("MCP_VALET_RELEASE", .when(configuration: .release))]),
    module("Platform"),
    module("Secrets", ["CSodium", "Platform"]),
    module("Files", ["Platform", "Secrets"]),
    module("Control", ["Files", "Platform", "Secrets"]),
    module("Audit", ["CSodium", "Files", "JSONText", "Platform", "Secrets"]),
    module("JSONText"),
    module("Connections", ["Secrets"]),
    module("Presets"),
    module("Grants", ["Secrets"]),
    module("Vault", ["CSodium", "Files", "Grants", "Platform", "Secrets"]),
    module("Keyring", ["CKernelKeys", "CLibsecret", "Platform", "Secrets"]),
    module("Launch", ["CLaunch", "CSodium", "Files", "Platform", "Secrets"]),
    module("HostConfigs", ["JSONText", "Secrets"]),
    module("Redaction", ["JSONText", "Platform", "Secrets"]),
    module("Relay", ["JSONText", "Platform", "Secrets"]),
    module(
      "Supervision",
      ["CLaunch", "Control", "Launch", "Platform", "Redaction", "Relay", "Secrets"]),
    module(
      "Broker",
      [
        "Audit", "CSodium", "Control", "Files", "Grants", "HostConfigs", "Keyring", "Launch",
        "Platform",
        "Relay", "Secrets", "Supervision", "Vault",
      ]),
    module(
      "ValetCLI",
      [
        "Audit", "Broker", "CSodium", "Control", "Files", "Grants", "HostConfigs", "Keyring",
        "Launch",
        "Platform", "Presets", "Relay", "Secrets", "Vault",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    program("mcp-valet", ["Broker"]),
    program("mcp-valet-ctl", ["ValetCLI"]),
    module("ValetTesting", ["CLaunch", "Files", "Platform", "Secrets"]),
    .target(
      name: "RelayModel", dependencies: ["Relay", "ValetTesting"], path: "Tests/RelayModel",
      swiftSettings: strict),
    driver("audit-writer", ["Audit", "Platform", "Secrets"]),
    driver("control-driver", ["Control", "Files", "Platform", "Secrets"]),
    driver("failure-driver", ["Relay", "Secrets"]),
    driver(
      "keyring-driver", ["CKernelKeys", "Keyring", "Platform", "Secrets", "ValetTesting"]),
    driver("launch-driver", ["Files", "Launch", "Platform", "Relay", "Secrets", "Supervision"]),
    driver("redaction-benchmark", ["Platform", "Redaction", "Secrets", "ValetTesting"]),
    driver("relay-driver", ["Platform", "Relay", "RelayModel"]),
    .executableTarget(name: "launch-probe", path: "Tests/Drivers/launch-probe"),
    driver("vault-writer", ["Files", "Platform", "Secrets", "Vault"]),
    tests("AuditTests", ["Audit", "Files", "Platform", "ValetTesting", "audit-writer"]),
    tests("SecretsTests", ["Platform", "Secrets", "ValetTesting"]),
    tests("FilesTests", ["Files", "Platform", "Secrets", "ValetTesting"]),
    tests(
      "ControlTests",
      ["Control", "Files", "Platform", "Secrets", "ValetTesting", "control-driver"]),
    tests("PresetsTests", ["Presets"]),
    tests("ConnectionsTests", ["Connections", "Platform", "Secrets", "ValetTesting"]),
    tests("GrantsTests", ["Grants", "Secrets", "ValetTesting"]),
    tests("JSONTextTests", ["JSONText", "ValetTesting"]),
    tests(
      "VaultTests",
      [
        "CSodium", "Files", "Grants", "Platform", "Secrets", "ValetTesting", "Vault",
        "vault-writer",
      ]),
    tests(
      "KeyringTests", ["Keyring", "Platform", "Secrets", "ValetTesting", "keyring-driver"]),
    tests(
      "LaunchTests",
      [
        "CLaunch", "Launch", "Platform", "Secrets", "ValetTesting", "launch-driver",
        "launch-probe",
      ]),
    tests(
      "HostConfigsTests", ["HostConfigs", "JSONText", "Platform", "Secrets", "ValetTesting"],
      excluding: ["Fixtures"]),
    tests("RedactionTests", ["Platform", "Redaction", "Secrets", "ValetTesting"]),
    tests(
      "RelayTests",
      ["Platform", "Relay", "RelayModel", "Secrets", "ValetTesting", "failure-driver"]),
    tests("SupervisionTests", ["Platform", "Relay", "Secrets", "Supervision", "ValetTesting"]),
    tests(
      "IntegrationTests",
      ["Platform", "ValetTesting", "control-driver", "mcp-valet", "mcp-valet-ctl"]),
  ],
  swiftLanguageModes: [.v6]
)
