// An OpenID provider for the tests. Argument: JSON of { port, clients, accounts: { login: claims }, jwks }.
// Whoever knows a login signs in.
import { randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const { port, clients, accounts, jwks } = JSON.parse(process.argv[2]);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  jwks,
  cookies: { keys: [randomBytes(16).toString("hex")] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  scopes: ["openid", "offline_access", "email", "profile", "groups"],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username"],
    groups: ["groups"],
  },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
  findAccount: (_context, login) =>
    login in accounts
      ? { accountId: login, claims: () => ({ sub: login, ...accounts[login] }) }
      : undefined,
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
