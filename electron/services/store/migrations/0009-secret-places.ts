/** Which of the two places holds a secret that is saved, and which one the person chose for those to come. */
export const secretPlaces = {
  version: 9,
  name: 'secret-places',
  sql: `
ALTER TABLE data_sources ADD COLUMN secret_place TEXT NOT NULL DEFAULT 'keychain';     -- or vault; says nothing while secret_saved is 0
ALTER TABLE data_sources ADD COLUMN client_key_place TEXT NOT NULL DEFAULT 'keychain'; -- the same beside client_key_saved
CREATE TABLE secret_settings (
  chosen             TEXT NOT NULL,                                                    -- os-keychain, vault or session-only
  lock_after_minutes INTEGER                                                           -- NULL: only when told to
) STRICT;
INSERT INTO secret_settings (chosen, lock_after_minutes) VALUES ('os-keychain', 15);
`,
} as const
