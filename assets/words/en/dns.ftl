# The DNS records: why each is needed, and what the world knows of it.

dns-why-address = where the server is
dns-why-ptr = set at the hoster, for each address
dns-why-spf-helo = who may greet with the server's name
dns-why-mx = where mail for the domain goes
dns-why-spf = who may send for the domain
dns-why-sender-id = the same for Sender-ID, which nobody reads any more
dns-why-dkim = by which others check the signature of our mail
dns-why-dkim-still = the key that signs until the world sees the new one
dns-why-dkim-old = keep it until the mail signed with it has arrived
dns-why-dmarc = what receivers do with mail that fails, and where they report it
dns-why-dmarc-consent = that reports about another of the domains are welcome here
dns-why-dmarc-consent-other = others receive the reports and must agree in their own DNS: ask them
dns-why-tlsa = the server's certificate, as its zone is signed
dns-why-tls-rpt = where senders report trouble with TLS
dns-why-srv = where mail programs find the server

dns-weight-required = required
dns-weight-advised = advised

dns-state-as-wanted = as wanted
dns-state-serves = does as well
dns-state-not-everywhere = not everywhere
dns-state-missing = missing
dns-state-different = different
dns-state-several = several
dns-state-unknown = unknown

dns-remark-cut-off = the key is cut off: the text ends after { $characters } characters
dns-remark-revoked = the key is withdrawn (p= is empty): every signature of it fails
dns-remark-testing = t=y says that the key is only being tried out: take it away
dns-remark-weaker = it asks for less than the answers do
dns-remark-lacks-include = not all services of the answers may send by it

dns-asking = Asking the DNS ...
dns-seen-by = { $seen } of { $answered } see it
dns-found = found: { $value }
dns-only-one = only one may stand there: with several, none holds
dns-silent = No answer from { $server }: { $why }
dns-kept = caches keep it for up to { $ttl } seconds
dns-characters =
    { $count ->
        [one] ({ $count } character)
       *[other] ({ $count } characters)
    }
dns-shortened = Long values are shortened here; `mailwright dns --format single` and `--format bind` have them whole.

dns-note-unmade =
    The DKIM key { $selector } is not made yet: `mailwright setup` makes it, and then its record stands here too.
dns-note-unread = The record of the DKIM key { $selector } is missing here: only root can read the key. Run this with sudo.
dns-note-spf = Checking the SPF record of { $domain } takes { $lookups } of { $most } look-ups.
dns-note-spf-many =
    Too many look-ups: checking the SPF record of { $domain } takes { $lookups } where { $most } are allowed, so none of it
    holds. Take services out of it (RFC 7208, section 4.6.4).
dns-note-spf-void =
    Too many empty look-ups: { $void } names in the SPF record of { $domain } have nothing where { $most } are allowed, so
    none of it holds. Take them out (RFC 7208, section 4.6.4).
dns-note-spf-broken =
    The SPF record of { $domain } includes { $name }, which has no single SPF record: none of it holds until that is mended
    or taken out (RFC 7208, section 5.2).
dns-note-spf-unknown = { $name } in the SPF record of { $domain } could not be looked up: what it costs is not known.
dns-note-spf-type = { $name } has an SPF record of type 99, which nobody reads any more (RFC 7208): delete it.
dns-note-sender-id =
    { $name } has a Sender-ID record (spf2.0/...), which nobody reads any more (historic since 2020): delete it.
dns-note-adsp = { $name } has an ADSP record, which nobody reads any more (historic since 2013; DMARC took its place): delete it.
dns-note-domainkeys =
    { $name } has a policy of DomainKeys, the forerunner of DKIM, which nobody reads any more (historic since 2007): delete
    it.
dns-note-long =
    { $name } has { $length } characters. A web form mostly takes them whole; in a zone file they are cut into strings of at
    most 255 in quotes, of one record, which are joined without anything between. A form that cuts the end off shows here
    as different.
dns-note-provider =
    { $name } has { $length } characters, and the provider behind { $server } is known to take { $most } at the most. Choose
    a shorter key (2048 bits) or another provider for the DNS.
dns-note-moved =
    The world still knows another address of { $name } and may keep it for { $ttl } seconds. Before you change it, lower
    its TTL to 300 and wait for as long.
dns-note-lower = Before you change a record that is in use, lower its TTL to 300 and wait for as long as the old one said.
dns-note-dmarc-testing =
    DMARC is only being tried out (t=y). When the reports of some weeks show that all your mail passes, set testing to false.
dns-note-dmarc-up =
    DMARC asks receivers for { $policy }. When the reports of some weeks show that all your mail passes, go on to { $next }.
dns-note-tlsa =
    The zone of the server is signed, so a TLSA record would be of use; but the certificate { $path } cannot be read here. Run
    `mailwright dns` as root.
