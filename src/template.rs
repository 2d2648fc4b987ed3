//! The templates under assets/, filled from answers and facts. Strict: a variable nobody gives is an error.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use crate::answers::{Address, Answers, Limits, Tls};
use crate::change::{Daemon, RATE_LIMIT_SOCKET, lineage};
use crate::error::{Context, Error, Result};
use crate::facts::{Facts, Release};
use crate::steps::{dkim, fail2ban, firewall, limits, postfix, tls};
use crate::text::{SecretName, Text};

/// Every template by its path under assets/.
const TEMPLATES: &[(&str, &str)] = &[
    ("mariadb/60-mailwright.cnf", include_str!("../assets/mariadb/60-mailwright.cnf")),
    ("postfix/main.cf", include_str!("../assets/postfix/main.cf")),
    ("postfix/master.cf", include_str!("../assets/postfix/master.cf")),
    ("postfix/submission_header_checks", include_str!("../assets/postfix/submission_header_checks")),
    ("postfix/system_aliases", include_str!("../assets/postfix/system_aliases")),
    ("postfix/sql/domains.cf", include_str!("../assets/postfix/sql/domains.cf")),
    ("postfix/sql/mailboxes.cf", include_str!("../assets/postfix/sql/mailboxes.cf")),
    ("postfix/sql/aliases.cf", include_str!("../assets/postfix/sql/aliases.cf")),
    ("postfix/sql/sender-logins.cf", include_str!("../assets/postfix/sql/sender-logins.cf")),
    ("postfix/sql/spoofed-senders.cf", include_str!("../assets/postfix/sql/spoofed-senders.cf")),
    ("policyd-spf/policyd-spf.conf", include_str!("../assets/policyd-spf/policyd-spf.conf")),
    ("opendkim/opendkim.conf", include_str!("../assets/opendkim/opendkim.conf")),
    ("opendkim/key.table", include_str!("../assets/opendkim/key.table")),
    ("opendkim/signing.table", include_str!("../assets/opendkim/signing.table")),
    ("opendkim/resolvers", include_str!("../assets/opendkim/resolvers")),
    ("systemd/opendkim-resolvers.conf", include_str!("../assets/systemd/opendkim-resolvers.conf")),
    ("systemd/mailwright-authors.service", include_str!("../assets/systemd/mailwright-authors.service")),
    ("systemd/mailwright-certificate.path", include_str!("../assets/systemd/mailwright-certificate.path")),
    ("systemd/mailwright-certificate.service", include_str!("../assets/systemd/mailwright-certificate.service")),
    ("systemd/mailwright-resolvers.path", include_str!("../assets/systemd/mailwright-resolvers.path")),
    ("systemd/mailwright-resolvers.service", include_str!("../assets/systemd/mailwright-resolvers.service")),
    ("systemd/mailwright-resolvers.timer", include_str!("../assets/systemd/mailwright-resolvers.timer")),
    ("opendkim/authors", include_str!("../assets/opendkim/authors")),
    ("opendkim/trusted.hosts", include_str!("../assets/opendkim/trusted.hosts")),
    ("opendmarc/opendmarc.conf", include_str!("../assets/opendmarc/opendmarc.conf")),
    ("policyd-rate-limit/cron.daily", include_str!("../assets/policyd-rate-limit/cron.daily")),
    (
        "policyd-rate-limit/policyd-rate-limit.yaml",
        include_str!("../assets/policyd-rate-limit/policyd-rate-limit.yaml"),
    ),
    ("opendmarc/ignore.hosts", include_str!("../assets/opendmarc/ignore.hosts")),
    ("dovecot/2.3/dovecot.conf", include_str!("../assets/dovecot/2.3/dovecot.conf")),
    ("dovecot/2.3/dovecot-sql.conf.ext", include_str!("../assets/dovecot/2.3/dovecot-sql.conf.ext")),
    ("dovecot/2.4/dovecot.conf", include_str!("../assets/dovecot/2.4/dovecot.conf")),
    ("acme/deploy", include_str!("../assets/acme/deploy")),
    ("systemd/postfix-after.conf", include_str!("../assets/systemd/postfix-after.conf")),
    ("systemd/rate-limit-restart.conf", include_str!("../assets/systemd/rate-limit-restart.conf")),
    ("nftables/nftables.conf", include_str!("../assets/nftables/nftables.conf")),
    ("nftables/only-ours.conf", include_str!("../assets/nftables/only-ours.conf")),
    ("fail2ban/mailwright.local", include_str!("../assets/fail2ban/mailwright.local")),
    ("fail2ban/mailwright-postfix.conf", include_str!("../assets/fail2ban/mailwright-postfix.conf")),
    ("fail2ban/mailwright-sshd.conf", include_str!("../assets/fail2ban/mailwright-sshd.conf")),
    ("fail2ban/mailwright-dovecot.conf", include_str!("../assets/fail2ban/mailwright-dovecot.conf")),
    ("dovecot/sieve/before.d/10-junk.sieve", include_str!("../assets/dovecot/sieve/before.d/10-junk.sieve")),
];

