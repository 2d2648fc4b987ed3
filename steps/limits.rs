//! Limits: how fast mail goes out and comes in, and how much of it one login sends.

use crate::answers::Answers;
use crate::answers::limits::{Limits, Pace};
use crate::change::{Change, Daemon, Owner, RATE_LIMIT_SOCKET};
use crate::check::Check;
use crate::facts::{Facts, Release};
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};
use crate::words::say;

/// The step. The values for Postfix itself are in its main.cf.
pub const STEP: Step = Step { id: "limits", questions, changes, checks };

const CONFIG: &str = "/etc/policyd-rate-limit.yaml";
/// The unit is told to run as the daemon's user from its start, and to start again after a crash (systemd.unit(5),
/// drop-ins).
const UNIT_DIR: &str = "/etc/systemd/system/policyd-rate-limit.service.d";
/// Root's, so that the daemon's user can put nothing in the place of its socket's directory.
const PARENT_DIR: &str = "/var/spool/postfix/ratelimit";
/// Run by cron, where there is one.
const CLEAN_UP: &str = "/etc/cron.daily/policyd-rate-limit";
const USER: &str = "policyd-rate-limit";
/// As many new connections at once as there are to be at last, but no more than Postfix's own default.
const MOST_AT_FIRST: u32 = 5;

fn questions() -> Vec<Question> {
    [
        "limits.outgoing",
        "limits.outgoing_connections",
        "limits.outgoing_delay",
        "limits.outgoing_recipients",
        "limits.per_login",
        "limits.login_minute",
        "limits.login_hour",
        "limits.login_day",
        "limits.incoming_connections",
        "limits.incoming_connection_rate",
        "limits.incoming_messages",
        "limits.incoming_recipients",
        "limits.incoming_logins",
        "limits.incoming_tls_sessions",
    ]
    .map(for_key)
    .to_vec()
}

