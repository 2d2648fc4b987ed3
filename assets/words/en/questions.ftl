# Each question's title and its help, by the key in the answers file (dots become hyphens);
# for a table, the title of each of its columns as well.

question-hostname = Full name of this server
question-hostname-help =
    Such as mail.example.org. It needs an A (and AAAA) record, and the reverse record of each address must give it back.
    Choose well: changing it later means new DNS records and settings in every mail program.

question-ipv4 = Public IPv4 address
question-ipv4-help =
    The address the world reaches this server at. Behind NAT it is not on this machine and must be given.
    Write none if the server has no IPv4.

question-ipv6 = Public IPv6 address
question-ipv6-help =
    Mail over IPv6 is judged more strictly: use it only when its reverse record can be set. Write none to leave it out.

question-contact = Who looks after this server
question-contact-help =
    This address gets postmaster@ and abuse@ of every domain (each mail server must have them, RFC 2142) and the
    machine's own messages. It may be a mailbox here or elsewhere.

question-domain = Domains
question-domain-help = The part after the @ of the addresses that are kept here, such as example.org. At least one.
question-domain-name = Domain

question-mailbox = Mailboxes
question-mailbox-help =
    Each has an address, which is its login name too, a password, and a quota such as 2G. anna+anything@ reaches
    anna@ without further ado.
question-mailbox-address = Address
question-mailbox-password = Password
question-mailbox-quota = Quota

question-alias = Aliases
question-alias-help =
    Further addresses whose mail goes to one or more mailboxes, here or elsewhere, such as info@example.org to
    anna@example.org.
question-alias-address = Address
question-alias-to = Goes to

question-tls-source = Where the certificate comes from
question-tls-source-help =
    acme gets one from an authority, Let's Encrypt unless you name another, that every mail program trusts, and renews it;
    the name must lead here and port 80 be open. Choosing it you agree to the authority's terms, and it gets the contact
    address. self-signed makes one here, at once: right for a test or a closed circle. files takes one you have already.
    Another source brings another key: where a TLSA record is published, publish the new line of `mailwright dns`.

question-tls-certificate = Certificate file
question-tls-certificate-help =
    PEM: the server's certificate first, then those that link it to its authority (often called fullchain.pem).

question-tls-key = Private key file
question-tls-key-help = PEM, unencrypted, readable by root alone (often called privkey.pem).

question-message_size_limit = Largest message
question-message_size_limit-help =
    Such as 50M. Attachments grow by a third on their way: 50M takes files of about 37M. Many servers take no more
    than 25M to 50M.

question-spoofed_senders = Strangers who claim an address of yours
question-spoofed_senders-help =
    Mail that arrives from outside with an envelope sender in your own domains is nearly always forged: your users send on
    587 and 465, where they log in. The exceptions are forwarders and old mailing lists that send your users' mail back
    with its sender unchanged, and a service that you let send in your name: reject tells them so, discard loses it
    without a word, off lets it in.

question-further_domains = Records of the further domains
question-further_domains-help =
    own publishes the DKIM and DMARC records in each domain. cname points those of the second and further domains at the
    first one's: a later change is then made once.

question-sender_id = Publish Sender-ID too
question-sender_id-help =
    Older guides ask for a record that begins with spf2.0/pra. Sender-ID (RFC 4406) has been Historic since 2020 and nobody
    reads it any more: false is right, true does no harm.

question-spf-all = Mail from servers that are not named
question-spf-all-help =
    The SPF record names the servers that send for your domains. fail (-all) says that mail from all others is not yours,
    softfail (~all) that it probably is not: choose it while you are not sure that all your senders are named.

question-spf-include = Other services that send for you
question-spf-include-help =
    A newsletter or shop service sends from its own servers and tells you a name to include, such as _spf.example.com.
    Several are parted by commas; none is right for most.

question-spf-incoming = Incoming mail that fails SPF
question-spf-incoming-help =
    reject refuses mail whose sender's domain says that it is not its own (-all); mark takes it and says so in its header;
    off does not look. Forwarders that keep the sender break SPF: choose mark if your users have mail forwarded here.

question-dkim-selector = Name of the signing key
question-dkim-selector-help =
    The public key stands in the DNS at this name (s1._domainkey.example.org). Give a new name to change the key: the old
    one goes on signing until the new record is seen by the world.

question-dkim-bits = Size of the signing key
question-dkim-bits-help =
    2048 is what the large receivers ask for, and fits everywhere. Larger keys make records that some providers cut off.
    A key that stands keeps its size: for another, give the key a new name as well.

question-dmarc-policy = Forged mail in your name
question-dmarc-policy-help =
    What receivers shall do with mail in your name that neither SPF nor DKIM vouches for. Begin with none: it only brings
    reports. When these show that all your own mail passes for a few weeks, go on to quarantine, then to reject.

question-dmarc-subdomains = The same for subdomains
question-dmarc-subdomains-help = same is right unless a subdomain sends mail from elsewhere.

question-dmarc-nonexistent = The same for subdomains that do not exist
question-dmarc-nonexistent-help =
    Nobody sends honest mail from a name that is not in the DNS: reject is safe from the first day.

question-dmarc-testing = Only try the policy out
question-dmarc-testing-help =
    true tells receivers to report as if the policy held, but to treat failing mail one step more mildly.

question-dmarc-reports = Where reports go
question-dmarc-reports-help =
    Receivers send a summary each day, as XML. Left empty, the contact gets them. An address outside your domains must
    allow it in its own DNS, else no reports are sent (RFC 9990).

question-dmarc-incoming = Incoming mail that fails its domain's DMARC
question-dmarc-incoming-help =
    reject refuses mail that its domain asks to be refused (p=reject); mark takes it and says so in its header; off does
    not look. Mailing lists that change messages break DMARC: choose mark if your users read such lists.
