extension SecretShape {
  static let firstHalf: [SecretShape] = [
    SecretShape(
      prefix: "pat", characters: .dotted, length: 79...79, provider: "Airtable",
      revocationPage: "https://support.airtable.com/docs/creating-personal-access-tokens",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ABSK", characters: .base64, length: 109...271, provider: "Amazon Bedrock",
      revocationPage: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-revoke.html",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "AKIA", characters: .alphanumeric, length: 16...16, provider: "Amazon Web Services",
      revocationPage:
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
      source: "https://howtorotate.com/docs/tutorials/aws", checked: "2026-11-21"),
    SecretShape(
      prefix: "ASIA", characters: .alphanumeric, length: 16...16, provider: "Amazon Web Services",
      revocationPage:
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
      source: "https://howtorotate.com/docs/tutorials/aws", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-ant-", characters: .word, length: 40...200, provider: "Anthropic",
      revocationPage:
        "https://support.anthropic.com/en/articles/8384961-what-should-i-do-if-i-suspect-my-api-key-has-been-compromised",
      source:
        "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/anthropic/anthropic.go",
      checked: "2026-11-21"),
    // The page is named by https://docs.apify.com/integrations/api.md.
    SecretShape(
      prefix: "apify_api_", characters: .word, length: 30...50, provider: "Apify",
      revocationPage: "https://console.apify.com/settings/integrations",
      source:
        "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/apify/apify.go",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ATATT3", characters: .dotted, length: 180...200, provider: "Atlassian",
      revocationPage:
        "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account",
      source: "https://howtorotate.com/docs/tutorials/atlassian", checked: "2026-11-21"),
    SecretShape(
      prefix: "BSA", characters: .word, length: 24...30, provider: "Brave Search",
      revocationPage: "https://api-dashboard.search.brave.com/app/keys",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/brave_search_apikey",
      checked: "2026-11-21"),
    // The page shows the prefix and no length.
    SecretShape(
      prefix: "ctx7sk-", characters: .word, length: 32...40, provider: "Context7",
      revocationPage: "https://context7.mintlify.dev/docs/howto/api-keys",
      source: "https://context7.mintlify.dev/docs/howto/api-keys", checked: "2026-11-21"),
    SecretShape(
      prefix: "dapi", characters: .hexadecimal, length: 32...34, provider: "Databricks",
      revocationPage: "https://docs.databricks.com/api/tokens/v1/revoke-token.md",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    // The page is named by GitGuardian's digitalocean_refresh_token_v1, for every token of an
    // account.
    SecretShape(
      prefix: "doo_v1_", characters: .hexadecimal, length: 64...64, provider: "DigitalOcean",
      revocationPage: "https://cloud.digitalocean.com/account/api/tokens",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    // The page is named by GitGuardian's digitalocean_personal_token_v1.
    SecretShape(
      prefix: "dop_v1_", characters: .hexadecimal, length: 64...64, provider: "DigitalOcean",
      revocationPage: "https://cloud.digitalocean.com/account/api/tokens",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    // No page was found that says how.
    SecretShape(
      prefix: "dp.pt.", characters: .alphanumeric, length: 40...44, provider: "Doppler",
      revocationPage: nil,
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "figd_", characters: .word, length: 36...60, provider: "Figma",
      revocationPage:
        "https://help.figma.com/hc/en-us/articles/8085703771159-Manage-personal-access-token",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/figma_personal_access_token",
      checked: "2026-11-21"),
    // The page is named by the README of firecrawl/firecrawl-mcp-server.
    SecretShape(
      prefix: "fc-", characters: .hexadecimal, length: 32...32, provider: "Firecrawl",
      revocationPage: "https://www.firecrawl.dev/app/api-keys",
      source: "https://nango.dev/docs/api-integrations/firecrawl/connect", checked: "2026-11-21"),
    SecretShape(
      prefix: "fo1_", characters: .word, length: 43...43, provider: "Fly.io",
      revocationPage: "https://fly.io/docs/flyctl/tokens-revoke",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "gho_", characters: .alphanumeric, length: 36...36, provider: "GitHub",
      revocationPage:
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ghp_", characters: .alphanumeric, length: 36...36, provider: "GitHub",
      revocationPage: "https://github.com/settings/tokens",
      source: "https://howtorotate.com/docs/tutorials/github", checked: "2026-11-21"),
    SecretShape(
      prefix: "ghr_", characters: .alphanumeric, length: 36...76, provider: "GitHub",
      revocationPage:
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ghs_", characters: .alphanumeric, length: 36...36, provider: "GitHub",
      revocationPage:
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ghu_", characters: .alphanumeric, length: 36...36, provider: "GitHub",
      revocationPage:
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "github_pat_", characters: .word, length: 82...82, provider: "GitHub",
      revocationPage: "https://github.com/settings/tokens",
      source: "https://howtorotate.com/docs/tutorials/github", checked: "2026-11-21"),
    SecretShape(
      prefix: "gldt-", characters: .word, length: 20...20, provider: "GitLab",
      revocationPage: "https://docs.gitlab.com/cli/deploy-token/delete/",
      source: "https://gitlab.com/gitlab-org/gitlab/-/merge_requests/138438",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "glpat-", characters: .dotted, length: 20...310, provider: "GitLab",
      revocationPage: "https://docs.gitlab.com/user/profile/personal_access_tokens.html",
      source: "https://gitlab.com/gitlab-org/gitlab/-/merge_requests/138438", checked: "2026-11-21"),
    SecretShape(
      prefix: "AIza", characters: .word, length: 35...35, provider: "Google",
      revocationPage: "https://cloud.google.com/docs/authentication/api-keys",
      source: "https://cloud.google.com/docs/authentication/api-keys", checked: "2026-11-21"),
    SecretShape(
      prefix: "glsa_", characters: .word, length: 41...41, provider: "Grafana",
      revocationPage: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
      source:
        "https://github.com/grafana/grafana/blob/main/docs/sources/administration/service-accounts/_index.md",
      checked: "2026-11-21"),
    // No page was found that says how.
    SecretShape(
      prefix: "glc_", characters: .base64, length: 32...404, provider: "Grafana Cloud",
      revocationPage: nil,
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "gsk_", characters: .alphanumeric, length: 40...60, provider: "Groq",
      revocationPage: "https://console.groq.com/keys",
      source: "https://howtorotate.com/docs/tutorials/groq", checked: "2026-11-21"),
    SecretShape(
      prefix: "hvs.", characters: .word, length: 24...130, provider: "HashiCorp Vault",
      revocationPage: "https://developer.hashicorp.com/vault/docs/commands/token/revoke",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "hf_", characters: .alphanumeric, length: 34...37, provider: "Hugging Face",
      revocationPage: "https://huggingface.co/settings/tokens",
      source: "https://huggingface.co/docs/hub/security-tokens", checked: "2026-11-21"),
    SecretShape(
      prefix: "lin_api_", characters: .alphanumeric, length: 40...40, provider: "Linear",
      revocationPage: "https://linear.app/settings/account/security",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    // No page: the application that asked for it revokes it at
    // https://api.linear.app/oauth/revoke.
    SecretShape(
      prefix: "lin_oauth_", characters: .hexadecimal, length: 64...64, provider: "Linear",
      revocationPage: nil,
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "napi_", characters: .alphanumeric, length: 48...72, provider: "Neon",
      revocationPage: "https://neon.com/docs/manage/api-keys",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/neon_api_key",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "NRAK-", characters: .alphanumeric, length: 27...27, provider: "New Relic",
      revocationPage: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "ntn_", characters: .alphanumeric, length: 46...46, provider: "Notion",
      revocationPage: "https://www.notion.so/my-integrations",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/notion_integration_token",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "secret_", characters: .alphanumeric, length: 43...43, provider: "Notion",
      revocationPage: "https://www.notion.so/my-integrations",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/notion_integration_token",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "npm_", characters: .alphanumeric, length: 36...36, provider: "npm",
      revocationPage: "https://docs.npmjs.com/revoking-access-tokens",
      source:
        "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/npmtokenv2/npmtokenv2.go",
      checked: "2026-11-21"),
  ]
}
