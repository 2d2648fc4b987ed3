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
dns-lower = Before you change a record that is in use, lower its TTL to 300 and wait for as long as the old one said.
