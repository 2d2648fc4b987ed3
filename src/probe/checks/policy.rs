//! A question put to a policy service over its UNIX socket as Postfix puts it (`SMTPD_POLICY_README`).

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::error::{Context, Error, Result};

/// How long the service may take for an answer; Postfix waits as long.
const ANSWER: Duration = Duration::from_secs(20);

/// The action that answers the question; the question ends with an empty line.
///
/// # Errors
/// When the service cannot be reached, or what it says is no answer.
pub(super) fn ask(socket: &str, question: &str) -> Result<String> {
    let failed = || format!("{socket} gives no answer");
    let mut stream = UnixStream::connect(socket).context(failed)?;
    stream.set_read_timeout(Some(ANSWER)).and(stream.set_write_timeout(Some(ANSWER))).context(failed)?;
    stream.write_all(question.as_bytes()).context(failed)?;
    let (mut answer, mut part) = (Vec::new(), [0; 1024]);
    while !answer.ends_with(b"\n\n") && answer.len() < 8192 {
        match stream.read(&mut part).context(failed)? {
            0 => break,
            read => answer.extend_from_slice(part.get(..read).unwrap_or_default()),
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let action = answer.lines().find_map(|line| line.strip_prefix("action="));
    action.map(str::to_owned).ok_or_else(|| Error::failed(format!("it answers \"{}\"", answer.trim())))
}
