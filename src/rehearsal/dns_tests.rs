//! What the lab publishes is what it was given.

use super::*;

#[test]
fn the_world_is_what_was_published() {
    let mx = Data::Mx { preference: 10, exchange: "mail.example.org".parse().unwrap() };
    let host = Record::address("mail.example.org".parse().unwrap(), "203.0.113.10".parse().unwrap());
    let text = Record::new("_a._b.example.org".parse().unwrap(), Data::Txt("t".repeat(300)));
    let target = "mail.example.org".parse().unwrap();
    let srv = Data::Srv { priority: 0, weight: 1, port: 993, target };
    let srv = Record::new("_imaps._tcp.example.org".parse().unwrap(), srv);
    let caa = Data::Caa { critical: false, tag: "issue".to_owned(), value: "ca.example.net".to_owned() };
    let caa = Record::new("example.org".parse().unwrap(), caa);
    let world = World::of(&[Record::new("example.org".parse().unwrap(), mx), host, text, srv, caa]).unwrap();
    let count = |name: &str, kind| {
        let (code, records) = world.answer(name, kind);
        (code, records.len())
    };
    assert_eq!(count("example.org.", RecordType::MX), (ResponseCode::NoError, 1));
    assert_eq!(count("example.org.", RecordType::NS), (ResponseCode::NoError, 1));
    assert_eq!(count("mail.example.org.", RecordType::AAAA), (ResponseCode::NoError, 0));
    assert_eq!(count("_b.example.org.", RecordType::A), (ResponseCode::NoError, 0));
    assert_eq!(count("_a._b.example.org.", RecordType::TXT), (ResponseCode::NoError, 1));
    assert_eq!(count("_imaps._tcp.example.org.", RecordType::SRV), (ResponseCode::NoError, 1));
    assert_eq!(world.answer("example.org.", RecordType::CAA).1[0].data.to_string(), r#"0 issue "ca.example.net""#);
    assert_eq!(count("other.example.org.", RecordType::A), (ResponseCode::NXDomain, 0));
    assert_eq!(count("debian.org.", RecordType::A), (ResponseCode::NXDomain, 0));
}

/// What is published here is found by `mailwright dns`: at the name server that the NS records lead to, and through
/// the same as a resolver.
#[test]
fn the_lab_shows_every_record_as_wanted() {
    use crate::probe::dns::World as Outside;
    let (tell, told) = mpsc::channel();
    let text = crate::answers::EXAMPLE.replacen("# further_domains = \"own\"", "further_domains = \"cname\"", 1);
    let answers = crate::answers::parse(&text, std::path::Path::new("answers.toml")).unwrap();
    let mut facts = crate::facts::Facts::default();
    facts.dkim.public.insert("s1".to_owned(), "MIIB".repeat(98));
    let listed = crate::dns::records(&answers, &facts).unwrap();
    let own = Record::address(NAME.parse().unwrap(), "127.0.0.1".parse().unwrap());
    let all: Vec<Record> = listed.iter().map(|one| one.record.clone()).chain([own]).collect();
    let world = Arc::new(RwLock::new(World::of(&all).unwrap()));
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            tell.send(socket.local_addr().unwrap()).unwrap();
            let mut server = Server::new(Handler { world });
            server.register_socket(socket);
            server.block_until_done().await.unwrap();
        });
    });
    let at = told.recv().unwrap();
    let through = crate::answers::Answers { resolvers: vec![crate::answers::Resolver(at)], ..answers };
    let outside = Outside::of(&through).with_port(at.port());
    let addresses = through.addresses(&crate::facts::Facts::default());
    let states = outside.states(&listed, through.hostname.as_str(), &addresses).unwrap();
    for (one, state) in listed.iter().zip(&states) {
        assert_eq!(state.outcome, crate::dns::judge::Outcome::AsWanted, "{}: {state:?}", one.record);
        // No zone holds the way back: that is asked of the resolver alone.
        let servers = if one.record.data.kind() == "PTR" { 1 } else { 2 };
        assert_eq!(state.answered, servers, "{}: {state:?}", one.record);
    }
}
