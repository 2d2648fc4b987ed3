-- Written by mailwright. What Postfix and Dovecot look up: domains, mailboxes, aliases.
-- Each statement may be run again on a database that has it already.
-- Addresses are ASCII and compared without regard to case. A mailbox's password is
-- a hash with its scheme in front, such as {ARGON2ID}$argon2id$...; active = 0
-- switches a row off without losing it.

CREATE DATABASE IF NOT EXISTS mailserver CHARACTER SET utf8mb4;

USE mailserver;

CREATE TABLE IF NOT EXISTS domains (
  name VARCHAR(253) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- quota_bytes: 0 means no limit.
CREATE TABLE IF NOT EXISTS mailboxes (
  address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  domain VARCHAR(253) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  password VARCHAR(255) NOT NULL,
  quota_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
  active TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (address),
  FOREIGN KEY (domain) REFERENCES domains (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One row for each destination of an alias.
CREATE TABLE IF NOT EXISTS aliases (
  address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  destination VARCHAR(254) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  domain VARCHAR(253) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (address, destination),
  KEY destination (destination),
  FOREIGN KEY (domain) REFERENCES domains (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