/// One template filled; secrets stay placeholders until the text lands.
///
/// A template that asks for something it is not given makes a broken text, which no plan accepts.
#[must_use]
pub fn render(name: &str, answers: &Answers, facts: &Facts) -> Text {
    filled(name, answers, facts).map_or_else(|error| Text::broken(error.render()), Text::new)
}

fn filled(name: &str, answers: &Answers, facts: &Facts) -> Result<String> {
    let source = TEMPLATES
        .iter()
        .find(|(path, _)| *path == name)
        .map(|(_, source)| *source)
        .ok_or_else(|| Error::failed(format!("there is no template {name}")))?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build().context(|| "the template syntax is wrong".into())?);
    let (certificate, key) = tls::files(answers);
    let signing = dkim::signing(answers, facts);
    let (bind_ipv4, bind_ipv6) = postfix::outgoing(answers, facts);
    let values = context! {
        release => facts.release.map(Release::codename),
        hostname => answers.hostname.as_str(),
        domains => answers.domains.iter().map(ToString::to_string).collect::<Vec<_>>(),
        contact => answers.contact.to_string(),
        ipv4 => answers.public_ipv4(facts).map(|ip| ip.to_string()),
        ipv6 => answers.public_ipv6(facts).map(|ip| ip.to_string()),
        inet_protocols => protocols(answers),
        bind_ipv4 => bind_ipv4.map(|ip| ip.to_string()),
        bind_ipv6 => bind_ipv6.map(|ip| ip.to_string()),
        message_size_limit => answers.message_size_limit.0,
        certificate => certificate.display().to_string(),
        key => key.display().to_string(),
        certificate_dir => certificate.parent().map(|dir| dir.display().to_string()),
        certificate_of_others => matches!(answers.tls, Tls::Files { .. }),
        tls_dir => tls::TLS_DIR,
        lineage => lineage(answers.hostname.as_str()),
        spf_incoming => answers.spf.incoming.word(),
        dmarc_incoming => answers.dmarc.incoming.word(),
        limits => limits(&answers.limits),
        spoofed_senders => answers.spoofed_senders.word(),
        signing_selector => signing,
        signing_key => dkim::key_file(signing),
        host_domain => dkim::host_domain(answers).map(ToString::to_string),
        mail_uid => facts.mail_account.uid,
        mail_gid => facts.mail_account.gid,
        mail_ports => firewall::ports(answers),
        jail_ports => firewall::mail_ports(),
        postfix_unit => Daemon::Postfix.process_unit(facts.release.unwrap_or(Release::Trixie)),
        ssh_ports => firewall::ssh_ports(facts),
        serves_dns => !facts.bind.is_empty(),
        ban_time => answers.abuse.ban_time.0.to_string(),
        find_time => answers.abuse.find_time.0.to_string(),
        tries => answers.abuse.tries.0,
        never_banned => fail2ban::never_banned(answers, facts),
        // One that came with us leaves SSH alone anyway.
        sshd_unread => facts.sshd_unread && !fail2ban::came_along(facts),
        reader_password => SecretName::Reader.placeholder(),
        dovecot => room(facts),
    };
    environment.render_str(source, values).context(|| format!("the template {name} could not be filled"))
}

/// How many clients Dovecot has room for: a thousand on any machine, and more where each GiB of memory
/// has 256 of them.
fn room(facts: &Facts) -> minijinja::Value {
    const LEAST: u64 = 1024;
    const CLIENTS_OF_A_GIB: u64 = 256;
    let clients = (facts.memory_mib / 1024 * CLIENTS_OF_A_GIB).max(LEAST);
    // Both protocols, and beside them the login processes, LMTP and Postfix.
    context! { clients, asking => clients * 2 + LEAST }
}

/// What the user is told while nobody can count: by Postfix when the daemon is away, by the daemon without its database.
const UNCOUNTED: &str = "451 4.3.0 What this login has sent cannot be counted just now. Try again later";

/// The values of Postfix by parameter, and what the daemon that counts is told.
fn limits(limits: &Limits) -> minijinja::Value {
    let values: BTreeMap<String, String> = limits::values(limits).into_iter().collect();
    context! {
        values,
        has_delay => limits.pace().delay > 0,
        counts_logins => limits.counts_logins(),
        minute => limits.login.minute,
        hour => limits.login.hour,
        day => limits.login.day,
        uncounted => UNCOUNTED,
        socket => RATE_LIMIT_SOCKET,
        // As Postfix sees it from its chroot.
        asked => RATE_LIMIT_SOCKET.trim_start_matches("/var/spool/postfix/"),
    }
}

/// postconf(5) `inet_protocols`: a family the answers rule out is not used at all.
fn protocols(answers: &Answers) -> &'static str {
    match (answers.ipv4, answers.ipv6) {
        (_, Address::Unused) => "ipv4",
        (Address::Unused, _) => "ipv6",
        _ => "all",
    }
}
