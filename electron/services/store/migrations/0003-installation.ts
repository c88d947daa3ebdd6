/** By which a role is known, on its server, as made by this installation and no other. */
export const installation = {
  version: 3,
  name: 'installation',
  sql: `
CREATE TABLE installation (id TEXT NOT NULL);
INSERT INTO installation (id) VALUES (lower(hex(randomblob(16))));
`,
} as const
