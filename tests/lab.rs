//! The rehearsal's lab itself, on real hosts of both releases.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::RecordType;
use mailwright::facts::Release;
use mailwright::records::{Data, Name, Record};
use mailwright::rehearsal::{BINARY, HOME, Lab, sweep};
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
        let failed = lab.host().program("systemctl").args(["--failed", "--plain", "--no-legend"]).success().unwrap();
        // What stands outside a container fails in every boot alike.
        assert!(!failed.stdout.contains("systemd-tmpfiles-setup.service"), "{}", failed.stdout);
        assert_eq!(lab.host().program("cat").arg("/root/file").success().unwrap().stdout, "kept\n");
        assert_eq!(fs::read_to_string(lab.host().upper().join("root/file")).unwrap(), "kept\n");

        let id = lab.id().to_owned();
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

#[test]
fn the_dns_answers_from_every_host_over_udp_and_tcp() {
    let Some(_turn) = support::turn("the DNS answers") else { return };
    let lab = Lab::of(Release::Trixie).more_hosts(1).ipv4_only().records(records()).start().unwrap();
    let resolver = SocketAddr::new(lab.resolver(), 53);
    let ask = |name: &str, kind, tcp| {
        let question = question(name, kind);
        let other = &lab.hosts()[1];
        let answer =
            other.in_network(|| if tcp { over_tcp(resolver, &question) } else { over_udp(resolver, &question) });
        Message::from_vec(&answer.unwrap()).unwrap()
    };
    let mx = ask("Example.org.", RecordType::MX, false);
    assert_eq!((mx.response_code, mx.answers.len()), (ResponseCode::NoError, 1));
    assert_eq!(ask("nothing.example.org.", RecordType::A, false).response_code, ResponseCode::NXDomain);

    let key = Record::new("s._domainkey.example.org".parse().unwrap(), Data::Txt("k".repeat(600)));
    lab.dns().publish(&[key]).unwrap();
    assert!(ask("s._domainkey.example.org.", RecordType::TXT, false).truncation);
    let whole = ask("s._domainkey.example.org.", RecordType::TXT, true);
    assert!(whole.answers[0].to_string().contains(&"k".repeat(255)), "{}", whole.answers[0]);
    assert_eq!(ask("example.org.", RecordType::MX, false).response_code, ResponseCode::NoError);
    assert!(ask("mail.example.org.", RecordType::AAAA, false).answers.is_empty());

    assert_eq!(lab.host().addresses().ipv6, None);
    let ping = format!("{}:22", lab.host().addresses().ipv4);
    lab.hosts()[1].in_network(|| TcpStream::connect(ping)).unwrap().unwrap();
}

fn question(name: &str, kind: RecordType) -> Vec<u8> {
    let mut message = Message::query();
    message.add_query(Query::query(hickory_proto::rr::Name::from_ascii(name).unwrap(), kind));
    message.to_vec().unwrap()
}

fn over_udp(resolver: SocketAddr, question: &[u8]) -> Vec<u8> {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    socket.send_to(question, resolver).unwrap();
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer).unwrap();
    buffer.truncate(length);
    buffer
}

fn over_tcp(resolver: SocketAddr, question: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(resolver).unwrap();
    stream.write_all(&u16::try_from(question.len()).unwrap().to_be_bytes()).unwrap();
    stream.write_all(question).unwrap();
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut buffer = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut buffer).unwrap();
    buffer
}

#[test]
fn files_are_reached_as_the_host_sees_them_and_a_small_disk_fills_up() {
    let Some(_turn) = support::turn("files and a small disk") else { return };
    let lab = Lab::of(Release::Bookworm).disk_mib(64).binary("/bin/true").start().unwrap();
    let host = lab.host();
    host.write("/etc/motd", "hello\n", 0o600).unwrap();
    host.program("ln").args(["-s", "/etc/motd", "/root/link"]).success().unwrap();
    assert_eq!(host.read_text("/root/link").unwrap(), "hello\n");
    assert_eq!(host.program("stat").args(["-c", "%a %U", "/etc/motd"]).success().unwrap().stdout, "600 root\n");
    host.program(BINARY).success().unwrap();
    assert!(!host.upper().join("usr/local").exists());
    let full = host.program("dd").args(["if=/dev/zero", "of=/root/big", "bs=1M", "count=100"]).run().unwrap();
    assert!(full.stderr.contains("No space left"), "{}", full.stderr);
}

/// What the test program does when it is called by the test below: a lab whose maker ends.
#[test]
fn the_maker_of_a_lab() {
    if std::env::var_os("MAILWRIGHT_TEST_MAKER").is_some() {
        let lab = Lab::of(Release::Bookworm).far().start().unwrap();
        println!("lab {}", lab.id());
        std::thread::sleep(Duration::from_secs(60));
    }
}

fn maker() -> (Child, BufReader<ChildStdout>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["the_maker_of_a_lab", "--exact", "--nocapture"]).env("MAILWRIGHT_TEST_MAKER", "1");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let id = said(&mut lines, "lab ");
    (child, lines, id)
}

/// Waits for the line that has this word in it; gives what follows.
fn said(lines: &mut impl BufRead, word: &str) -> String {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some((_, rest)) = line.split_once(word) {
            return rest.trim().to_owned();
        }
        line.clear();
    }
    String::new()
}

#[test]
fn a_lab_whose_maker_was_killed_is_swept_away() {
    let Some(_turn) = support::turn("a sweep") else { return };
    let (mut child, _lines, id) = maker();
    assert!(!leftovers(&id).is_empty());
    sweep().unwrap();
    assert!(!leftovers(&id).is_empty(), "its maker is alive");
    child.kill().unwrap();
    child.wait().unwrap();
    // A lab that another test starts may be the first to sweep: what counts is that nothing is left.
    sweep().unwrap();
    assert_eq!(leftovers(&id), [""; 0]);
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
