-- So that two who change one user see each other.
ALTER TABLE user ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
