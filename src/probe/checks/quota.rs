//! The limits of the mailboxes, as Dovecot knows them and as Postfix hears of them.

use super::policy::ask;
use super::seen::{Verdict, fail, pass, unknown};
use super::tool;
use crate::check::Outcome;
use crate::error::Result;

/// Where Dovecot says whether there is room for a message (`quota-status`).
const ROOM: &str = "/var/spool/postfix/private/quota-status";

/// The mailbox's quota is known to Dovecot as the answers say, in KiB; 0 for none. A message larger than that is refused
/// at the door.
pub fn known(mailbox: &str, kib: u64) -> Result<Verdict> {
    let asked = tool("doveadm").args(["-f", "tab", "quota", "get", "-u", mailbox]).run()?;
    if !asked.ok() {
        return Ok(fail(format!("doveadm quota get -u {mailbox} says: {}", asked.tail())));
    }
    let known = judged(kib, storage_limit(&asked.stdout));
    if kib == 0 || known.0 != Outcome::Pass {
        return Ok(known);
    }
    Ok(match ask(ROOM, &question(mailbox, kib)) {
        Err(error) => fail(format!("Postfix cannot ask whether there is room: {}", error.render())),
        Ok(action) if is_refusal(&action) => pass(format!("{}; a larger message is refused", known.1)),
        Ok(action) => fail(format!("{}, and of a larger message Dovecot says \"{action}\"", known.1)),
    })
}

/// Whether there is room for a message of a byte more than the whole mailbox may hold, as Postfix asks it.
fn question(mailbox: &str, kib: u64) -> String {
    let size = kib.saturating_mul(1024).saturating_add(1);
    format!(
        "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nsender=\nrecipient={mailbox}\n\
         size={size}\n\n"
    )
}

/// Full (452), or larger than the mailbox (552; Dovecot 2.4.1 says the former of both).
fn is_refusal(action: &str) -> bool {
    action.starts_with("452 ") || action.starts_with("552 ")
}

fn judged(wanted: u64, found: Option<&str>) -> Verdict {
    let limit = match found {
        // No limit: Dovecot leaves it out, or writes a hyphen.
        None | Some("-" | "0") => 0,
        Some(text) => match text.parse() {
            Ok(kib) => kib,
            Err(_) => return unknown(format!("Dovecot writes the limit as {text:?}, which is no number")),
        },
    };
    let shown = |kib: u64| if kib == 0 { "none".to_owned() } else { format!("{kib} KiB") };
    if limit == wanted {
        return pass(format!("the limit is {}", shown(limit)));
    }
    fail(format!("the limit is {}, not {}", shown(limit), shown(wanted)))
}

/// The limit column of the STORAGE row in doveadm-quota(1)'s tab-separated table, whose first line names the columns.
fn storage_limit(table: &str) -> Option<&str> {
    let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = rows.next()?;
    let column = |name: &str| heading.iter().position(|title| title.eq_ignore_ascii_case(name));
    let (kind, limit) = (column("type")?, column("limit")?);
    let row = rows.find(|row| row.get(kind).is_some_and(|text| *text == "STORAGE"))?;
    row.get(limit).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "Quota name\tType\tValue\tLimit\t%\n";

    fn judge(wanted: u64, rows: &str) -> Outcome {
        judged(wanted, storage_limit(&format!("{HEADING}{rows}"))).0
    }

    #[test]
    fn the_storage_limit_is_compared() {
        let limited = "User quota\tSTORAGE\t4\t2097152\t0\nUser quota\tMESSAGE\t2\t-\t0\n";
        assert_eq!(judge(2_097_152, limited), Outcome::Pass);
        assert_eq!(judge(1_048_576, limited), Outcome::Fail);
        assert_eq!(judge(0, limited), Outcome::Fail);
        let unlimited = "User quota\tMESSAGE\t2\t-\t0\nUser quota\tSTORAGE\t4\t-\t0\n";
        assert_eq!(judge(0, unlimited), Outcome::Pass);
        assert_eq!(judge(2_097_152, unlimited), Outcome::Fail);
        assert_eq!(judge(0, ""), Outcome::Pass);
        assert_eq!(judge(5, ""), Outcome::Fail);
        assert_eq!(judge(5, "User quota\tSTORAGE\t4\tmuch\t0\n"), Outcome::Unknown);
    }
}
