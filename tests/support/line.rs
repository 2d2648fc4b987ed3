//! A line to a host: sshd there, an ssh client on the host beside it, in a terminal here. The line can be cut.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use mailwright::rehearsal::{BINARY, Host, Lab};
use rustix::process::{Pid, Signal, kill_process};

use super::pty::Terminal;

const KEY: &str = "/root/.ssh/id_ed25519";
const SOON: Duration = Duration::from_secs(20);

/// A terminal with a program of this host in it, as somebody at its console has it.
pub fn console(host: &Host, variables: &[(&str, &str)], words: &[&str], size: (u16, u16)) -> Terminal {
    let entering = host.entering();
    let variables: Vec<String> = variables.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let inside = variables.iter().map(String::as_str).chain(words.iter().copied());
    let words: Vec<&str> = entering.iter().map(String::as_str).chain(inside).collect();
    Terminal::run(&words, &[("PATH", &std::env::var("PATH").unwrap())], size)
}

/// Mailwright at the console of a host.
pub fn mailwright(host: &Host, variables: &[(&str, &str)], args: &[&str], size: (u16, u16)) -> Terminal {
    console(host, variables, &[&[BINARY], args].concat(), size)
}

/// Lets root of the lab's second host log in on its first one, and waits until sshd answers there.
pub fn lay(lab: &Lab) {
    let [host, client] = [&lab.hosts()[0], &lab.hosts()[1]];
    let script = format!("mkdir -p -m 700 /root/.ssh && ssh-keygen -q -t ed25519 -N '' -f {KEY} && cat {KEY}.pub");
    let key = client.program("sh").args(["-c", &script]).success().unwrap().stdout;
    host.program("mkdir").args(["-p", "-m", "700", "/root/.ssh"]).success().unwrap();
    host.write("/root/.ssh/authorized_keys", key, 0o600).unwrap();
    wait_open(lab);
}

/// Waits until sshd lets in who comes over the line.
fn wait_open(lab: &Lab) {
    let [host, client] = [&lab.hosts()[0], &lab.hosts()[1]];
    let started = Instant::now();
    loop {
        let words = ssh(lab, "true");
        let tried = client.program(&words[0]).args(&words[1..]).run().unwrap();
        if tried.ok() {
            return;
        }
        assert!(started.elapsed() < SOON, "no way in: {}\n{}", tried.stderr, sshd(host));
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn sshd(host: &Host) -> String {
    host.program("systemctl").args(["status", "--no-pager", "ssh"]).run().unwrap().stdout
}

/// Logs in over the line and runs this there.
pub fn call(lab: &Lab, command: &str, size: (u16, u16)) -> Terminal {
    let words = ssh(lab, command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    console(&lab.hosts()[1], &[("TERM", "xterm-256color")], &words, size)
}

fn ssh(lab: &Lab, command: &str) -> Vec<String> {
    let address = lab.hosts()[0].addresses().ipv4;
    let options = ["-tt", "-q", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oBatchMode=yes"];
    let words = ["ssh"].into_iter().chain(options).map(str::to_owned);
    words.chain(["-oConnectTimeout=5".into(), format!("root@{address}"), "--".into(), command.into()]).collect()
}

/// Cuts the line: the client is no more, and its end of the connection goes with it.
pub fn cut(lab: &Lab) {
    let clients = processes(&lab.hosts()[1], "ssh");
    assert_eq!(clients.len(), 1, "one line was to be cut");
    strike(clients[0], Signal::KILL);
}

/// A dead line: what the client has to know again to come back.
pub struct Dead(Vec<String>);

/// The line goes dead: nothing comes through and nobody is told, as when a laptop's lid is closed.
pub fn deaden(lab: &Lab) -> Dead {
    let client = &lab.hosts()[1];
    let routes = client.program("ip").args(["-4", "route", "show"]).success().unwrap().stdout;
    client.program("ip").args(["link", "set", "eth0", "down"]).success().unwrap();
    Dead(routes.lines().map(str::to_owned).collect())
}

/// The network comes back, and with it the way in.
pub fn revive(lab: &Lab, dead: &Dead) {
    let client = &lab.hosts()[1];
    client.program("ip").args(["link", "set", "eth0", "up"]).success().unwrap();
    // The way to the gateway before the way through it.
    for route in dead.0.iter().rev() {
        client.program("ip").args(["route", "replace"]).args(route.split_whitespace()).success().unwrap();
    }
    wait_open(lab);
}

/// The processes of a host with this name, by their ids on this machine, the oldest first.
pub fn processes(host: &Host, name: &str) -> Vec<i32> {
    let space = |pid: &str| fs::metadata(format!("/proc/{pid}/ns/pid")).ok().map(|ns| ns.ino());
    let inside = space(&host.init().unwrap().to_string());
    let entries =
        fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let ours = entries.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && space(pid) == inside);
    let named = |pid: &String| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim() == name);
    let mut found: Vec<i32> = ours.filter(named).filter_map(|pid| pid.parse().ok()).collect();
    found.sort_unstable();
    found
}

/// Sends a process a signal; it may have ended by itself in this moment.
pub fn strike(pid: i32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

/// Waits until no process of this name is left on the host.
pub fn wait_ended(host: &Host, name: &str, time: Duration) {
    let started = Instant::now();
    while !processes(host, name).is_empty() {
        assert!(started.elapsed() < time, "{name} still runs after {time:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A figure of /proc/PID/status in KiB, such as `VmHWM` or `VmRSS`.
pub fn memory(pid: i32, figure: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}
