//! The sockets of this machine that listen, and the programs that own them, from /proc (proc(5)).

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use crate::error::{Context, Result};
use crate::facts::Listener;

/// The state `TCP_LISTEN` as the kernel prints it.
const LISTEN: &str = "0A";

/// The listening TCP sockets of this machine, by port. Without root, programs of other users stay unknown.
///
/// # Errors
/// When /proc cannot be read.
pub fn listeners() -> Result<Vec<Listener>> {
    // Of this thread, not of the process: a thread may stand in another network namespace.
    listeners_under(Path::new("/proc"), "thread-self/net")
}

fn listeners_under(proc: &Path, net: &str) -> Result<Vec<Listener>> {
    let table = proc.join(net).join("tcp");
    let mut text = fs::read_to_string(&table).context(|| format!("{} cannot be read", table.display()))?;
    // Absent where the kernel has no IPv6.
    text.push_str(&fs::read_to_string(proc.join(net).join("tcp6")).unwrap_or_default());
    let owners = owners(proc);
    let known = |inode: u64| owners.get(&inode).cloned();
    let mut found: Vec<Listener> = parse_listening(&text)
        .into_iter()
        .map(|(address, port, inode)| Listener { address, port, program: known(inode) })
        .collect();
    found.sort_by_key(|listener| (listener.port, listener.address));
    found.dedup();
    Ok(found)
}

/// Address, port and inode of each listening socket in the text of /proc/net/tcp, /proc/net/tcp6 or both.
///
/// Lines of other states and lines that are not understood (the heading) are left out.
#[must_use]
pub fn parse_listening(text: &str) -> Vec<(IpAddr, u16, u64)> {
    let one = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (address, port) = words.get(1)?.split_once(':')?;
        if words.get(3) != Some(&LISTEN) {
            return None;
        }
        Some((parse_address(address)?, u16::from_str_radix(port, 16).ok()?, words.get(9)?.parse().ok()?))
    };
    text.lines().filter_map(one).collect()
}

/// An address as the kernel prints it: words of 32 bits in hexadecimal, each in the machine's own byte order.
fn parse_address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let mut bytes = [0; 16];
            for (index, chunk) in bytes.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(index * 8)?);
            }
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

/// The inode of a socket in the target of a link under /proc/PID/fd: `socket:[12345]`.
#[must_use]
pub fn parse_socket_link(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// The names of the programs by the inodes of their sockets. Of several owners the last started counts: systemd
/// (1) and a daemon's parent pass their sockets on.
fn owners(proc: &Path) -> BTreeMap<u64, String> {
    let names = fs::read_dir(proc).into_iter().flatten().flatten();
    let mut pids: Vec<u32> = names.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable();
    let mut owners = BTreeMap::new();
    for pid in pids {
        let dir = proc.join(pid.to_string());
        let Ok(name) = fs::read_to_string(dir.join("comm")) else { continue };
        for link in fs::read_dir(dir.join("fd")).into_iter().flatten().flatten() {
            let target = fs::read_link(link.path()).ok();
            if let Some(inode) = target.as_deref().and_then(Path::to_str).and_then(parse_socket_link) {
                owners.insert(inode, name.trim_end().to_owned());
            }
        }
    }
    owners
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use std::net::TcpListener;
    use std::os::unix::fs::symlink;

    use super::*;

    const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   104        0 20001 1 0000000000000000 100 0 0 10 0
   1: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20002 1 0000000000000000 100 0 0 10 0
   2: 0501A8C0:0019 0901A8C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 20003 1 0000000000000000 20 4 30 10 -1
";
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0019 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20004 1 0000000000000000 100 0 0 10 0
   1: B80D0120000000000000000010000000:03E1 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20005 1 0000000000000000 100 0 0 10 0
   2: short:03E1 x 0A
";

    #[test]
    fn the_kernels_tables_are_read() {
        let expected: Vec<(IpAddr, u16, u64)> = vec![
            ("127.0.0.1".parse().unwrap(), 3306, 20001),
            ("0.0.0.0".parse().unwrap(), 25, 20002),
            ("::".parse().unwrap(), 25, 20004),
            ("2001:db8::10".parse().unwrap(), 993, 20005),
        ];
        assert_eq!(parse_listening(&format!("{TCP}{TCP6}")), expected);
        assert_eq!((parse_socket_link("socket:[20001]"), parse_socket_link("pipe:[1]")), (Some(20001), None));
    }

    #[test]
    fn the_daemon_is_named_not_the_one_that_passed_the_socket_on() {
        let proc = tempfile::tempdir().unwrap();
        fs::create_dir_all(proc.path().join("net")).unwrap();
        fs::write(proc.path().join("net/tcp"), TCP).unwrap();
        for (pid, name, inode) in [("1", "systemd", 20002), ("900", "master", 20002), ("70", "mariadbd", 20001)] {
            let fd = proc.path().join(pid).join("fd");
            fs::create_dir_all(&fd).unwrap();
            fs::write(proc.path().join(pid).join("comm"), format!("{name}\n")).unwrap();
            symlink(format!("socket:[{inode}]"), fd.join("5")).unwrap();
        }
        let found = listeners_under(proc.path(), "net").unwrap();
        let short: Vec<_> = found.iter().map(|one| (one.port, one.program.as_deref())).collect();
        assert_eq!(short, [(25, Some("master")), (3306, Some("mariadbd"))]);
        assert!(listeners_under(proc.path(), "nothing").is_err());
    }

    #[test]
    fn this_machine_knows_its_own_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = listeners().unwrap();
        assert!(found.iter().any(|one| one.port == port && one.program.is_some()), "{found:?}");
    }
}
