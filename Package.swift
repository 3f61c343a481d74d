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
    .executable(name: "mcp-valet-net", targets: ["mcp-valet-net"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium",
      providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .systemLibrary(
      name: "CYaml", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "CKernelKeys"),
    .target(name: "CLibsecret"),
    .target(name: "CLibzip"),
    .target(
      name: "CLaunch",
      cSettings: [.define("MCP_VALET_RELEASE", .when(configuration: .release))]),
    module("Platform"),
    module("Secrets", ["CSodium", "Platform"]),
    module("Files", ["Platform", "Secrets"]),
    module("Control", ["Files", "Platform", "Secrets"]),
    module("Audit", ["CSodium", "Files", "JSONText", "Platform", "Secrets"]),
    module("JSONText"),
    module("Age", ["CSodium", "Secrets"]),
    module("Connections", ["Secrets"]),
    module("Presets", ["JSONText", "Secrets"]),
    module("Grants", ["Secrets"]),
    module("Vault", ["CSodium", "Files", "Grants", "Platform", "Secrets"]),
    module(
      "SealedConnections", ["Connections", "Files", "Platform", "Secrets", "Vault"]),
    module("NetClient", ["CLaunch", "Connections", "Files", "Platform", "Secrets"]),
    module(
      "Refreshing",
      [
        "Connections", "Files", "NetClient", "Platform", "SealedConnections", "Secrets", "Vault",
      ]),
    module("Keyring", ["CKernelKeys", "CLibsecret", "Platform", "Secrets"]),
    module("Launch", ["CLaunch", "CSodium", "Files", "Platform", "Secrets"]),
    module("HostConfigs", ["JSONText", "Secrets"]),
    module(
      "Bundles",
      ["CLibzip", "CSodium", "Files", "HostConfigs", "JSONText", "Platform", "Secrets"]),
    module("Hosts", ["CYaml", "Files", "HostConfigs", "JSONText", "Platform", "Secrets"]),
    module(
      "Scanning", ["Files", "HostConfigs", "Hosts", "JSONText", "Presets", "Secrets"]),
    module(
      "Importing",
      [
        "CLaunch", "CSodium", "Files", "Grants", "HostConfigs", "Hosts", "JSONText", "Platform",
        "Presets", "Scanning", "Secrets",
      ]),
    module("Redaction", ["JSONText", "Platform", "Secrets"]),
    module("Relay", ["JSONText", "Platform", "Secrets"]),
    module(
      "Supervision",
      [
        "CLaunch", "Control", "Launch", "Platform", "Redaction", "Refreshing", "Relay", "Secrets",
      ]),
    module(
      "Broker",
      [
        "Audit", "CSodium", "Connections", "Control", "Files", "Grants", "HostConfigs", "Keyring",
        "Launch", "NetClient", "Platform", "Refreshing", "Relay", "SealedConnections", "Secrets",
        "Supervision", "Vault",
      ]),
    module(
      "ValetCLI",
      [
        "Age", "Audit", "Broker", "Bundles", "CLaunch", "CSodium", "Connections", "Control",
        "Files", "Grants", "HostConfigs", "Hosts", "Importing", "JSONText", "Keyring", "Launch",
        "NetClient", "Platform", "Presets", "Refreshing", "Scanning", "SealedConnections",
        "Secrets", "Vault",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    module(
      "OAuth", ["Connections", "CSodium", "JSONText", "Platform", "Presets", "Secrets"]),
    module(
      "NetProgram",
      [
        "CLaunch", "Connections", "OAuth", "Platform", "Presets", "Secrets",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    program("mcp-valet", ["Broker"]),
    program("mcp-valet-ctl", ["ValetCLI"]),
    program("mcp-valet-net", ["NetProgram"]),
    module("ValetTesting", ["CLaunch", "Files", "Platform", "Secrets"]),
    .target(
      name: "RelayModel", dependencies: ["Relay", "ValetTesting"], path: "Tests/RelayModel",
      swiftSettings: strict),
    driver("audit-writer", ["Audit", "Platform", "Secrets"]),
    driver("control-driver", ["Control", "Files", "Platform", "Secrets"]),
    driver("failure-driver", ["Platform", "Relay", "Secrets"]),
    driver(
      "keyring-driver", ["CKernelKeys", "Keyring", "Platform", "Secrets", "ValetTesting"]),
    driver("launch-driver", ["Files", "Launch", "Platform", "Secrets", "Supervision"]),
    driver(
      "connection-writer",
      ["Connections", "Files", "Platform", "SealedConnections", "Secrets", "Vault"]),
    driver("net-driver", ["Connections", "Platform", "Secrets"]),
    driver(
      "refresh-driver",
      [
        "Connections", "Files", "NetClient", "Platform", "Refreshing", "SealedConnections",
        "Secrets", "Vault",
      ]),
    driver("redaction-benchmark", ["Platform", "Redaction", "Secrets", "ValetTesting"]),
    driver("relay-driver", ["Platform", "Relay", "RelayModel"]),
    .executableTarget(name: "launch-probe", path: "Tests/Drivers/launch-probe"),
    driver("vault-writer", ["Files", "Platform", "Secrets", "Vault"]),
    tests("AgeTests", ["Age"]),
    tests("AuditTests", ["Audit", "Files", "Platform", "ValetTesting", "audit-writer"]),
    tests("SecretsTests", ["Platform", "Secrets", "ValetTesting"]),
    tests("FilesTests", ["Files", "Platform", "Secrets", "ValetTesting"]),
    tests(
      "ControlTests",
      ["Control", "Files", "Platform", "Secrets", "ValetTesting", "control-driver"]),
    tests(
      "PresetsTests",
      [
        "CSodium", "Connections", "OAuth", "Platform", "Presets", "Secrets", "ValetTesting",
      ]),
    tests("ConnectionsTests", ["Connections", "Platform", "Secrets", "ValetTesting"]),
    tests(
      "SealedConnectionsTests",
      ["Connections", "Files", "Platform", "Secrets", "SealedConnections", "ValetTesting", "Vault"]),
    tests(
      "RefreshingTests",
      [
        "Connections", "Files", "NetClient", "Platform", "Refreshing", "SealedConnections",
        "Secrets", "ValetTesting", "Vault", "net-driver", "refresh-driver",
      ]),
    tests("GrantsTests", ["Grants", "Secrets", "ValetTesting"]),
    tests("OAuthTests", ["Connections", "OAuth", "Platform", "Secrets", "ValetTesting"]),
    tests(
      "ValetCLITests",
      [
        "Connections", "Platform", "ValetCLI", "ValetTesting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    tests(
      "NetTests",
      [
        "Connections", "NetProgram", "OAuth", "Platform", "Secrets", "ValetTesting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), "mcp-valet-net",
      ]),
    tests("JSONTextTests", ["JSONText", "ValetTesting"]),
    tests(
      "VaultTests",
      ["Files", "Grants", "Platform", "Secrets", "ValetTesting", "Vault", "vault-writer"]),
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
    tests(
      "BundlesTests", ["Bundles", "Files", "JSONText", "Platform", "ValetTesting"],
      excluding: ["Fixtures"]),
    tests(
      "HostsTests", ["HostConfigs", "Hosts", "JSONText", "Platform", "ValetTesting"],
      excluding: ["Fixtures", "Support/toml_check.py"]),
    tests(
      "ScanningTests",
      ["HostConfigs", "Hosts", "JSONText", "Presets", "Scanning", "ValetTesting"],
      excluding: ["Corpus"]),
    tests(
      "ImportingTests",
      [
        "Files", "HostConfigs", "Hosts", "Importing", "JSONText", "Platform", "Presets", "Secrets",
        "ValetTesting",
      ], excluding: ["Fixtures"]),
    tests("RedactionTests", ["Platform", "Redaction", "Secrets", "ValetTesting"]),
    tests(
      "RelayTests",
      ["Platform", "Relay", "RelayModel", "Secrets", "ValetTesting", "failure-driver"]),
    tests(
      "SupervisionTests",
      ["Redaction", "Relay", "Secrets", "Supervision", "ValetTesting"]),
    tests(
      "IntegrationTests",
      [
        "Platform", "ValetTesting", "connection-writer", "control-driver", "mcp-valet",
        "mcp-valet-ctl", "mcp-valet-net",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
