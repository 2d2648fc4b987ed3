//! Whether the program that Postfix asks about SPF answers.

use super::seen::{Verdict, fail, pass};
use super::tool;
use crate::error::Result;

/// A question as Postfix puts it (`SMTPD_POLICY_README`), about this machine itself: no DNS is asked for the answer.
const QUESTION: &str = "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=127.0.0.1\n\
                        client_name=localhost\nhelo_name=localhost\nsender=\nrecipient=postmaster@localhost\ninstance=1\n\n";

/// policyd-spf answers, with its configuration as it stands.
pub fn answers() -> Result<Verdict> {
    let output = tool("policyd-spf").stdin(QUESTION).run()?;
    let answered = output.stdout.lines().any(|line| line.starts_with("action="));
    if output.ok() && answered {
        return Ok(pass("policyd-spf answers a question of Postfix's form"));
    }
    Ok(fail(format!("policyd-spf gives no answer: {}", output.tail())))
}