/// What Postfix runs with, by parameter, as main.cf has it (postconf(5)).
#[must_use]
pub fn values(limits: &Limits) -> Vec<(String, String)> {
    let (Pace { connections, delay, recipients }, incoming) = (limits.pace(), &limits.incoming);
    [
        ("smtp_destination_concurrency_limit", connections.to_string()),
        ("smtp_initial_destination_concurrency", connections.min(MOST_AT_FIRST).to_string()),
        ("smtp_destination_rate_delay", format!("{delay}s")),
        ("smtp_destination_recipient_limit", recipients.to_string()),
        ("anvil_rate_time_unit", "60s".to_owned()),
        ("smtpd_client_connection_count_limit", incoming.connections.to_string()),
        ("smtpd_client_connection_rate_limit", incoming.connection_rate.to_string()),
        ("smtpd_client_message_rate_limit", incoming.messages.to_string()),
        ("smtpd_client_recipient_rate_limit", incoming.recipients.to_string()),
        ("smtpd_client_auth_rate_limit", incoming.logins.to_string()),
        ("smtpd_client_new_tls_session_rate_limit", incoming.tls_sessions.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if !answers.limits.counts_logins() {
        return Vec::new();
    }
    let file = |path: String, template: &str| rendered(path, 0o644, template, answers, facts);
    let files = vec![
        file(format!("{UNIT_DIR}/restart.conf"), "systemd/rate-limit-restart.conf"),
        file(CONFIG.into(), "policyd-rate-limit/policyd-rate-limit.yaml"),
    ];
    let uses = files.iter().flat_map(Change::paths).collect();
    let clean_up = (facts.release != Some(Release::Bookworm))
        .then(|| rendered(CLEAN_UP, 0o755, "policyd-rate-limit/cron.daily", answers, facts));
    let closed_dir = RATE_LIMIT_SOCKET.trim_end_matches("/policy");
    let directories = vec![
        Change::Directory { path: UNIT_DIR.into(), owner: Owner::root(), mode: 0o755 },
        Change::Directory { path: PARENT_DIR.into(), owner: Owner::root(), mode: 0o755 },
        // Only Postfix gets to the socket: anybody else could use up the allowance of a login.
        Change::Directory { path: closed_dir.into(), owner: Owner::new(USER, "postfix"), mode: 0o750 },
    ];
    let service = Change::Service { daemon: Daemon::RateLimit, uses };
    directories.into_iter().chain(files).chain(clean_up).chain([service]).collect()
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    if !answers.limits.counts_logins() {
        return Vec::new();
    }
    let (daemon, login) = (Daemon::RateLimit, &answers.limits.login);
    let limits = format!("[[{}, 60], [{}, 3600], [{}, 86400]]", login.minute, login.hour, login.day);
    let least = login.minute.min(login.hour).min(login.day);
    vec![Check::ConfigurationClean { daemon }, Check::Running { daemon }, Check::LoginsCounted { least, limits }]
}

/// What the limits come to, in messages and recipients a minute: a headline and a line for each.
#[must_use]
pub fn table(limits: &Limits) -> Vec<String> {
    let rows = rows(limits);
    let columns = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let (what, count) = rows
        .iter()
        .fold((0, 0), |(what, count), row| (what.max(columns(&row.what)), count.max(columns(&row.a_minute))));
    let line = |row: &Row| {
        let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(columns(text)));
        let (after, before) = (blanks(&row.what, what), blanks(&row.a_minute, count));
        format!("{}{after}  {before}{}  {}", row.what, row.a_minute, row.more).trim_end().to_owned()
    };
    std::iter::once(say("limits-table", &[])).chain(rows.iter().map(line)).collect()
}

/// One line of the table.
struct Row {
    what: String,
    a_minute: String,
    more: String,
}

fn rows(limits: &Limits) -> Vec<Row> {
    let row = |what: &str, a_minute: String, more: String| Row { what: say(what, &[]), a_minute, more };
    let plain = |what: &str, a_minute: u32| row(what, a_minute.to_string(), String::new());
    let (incoming, login) = (&limits.incoming, &limits.login);
    let logins = if limits.counts_logins() {
        let (hour, day) = (login.hour.to_string(), login.day.to_string());
        let a_minute = login.minute.min(login.hour).min(login.day).to_string();
        row("limits-login", a_minute, say("limits-login-more", &[("hour", &hour), ("day", &day)]))
    } else {
        row("limits-login", "-".to_owned(), say("limits-not-counted", &[]))
    };
    let at_once = say("limits-at-once", &[("count", &incoming.connections.to_string())]);
    vec![
        logins,
        outgoing(limits.pace()),
        plain("limits-messages", incoming.messages),
        plain("limits-recipients", incoming.recipients),
        row("limits-connections", incoming.connection_rate.to_string(), at_once),
        plain("limits-tls", incoming.tls_sessions),
        logins_of_one(incoming.logins),
    ]
}

/// Without a limit there is no number to show.
fn logins_of_one(limit: u32) -> Row {
    let a_minute = if limit == 0 { "-".to_owned() } else { limit.to_string() };
    Row { what: say("limits-passwords", &[]), a_minute, more: String::new() }
}

fn outgoing(pace: Pace) -> Row {
    let (connections, delay) = (pace.connections.to_string(), pace.delay.to_string());
    let recipients = pace.recipients.to_string();
    let values = [("connections", &*connections), ("delay", &*delay), ("recipients", &*recipients)];
    // With a delay the queue manager makes one delivery at a time, and waits from its end (postconf(5)).
    let (a_minute, more) = match pace.delay {
        0 => ("-".to_owned(), "limits-domain-free"),
        delay @ 1..=60 => ((60 / delay).to_string(), "limits-domain-paced"),
        _ => ("< 1".to_owned(), "limits-domain-paced"),
    };
    Row { what: say("limits-domain", &[]), a_minute, more: say(more, &values) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::limits::{Outgoing, PerLogin};

    #[test]
    fn the_table_says_what_the_limits_come_to() {
        insta::assert_snapshot!(table(&Limits::default()).join("\n"));
    }

    #[test]
    fn the_table_knows_what_is_switched_off_and_what_rules() {
        let mut limits = Limits { outgoing: Outgoing::Normal, per_login: PerLogin::Off, ..Limits::default() };
        let text = table(&limits).join("\n");
        assert!(text.contains("nobody counts") && text.contains("20 at a time, 50 recipients each"), "{text}");
        limits.per_login = PerLogin::On;
        limits.login.hour = 7;
        limits.outgoing_delay = Some(2);
        let rows = rows(&limits);
        assert_eq!((rows[0].a_minute.as_str(), rows[1].a_minute.as_str()), ("7", "30"), "the least rules");
        limits.outgoing_delay = Some(90);
        assert_eq!(outgoing(limits.pace()).a_minute, "< 1");
    }
}
