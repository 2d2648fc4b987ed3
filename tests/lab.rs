//! The rehearsal's lab itself, on real hosts of both releases.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::records::{Data, Name, Record};
use mailwright::rehearsal::{HOME, Lab};
use mailwright::shell::Program;

mod support;

/// Everything on this machine that carries the name of a lab of ours.
fn leftovers(id: &str) -> Vec<String> {
    let mut found = Vec::new();
    let name = format!("mailwright-{id}-");
    for place in ["/run/netns", "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"] {
        let entries = fs::read_dir(place).into_iter().flatten().flatten();
        found.extend(entries.map(|e| e.path().display().to_string()).filter(|path| path.contains(&name)));
    }
    let dir = Path::new(HOME).join("run").join(id);
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    found.extend(mounts.lines().filter(|line| line.contains(&*dir.to_string_lossy())).map(str::to_owned));
    let processes = Program::new("ps").args(["-eo", "args"]).success().unwrap().stdout;
    found.extend(processes.lines().filter(|line| line.contains(&name)).map(str::to_owned));
    found.extend(dir.exists().then(|| dir.display().to_string()));
    found
}

fn id(lab: &Lab) -> String {
    lab.dir().file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_host_boots_runs_programs_survives_a_power_cut_and_leaves_nothing() {
    let Some(_turn) = support::turn("a host boots") else { return };
    for release in Release::ALL {
        let mut lab = Lab::of(release).ipv4("203.0.113.10".parse().unwrap()).start().unwrap();
        let output = lab.host().program("sh").args(["-c", "cat; pwd; exit 7"]).stdin("hello\n").run().unwrap();
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(7), "hello\n/\n", ""));
        let addresses = lab.host().program("ip").args(["-br", "address", "show", "eth0"]).success().unwrap();
        assert!(addresses.stdout.contains("203.0.113.10/32"), "{}", addresses.stdout);

        lab.host().program("sh").args(["-c", "echo kept >/root/file"]).success().unwrap();
        lab.host_mut().cut_power();
        assert!(!lab.host().program("true").run().unwrap().ok());
        lab.host_mut().boot().unwrap();
        assert_eq!(lab.host().program("cat").arg("/root/file").success().unwrap().stdout, "kept\n");
        assert_eq!(fs::read_to_string(lab.host().upper().join("root/file")).unwrap(), "kept\n");

        let id = id(&lab);
        assert!(leftovers(&id).len() > 4, "{:?}", leftovers(&id));
        drop(lab);
        assert_eq!(leftovers(&id), [""; 0]);
    }
}

#[test]
fn packages_install_without_a_way_out() {
    let Some(_turn) = support::turn("packages install without a way out") else { return };
    for release in Release::ALL {
        let lab = Lab::of(release).packages(["logrotate"]).start().unwrap();
        let apt = lab.host().program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
        let output = apt.args(["install", "-y", "--no-install-recommends", "logrotate"]).success().unwrap();
        assert!(output.stdout.contains("Need to get 0 B"), "{}", output.stdout);
    }
}

#[test]
fn mail_and_names_go_from_host_to_host() {
    let Some(_turn) = support::turn("mail and names go from host to host") else { return };
    for release in Release::ALL {
        let started = Instant::now();
        let lab = Lab::of(release).ipv6("2001:db8::10".parse().unwrap()).records(records()).far().start().unwrap();
        println!("{release}: a lab with a far host stands after {:?}", started.elapsed());
        let far = lab.far().unwrap();
        let names = lab.host().program("getent").args(["hosts", "mail.far.test"]).success().unwrap().stdout;
        assert!(names.contains("mail.far.test"), "{names}");
        let ptr = lab.host().program("getent").args(["hosts", "2001:db8::10"]).success().unwrap().stdout;
        assert!(ptr.contains("mail.example.org"), "{ptr}");
        assert_eq!(lab.host().program("getent").args(["ahosts", "debian.org"]).run().unwrap().code, Some(2));

        far.send("a@far.test", "b@far.test", "Subject: to myself\n\nhello\n").unwrap();
        far.wait_for_mail("b", "to myself", Duration::from_secs(5)).unwrap();
        assert!(far.inbox("a").unwrap().is_empty());

        let listener = lab.host().in_network(|| TcpListener::bind("[2001:db8::10]:25")).unwrap().unwrap();
        far.send("a@far.test", "anna@example.org", "Subject: hello\n\nfrom afar\n").unwrap();
        let (mut caller, from) = listener.accept().unwrap();
        caller.write_all(b"220 mail.example.org ESMTP\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(caller).read_line(&mut line).unwrap();
        assert_eq!(line, "EHLO mail.far.test\r\n");
        assert_eq!(Some(from.ip()), far.host().addresses().ipv6.map(Into::into));

        let refused = far.host().in_network(|| TcpStream::connect("[2001:db8::10]:26").unwrap_err().kind()).unwrap();
        assert_eq!(refused, ErrorKind::ConnectionRefused);
    }
}

fn records() -> Vec<Record> {
    let (host, address) = ("mail.example.org".parse::<Name>().unwrap(), "2001:db8::10".parse().unwrap());
    let mx = Data::Mx { preference: 10, exchange: host.clone() };
    vec![
        Record::new("example.org".parse().unwrap(), mx),
        Record::address(host.clone(), address),
        Record::reverse(address, host),
    ]
}
