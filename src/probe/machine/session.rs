//! The SSH session that we run in: sshd(8) tells it to what it starts.

use std::fs;

/// How far up it is looked for.
const ANCESTORS: usize = 16;

/// The port of this server that the session came in by. Its variable is looked for in the processes above as well, for
/// sudo(8) hands it to nobody.
pub(super) fn ssh_port() -> Option<u16> {
    let above = std::iter::successors(Some(std::process::id()), |process| parent(*process));
    above.take(ANCESTORS).find_map(|process| told(&fs::read(format!("/proc/{process}/environ")).ok()?))
}

/// `PPid` of proc(5); none above the first process.
fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()?;
    (parent > 0).then_some(parent)
}

/// `SSH_CONNECTION`: the address and port of the client, then those of the server.
fn told(environment: &[u8]) -> Option<u16> {
    let variables = environment.split(|byte| *byte == 0);
    let ends = variables.into_iter().find_map(|variable| variable.strip_prefix(b"SSH_CONNECTION="))?;
    std::str::from_utf8(ends).ok()?.split(' ').nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_the_server_is_the_last_of_four() {
        assert_eq!(told(b"A=1\0SSH_CONNECTION=198.51.100.7 51234 203.0.113.10 2222\0B=2"), Some(2222));
        assert_eq!(told(b"A=1\0XSSH_CONNECTION=198.51.100.7 51234 203.0.113.10 2222"), None);
        assert_eq!(told(b"SSH_CONNECTION=\0"), None);
    }

    #[test]
    fn processes_are_followed_up_to_the_first() {
        let above: Vec<u32> = std::iter::successors(Some(std::process::id()), |process| parent(*process)).collect();
        assert!(above.len() > 1, "{above:?}");
        assert_eq!(parent(u32::MAX), None);
    }
}
